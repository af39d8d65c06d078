"""OAuth 1.0a (RFC 5849): signed requests in header, query and form, with every method, and the hash of the body."""

import hmac
import re
import time
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from hashlib import new as new_hash
from pathlib import Path
from secrets import token_hex
from typing import cast
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from httpls.lab.auth.refusal import admitted, refused
from httpls.lab.auth.replay import is_replayed
from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.keys import RSA_PRIVATE, RSA_PUBLIC
from httpls.lab.message import Answer, Request, text_answer
from httpls.lab.state import TOKEN, State

CONSUMER_KEY = "lab-consumer"
CONSUMER_SECRET = "lab-consumer-secret"  # noqa: S105 - the credentials of a demonstration, shown on its page
TOKEN_SECRET = "lab-token-secret"  # noqa: S105 - as above

_CHALLENGE = 'OAuth realm="lab"'
_DEMANDED = ("oauth_consumer_key", "oauth_signature_method", "oauth_signature", "oauth_timestamp", "oauth_nonce")
_SKEW = 300
_ANSWERS_TO = ("http://127.0.0.1", "http://localhost", "http://[::1]")
_CODES = {
    "the consumer key is unknown": "consumer_key_unknown", "the token is unknown": "token_rejected",
    "the time is wrong": "timestamp_refused", "the signature does not match": "signature_invalid",
    "the nonce was used before": "nonce_used",
}  # fmt: skip
"""What is wrong by the extension Problem Reporting of OAuth Core 1.0."""
_HASHES = ("sha1", "sha256", "sha512")


def _oauth1(request: Request, state: State) -> Answer:
    found = _verified(request, state, {TOKEN: TOKEN_SECRET})
    if isinstance(found, Answer):
        return found
    told = {name: found[name] for name in ("oauth_callback", "oauth_verifier", "realm") if name in found}
    return admitted(
        "oauth1", place=found["place"], method=found["oauth_signature_method"], token="oauth_token" in found,
        body_hash="oauth_body_hash" in found, **told,
    )  # fmt: skip


def _request_token(request: Request, state: State) -> Answer:
    """Give temporary credentials (section 2.1)."""
    found = _verified(request, state, {})
    if isinstance(found, Answer):
        return found
    callback = found.get("oauth_callback", "")
    if callback != "oob" and not callback.startswith(_ANSWERS_TO):
        return text_answer("oauth_problem=parameter_rejected", 400)
    token, secret = token_hex(8), token_hex(8)
    with state.lock:
        state.memory["oauth1", "temporary", token] = (secret, callback, token_hex(4))
    return _credentials(token, secret, oauth_callback_confirmed="true")


def _authorize(request: Request, state: State) -> Answer:
    """Agree at once, for there is one user, and go back, or show the code (section 2.2)."""
    token = request.parameter("oauth_token")
    found = _temporary(state, token)
    if found is None:
        return text_answer("these temporary credentials are unknown", 400)
    _, callback, verifier = found
    if callback == "oob":
        return text_answer(f"The code is {verifier}")
    mark = "&" if "?" in callback else "?"
    query = urlencode({"oauth_token": token, "oauth_verifier": verifier})
    return Answer(303, (("Location", f"{callback}{mark}{query}"),))


def _access_token(request: Request, state: State) -> Answer:
    """Give the token (section 2.3)."""
    claimed = _protocol_parameters(request, [])[0].get("oauth_token", "")
    temporary = _temporary(state, claimed)
    if temporary is None:
        return refused("oauth1", "these temporary credentials are unknown", _CHALLENGE)
    found = _verified(request, state, {claimed: temporary[0]})
    if isinstance(found, Answer):
        return found
    if not hmac.compare_digest(found.get("oauth_verifier", ""), temporary[2]):
        return refused("oauth1", "the verifier is wrong", _CHALLENGE)
    with state.lock:
        del state.memory["oauth1", "temporary", claimed]
    return _credentials(TOKEN, TOKEN_SECRET)


def _credentials(token: str, secret: str, **more: str) -> Answer:
    body = urlencode({"oauth_token": token, "oauth_token_secret": secret, **more})
    return Answer(200, (("Content-Type", "application/x-www-form-urlencoded"),), body.encode())


def _temporary(state: State, token: str) -> tuple[str, str, str] | None:
    with state.lock:
        return cast("tuple[str, str, str] | None", state.memory.get(("oauth1", "temporary", token)))


def _verified(request: Request, state: State, tokens: Mapping[str, str]) -> dict[str, str] | Answer:
    """Return the protocol's parameters with their `place`, or the refusal. `tokens` are the known ones' secrets."""
    content = request.content()
    is_form = request.value("content-type").lower().startswith("application/x-www-form-urlencoded")
    form = parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True) if is_form else []
    given, others, place = _protocol_parameters(request, form)
    missing = [name for name in _DEMANDED if name not in given]
    if missing:
        return refused("oauth1", f"there is no {', '.join(missing)}", _CHALLENGE)
    problem = _problem(request, given, others, content, is_form, state, tokens)
    if problem is not None:
        code = _CODES.get(problem)
        return refused("oauth1", problem, f'{_CHALLENGE}, oauth_problem="{code}"' if code else _CHALLENGE)
    return {**given, "place": place}


