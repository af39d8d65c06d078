"""An authorization server for OAuth 2.0 with an API behind it. Tokens are JWTs, made and checked by PyJWT."""

import hmac
import secrets
import time
from base64 import b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import sha256
from html import escape
from urllib.parse import parse_qsl, unquote_plus, urlencode

from httpls.lab.auth.refusal import admitted, refused
from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request, json_answer
from httpls.lab.state import PASSWORD, SHARED_KEY, USER, State

CLIENT = "shop-cli"
CLIENT_SECRET = "lab-client-secret"  # noqa: S105 - the credentials of a demonstration, shown on its page

_LIFETIME = 60
_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_ISSUER = "/oauth"


class _RefusedError(Exception):
    """A token request is refused, with a code of RFC 6749, section 5.2."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code


def _discovery(request: Request, _state: State) -> Answer:
    issuer = request.origin + _ISSUER
    return json_answer({
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "device_authorization_endpoint": f"{issuer}/device",
        "revocation_endpoint": f"{issuer}/revoke",
        "code_challenge_methods_supported": ["S256", "plain"],
        "authorization_response_iss_parameter_supported": True,
    })  # fmt: skip


def _authorize(request: Request, state: State) -> Answer:
    """Show who asks for what; the button goes back with a code, the link with a refusal."""
    asked = dict(request.query)
    back = asked.get("redirect_uri", "")
    if asked.get("client_id") != CLIENT or not back.startswith(
        ("http://127.0.0.1", "http://localhost", "http://[::1]")
    ):
        return Answer(400, (("Content-Type", "text/plain"),), b"the client or the redirect URL is unknown\n")
    answer = {"state": asked.get("state", ""), "iss": request.origin + _ISSUER}
    if request.method == "POST":
        code = secrets.token_urlsafe(16)
        with state.lock:
            state.memory["oauth", "code", code] = asked
        return Answer(303, (("Location", f"{back}?{urlencode({'code': code, **answer})}"),))
    refusal = f"{back}?{urlencode({'error': 'access_denied', **answer})}"
    page = (
        '<!doctype html><meta charset="utf-8"><title>Lab: log in</title>'
        f"<p>{escape(asked['client_id'])} asks for <b>{escape(asked.get('scope', 'nothing'))}</b>.</p>"
        f'<form method="post"><button>Log in as {USER}</button></form><p><a href="{escape(refusal)}">Refuse</a></p>'
    )
    return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), page.encode())


def _token(request: Request, state: State) -> Answer:
    form = dict(parse_qsl(request.content().decode("utf-8", "replace"), keep_blank_values=True))
    try:
        is_confidential = _is_authenticated(request, form)
        user, scope = _granted(form, state, is_confidential)
    except _RefusedError as error:
        status = 401 if error.code == "invalid_client" else 400
        return json_answer({"error": error.code, "error_description": str(error)}, status)
    return json_answer(_issued(user, scope, form.get("grant_type") != "client_credentials", request, state))


def _is_authenticated(request: Request, form: dict[str, str]) -> bool:
    """Tell whether the client has shown its secret; a public client names itself only."""
    scheme, _, credentials = request.value("authorization").partition(" ")
    client, secret = form.get("client_id", ""), form.get("client_secret")
    if scheme.lower() == "basic":
        try:
            user, _, password = b64decode(credentials, validate=True).decode().partition(":")
        except (Base64Error, UnicodeDecodeError):
            user, password = "", ""
        client, secret = unquote_plus(user), unquote_plus(password)
    if client != CLIENT or (secret is not None and not hmac.compare_digest(secret.encode(), CLIENT_SECRET.encode())):
        raise _RefusedError("invalid_client", "client id or client secret is wrong")
    return secret is not None


def _granted(form: dict[str, str], state: State, is_confidential: bool) -> tuple[str, str]:
    """Return for whom a token is, and what it allows."""
    grant, scope = form.get("grant_type"), form.get("scope", "")
    if grant == "client_credentials":
        if not is_confidential:
            raise _RefusedError("invalid_client", "this grant needs the client secret")
        return CLIENT, scope
    if grant == "password":
        if (form.get("username"), form.get("password")) != (USER, PASSWORD):
            raise _RefusedError("invalid_grant", "user name or password is wrong")
        return USER, scope
    if grant == "refresh_token":
        kept = _taken(state, "refresh", form.get("refresh_token", ""))
        return kept["user"], kept["scope"]
    if grant == "authorization_code":
        asked = _taken(state, "code", form.get("code", ""))
        _check_verifier(asked, form.get("code_verifier", ""))
        return USER, asked.get("scope", "")
    if grant == _DEVICE:
        code = form.get("device_code", "")
        with state.lock:
            waiting = state.memory.get(("oauth", "device", code))
            if isinstance(waiting, dict) and not waiting.get("confirmed"):
                raise _RefusedError("authorization_pending", "nobody has typed the code yet")
        return USER, _taken(state, "device", code)["scope"]
    raise _RefusedError("unsupported_grant_type", f"there is no grant {grant}")


def _taken(state: State, kind: str, code: str) -> dict[str, str]:
    """Take out what is known of a code; each is good once."""
    with state.lock:
        found = state.memory.pop(("oauth", kind, code), None)
    if not isinstance(found, dict):
        raise _RefusedError("invalid_grant", "it is unknown, or was used before")
    return dict[str, str](found)


def _check_verifier(asked: dict[str, str], verifier: str) -> None:
    expected = asked.get("code_challenge")
    hashed = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    given = verifier if asked.get("code_challenge_method") == "plain" else hashed
    if expected is not None and given != expected:
        raise _RefusedError("invalid_grant", "the code verifier does not fit the code challenge")


def _issued(user: str, scope: str, has_refresh: bool, request: Request, state: State) -> dict[str, object]:
    import jwt

    now = int(time.time())
    claims = {"iss": request.origin + _ISSUER, "sub": user, "scope": scope, "iat": now, "exp": now + _LIFETIME,
              "jti": secrets.token_hex(8)}  # fmt: skip
    members: dict[str, object] = {
        "access_token": jwt.encode(claims, SHARED_KEY, "HS256"), "token_type": "Bearer", "expires_in": _LIFETIME,
        "scope": scope,
    }  # fmt: skip
    if has_refresh:
        refresh = secrets.token_urlsafe(16)
        with state.lock:
            state.memory["oauth", "refresh", refresh] = {"user": user, "scope": scope}
        members["refresh_token"] = refresh
    return members


def _device(request: Request, state: State) -> Answer:
    form = dict(parse_qsl(request.content().decode("utf-8", "replace")))
    try:
        _is_authenticated(request, form)
    except _RefusedError as error:
        return json_answer({"error": error.code, "error_description": str(error)}, 401)
    device, user = secrets.token_urlsafe(16), secrets.token_hex(2).upper()
    with state.lock:
        state.memory["oauth", "device", device] = {"scope": form.get("scope", ""), "user_code": user}
    page = f"{request.origin}{_ISSUER}/activate"
    return json_answer({
        "device_code": device, "user_code": user, "verification_uri": page,
        "verification_uri_complete": f"{page}?code={user}", "expires_in": 600, "interval": 1,
    })  # fmt: skip


def _activate(request: Request, state: State) -> Answer:
    """Confirm the code that a person has typed, or that is in the address."""
    code = request.parameter("code")
    with state.lock:
        for key, found in state.memory.items():
            if key[:2] == ("oauth", "device") and isinstance(found, dict) and found.get("user_code") == code:
                state.memory[key] = {**found, "confirmed": "yes"}
                return Answer(200, (("Content-Type", "text/plain"),), b"Logged in. You can close this window.\n")
    page = (
        '<!doctype html><title>Lab: log in</title><form><input name="code" placeholder="code"><button>Log in</button>'
    )
    return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), page.encode())


def _revoke(request: Request, state: State) -> Answer:
    token = dict(parse_qsl(request.content().decode("utf-8", "replace"))).get("token", "")
    with state.lock:
        state.memory.pop(("oauth", "refresh", token), None)
        state.memory["oauth", "revoked", token] = True
    return Answer(200)


def _orders(request: Request, state: State) -> Answer:
    import jwt

    scheme, _, token = request.value("authorization").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return refused("oauth2", "there is no access token", 'Bearer realm="lab"')
    try:
        claims = jwt.decode(token, SHARED_KEY, ["HS256"], issuer=request.origin + _ISSUER)
    except jwt.InvalidTokenError as error:
        return refused("oauth2", f"the token is not valid: {error}", 'Bearer realm="lab", error="invalid_token"')
    with state.lock:
        if ("oauth", "revoked", token) in state.memory:
            return refused("oauth2", "the token was revoked", 'Bearer realm="lab", error="invalid_token"')
    return admitted("oauth2", user=claims["sub"], scope=claims["scope"])


_NEEDS = f"the client {CLIENT}, with the secret {CLIENT_SECRET} or without; the user {USER}"

GROUP = Group("OAuth 2.0", (
    Endpoint("/oauth/.well-known/openid-configuration", "tells the endpoints of the issuer /oauth", _discovery),
    Endpoint("/oauth/authorize", "asks a person, and goes back with a code", _authorize, ("GET", "POST"), _NEEDS),
    Endpoint("/oauth/token", "gives tokens for a minute; refresh tokens rotate", _token, ("POST",), _NEEDS),
    Endpoint("/oauth/device", "gives a code to be typed at /oauth/activate", _device, ("POST",), _NEEDS),
    Endpoint("/oauth/activate", "where the code of a device is typed", _activate, ("GET",)),
    Endpoint("/oauth/revoke", "ends a token", _revoke, ("POST",)),
    Endpoint("/oauth/orders", "an API that takes the tokens", _orders, needs="a token of /oauth/token"),
    Endpoint("/aad/{tenant}/oauth2/v2.0/token", "the token endpoint as Azure AD has it", _token, ("POST",), _NEEDS),
))  # fmt: skip
"""The endpoints of this module."""
