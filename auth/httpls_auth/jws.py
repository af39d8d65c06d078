"""JSON Web Signatures in compact form (RFC 7515), with every algorithm of RFC 7518, RFC 8037, RFC 8812 and RFC 9864."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from httpls_auth.errors import KeyMaterialError
from httpls_auth.keys import CURVES, describe
from httpls_auth.schemes.compose import base64url

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

ALGORITHMS = (
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
    "ES256K", "EdDSA", "Ed25519", "Ed448",
)  # fmt: skip
"""The algorithms for signatures, as `alg` names them."""

_EC_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "ES256K": "secp256k1"}


class CompactSignature(NamedTuple):
    """A token in its two pieces: what is signed (`header.payload`) and the signature, both encoded."""

    signing_input: str
    signature: str

    @property
    def token(self) -> str:
        """The token."""
        return f"{self.signing_input}.{self.signature}"


def sign_compact(header: Mapping[str, object], payload: bytes, key: "PrivateKeyTypes | bytes") -> CompactSignature:
    """Sign a payload by the algorithm that `alg` in the header names.

    Raises `KeyMaterialError` if the key is not one for the algorithm.
    """
    algorithm = str(header["alg"])
    check_fits(algorithm, key)
    encoded = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    return sign_encoded(algorithm, f"{base64url(encoded)}.{base64url(payload)}", key)


def sign_encoded(algorithm: str, signing_input: str, key: "PrivateKeyTypes | bytes") -> CompactSignature:
    """Sign what is encoded already; the key has to fit the algorithm."""
    from jwt.algorithms import get_default_algorithms

    signer = get_default_algorithms()["EdDSA" if algorithm in ("Ed25519", "Ed448") else algorithm]
    try:
        signature = signer.sign(signing_input.encode("ascii"), key)
    except ValueError:
        raise KeyMaterialError(f"the key is too short for `{algorithm}`: {describe(key)}", "", "algorithm") from None
    return CompactSignature(signing_input, base64url(signature))


def check_fits(algorithm: str, key: "PrivateKeyTypes | bytes") -> None:
    """Raise `KeyMaterialError` unless the key is one for the algorithm."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

    if algorithm.startswith("HS"):
        fits = isinstance(key, bytes) and bool(key)
        wanted = "a shared secret"
    elif algorithm.startswith(("RS", "PS")):
        fits = isinstance(key, rsa.RSAPrivateKey)
        wanted = "an RSA key"
    elif algorithm in _EC_CURVES:
        wanted = f"an EC key on the curve {_EC_CURVES[algorithm]}"
        fits = isinstance(key, ec.EllipticCurvePrivateKey) and CURVES.get(key.curve.name) == _EC_CURVES[algorithm]
    elif algorithm == "Ed448":
        fits, wanted = isinstance(key, ed448.Ed448PrivateKey), "an Ed448 key"
    elif algorithm == "Ed25519":
        fits, wanted = isinstance(key, ed25519.Ed25519PrivateKey), "an Ed25519 key"
    else:
        fits, wanted = isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey), "an Ed25519 or Ed448 key"
    if not fits:
        raise KeyMaterialError(
            f"`{algorithm}` needs {wanted}, but the key is: {describe(key)}",
            "Use another algorithm, or another key.",
            "algorithm",
        )
