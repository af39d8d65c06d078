"""The parameters of schemes: what each is called, what it may be, and what it is for.

A parameter is a field of its scheme's dataclass, declared with `parameter(…)`; reading, completion, hover,
diagnostics, import, export and the reference page all follow from this declaration.
"""

from collections.abc import Mapping
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

_METADATA_KEY = "parameter"
_MISSING = object()


class ParameterKind(Enum):
    """What a parameter may be; the type of the dataclass field is named behind each."""

    TEXT = "text"
    """Any text: `Value`, or `Value | None` for one without default."""
    BOOLEAN = "boolean"
    """`true`, `false`, `yes`, `no`, `on`, `off`, `1`, `0`: `bool`."""
    INTEGER = "integer"
    """A whole number: `int`, or `int | None`."""
    SECONDS = "seconds"
    """A length of time, in seconds or with a unit (`300`, `300s`, `5m`, `1h`, `250ms`): `float`, or `float | None`."""
    CHOICE = "choice"
    """One of a few words, compared without case: `str`, always as `choices` writes it."""
    JSON = "json"
    """A JSON object: `Value` of the text, or `Value | None`; that it is an object is checked when it is read."""
    LIST = "list"
    """Words divided by commas or blanks: `tuple[str, ...]`."""
    KEY = "key"
    """A private or public key as text (PEM, JWK, data URI): `Value`, or `Value | None`."""
    PATH = "path"
    """A file that the scheme itself reads later, such as `~/.aws/credentials`: `str`, or `str | None`."""
    PAIRS = "pairs"
    """Any number of `name.<x>=value`: `tuple[tuple[str, Value], ...]`, in the order as written."""


class Required(NamedTuple):
    """When a parameter has to be given.

    `when` maps a parameter to the values (in lower case) of which it must have one, all of them; empty means always.
    `unless` are parameters of which any one, being given, makes this one superfluous.
    """

    when: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    unless: tuple[str, ...] = ()


ALWAYS = Required()


class Parameter(NamedTuple):
    """One parameter. `name` is in kebab-case; names are compared without blanks, `-`, `_` and case (see `same_name`).

    `default` is what holds when it is left out, as it would be written. `position` is its place among the arguments
    without a key, from 0, None if it needs its key. `aliases` are further names by which it is understood. `postman`
    and `jetbrains` are its names there, None if they have none. `example` is shown where nothing better is known.
    `synonyms` are further spellings of choices, each with the choice that it means (`header` for `basic`).
    `may_be_empty` tells that an empty text counts as given, such as an empty password.
    """

    name: str
    kind: ParameterKind
    documentation: str
    is_secret: bool = False
    required: Required | None = None
    default: str | None = None
    choices: tuple[str, ...] = ()
    position: int | None = None
    aliases: tuple[str, ...] = ()
    postman: str | None = None
    jetbrains: str | None = None
    example: str | None = None
    synonyms: tuple[tuple[str, str], ...] = ()
    may_be_empty: bool = False

    def is_required(self, given: Mapping[str, str]) -> bool:
        """Tell whether it has to be given beside the parameters in `given` (canonical name → text)."""
        if self.required is None or any(name in given for name in self.required.unless):
            return False
        return all(given.get(name, "").lower() in values for name, values in self.required.when.items())


def parameter(
    kind: ParameterKind,
    documentation: str,
    *,
    default: object = _MISSING,
    secret: bool = False,
    required: Required | None = None,
    shown_default: str | None = None,
    choices: tuple[str, ...] = (),
    position: int | None = None,
    aliases: tuple[str, ...] = (),
    postman: str | None = None,
    jetbrains: str | None = None,
    example: str | None = None,
    name: str | None = None,
    synonyms: tuple[tuple[str, str], ...] = (),
    may_be_empty: bool = False,
) -> Any:
    """Declare the field of a scheme's dataclass as a parameter. Its name is that of the field with `-` for `_`.

    `default` is the Python value of a field that may be left out; `shown_default` is how it is written, by default
    worked out from it.
    """
    shown = shown_default if shown_default is not None else _shown(default)
    given = Parameter(
        name or "", kind, documentation, secret, required, shown, choices, position, aliases, postman, jetbrains,
        example, synonyms, may_be_empty,
    )  # fmt: skip
    # Requests without a scheme need no dataclasses, which take as long to import as all that is said of authentication.
    from dataclasses import field

    if default is _MISSING:
        return field(metadata={_METADATA_KEY: given})
    return field(default=default, metadata={_METADATA_KEY: given})


def declared_parameters(dataclass: type) -> tuple[Parameter, ...]:
    """Return the parameters that the fields of a dataclass declare, in their order."""
    return _declared_parameters(dataclass)


@cache
def _declared_parameters(dataclass: type) -> tuple[Parameter, ...]:
    from dataclasses import fields

    found: list[Parameter] = []
    for field in fields(dataclass):
        given = field.metadata.get(_METADATA_KEY)
        if isinstance(given, Parameter):
            found.append(given if given.name else given._replace(name=field.name.replace("_", "-")))
    return tuple(found)


def chosen(parameter: Parameter, text: str) -> str | None:
    """Return the choice that a text means, as `choices` writes it, None if it means none."""
    spellings = [*((choice, choice) for choice in parameter.choices), *parameter.synonyms]
    return next((choice for spelling, choice in spellings if same_name(spelling) == same_name(text)), None)


def field_names(dataclass: type) -> Mapping[str, str]:
    """Return the name of the dataclass field that belongs to each parameter, by the parameter's name."""
    from dataclasses import fields

    names: dict[str, str] = {}
    for field in fields(dataclass):
        given = field.metadata.get(_METADATA_KEY)
        if isinstance(given, Parameter):
            names[given.name or field.name.replace("_", "-")] = field.name
    return MappingProxyType(names)


def same_name(name: str) -> str:
    """Return a name as names of parameters are compared: in lower case, without blanks, `-` and `_`."""
    return name.lower().replace("-", "").replace("_", "").replace(" ", "")


def _shown(default: object) -> str | None:
    if default is _MISSING or default is None or default == ():
        return None
    if isinstance(default, bool):
        return "true" if default else "false"
    return str(default)
