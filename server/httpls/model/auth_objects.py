"""What the objects of `Security.Auth` declare, and which of them is the default.

JetBrains keeps configurations of OAuth 2.0 there; here there may be objects of every scheme. Their keys are the names
of parameters in any spelling; values are texts with templates, numbers, booleans, provider objects, or JSON. Where a
value of JetBrains has another shape than our parameter, it is translated here.
"""

from collections.abc import Mapping
from typing import NamedTuple

from httpls.model.authentication import AuthArgument, AuthDeclaration, Form, Level, canonical_word
from httpls.model.environments.auth_objects import AuthMember, AuthObject, EnvironmentAuth
from httpls.model.environments.layers import Privacy
from httpls.model.scopes import Unset
from httpls_auth.schemes.parameter import same_name
from httpls_grammar.islands.json import JsonArray, JsonObject, JsonScalar, JsonString, JsonValue
from httpls_grammar.problems import ProblemKind, Severity
from httpls_grammar.text import Range

MISSING_TYPE = ProblemKind(
    "auth-object-without-type", Severity.ERROR,
    "the auth object `{id}` does not say how to authenticate",
    'Write its type, such as `"Type": "OAuth2"`.',
)  # fmt: skip


class AuthObjects(NamedTuple):
    """The declarations of the environments in force by their ids, and the default, a reference to one of them."""

    by_id: Mapping[str, AuthDeclaration]
    default: AuthDeclaration | None


def auth_objects(environment: EnvironmentAuth) -> AuthObjects:
    """Return what the environments in force declare."""
    default = environment.default
    reference = None
    if default is not None and default.id:
        reference = AuthDeclaration(
            default.layer.source, Level.ENVIRONMENT, Form.OBJECT, "use", "Default Auth", default.range, default.range,
            environment=default.layer.environment, identifier=default.id,
        )  # fmt: skip
    return AuthObjects({one.id: _declaration(one) for one in environment.objects.values()}, reference)


def _declaration(found: AuthObject) -> AuthDeclaration:
    kind = next((member for member in found.members if same_name(member.key) == "type"), None)
    source, word, where = found.layer.source, "", found.id_range
    if kind is not None and isinstance(kind.value, JsonString):
        source, word, where = kind.layer.source, kind.value.value, kind.value.range
    scheme = (canonical_word(word) if word else None) or ""
    arguments: list[AuthArgument] = []
    for member in found.members:
        if member is not kind:
            arguments += _arguments(member)
    return AuthDeclaration(
        source, Level.ENVIRONMENT, Form.OBJECT, "" if scheme in ("use", "inherit") else scheme, word, where, where,
        tuple(arguments), found.layer.environment, found.id,
    )  # fmt: skip


def _arguments(member: AuthMember) -> list[AuthArgument]:
    """Return what a member says: one argument, or one for each name of an object of further parameters."""
    special = _SPECIAL.get(same_name(member.key))
    return special(member) if special is not None else [_argument(member, member.key, member.value)]


def _argument(member: AuthMember, key: str, value: JsonValue, key_range: Range | None = None) -> AuthArgument:
    source, where = member.layer.source, value.range
    text: str | Unset
    is_literal = False
    if isinstance(value, JsonString):
        text, where = value.value, Range(value.range.start + 1, max(value.range.end - 1, value.range.start + 1))
    elif isinstance(value, JsonObject) and isinstance(value.get("provider"), JsonString):
        members = tuple([f"{one.key}={_text(member, one.value)}" for one in value.members])
        text = Unset("provider", members, is_secret=True)
    elif isinstance(value, JsonScalar):
        text, is_literal = ("" if value.text == "null" else value.text), True
    elif isinstance(value, JsonArray) and all(isinstance(item, JsonString) for item in value.items):
        text = " ".join([item.value for item in value.items if isinstance(item, JsonString)])
    else:
        text = _text(member, value)
    is_private = member.layer.privacy is not Privacy.PUBLIC
    return AuthArgument(source, key, text, where, key_range or member.key_range, is_literal, is_private)


def _text(member: AuthMember, value: JsonValue) -> str:
    return value.value if isinstance(value, JsonString) else member.layer.source.stretch(value.range)


def _custom_parameters(member: AuthMember) -> list[AuthArgument]:
    """Read `Custom Request Parameters`: name → value, list, or `{"Value": …, "Use": "In Auth Request"}`."""
    if not isinstance(member.value, JsonObject):
        return [_argument(member, member.key, member.value)]
    found: list[AuthArgument] = []
    for one in member.value.members:
        prefix, value = "param", one.value
        if isinstance(value, JsonObject) and value.get("provider") is None:
            use = value.get("Use")
            word = same_name(use.value) if isinstance(use, JsonString) else ""
            prefix = {"inauthrequest": "auth-param", "intokenrequest": "token-param"}.get(word, "param")
            value = value.get("Value") or value
        values = value.items if isinstance(value, JsonArray) else (value,)
        found += [_argument(member, f"{prefix}.{one.key}", item, one.key_range) for item in values]
    return found


def _pkce(member: AuthMember) -> list[AuthArgument]:
    """Read `PKCE`: a boolean, or `{"Code Challenge Method": "SHA-256", "Code Verifier": …}`."""
    if not isinstance(member.value, JsonObject):
        return [_argument(member, member.key, member.value)]
    found: list[AuthArgument] = []
    for one in member.value.members:
        is_method = same_name(one.key) == "codechallengemethod"
        found.append(_argument(member, member.key if is_method else one.key, one.value, one.key_range))
    return found


_SPECIAL = {"customrequestparameters": _custom_parameters, "pkce": _pkce}
