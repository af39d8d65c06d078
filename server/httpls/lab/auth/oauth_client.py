"""How a client shows the authorization server who it is (RFC 6749, section 2.3; RFC 7523, section 2.2; RFC 8705)."""

import hmac
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from urllib.parse import unquote_plus

from httpls.lab.auth.replay import is_replayed
from httpls.lab.keys import EC_PUBLIC, ED25519_PUBLIC, RSA_PUBLIC
from httpls.lab.message import Request
from httpls.lab.state import CLIENT_SECRET, State

CLIENT = "shop-cli"
ISSUER = "/oauth"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

_PUBLIC_KEYS = {"RS": RSA_PUBLIC, "PS": RSA_PUBLIC, "ES": EC_PUBLIC, "Ed": ED25519_PUBLIC}
_ALGORITHMS = ("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "EdDSA")


class RefusedError(Exception):
    """A request to the authorization server is refused, with a code of RFC 6749, section 5.2."""

    def __init__(self, code: str, description: str) -> None:
        """Take the code and what is told of it."""
        super().__init__(description)
        self.code = code


def is_confidential(request: Request, form: Mapping[str, str], state: State) -> bool:
    """Tell whether the client has proved who it is; a public client names itself only. Raises `RefusedError`."""
    scheme, _, credentials = request.value("authorization").partition(" ")
    client, secret = form.get("client_id", ""), form.get("client_secret")
    if "client_assertion" in form:
        claims = asserted(form["client_assertion"], CLIENT_SECRET, request, state, "invalid_client")
        if form.get("client_assertion_type") != ASSERTION or claims.get("iss") != CLIENT or claims["sub"] != CLIENT:
            raise RefusedError("invalid_client", "the assertion is not that of the client")
        return True
    if scheme.lower() == "basic":
        try:
            user, _, password = b64decode(credentials, validate=True).decode().partition(":")
        except (Base64Error, UnicodeDecodeError):
            user, password = "", ""
        client, secret = unquote_plus(user), unquote_plus(password)
    if client != CLIENT or (secret is not None and not hmac.compare_digest(secret.encode(), CLIENT_SECRET.encode())):
        raise RefusedError("invalid_client", "client id or client secret is wrong")
    return secret is not None or bool(request.certificate)


def asserted(token: str, secret: str, request: Request, state: State, code: str) -> Mapping[str, object]:
    """Return the claims of an assertion for this server, good once, signed with the secret or a key of the folder.

    Raises `RefusedError` with `code`.
    """
    import jwt

    issuer = request.origin + ISSUER
    try:
        algorithm = str(jwt.get_unverified_header(token).get("alg", ""))
        if algorithm not in _ALGORITHMS:
            raise RefusedError(code, f"the algorithm {algorithm} is not taken")
        file = _PUBLIC_KEYS.get(algorithm[:2])
        key = secret if file is None else (state.folder / file).read_text(encoding="ascii")
        audience = [issuer, request.origin + request.path, f"{issuer}/token"]
        claims: dict[str, object] = jwt.decode(
            token, key, [algorithm], audience=audience, options={"require": ["iss", "sub", "aud", "exp", "jti"]},
            leeway=5,
        )  # fmt: skip
    except jwt.InvalidTokenError as error:
        raise RefusedError(code, f"the assertion is not valid: {error}") from None
    if is_replayed(state, "assertion", str(claims["jti"]), 3600):
        raise RefusedError(code, "the assertion was used before")
    return claims
