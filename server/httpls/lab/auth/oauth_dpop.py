"""Proof of possession (DPoP, RFC 9449), checked by PyJWT."""

import json
import time
from base64 import urlsafe_b64encode
from hashlib import sha256

from httpls.lab.auth.oauth_client import RefusedError
from httpls.lab.auth.replay import is_replayed
from httpls.lab.message import Request
from httpls.lab.state import State

_SKEW = 60


def thumbprint_of_proof(request: Request, state: State, token: str | None = None, nonce: str = "") -> str | None:
    """Return the thumbprint (RFC 7638) of the key with which the request is proved, None if it has no proof.

    `token` is the access token that the proof is for, `nonce` what it has to repeat. Raises `RefusedError` for a proof
    that is not good (section 4.3).
    """
    import jwt

    proofs = request.values("dpop")
    if not proofs:
        return None
    if len(proofs) > 1:
        raise RefusedError("invalid_dpop_proof", "there is more than one proof")
    try:
        head = jwt.get_unverified_header(proofs[0])
        key = jwt.PyJWK(head["jwk"], "ES256")
        if head.get("typ") != "dpop+jwt" or head.get("alg") != "ES256" or "d" in head["jwk"]:
            raise RefusedError("invalid_dpop_proof", "the header of the proof is wrong")
        claims = jwt.decode(proofs[0], key, ["ES256"], options={"require": ["jti", "iat"]}, leeway=_SKEW)
    except (jwt.PyJWTError, KeyError, TypeError) as error:
        raise RefusedError("invalid_dpop_proof", f"the proof is not valid: {error}") from None
    if nonce and claims.get("nonce") != nonce:
        raise RefusedError("use_dpop_nonce", "the proof has to have the nonce")
    url = request.origin + request.path
    is_fitting = claims.get("htm") == request.method and claims.get("htu") == url
    if not is_fitting or abs(time.time() - claims["iat"]) > _SKEW:
        raise RefusedError("invalid_dpop_proof", "the proof is for another request, or too old")
    if token is not None and claims.get("ath") != _base64url(sha256(token.encode()).digest()):
        raise RefusedError("invalid_dpop_proof", "the proof is for another token")
    if is_replayed(state, "dpop", str(claims["jti"]), 2 * _SKEW):
        raise RefusedError("invalid_dpop_proof", "the proof was used before")
    members = {name: head["jwk"][name] for name in ("crv", "kty", "x", "y")}
    return _base64url(sha256(json.dumps(members, separators=(",", ":")).encode()).digest())


def _base64url(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
