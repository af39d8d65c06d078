"""What a token is called in the store: a hash of everything that makes it a different token."""

from collections.abc import Sequence
from typing import NamedTuple

from httpls_auth.schemes.flow import TokenKey


class TokenName(NamedTuple):
    """The name of a token. `digest` (64 hexadecimal digits) alone decides which token it is; the rest is for lists."""

    digest: str
    title: str
    environment: str
    project: str


def token_name(key: TokenKey, environments: Sequence[str], project: str, certificate: str = "") -> TokenName:
    """Return the name of the token of `key`, in these environments (in order) of the project with this id.

    `certificate` is the SHA-256 thumbprint of the client certificate that goes to the token endpoint, empty without
    one. So a token is never used in another environment, by another project, or by the bearer of another certificate.
    """
    from hashlib import sha256

    state = sha256(b"httpls token 1")
    for part in (*key.parts, "", *environments, "", project, certificate):
        content = part.encode("utf-8", "surrogatepass")
        # The length keeps ("ab", "c") apart from ("a", "bc").
        state.update(len(content).to_bytes(8, "big") + content)
    return TokenName(state.hexdigest(), key.title, ", ".join(environments), project)
