"""Tokens as bytes, for the encrypted files, and back."""

import json
from collections.abc import Mapping
from typing import NamedTuple, cast

from httpls_auth.schemes.flow import Token
from httpls_auth.tokens.name import TokenName
from httpls_auth.values.labels import Labels
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

_SECRETS = ("access", "refresh", "identity", "key")


class StoredToken(NamedTuple):
    """A token with its name."""

    name: TokenName
    token: Token


def to_bytes(stored: StoredToken) -> bytes:
    """Return a token with its name as JSON in UTF-8. It holds the secrets in clear: encrypt it."""
    name, token = stored
    members: dict[str, object] = {
        "name": list(name),
        "kind": token.kind,
        "obtained_at": token.obtained_at,
        "expires_at": token.expires_at,
        "scope": token.scope,
        "extra": token.extra,
    }
    for member in _SECRETS:
        value: Value | None = getattr(token, member)
        members[member] = value.reveal() if value is not None else None
    return json.dumps(members).encode("ascii")


def from_bytes(content: bytes) -> StoredToken:
    """Read what `to_bytes` wrote. Raises ValueError for anything else."""
    try:
        members: Mapping[str, object] = json.loads(content)
        name = TokenName(*_strings(members["name"]))
        access, refresh, identity, key = (_secret(members[member]) for member in _SECRETS)
        if access is None:
            raise ValueError("a stored token without the token")
        token = Token(
            access,
            _string(members["kind"]),
            _number(members["obtained_at"]),
            None if members["expires_at"] is None else _number(members["expires_at"]),
            refresh,
            identity,
            None if members["scope"] is None else _string(members["scope"]),
            tuple([_pair(pair) for pair in _list(members["extra"])]),
            key,
        )
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("not a stored token") from error
    return StoredToken(name, token)


def _secret(given: object) -> Value | None:
    if given is None:
        return None
    return Value(_string(given), Provenance(Origination.RESPONSE, "token"), Labels("a token"))


def _string(given: object) -> str:
    if not isinstance(given, str):
        raise TypeError
    return given


def _number(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise TypeError
    return float(given)


def _list(given: object) -> list[object]:
    if not isinstance(given, list):
        raise TypeError
    return cast("list[object]", given)


def _strings(given: object) -> list[str]:
    return [_string(each) for each in _list(given)]


def _pair(given: object) -> tuple[str, str]:
    name, value = _strings(given)
    return name, value
