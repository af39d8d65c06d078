"""With secrets everywhere, none of them shows in notes, errors, shown requests, titles or files."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.auth.tokens.test_store import files
from tests.support.authorization_server import (
    API,
    AuthorizationServer,
    Sent,
    answer,
    came_back,
    key_pair,
    oauth2,
    token_answer,
)
from tests.support.schemes import request

from httpls_auth.errors import AuthenticationError
from httpls_auth.schemes.message import Response
from httpls_auth.tokens.store import TokenStore

MARKER = "Mk7/s+ecret=Zq9"
URLS = {"token_url": "https://idp.example/token", "auth_url": "https://idp.example/authorize"}
KEY = key_pair("EC")[0]
CASES: list[dict[str, str]] = [
    {"grant": "client", "client_secret": MARKER},
    {"grant": "client", "client_secret": MARKER, "client_auth": "body"},
    {"grant": "client", "client_secret": MARKER, "client_auth": "client_secret_jwt"},
    {"grant": "client", "private_key": KEY, "client_auth": "private_key_jwt"},
    {"grant": "client", "client_secret": MARKER, "dpop": "true"},
    {"grant": "password", "username": "u", "password": MARKER},
    {"grant": "refresh_token", "refresh_token": MARKER},
    {"grant": "code", "code_verifier": (MARKER.replace("/", "_").replace("+", "-").replace("=", ".") * 4)},
    {"grant": "code", "client_secret": MARKER, "par_url": "https://idp.example/par"},
    {"grant": "implicit"},
    {"grant": "device", "device_auth_url": "https://idp.example/device", "client_secret": MARKER},
    {"grant": "token_exchange", "subject_token": MARKER, "actor_token": MARKER},
    {"grant": "jwt_bearer", "assertion_key": KEY},
    {"grant": "saml_bearer", "assertion": MARKER},
    {"access_token": MARKER},
]


def _forms() -> list[str]:
    content = MARKER.encode()
    return [
        MARKER, quote(MARKER, safe=""), b64encode(content).decode().rstrip("="), content.hex(),
        urlsafe_b64encode(content).decode().rstrip("="), MARKER.replace("/", "_").replace("+", "-").replace("=", "."),
        *[line for line in KEY.splitlines() if len(line) > 30],
    ]  # fmt: skip


def _good(sent: Sent) -> Response:
    if sent.url.endswith("/device"):
        return answer({"device_code": MARKER, "user_code": "u", "verification_uri": "https://idp.example/d"})
    if sent.url.endswith("/par"):
        return answer({"request_uri": "urn:x"}, 201)
    kind = "DPoP" if "DPoP" in sent.fields else "Bearer"
    return token_answer(MARKER, token_type=kind, refresh_token=MARKER, id_token=MARKER, expires_in=60)


def _bad(sent: Sent) -> Response:
    given = [value for _, value in sent.form]
    told = " ".join([*given, *[quote(value, safe="") for value in given], *sent.fields.values()])
    return answer({"error": "invalid_request", "error_description": told}, 400)


def _garbage(sent: Sent) -> Response:
    return answer(f"<html>{MARKER} {sent.form}", 500, Content_Type="text/html")


@pytest.mark.parametrize("given", CASES, ids=lambda case: "-".join(case))
@pytest.mark.parametrize("reply", [_good, _bad, _garbage])
def test_nothing_leaks(given: dict[str, str], reply: Callable[[Sent], Response], tmp_path: Path) -> None:
    def browser(address: str) -> str:
        pushed = [one for one in server.sent if one.url.endswith("/par")]
        state = pushed[0].of("state") if pushed else None
        members = {"code": "c", "access_token": quote(MARKER, safe=""), "token_type": "Bearer"}
        return came_back(**members, **({"state": state} if state else {}))(address)

    server = AuthorizationServer([reply], browser, store=TokenStore(files(tmp_path)))
    made = oauth2(**{"client_id": "c", "issuer": "https://idp.example", **URLS, **given})
    context = server.context()
    shown = [repr(made), str(made)]
    try:
        for _ in range(2):
            sent = server.run(made.authenticate(request(f"GET {API}/x"), context))
            shown += [str(sent), *[str(field.value) for field in sent.fields]]
            server.now += 100
    except AuthenticationError as error:
        shown += [str(error), repr(error), error.remedy]
    shown += [f"{note.title}: {note.text}" for note in context.notes]
    for one in server.sent:
        shown += [str(one.request.url), *[str(field.value) for field in one.request.fields]]
        body = one.request.body
        assert body is None or body.labels.secret is not None or not any(form in repr(one.form) for form in _forms())
    if "access_token" not in given:
        shown += [made.token_key().title]
    shown += [path.name + path.read_bytes().decode("latin-1") for path in tmp_path.iterdir()]
    for text in shown:
        for form in _forms():
            assert form not in text, re.sub(r"\s+", " ", text)[:300]
