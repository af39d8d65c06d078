"""An authorization server for OAuth 2.0 with an API behind it. Tokens are JWTs, made and checked by PyJWT."""

import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from typing import NamedTuple, cast
from urllib.parse import parse_qsl, urlencode

from httpls.lab.auth.oauth_client import CLIENT, ISSUER, RefusedError, asserted, is_confidential
from httpls.lab.auth.oauth_dpop import thumbprint_of_proof
from httpls.lab.auth.refusal import admitted, refused
from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request, json_answer
from httpls.lab.state import CLIENT_SECRET, PASSWORD, SHARED_KEY, USER, State

_LIFETIME = 60
_URN = "urn:ietf:params:oauth"
_DEVICE = f"{_URN}:grant-type:device_code"
_EXCHANGE = f"{_URN}:grant-type:token-exchange"
_JWT_BEARER = f"{_URN}:grant-type:jwt-bearer"
_ACCESS_TOKEN = f"{_URN}:token-type:access_token"
_GRANTS = ("authorization_code", "client_credentials", "implicit", "password", "refresh_token", _DEVICE, _EXCHANGE,
           _JWT_BEARER)  # fmt: skip
_ANSWERS_TO = ("http://127.0.0.1", "http://localhost", "http://[::1]")
_NONCE = "lab-nonce-1"


class _Granted(NamedTuple):
    """What a token request was found to be good for."""

    user: str
    scope: str
    has_refresh: bool
    more: Mapping[str, object] = {}
    nonce: str | None = None


def _discovery(request: Request, _state: State) -> Answer:
    issuer = request.origin + ISSUER
    return json_answer({
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "device_authorization_endpoint": f"{issuer}/device",
        "pushed_authorization_request_endpoint": f"{issuer}/par",
        "revocation_endpoint": f"{issuer}/revoke",
        "grant_types_supported": _GRANTS,
        "response_types_supported": ["code", "token"],
        "code_challenge_methods_supported": ["S256", "plain"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "tls_client_auth",
            "none",
        ],
        "dpop_signing_alg_values_supported": ["ES256"],
        "authorization_response_iss_parameter_supported": True,
    })  # fmt: skip


def _authorize(request: Request, state: State) -> Answer:
    """Show who asks for what; the button goes back with a code, the link with a refusal. `prompt=none` asks nobody."""
    asked = dict(request.query)
    if "request_uri" in asked:
        asked = {"client_id": asked.get("client_id", ""), **(_kept(state, "request", asked["request_uri"]) or {})}
    back = asked.get("redirect_uri", "")
    if asked.get("client_id") != CLIENT or not back.startswith(_ANSWERS_TO):
        return Answer(400, (("Content-Type", "text/plain"),), b"the client or the redirect URL is unknown\n")
    answer = {"state": asked.get("state", ""), "iss": request.origin + ISSUER}
    if request.method == "POST" or asked.get("prompt") == "none":
        return _gone_back(asked, answer, request, state)
    refusal = f"{back}?{urlencode({'error': 'access_denied', **answer})}"
    page = (
        '<!doctype html><meta charset="utf-8"><title>Lab: log in</title>'
        f"<p>{escape(asked['client_id'])} asks for <b>{escape(asked.get('scope', 'nothing'))}</b>.</p>"
        f'<form method="post"><button>Log in as {USER}</button></form><p><a href="{escape(refusal)}">Refuse</a></p>'
    )
    return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), page.encode())


def _gone_back(asked: dict[str, str], answer: dict[str, str], request: Request, state: State) -> Answer:
    back = asked["redirect_uri"]
    if asked.get("response_type") == "token":
        issued = _issued(_Granted(USER, asked.get("scope", ""), False, nonce=asked.get("nonce")), None, request, state)
        members = {name: str(value) for name, value in issued.items()}
        return Answer(303, (("Location", f"{back}#{urlencode({**members, **answer})}"),))
    code = secrets.token_urlsafe(16)
    with state.lock:
        state.memory["oauth", "code", code] = asked
    return Answer(303, (("Location", f"{back}?{urlencode({'code': code, **answer})}"),))


def _push(request: Request, state: State) -> Answer:
    """Take the parameters of an authorization request beforehand (RFC 9126)."""
    form = _form(request)
    try:
        is_confidential(request, form, state)
    except RefusedError as error:
        return _error(error)
    uri = f"{_URN}:request_uri:{secrets.token_urlsafe(16)}"
    with state.lock:
        state.memory["oauth", "request", uri] = form
    return json_answer({"request_uri": uri, "expires_in": _LIFETIME}, 201)


def _token(request: Request, state: State) -> Answer:
    form = _form(request)
    try:
        thumbprint = thumbprint_of_proof(request, state, nonce=_NONCE)
        granted = _granted(form, request, state, is_confidential(request, form, state))
    except RefusedError as error:
        return _error(error)
    return json_answer(_issued(granted, thumbprint, request, state))


