"""Signed JWTs with which a client, or a user, is vouched for (RFC 7521, RFC 7523)."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from httpls_auth.schemes.compose import base64url, made_with, plain
from httpls_auth.schemes.flow import FlowContext
from httpls_auth.values.value import Value

ASYMMETRIC = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519",
    "Ed448",
)  # fmt: skip
"""The algorithms for a private key."""

SYMMETRIC = ("HS256", "HS384", "HS512")
"""The algorithms for a shared secret."""


class SigningKey(NamedTuple):
    """A private key in any form that `httpls_auth.keys` reads, with its passphrase.

    `algorithm` None stands for the usual one for this kind of key; `identifier` is the `kid` of the header, None for
    the one that the key itself names.
    """

    material: Value
    passphrase: Value | None = None
    algorithm: str | None = None
    identifier: Value | None = None


def signed_by_key(
    claims: Mapping[str, object], key: SigningKey, context: FlowContext, header: Mapping[str, object] | None = None
) -> Value:
    """Return a JWT with these claims, signed by a private key; `header` adds to its header.

    Raises `KeyMaterialError` for a key that cannot be read or does not fit the algorithm.
    """
    from httpls_auth.keys import read_private_key

    wanted = key.identifier.reveal().strip() if key.identifier is not None else None
    read = read_private_key(key.material, key.passphrase, key_id=wanted)
    algorithm = key.algorithm or _usual(read.key)
    kid = wanted or read.key_id
    head = {"typ": "JWT", **(header or {}), **({"kid": kid} if kid else {}), "alg": algorithm}
    return _signed(head, claims, read.key, key.material, context)


def signed_by_secret(claims: Mapping[str, object], secret: Value, algorithm: str, context: FlowContext) -> Value:
    """Return a JWT with these claims, signed with a shared secret (its UTF-8)."""
    return _signed({"typ": "JWT", "alg": algorithm}, claims, secret.reveal().encode("utf-8"), secret, context)


def unique_identifier(context: FlowContext) -> str:
    """Return a fresh `jti`."""
    return base64url(context.random(16))


def _signed(
    header: Mapping[str, object], claims: Mapping[str, object], key: object, material: Value, context: FlowContext
) -> Value:
    from httpls_auth.jws import sign_compact

    context.note("header of the assertion", plain(json.dumps(header, ensure_ascii=False)))
    context.note("claims of the assertion", plain(json.dumps(claims, ensure_ascii=False)))
    content = json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    token = made_with(sign_compact(header, content, key).token, material)  # type: ignore[arg-type]  # a key, or bytes
    context.note("assertion", token)
    return token


def _usual(key: object) -> str:
    """Return the algorithm that is usual for a kind of key."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519

    if isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey):
        return "EdDSA"
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return _OF_CURVES.get(key.curve.name, "ES256")
    return "HS256" if isinstance(key, bytes) else "RS256"


_OF_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512", "secp256k1": "ES256K"}
