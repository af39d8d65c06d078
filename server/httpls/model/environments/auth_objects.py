"""The objects by which environments say how to authenticate: JetBrains' `Security.Auth`, and the default among them.

What the keys of an object mean is for the schemes to say; here they are only found and merged.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from httpls.model.environments.layers import Layer
from httpls.model.source import Finding
from httpls_grammar.islands.directive import normalise
from httpls_grammar.islands.json import JsonMember, JsonObject, JsonString, JsonValue
from httpls_grammar.problems import ProblemKind, Severity
from httpls_grammar.text import Range

MALFORMED_AUTH = ProblemKind(
    "malformed-auth-object", Severity.ERROR,
    "{what} has to be {expected}",
    "Write {example}.",
)  # fmt: skip


class AuthMember(NamedTuple):
    """One key of an object with its value, and the layer whose file it stands in; ranges count from its start."""

    key: str
    key_range: Range
    value: JsonValue
    layer: Layer


class AuthObject(NamedTuple):
    """How to authenticate, under an id. `members` are the keys that count, each once, as names are compared.

    An object may be spread over several files, such as its secret in the private one; of equal keys that of the
    layer in force is here. `id_range` is the place of the id in the file of `layer`, the first one in force.
    """

    id: str
    id_range: Range
    layer: Layer
    members: tuple[AuthMember, ...]


class AuthDefault(NamedTuple):
    """The id that `Default Auth` names, with its place in the file of `layer`."""

    id: str
    range: Range
    layer: Layer


class EnvironmentAuth(NamedTuple):
    """What the environments in force say about authentication, and what is wrong with the form of it."""

    objects: Mapping[str, AuthObject]
    default: AuthDefault | None
    findings: tuple[Finding, ...]


def environment_auth(layers: Sequence[Layer]) -> EnvironmentAuth:
    """Return the auth objects of `layers`, of which the first counts first (see `Environments.layers_in_force`)."""
    objects: dict[str, AuthObject] = {}
    findings: list[Finding] = []
    default: AuthDefault | None = None
    for layer in layers:
        if layer.security is None:
            continue
        if not isinstance(layer.security, JsonObject):
            findings.append(_malformed(layer, layer.security, "`Security`", "an object", '`{ "Auth": { … } }`'))
            continue
        for member in layer.security.members:
            if normalise(member.key) in ("auth", "httpauth"):
                findings += _add(objects, layer, member)
            elif normalise(member.key) == "defaultauth" and default is None:
                if isinstance(member.value, JsonString):
                    default = AuthDefault(member.value.value, member.value.range, layer)
                else:
                    findings.append(
                        _malformed(layer, member.value, "`Default Auth`", "a text", "the id of an object of `Auth`")
                    )
    return EnvironmentAuth(objects, default, tuple(findings))


def _add(objects: dict[str, AuthObject], layer: Layer, auth: JsonMember) -> list[Finding]:
    if not isinstance(auth.value, JsonObject):
        return [_malformed(layer, auth.value, f"`{auth.key}`", "an object", '`{ "id": { "Type": … } }`')]
    findings: list[Finding] = []
    for member in auth.value.members:
        if not isinstance(member.value, JsonObject):
            what = f"the auth object `{member.key}`"
            findings.append(_malformed(layer, member.value, what, "an object", '`{ "Type": … }`'))
            continue
        known = objects.get(member.key) or AuthObject(member.key, member.key_range, layer, ())
        given = {normalise(inner.key) for inner in known.members}
        # Of keys that stand twice in one object the last one counts, as in `JsonObject.get`.
        own = {
            normalise(inner.key): AuthMember(inner.key, inner.key_range, inner.value, layer)
            for inner in member.value.members
        }
        fresh = [inner for key, inner in own.items() if key not in given]
        objects[member.key] = known._replace(members=(*known.members, *fresh))
    return findings


def _malformed(layer: Layer, value: JsonValue, what: str, expected: str, example: str) -> Finding:
    return Finding(layer.source, MALFORMED_AUTH.at(value.range, what=what, expected=expected, example=example))
