"""ASAP, Atlassian's tokens between services (https://s2sauth.bitbucket.io/spec/), checked by PyJWT."""

from httpls.lab.auth.refusal import admitted, refused
from httpls.lab.auth.replay import is_replayed
from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.keys import EC_PRIVATE, EC_PUBLIC, RSA_PRIVATE, RSA_PUBLIC
from httpls.lab.message import Answer, Request
from httpls.lab.state import State

ISSUER = "my-service"
AUDIENCE = "their-service"
_KEYS = {"RS": RSA_PUBLIC, "PS": RSA_PUBLIC, "ES": EC_PUBLIC}
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256"]
_LONGEST = 3600


def _asap(request: Request, state: State) -> Answer:
    import jwt

    scheme, _, token = request.value("authorization").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return refused("asap", "there is no token", "Bearer")
    try:
        head = jwt.get_unverified_header(token)
        algorithm, key_id = str(head.get("alg", "")), str(head.get("kid", ""))
        if algorithm not in _ALGORITHMS or not key_id.startswith(f"{ISSUER}/"):
            return refused("asap", "the algorithm or the id of the key is not taken", 'Bearer error="invalid_token"')
        key = (state.folder / _KEYS[algorithm[:2]]).read_text()
        claims = jwt.decode(
            token, key, algorithms=[algorithm], audience=AUDIENCE, issuer=ISSUER, leeway=5,
            options={"require": ["iss", "aud", "iat", "exp", "jti"]},
        )  # fmt: skip
    except jwt.InvalidTokenError as error:
        return refused("asap", f"the token is not valid: {error}", 'Bearer error="invalid_token"')
    if claims["exp"] - claims["iat"] > _LONGEST:
        return refused("asap", "the token lives for more than an hour", 'Bearer error="invalid_token"')
    if is_replayed(state, "asap", str(claims["jti"]), _LONGEST):
        return refused("asap", "the token was used before", 'Bearer error="invalid_token"')
    return admitted("asap", header=head, claims=claims)


GROUP = Group("ASAP", (
    Endpoint(
        "/auth/asap", f"a token of {ISSUER} for {AUDIENCE}, good once", _asap,
        needs=f"{RSA_PRIVATE} or {EC_PRIVATE} of the folder, with an id that begins with {ISSUER}/",
    ),
))  # fmt: skip
"""The endpoints of this module."""
