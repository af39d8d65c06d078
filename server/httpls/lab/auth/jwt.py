"""JSON Web Tokens that the client signs itself, checked by PyJWT."""

from httpls.lab.auth.refusal import admitted, refused
from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.keys import EC_PUBLIC, ED25519_PUBLIC, RSA_PUBLIC
from httpls.lab.message import Answer, Request
from httpls.lab.state import SHARED_KEY, State

_KEYS = {
    "HS": None,
    "RS": RSA_PUBLIC,
    "PS": RSA_PUBLIC,
    "ES": EC_PUBLIC,
    "Ed": ED25519_PUBLIC,
}
"""The file of the public key by the first two letters of the algorithm; None for the shared key."""
_ALGORITHMS = ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "EdDSA"]


def _jwt(request: Request, state: State) -> Answer:
    import jwt

    challenge = 'Bearer realm="lab"'
    scheme, _, token = request.value("authorization").partition(" ")
    if not token:
        scheme, token = "Bearer", request.parameter("token")
    if scheme.lower() != "bearer" or not token:
        return refused("jwt", "there is no token in Authorization or `?token=`", challenge)
    try:
        head = jwt.get_unverified_header(token)
        algorithm = str(head.get("alg", ""))
        if algorithm not in _ALGORITHMS:
            return refused("jwt", f"the algorithm {algorithm} is not taken", challenge)
        file = _KEYS[algorithm[:2]]
        key = SHARED_KEY if file is None else (state.folder / file).read_text()
        audience = request.parameter("audience") or None
        claims = jwt.decode(
            token, key, algorithms=[algorithm], audience=audience, options={"verify_aud": audience is not None}
        )
    except jwt.InvalidTokenError as error:
        return refused("jwt", f"the token is not valid: {error}", f'{challenge}, error="invalid_token"')
    return admitted("jwt", header=head, claims=claims)


GROUP = Group("JSON Web Tokens", (
    Endpoint(
        "/auth/jwt", f"a token signed with one of {', '.join(_ALGORITHMS)}; `?audience=` demands one", _jwt,
        needs=f"the shared key {SHARED_KEY} for HS…, else a private key of the folder",
    ),
))  # fmt: skip
"""The endpoints of this module."""