def _protocol_parameters(
    request: Request, form: list[tuple[str, str]]
) -> tuple[dict[str, str], list[tuple[str, str]], str]:
    """Return the protocol's parameters, all other ones that are signed, and where the former were (section 3.5)."""
    scheme, _, rest = request.value("authorization").partition(" ")
    given = {}
    place = "header"
    if scheme.lower() == "oauth":
        given = {unquote(name): unquote(value) for name, value in re.findall(r'([\w.%~-]+)="([^"]*)"', rest)}
    others: list[tuple[str, str]] = []
    for where, pairs in (("query", request.query), ("body", form)):
        for name, value in pairs:
            if name.startswith("oauth_"):
                given[name], place = value, where
            else:
                others.append((name, value))
    return given, others, place


def _problem(
    request: Request,
    given: dict[str, str],
    others: list[tuple[str, str]],
    content: bytes,
    is_form: bool,
    state: State,
    tokens: Mapping[str, str],
) -> str | None:
    method = given["oauth_signature_method"]
    kind, _, name = method.partition("-")
    algorithm = name.lower()
    if given["oauth_consumer_key"] != CONSUMER_KEY:
        return "the consumer key is unknown"
    token = given.get("oauth_token", "")
    if token and token not in tokens:
        return "the token is unknown"
    if given.get("oauth_version", "1.0") != "1.0":
        return "the version is not 1.0"
    if not given["oauth_timestamp"].isdecimal() or abs(int(given["oauth_timestamp"]) - time.time()) > _SKEW:
        return "the time is wrong"
    if method != "PLAINTEXT" and (kind not in ("HMAC", "RSA") or algorithm not in _HASHES):
        return f"the method {method} is not taken"
    if "oauth_body_hash" in given:
        expected = b64encode(new_hash(algorithm, content).digest()).decode()
        if is_form or given["oauth_body_hash"] != expected:
            return "the hash is not that of the body"
    base = _base_string(request, given, others)
    key = f"{_encoded(CONSUMER_SECRET)}&{_encoded(tokens.get(token, ''))}"
    signature = given["oauth_signature"]
    if kind == "RSA":
        is_good = _is_signed_by_key(signature, base, algorithm, state.folder / RSA_PUBLIC)
    else:
        signed = b64encode(hmac.digest(key.encode(), base.encode(), algorithm)).decode() if kind == "HMAC" else key
        is_good = hmac.compare_digest(signed.encode(), signature.encode())
    if not is_good:
        return "the signature does not match"
    if is_replayed(state, "oauth1", given["oauth_timestamp"] + given["oauth_nonce"] + token, 2 * _SKEW):
        return "the nonce was used before"
    return None


def _base_string(request: Request, given: dict[str, str], others: list[tuple[str, str]]) -> str:
    """Return what is signed (section 3.4.1)."""
    signed = [pair for pair in given.items() if pair[0] not in ("realm", "oauth_signature")]
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in (*signed, *others))
    url = urlsplit(request.origin)
    is_default = url.port in (None, 443 if url.scheme == "https" else 80)
    host = (url.hostname or "") + ("" if is_default else f":{url.port}")
    base = f"{url.scheme}://{host}{request.path}"
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    return f"{request.method}&{_encoded(base)}&{_encoded(joined)}"


def _is_signed_by_key(signature: str, base: str, algorithm: str, public: Path) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    chosen = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha512": hashes.SHA512()}[algorithm]  # noqa: S303 - RFC 5849 has it
    key = load_pem_public_key(public.read_bytes())
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        key.verify(b64decode(signature, validate=True), base.encode(), padding.PKCS1v15(), chosen)
    except (InvalidSignature, Base64Error):
        return False
    return True


def _encoded(text: str) -> str:
    return quote(text, safe="-._~")


_CLIENT = f"{CONSUMER_KEY} / {CONSUMER_SECRET}"

GROUP = Group("OAuth 1.0a", (
    Endpoint(
        "/auth/oauth1", "a signed request, with a token or without", _oauth1,
        needs=f"{_CLIENT}, token {TOKEN} / {TOKEN_SECRET}; {RSA_PRIVATE} for RSA-…",
    ),
    Endpoint("/oauth1/request_token", "gives temporary credentials", _request_token, ("POST",), _CLIENT),
    Endpoint("/oauth1/authorize", "agrees at once, and goes back or shows the code", _authorize, ("GET",)),
    Endpoint("/oauth1/access_token", "gives the token", _access_token, ("POST",), _CLIENT),
))  # fmt: skip
"""The endpoints of this module."""
