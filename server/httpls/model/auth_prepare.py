"""Makes a scheme of a planned one, once its holes can be filled."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

from httpls.model.auth_plan import PlannedParameter, PlannedScheme
from httpls.model.auth_shape import class_of
from httpls.model.planned_text import PlannedText
from httpls_auth.errors import ParameterError
from httpls_auth.schemes.index import scheme_class
from httpls_auth.schemes.read import Given, read
from httpls_auth.schemes.scheme import Scheme
from httpls_auth.values.value import Value


def prepared(
    planned: PlannedScheme, fill: Callable[[PlannedText], Value], read_file: Callable[[Path], bytes]
) -> Scheme:
    """Make the scheme. `fill` and `read_file` as `auth_plan` says.

    Raises `ParameterError` for a parameter that is missing or means nothing.
    """
    scheme = class_of(planned.word)
    if scheme is None:
        raise ParameterError("", f"`{planned.declaration.word}` is no way to authenticate")
    given: list[Given] = []
    for one in planned.parameters:
        value = fill(one.text)
        if one.is_file:
            value = _content(one, value, read_file)
        given.append(Given(one.key, one.position, value))
    if planned.declaration.splits_later and len(given) == 1:
        return _divided(planned, given[0].value)
    return read(scheme, given)


def _content(parameter: PlannedParameter, path: Value, read_file: Callable[[Path], bytes]) -> Value:
    """Return the content of a file as text: without the last line break; what is no UTF-8, a key in DER for example,
    as a data URI.
    """
    content = read_file(parameter.folder / path.reveal())
    provenance = path.provenance._replace(label=f"{parameter.key} of {path.masked()}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "data:application/octet-stream;base64," + b64encode(content).decode("ascii")
    else:
        text = text.removesuffix("\n").removesuffix("\r")
    return Value(text, provenance, path.labels)


def _divided(planned: PlannedScheme, value: Value) -> Scheme:
    """Make the scheme of `user password` or `user:password` in one text; Basic may be encoded already."""
    text = value.reveal()
    start = len(text) - len(text.lstrip())
    divider = text.find(" ", start)
    if divider < 0:
        divider = text.find(":", start)
    if divider < 0 and planned.word == "basic":
        # What comes out is the field as the author wrote it: the word, and what is encoded already.
        field = [Given("token", 0, value), Given("prefix", 0, Value(planned.declaration.word, value.provenance))]
        return read(scheme_class("bearer"), field)
    if divider < 0:
        raise ParameterError(
            "password", f"`{planned.declaration.word}` needs user and password, and there is one text only",
            "Write the two with a blank or a colon between them.",
        )  # fmt: skip
    begin = divider + 1
    while text[divider] == " " and text[begin : begin + 1] == " ":
        begin += 1
    pair = [Given("username", 0, value.cut(start, divider)), Given("password", 0, value.cut(begin))]
    return read(scheme_class(planned.word), pair)