def _error(error: RefusedError) -> Answer:
    status = 401 if error.code == "invalid_client" else 400
    nonce = (("DPoP-Nonce", _NONCE),) if error.code == "use_dpop_nonce" else ()
    return json_answer({"error": error.code, "error_description": str(error)}, status, *nonce)


def _granted(form: dict[str, str], request: Request, state: State, is_known: bool) -> _Granted:
    """Return for whom a token is, and what it allows. Raises `RefusedError`."""
    grant, scope = form.get("grant_type"), form.get("scope", "")
    if grant == "client_credentials":
        if not is_known:
            raise RefusedError("invalid_client", "this grant needs the client secret")
        return _Granted(CLIENT, scope, False)
    if grant == "password":
        if (form.get("username"), form.get("password")) != (USER, PASSWORD):
            raise RefusedError("invalid_grant", "user name or password is wrong")
        return _Granted(USER, scope, True)
    if grant == "refresh_token":
        kept = _taken(state, "refresh", form.get("refresh_token", ""))
        return _Granted(kept["user"], kept["scope"], True)
    if grant == "authorization_code":
        asked = _taken(state, "code", form.get("code", ""))
        _check_verifier(asked, form)
        return _Granted(USER, asked.get("scope", ""), True, nonce=asked.get("nonce"))
    if grant == _DEVICE:
        return _Granted(USER, _confirmed(form.get("device_code", ""), state)["scope"], True)
    if grant == _EXCHANGE:
        subject = _subject(form, request)
        more = {"issued_token_type": _ACCESS_TOKEN, "audience": form.get("audience", "")}
        return _Granted(subject, scope, False, more)
    if grant == _JWT_BEARER:
        claims = asserted(form.get("assertion", ""), SHARED_KEY, request, state, "invalid_grant")
        return _Granted(str(claims["sub"]), scope or str(claims.get("scope", "")), False)
    raise RefusedError("unsupported_grant_type", f"there is no grant {grant}")


def _subject(form: Mapping[str, str], request: Request) -> str:
    """Return whose token is exchanged (RFC 8693)."""
    import jwt

    try:
        claims = jwt.decode(form.get("subject_token", ""), SHARED_KEY, ["HS256"], issuer=request.origin + ISSUER)
    except jwt.InvalidTokenError as error:
        raise RefusedError("invalid_request", f"the token of the subject is not valid: {error}") from None
    return str(claims["sub"])


def _confirmed(code: str, state: State) -> dict[str, str]:
    waiting = _kept(state, "device", code)
    if waiting is not None and not waiting.get("confirmed"):
        raise RefusedError("authorization_pending", "nobody has typed the code yet")
    return _taken(state, "device", code)


def _taken(state: State, kind: str, code: str) -> dict[str, str]:
    """Take out what is known of a code; each is good once."""
    with state.lock:
        found = _kept(state, kind, code)
        state.memory.pop(("oauth", kind, code), None)
    if found is None:
        raise RefusedError("invalid_grant", "it is unknown, or was used before")
    return found


def _kept(state: State, kind: str, code: str) -> dict[str, str] | None:
    with state.lock:
        found = state.memory.get(("oauth", kind, code))
    return cast("dict[str, str]", found) if isinstance(found, dict) else None


def _check_verifier(asked: Mapping[str, str], form: Mapping[str, str]) -> None:
    verifier, expected = form.get("code_verifier", ""), asked.get("code_challenge")
    hashed = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    given = verifier if asked.get("code_challenge_method") == "plain" else hashed
    if expected is not None and given != expected:
        raise RefusedError("invalid_grant", "the code verifier does not fit the code challenge")
    if form.get("redirect_uri") != asked.get("redirect_uri"):
        raise RefusedError("invalid_grant", "the redirect URL is another one than before")


def _issued(granted: _Granted, thumbprint: str | None, request: Request, state: State) -> dict[str, object]:
    import jwt

    now = int(time.time())
    claims: dict[str, object] = {
        "iss": request.origin + ISSUER, "sub": granted.user, "scope": granted.scope, "iat": now,
        "exp": now + _LIFETIME, "jti": secrets.token_hex(8),
    }  # fmt: skip
    if thumbprint is not None:
        claims["cnf"] = {"jkt": thumbprint}
    members: dict[str, object] = {
        "access_token": jwt.encode(claims, SHARED_KEY, "HS256"),
        "token_type": "Bearer" if thumbprint is None else "DPoP",
        "expires_in": _LIFETIME, "scope": granted.scope, **granted.more,
    }  # fmt: skip
    if "openid" in granted.scope.split():
        members["id_token"] = jwt.encode({**claims, "aud": CLIENT, "nonce": granted.nonce}, SHARED_KEY, "HS256")
    if granted.has_refresh:
        refresh = secrets.token_urlsafe(16)
        with state.lock:
            state.memory["oauth", "refresh", refresh] = {"user": granted.user, "scope": granted.scope}
        members["refresh_token"] = refresh
    return members


