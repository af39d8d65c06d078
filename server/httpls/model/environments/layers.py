"""One environment of one file, with the definitions that it holds."""

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from httpls.model.scopes import Definition, ScopeKind, Unset
from httpls.model.source import Finding, Source
from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_auth.values.secret_names import looks_secret
from httpls_grammar.islands.json import JsonArray, JsonObject, JsonString, JsonValue, walk
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
    """How private a file is; the more private one wins, but in an explicit JetBrains profile (C15)."""

    PRIVATE = 1
    USER = 2
    PUBLIC = 3


class Layer(NamedTuple):
    """The variables of one environment in one file.

    `environment` is None for what holds whichever environment is chosen. `security` and `tls` are the objects
    `Security` and `SSLConfiguration` of JetBrains, `headers` an object of default header fields.
    """

    source: Source
    environment: str | None
    privacy: Privacy
    scope: ScopeKind
    definitions: dict[str, Definition]
    name_ranges: dict[str, Range]
    security: JsonObject | None = None
    tls: JsonObject | None = None
    headers: JsonObject | None = None


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
    security, tls = node.get("Security"), node.get("SSLConfiguration")
    headers = node.get("$headers") or node.get("$kulalaDefaultHeaders")
    return Layer(
        source, environment, privacy, scope, definitions, name_ranges,
        security if isinstance(security, JsonObject) else None, tls if isinstance(tls, JsonObject) else None,
        headers if isinstance(headers, JsonObject) else None,
    )  # fmt: skip


def layer_findings(layer: Layer) -> Iterator[Finding]:
    """Yield what is wrong with the values of a layer: secrets where others can read them."""
    if layer.privacy is not Privacy.PUBLIC:
        return
    for name, definition in layer.definitions.items():
        text = definition.text
        if isinstance(text, str) and text and "{{" not in text and looks_secret(name) and name in layer.name_ranges:
            yield Finding(layer.source, SECRET_IN_PUBLIC.at(layer.name_ranges[name], name=name))


def _named(key: str, value: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """Yield a value and those inside it by the names under which templates reach them: `a`, `a.b`, `a[0]`."""
    if isinstance(value, JsonObject) and _provider(value) is not None:
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
    if isinstance(value, JsonObject) and (provider := _provider(value)) is not None:
        arguments = tuple([f"{member.key}={_text(member.value, source)}" for member in value.members])
        unset = Unset("provider", arguments, is_secret=True)
        return Definition(name, unset, provenance._replace(label=f"{name} by {provider}"))
    if isinstance(value, JsonString):
        secret = privacy is not Privacy.PUBLIC and value.value and looks_secret(name)
        labels = Labels(f"the private value of {name}") if secret else PLAIN
        return Definition(name, value.value, provenance, labels)
    if isinstance(value, JsonObject | JsonArray):
        return Definition(name, value.range.of(source.text), provenance, is_literal=True)
    return Definition(name, value.text, provenance, is_literal=True)


def _text(value: JsonValue, source: Source) -> str:
    return value.value if isinstance(value, JsonString) else value.range.of(source.text)


def _provider(value: JsonObject) -> str | None:
    provider = value.get("provider")
    return provider.value if isinstance(provider, JsonString) else None
