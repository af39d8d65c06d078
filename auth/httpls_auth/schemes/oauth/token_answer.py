"""Reads what a token endpoint answers: a token (RFC 6749, section 5.1) or an error (5.2), or neither.

An answer is hostile until it proves otherwise. Nothing of its content gets into an error but the texts that the
protocol has for that, shortened, without control characters, and without anything that was sent.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from httpls_auth.errors import TokenError
from httpls_auth.schemes.flow import Token
from httpls_auth.schemes.message import Response
from httpls_auth.schemes.oauth.claims import claims_of, time_of
from httpls_auth.schemes.oauth.json_object import json_object
from httpls_auth.schemes.oauth.token_request import TokenRequest
from httpls_auth.values.labels import Labels
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.redactor import Redactor
from httpls_auth.values.secret_names import looks_secret
from httpls_auth.values.value import Value

DEFAULT_LIFETIME = 300.0
"""Seconds for which a token is used that tells nothing about its end."""


def read_token(request: TokenRequest, response: Response, now: float, lifetime: float = DEFAULT_LIFETIME) -> Token:
    """Return the token in an answer; `lifetime` counts if neither the answer nor the token tells one.

    Raises `TokenError` for an error, and for everything that is no token.
    """
    members = members_of(request, response)
    return token_of(members, now, lifetime)


def members_of(request: TokenRequest, response: Response) -> Mapping[str, object]:
    """Return the members of an answer. Raises `TokenError` for an error, and for what is neither JSON nor a form."""
    members = _members(response)
    if members is not None and isinstance(members.get("error"), str):
        raise error_of(members, request, response.head.status)
    if members is None or not 200 <= response.head.status < 300:
        raise TokenError(
            f"{shown_url(request)} answered {response.head.status} with {_described(response)}, which is no token",
            "Check the URL of the token endpoint; the server may be down, or something else may listen there.",
        )
    return members


def token_of(members: Mapping[str, object], now: float, lifetime: float = DEFAULT_LIFETIME) -> Token:
    """Return the token that the members of an answer hold. Raises `TokenError` if there is none."""
    access = _text(members, "access_token", "accessToken", "access-token")
    identity = _text(members, "id_token")
    if not access and not identity:
        raise TokenError("the token endpoint answered without a token")
    kind = _text(members, "token_type", "tokenType") or "Bearer"
    if kind.lower() == "mac":
        raise TokenError("the server issues MAC tokens, which nobody can use: their standard was never finished")
    # Some servers give nothing but an ID token, which is then what they want to see.
    text = access or identity or ""
    refresh = _text(members, "refresh_token", "refreshToken")
    return Token(
        _secret(text, "access token"),
        kind,
        now,
        _expiry(members, text, now, lifetime),
        _secret(refresh, "refresh token") if refresh else None,
        _secret(identity, "ID token") if identity else None,
        _text(members, "scope"),
        _extra(members),
    )


def error_of(members: Mapping[str, object], request: TokenRequest | None, status: int | None) -> TokenError:
    """Return the error that the members of an answer, or of a callback, tell."""
    code = _clean(_text(members, "error") or "", request, 60)
    description = _clean(_text(members, "error_description") or "", request, 300)
    where = f"{shown_url(request)} refused" if request is not None else "the authorization server refused the login"
    message = f"{where}: `{code}`"
    if status is not None:
        message += f" ({status})"
    if description:
        message += f", {description}"
    return TokenError(message.rstrip("."), _REMEDIES.get(code, ""), code)


def cleaned(text: str) -> str:
    """Return a text of a server for a message: short, without control characters and what looks like a token."""
    return _clean(text, None, 300)


def shown_url(request: TokenRequest) -> str:
    """Return the URL of an endpoint for messages: masked, without its query."""
    return str(request.url).partition("?")[0]


_REMEDIES = {
    "invalid_client": "Check the client id, the client secret and how the client authenticates (`client-auth`). Many "
    "servers want the secret in Basic as it is: `# @auth-client-auth-encoding raw`.",
    "invalid_grant": "The code, refresh token, password or assertion is wrong, used up or expired: log in anew with "
    "`httpls auth login`.",
    "invalid_scope": "Check `scope`: the server does not know it, or does not give it to this client.",
    "invalid_target": "Check `resource` and `audience`: the server does not know them.",
    "unauthorized_client": "This client may not use this grant: change the client's registration at the server, or "
    "the grant.",
    "unsupported_grant_type": "The server does not have this grant: use another one.",
    "unsupported_response_type": "The server does not have this grant: use another one.",
    "access_denied": "The person or the server said no.",
    "invalid_request": "The server misses something in the request, or finds too much: see its description.",
    "login_required": "Log in with `httpls auth login`.",
    "interaction_required": "Log in with `httpls auth login`.",
    "consent_required": "Log in with `httpls auth login`.",
    "expired_token": "Nobody confirmed the login in time: try again.",
    "invalid_dpop_proof": "Check the clock of this machine, and `dpop-algorithm`.",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_KNOWN = frozenset(
    ("access_token", "token_type", "expires_in", "refresh_token", "id_token", "scope", "accessToken", "access-token",
     "tokenType", "refreshToken")
)  # fmt: skip
_LONGEST_EXTRA = 1000
_LONGEST_TEXT = 2000
_FOREVER = 10 * 365 * 86400.0


def _members(response: Response) -> Mapping[str, object] | None:
    text = response.content.decode("utf-8", "replace").strip()
    if text.startswith("{"):
        return json_object(text)
    media_type = (response.head.value("Content-Type") or "").partition(";")[0].strip().lower()
    if media_type in ("application/x-www-form-urlencoded", "text/plain") and "=" in text:
        # GitHub and others answered so before JSON was agreed on.
        try:
            return dict(parse_qsl(text, max_num_fields=100))
        except ValueError:
            return None
    return None


def _text(members: Mapping[str, object], *names: str) -> str | None:
    return next((value for value in map(members.get, names) if isinstance(value, str) and value), None)


def _expiry(members: Mapping[str, object], token: str, now: float, lifetime: float) -> float:
    given = members.get("expires_in")
    if isinstance(given, str) and re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", given.strip()):
        given = float(given)
    if isinstance(given, int | float) and not isinstance(given, bool) and given > 0:
        return now + min(float(given), _FOREVER)
    expires_at = time_of(claims_of(token) or {}, "exp")
    return now + lifetime if expires_at is None else expires_at


def _extra(members: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple(
        [
            (name, str(value))
            for name, value in members.items()
            if name not in _KNOWN
            and isinstance(value, str | int | float)
            and len(str(value)) <= _LONGEST_EXTRA
            and not looks_secret(name)
        ]
    )


def _secret(text: str, what: str) -> Value:
    return Value(text, Provenance(Origination.RESPONSE, what), Labels(what))


def _clean(text: str, request: TokenRequest | None, longest: int) -> str:
    shown = _CONTROL.sub(" ", text[:_LONGEST_TEXT]).strip()
    if request is not None:
        redactor = Redactor()
        for value in (*[value for _, value in (*request.form, *request.query, *request.fields)], *request.secrets):
            redactor.add(value)
        shown = redactor.redact(shown)
    # A server may repeat what it was sent by somebody else, or print what it has just made.
    shown = _TOKENLIKE.sub("…", shown)
    return shown if len(shown) <= longest else f"{shown[:longest]}…"


_TOKENLIKE = re.compile(r"eyJ[\w.-]{20,}|(?=[\w~+/-]*[0-9])[\w~+/-]{40,}={0,2}")


def _described(response: Response) -> str:
    media_type = (response.head.value("Content-Type") or "").partition(";")[0].strip().lower()
    kind = _CONTROL.sub("", media_type)[:60]
    if not response.content:
        return "nothing"
    if kind == "text/html" or response.content.lstrip()[:1] == b"<":
        return "a page for people (HTML)"
    return f"{len(response.content)} bytes" + (f" of type `{kind}`" if kind else "")
