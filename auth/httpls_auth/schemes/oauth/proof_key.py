"""Proof Key for Code Exchange (PKCE, RFC 7636): only who began a login can take its code to the token endpoint."""

import re
from hashlib import sha256

from httpls_auth.errors import ParameterError
from httpls_auth.schemes.compose import base64url
from httpls_auth.values.value import Value

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def checked_verifier(verifier: Value) -> Value:
    """Return a verifier that a person wrote. Raises `ParameterError` for one against RFC 7636, section 4.1."""
    if not _VERIFIER.fullmatch(verifier.reveal()):
        raise ParameterError(
            "code-verifier",
            "the code verifier has to have 43 to 128 of the characters A-Z, a-z, 0-9, `-`, `.`, `_`, `~`",
            "Leave it out: a random one is made for each login.",
        )
    return verifier


def challenge(verifier: str, method: str) -> str:
    """Return the code challenge of a verifier by the method `S256` or `plain` (section 4.2)."""
    return verifier if method == "plain" else base64url(sha256(verifier.encode("ascii")).digest())
