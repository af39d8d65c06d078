"""One environment of one file, with the definitions that it holds."""

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import cache
from typing import NamedTuple

from httpls.model.scopes import Definition, ScopeKind, Unset
from httpls.model.source import Finding, Source
from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_auth.values.secret_names import looks_secret
from httpls_grammar.islands.json import JsonArray, JsonObject, JsonString, JsonTemplate, JsonValue, walk
from httpls_grammar.problems import ProblemKind, Severity
from httpls_grammar.text import Range

NOT_AN_OBJECT = ProblemKind(
    "environment-not-an-object", Severity.ERROR,
    "{what} has to be an object of names and values",
    'Write it as `{{ "name": "value" }}`.',
)  # fmt: skip
SECRET_IN_PUBLIC = ProblemKind(
    "secret-in-public-file", Severity.WARNING,
    "the value of `{name}` looks like a secret, and this file is meant to be shared",
    "Move it to `http-client.private.env.json`, or into the keyring with `{{{{$secret {name}}}}}`.",
)  # fmt: skip


class Privacy(IntEnum):
    """How private a file is; the more private one wins, but in an explicit JetBrains profile."""

    PRIVATE = 1
    USER = 2
    PUBLIC = 3


class Layer(NamedTuple):
    """The variables of one environment in one file.

    `environment` is None for what holds whichever environment is chosen. `security` and `tls` are the objects
    `Security` and `SSLConfiguration` of JetBrains, `headers` an object of default header fields; none of them is
    looked into here.
    """

    source: Source
    environment: str | None
    privacy: Privacy
    scope: ScopeKind
    definitions: dict[str, Definition]
    name_ranges: dict[str, Range]
    security: JsonValue | None = None
    tls: JsonValue | None = None
    headers: JsonValue | None = None
    environment_range: Range | None = None
    """Where the name of the environment stands, in a file that names it."""


NOT_VARIABLES = frozenset(("Security", "SSLConfiguration", "$headers", "$kulalaDefaultHeaders", "auth_data"))
"""The keys of an environment that are no variables."""


def layer_of(source: Source, environment: str | None, privacy: Privacy, scope: ScopeKind, node: JsonObject) -> Layer:
    """Make a layer of the object that an environment is."""
    definitions: dict[str, Definition] = {}
    name_ranges: dict[str, Range] = {}
    for member in node.members:
        if member.key in NOT_VARIABLES:
            continue
        name_ranges[member.key] = member.key_range
        for name, value in _named(member.key, member.value):
            definitions[name] = _definition(source, environment, privacy, name, value)
    return Layer(
        source, environment, privacy, scope, definitions, name_ranges,
        node.get("Security"), node.get("SSLConfiguration"), node.get("$headers") or node.get("$kulalaDefaultHeaders"),
    )  # fmt: skip


def layer_findings(layer: Layer) -> Iterator[Finding]:
    """Yield what is wrong with the values of a layer: secrets where others can read them."""
    if layer.privacy is not Privacy.PUBLIC:
        return
    for name, definition in layer.definitions.items():
        text = definition.text
        if isinstance(text, str) and text and "{{" not in text and looks_secret(name) and name in layer.name_ranges:
            yield Finding(layer.source, SECRET_IN_PUBLIC.at(layer.name_ranges[name], name=name))


def provider_of(value: JsonValue, source: Source) -> Unset | None:
    """Return what has to be asked for a value that is an object with a `provider`; None for any other value."""
    if not isinstance(value, JsonObject) or not isinstance(value.get("provider"), JsonString):
        return None
    arguments = tuple([f"{member.key}={_text(member.value, source)}" for member in value.members])
    return Unset("provider", arguments, is_secret=True)


def _named(key: str, value: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """Yield a value and those inside it by the names under which templates reach them: `a`, `a.b`, `a[0]`."""
    if isinstance(value, JsonObject) and isinstance(value.get("provider"), JsonString):
        yield key, value
        return
    for path, node in walk(value):
        name = key
        for step in path:
            name += f"[{step}]" if isinstance(step, int) else f".{step}"
        yield name, node


def _definition(source: Source, environment: str | None, privacy: Privacy, name: str, value: JsonValue) -> Definition:
    position = source.position(value.range.start)
    place = Place(str(source.path), position.line, position.column)
    provenance = Provenance(Origination.ENVIRONMENT, name, place, environment)
    unset = provider_of(value, source)
    if unset is not None:
        return Definition(name, unset, provenance)
    labels = Labels(f"the private value of {name}") if _is_secret(privacy, name, value) else PLAIN
    if isinstance(value, JsonString):
        return Definition(name, value.value, provenance, labels)
    return Definition(name, _text(value, source), provenance, labels, is_literal=not isinstance(value, JsonTemplate))


def _is_secret(privacy: Privacy, name: str, value: JsonValue) -> bool:
    """Tell whether a value must not be shown: what stands in a private file, but for names that tell no secret."""
    if privacy is Privacy.PUBLIC:
        return False
    for path, node in walk(value):
        inner = next((step for step in reversed(path) if isinstance(step, str)), name)
        if isinstance(node, JsonString):
            if node.value and (looks_secret(inner) or not _is_harmless(inner)):
                return True
        elif not isinstance(node, JsonObject | JsonArray) and looks_secret(inner):
            return True
    return False


def _is_harmless(name: str) -> bool:
    """Tell whether a name is that of an address, a person or a setting, which may be shown though it is private."""
    words = _word().findall(name)
    return bool(words) and words[-1].lower() in _HARMLESS


_HARMLESS = frozenset((
    "url", "uri", "endpoint", "host", "hostname", "port", "path", "base", "server", "domain", "origin", "address",
    "api", "user", "username", "login", "account", "email", "mail", "name", "id", "region", "zone", "env",
    "environment", "stage", "version", "type", "lang", "language", "locale", "timeout", "debug", "tenant", "realm",
    "issuer", "audience", "scope", "scopes", "service", "method", "format", "file", "folder", "dir", "page", "size",
    "limit", "count", "date", "time",
))  # fmt: skip


@cache
def _word() -> re.Pattern[str]:
    return re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def _text(value: JsonValue, source: Source) -> str:
    return value.value if isinstance(value, JsonString) else value.range.of(source.text)
