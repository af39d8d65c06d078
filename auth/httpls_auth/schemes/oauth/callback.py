"""Reads the callback of a login: it must be the one that was asked for, and from the server that was asked."""

from collections.abc import Mapping
from hmac import compare_digest
from urllib.parse import parse_qs, urlsplit

from httpls_auth.errors import TokenError
from httpls_auth.schemes.oauth.token_answer import error_of
from httpls_auth.values.value import Value


def read_callback(callback: Value, state: str, issuer: str | None, sends_issuer: bool) -> Mapping[str, str]:
    """Return the parameters of a callback URL, those of its query and those of its fragment.

    `issuer` is the one that was asked, None if it is not known; `sends_issuer` says that it always tells who it is.
    Raises `TokenError` if the state is not the one that was sent (RFC 6749, section 10.12), if the issuer is another
    (RFC 9207, section 2.4), if a parameter comes twice, or if the server refused.
    """
    parts = urlsplit(callback.reveal())
    members: dict[str, str] = {}
    for piece in (parts.query, parts.fragment):
        for name, values in parse_qs(piece, keep_blank_values=True).items():
            if len(values) > 1 or name in members:
                # RFC 6749, section 3.1. Two codes or two states are how one answer is mixed into another.
                raise TokenError("the callback of the login has a parameter twice; it is not trusted")
            members[name] = values[0]
    if not compare_digest(members.get("state", "").encode(), state.encode()):
        raise TokenError(
            "the callback does not belong to this login: its `state` is not the one that was sent",
            "Start the login again, and use the page that it opens.",
        )
    given = members.get("iss")
    if issuer is not None and (given is not None or sends_issuer) and given != issuer:
        raise TokenError(
            f"the callback is not from the issuer `{issuer}` that was asked",
            "Check `issuer`: it must be written as the server itself does.",
        )
    if "error" in members:
        raise error_of(members, None, None)
    return members
