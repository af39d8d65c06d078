"""Makes the exact request of a plan: target, header fields and body as they leave, but for authentication."""

import json
import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, cast
from urllib.parse import unquote

from httpls.model.body import BodyKind
from httpls.model.plan import Plan, PlannedHeader
from httpls.run.body_content import BodySources, body_content
from httpls.run.errors import RefusedError
from httpls.run.filling import CannotFillError, Filler
from httpls.run.request_target import Destination, destination
from httpls_auth.errors import InvalidOriginError
from httpls_auth.schemes.message import Body, Field, FieldSource, OutgoingRequest
from httpls_auth.values.labels import Labels
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_auth.values.secret_names import looks_secret
from httpls_auth.values.value import Value, joined
from httpls_grammar.text import Range


class Defaults(NamedTuple):
    """Header fields that a request gets if nobody wrote them."""

    user_agent: str
    accept: str = "*/*"
    accept_encoding: str = "gzip, deflate, br, zstd"


def draft(plan: Plan, sources: BodySources, defaults: Defaults) -> OutgoingRequest:
    """Fill a plan and make the request of it.

    User and password that stand before the host are Basic authentication, unless there is another.
    Raises `CannotFillError` with all that cannot be filled, `RefusedError` and `CancelledError`.
    """
    filler = sources.filler
    filler.check(plan.holes)
    failures: list[CannotFillError] = []
    try:
        where = _destination(plan, filler, sources.encodes)
    except CannotFillError as error:
        failures.append(error)
        where = None
    fields: list[Field] = []
    for header in plan.headers:
        try:
            fields += _fields(header, plan, filler)
        except CannotFillError as error:
            failures.append(error)
    body: Body | None = None
    try:
        if plan.body is not None:
            body = body_content(plan.body, sources)
    except CannotFillError as error:
        failures.append(error)
    if failures:
        raise CannotFillError([failure for error in failures for failure in error.failures])
    assert where is not None
    method = _METHODS.get(plan.method, plan.method)
    if where.user_information is not None and not plan.auth.schemes:
        fields = _with_user_information(fields, where.user_information)
    complete = _complete(fields, plan, where, body, defaults)
    return OutgoingRequest(method, where.origin, where.target, complete, body)


def with_length(request: OutgoingRequest) -> OutgoingRequest:
    """Return the request with the field `Content-Length` that its body demands, beside no `Transfer-Encoding`."""
    if request.body is None and request.method not in _WITH_BODY and request.value("Content-Length") is None:
        return request
    fields = [field for field in request.fields if field.name.lower() != "content-length"]
    is_chunked = any(field.name.lower() == "transfer-encoding" for field in fields)
    length = request.body.length if request.body is not None else 0
    if (request.body is not None or request.method in _WITH_BODY) and not is_chunked:
        fields.append(Field("Content-Length", Value(str(length), _COMPUTED), FieldSource.DEFAULT))
    return request._replace(fields=tuple(fields))


_COMPUTED = Provenance(Origination.SETTING, "default")
_WITH_BODY = frozenset(("POST", "PUT", "PATCH"))
"""Methods for which a request without a body says so (RFC 9110, section 8.6)."""
_METHODS = {"GRAPHQL": "POST"}


def _destination(plan: Plan, filler: Filler, encodes: bool) -> Destination:
    url = filler.text(plan.target)
    try:
        where = destination(url, encodes)
    except InvalidOriginError as error:
        raise RefusedError(
            "invalid-url", f"`{url}` is no URL that can be sent to", "Write it with scheme and host."
        ) from error
    if where.origin.scheme not in ("http", "https"):
        raise RefusedError(
            "unsupported-protocol", f"requests to `{where.origin.scheme}://` addresses are not sent yet",
            "Use `http://` or `https://`.",
        )  # fmt: skip
    if plan.method == "OPTIONS" and _is_asterisk(plan):
        return where._replace(target=Value("*", url.provenance))
    return where


def _with_user_information(fields: list[Field], user_information: Value) -> list[Field]:
    if any(field.name.lower() == "authorization" for field in fields):
        return fields
    secret = user_information.labelled(Labels("the password in the URL"))
    return [*fields, Field("Authorization", secret.derived(_basic))]


def _basic(user_information: str) -> str:
    user, _, password = user_information.partition(":")
    return f"Basic {b64encode(f'{unquote(user)}:{unquote(password)}'.encode()).decode('ascii')}"


def _is_asterisk(plan: Plan) -> bool:
    return plan.request.target.strip() == "*"


def _fields(header: PlannedHeader, plan: Plan, filler: Filler) -> Sequence[Field]:
    place = header.origin.place
    elsewhere = place if place is not None and place.path != str(plan.file.path) else None
    name = filler.text(header.name, elsewhere)
    value = filler.text(header.value, elsewhere)
    found: list[tuple[Value, Value]] = [(name, value)]
    if not len(value) and (":" in name.reveal() or "{" in name.reveal()):
        # A whole field, or several, from one variable: `{{authorization}}`, httpyac's `...headers`.
        found = list(_spread(name))
    return [_field(key, text, header, elsewhere) for key, text in found]


