"""Demonstrating Proof of Possession (DPoP, RFC 9449): tokens that are worth nothing without the key they are bound to.

The key is made for each token and kept beside it, so that a refresh token stays usable.
"""

import json
from hashlib import sha256
from urllib.parse import urlsplit

from httpls_auth.schemes.compose import base64url, made_with, plain
from httpls_auth.schemes.flow import FlowContext
from httpls_auth.schemes.oauth.assertion import unique_identifier
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

ALGORITHM = "ES256"
"""Every server that knows DPoP knows it."""

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the curve P-256 (FIPS 186-5)."""


def new_key(context: FlowContext) -> Value:
    """Return a fresh private key on P-256 as a JWK."""
    from cryptography.hazmat.primitives.asymmetric import ec

    scalar = int.from_bytes(context.random(40), "big") % (_ORDER - 1) + 1
    numbers = ec.derive_private_key(scalar, ec.SECP256R1()).public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256", **{
        name: base64url(number.to_bytes(32, "big"))
        for name, number in (("x", numbers.x), ("y", numbers.y), ("d", scalar))
    }}  # fmt: skip
    return Value(json.dumps(jwk), Provenance(Origination.DYNAMIC, "DPoP key"), Labels("DPoP key"))


def thumbprint(key: Value) -> str:
    """Return the thumbprint of the public key (RFC 7638), as `dpop_jkt` and `cnf.jkt` have it."""
    public = _public(key)
    members = {name: public[name] for name in ("crv", "kty", "x", "y")}
    return base64url(sha256(json.dumps(members, separators=(",", ":")).encode("ascii")).digest())


def proof(
    key: Value, method: str, url: str, context: FlowContext, *, nonce: str | None = None, token: Value | None = None
) -> Value:
    """Return the proof for one request (section 4.2): a JWT over its method and its URL without query and fragment.

    `nonce` is what the server asked for last, `token` the access token that goes with the request.
    """
    from httpls_auth.jws import sign_compact
    from httpls_auth.keys import read_private_key

    parts = urlsplit(url)
    claims: dict[str, object] = {
        "jti": unique_identifier(context),
        "htm": method,
        "htu": parts._replace(query="", fragment="").geturl(),
        "iat": int(context.now()),
    }
    if token is not None:
        claims["ath"] = base64url(sha256(token.reveal().encode("utf-8")).digest())
    if nonce is not None:
        claims["nonce"] = nonce
    header = {"typ": "dpop+jwt", "alg": ALGORITHM, "jwk": _public(key)}
    context.note("DPoP proof, claims", plain(json.dumps(claims)))
    content = json.dumps(claims, separators=(",", ":")).encode("utf-8")
    return made_with(sign_compact(header, content, read_private_key(key).key).token, key)


def known_nonce(origin: Origin, context: FlowContext) -> str | None:
    """Return the nonce that an origin asked for last (section 8)."""
    nonce = context.memory.get(("dpop", str(origin)))
    return nonce if isinstance(nonce, str) else None


def learn_nonce(origin: Origin, nonce: str | None, context: FlowContext) -> bool:
    """Remember the nonce of a response, the field `DPoP-Nonce`; tell whether it is a new one."""
    if not nonce or nonce == known_nonce(origin, context):
        return False
    context.memory["dpop", str(origin)] = nonce
    return True


def _public(key: Value) -> dict[str, str]:
    jwk = json.loads(key.reveal())
    return {name: str(jwk[name]) for name in ("kty", "crv", "x", "y")}