def _device(request: Request, state: State) -> Answer:
    form = _form(request)
    try:
        is_confidential(request, form, state)
    except RefusedError as error:
        return _error(error)
    device, user = secrets.token_urlsafe(16), secrets.token_hex(2).upper()
    with state.lock:
        state.memory["oauth", "device", device] = {"scope": form.get("scope", ""), "user_code": user}
    page = f"{request.origin}{ISSUER}/activate"
    return json_answer({
        "device_code": device, "user_code": user, "verification_uri": page,
        "verification_uri_complete": f"{page}?code={user}", "expires_in": 600, "interval": 1,
    })  # fmt: skip


def _activate(request: Request, state: State) -> Answer:
    """Confirm the code that a person has typed, or that is in the address."""
    code = request.parameter("code")
    with state.lock:
        for key in list(state.memory):
            waiting = _kept(state, "device", key[2]) if key[:2] == ("oauth", "device") else None
            if waiting is not None and waiting.get("user_code") == code:
                state.memory[key] = {**waiting, "confirmed": "yes"}
                return Answer(200, (("Content-Type", "text/plain"),), b"Logged in. You can close this window.\n")
    page = (
        '<!doctype html><title>Lab: log in</title><form><input name="code" placeholder="code"><button>Log in</button>'
    )
    return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), page.encode())


def _revoke(request: Request, state: State) -> Answer:
    token = _form(request).get("token", "")
    with state.lock:
        state.memory.pop(("oauth", "refresh", token), None)
        state.memory["oauth", "revoked", token] = True
    return Answer(200)


def _api(request: Request, state: State) -> Answer:
    import jwt

    scheme, _, token = request.value("authorization").partition(" ")
    if not token:
        scheme, token = "bearer", request.parameter("access_token")
    if scheme.lower() not in ("bearer", "dpop") or not token:
        return refused("oauth2", "there is no access token", 'Bearer realm="lab"')
    try:
        claims = jwt.decode(token, SHARED_KEY, ["HS256"], issuer=request.origin + ISSUER)
        thumbprint = thumbprint_of_proof(request, state, token)
    except jwt.InvalidTokenError as error:
        return refused("oauth2", f"the token is not valid: {error}", 'Bearer realm="lab", error="invalid_token"')
    except RefusedError as error:
        return refused("oauth2", str(error), f'DPoP error="{error.code}"')
    bound = dict(claims.get("cnf") or {}).get("jkt")
    if bound is not None and (scheme.lower() != "dpop" or bound != thumbprint):
        return refused("oauth2", "the token is bound to another key", 'DPoP error="invalid_token"')
    with state.lock:
        if ("oauth", "revoked", token) in state.memory:
            return refused("oauth2", "the token was revoked", 'Bearer realm="lab", error="invalid_token"')
    return admitted("oauth2", user=claims["sub"], scope=claims["scope"], proved=bound is not None)


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.content().decode("utf-8", "replace"), keep_blank_values=True))


_NEEDS = f"the client {CLIENT}, with the secret {CLIENT_SECRET}, an assertion or neither; the user {USER}"
_TAKES = "an API that takes the tokens"

GROUP = Group("OAuth 2.0", (
    Endpoint("/oauth/.well-known/openid-configuration", "tells the endpoints of the issuer /oauth", _discovery),
    Endpoint(
        "/oauth/authorize", "asks a person, and goes back with a code; `prompt=none` asks nobody", _authorize,
        ("GET", "POST"), _NEEDS,
    ),
    Endpoint("/oauth/par", "takes an authorization request beforehand", _push, ("POST",), _NEEDS),
    Endpoint("/oauth/token", "gives tokens for a minute; refresh tokens rotate", _token, ("POST",), _NEEDS),
    Endpoint("/oauth/device", "gives a code to be typed at /oauth/activate", _device, ("POST",), _NEEDS),
    Endpoint("/oauth/activate", "where the code of a device is typed", _activate, ("GET",)),
    Endpoint("/oauth/revoke", "ends a token", _revoke, ("POST",)),
    Endpoint("/auth/oauth2", _TAKES, _api, needs="a token of /oauth/token"),
    Endpoint("/auth/oidc", _TAKES, _api, needs="a token of /oauth/token"),
    Endpoint("/auth/aad", _TAKES, _api, needs="a token of /aad/{tenant}/oauth2/v2.0/token"),
    Endpoint("/aad/{tenant}/oauth2/v2.0/token", "the token endpoint as Azure AD has it", _token, ("POST",), _NEEDS),
))  # fmt: skip
"""The endpoints of this module."""