def _spread(text: Value) -> Sequence[tuple[Value, Value]]:
    written = text.reveal().removeprefix("...").strip()
    if written.startswith("{"):
        try:
            members: object = json.loads(written)
        except (ValueError, RecursionError):
            members = None
        if isinstance(members, dict):
            named = cast("dict[str, object]", members)
            return [
                (Value(key, text.provenance), Value(str(member), text.provenance, text.labels))
                for key, member in named.items()
            ]
    lines = [line.partition(":") for line in written.splitlines() if line.strip()]
    return [(Value(key, text.provenance), Value(rest, text.provenance, text.labels)) for key, _, rest in lines]


def _field(name: Value, value: Value, header: PlannedHeader, elsewhere: Place | None) -> Field:
    source = FieldSource.DEFAULT if header.origin.kind is Origination.SETTING else FieldSource.USER
    return checked_field(name, value, source, header.range if elsewhere is None else None)


def checked_field(name: Value, value: Value, source: FieldSource, where: Range | None = None) -> Field:
    """Return a field, secret if it is one for credentials. Raises `RefusedError` for what cannot be sent as one."""
    shown = str(name).strip()
    if not _token().fullmatch(name.reveal().strip()):
        raise RefusedError("invalid-header-name", f"`{shown}` is no name of a header field", "Correct the name.", where)
    text = value.reveal()
    if _forbidden().search(text):
        raise RefusedError(
            "invalid-header-value",
            f"the value of `{shown}` has a line break or another control character in it",
            "Remove it from the variable that it comes from.",
            where,
        )
    stripped = text.strip(" \t")
    if stripped != text:
        start = len(text) - len(text.lstrip(" \t"))
        value = value.cut(start, start + len(stripped))
    return Field(name.reveal().strip(), _secret_if_credential(shown, value), source)


def _secret_if_credential(name: str, value: Value) -> Value:
    """Return the value of a field, secret if the field is one for credentials, but for the word of a scheme in it."""
    if value.is_secret or not len(value) or not (name.lower() in _CREDENTIALS or looks_secret(name)):
        return value
    labels = Labels(f"the header field {name}")
    word, blank, _ = value.reveal().partition(" ")
    if name.lower() not in _WITH_SCHEME or not blank:
        return value.labelled(labels)
    return joined((value.cut(0, len(word) + 1), value.cut(len(word) + 1).labelled(labels)), value.provenance)


_WITH_SCHEME = frozenset(("authorization", "proxy-authorization"))
_CREDENTIALS = _WITH_SCHEME | {"cookie"}


def _complete(
    fields: Sequence[Field], plan: Plan, where: Destination, body: Body | None, defaults: Defaults
) -> tuple[Field, ...]:
    """Return the fields of the request with those that nobody wrote: `Host` first, the other defaults last."""
    given = {field.name.lower() for field in fields}
    complete: list[Field] = []
    if "host" not in given:
        complete.append(Field("Host", where.authority, FieldSource.DEFAULT))
    is_chunked = "transfer-encoding" in given and body is not None
    for field in fields:
        name = field.name.lower()
        if name == "transfer-encoding" and not is_chunked:
            continue
        if name == "cookie" and any(other.name.lower() == "cookie" for other in complete):
            complete = [_with_cookie(other, field) if other.name.lower() == "cookie" else other for other in complete]
            continue
        if name.endswith("clientcert"):
            # The client certificate of httpyac's files; it is chosen, not sent.
            continue
        complete.append(field)
    for name, text in _default_fields(plan, body, defaults):
        if name.lower() not in given:
            complete.append(Field(name, Value(text, _COMPUTED), FieldSource.DEFAULT))
    return with_length(OutgoingRequest(plan.method, where.origin, where.target, tuple(complete), body)).fields


def _with_cookie(field: Field, more: Field) -> Field:
    semicolon = Value("; ", field.value.provenance)
    return field._replace(value=joined((field.value, semicolon, more.value), field.value.provenance))


def _default_fields(plan: Plan, body: Body | None, defaults: Defaults) -> Sequence[tuple[str, str]]:
    found = [
        ("User-Agent", defaults.user_agent),
        ("Accept", defaults.accept),
        ("Accept-Encoding", defaults.accept_encoding),
    ]
    if body is not None and plan.body is not None and plan.body.kind is BodyKind.GRAPHQL:
        found.append(("Content-Type", "application/json"))
    return found


@cache
def _token() -> re.Pattern[str]:
    """A name of a field (RFC 9110, section 5.6.2)."""
    return re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


@cache
def _forbidden() -> re.Pattern[str]:
    return re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
