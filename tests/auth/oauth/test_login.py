"""A login is trusted only if what comes back is the answer to what was asked."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable

import pytest
from tests.support.authorization_server import (
    AuthorizationServer,
    answer,
    asked,
    authenticated,
    came_back,
    oauth2,
    token_answer,
)

from httpls_auth.errors import ParameterError, TokenError

URLS = {"token_url": "https://idp.example/token", "auth_url": "https://idp.example/authorize"}
CODE = {"grant": "code", "client_id": "c", **URLS}


def _without_state(address: str) -> str:
    return "http://127.0.0.1:4711/callback?code=x"


def _twice_in_the_query(address: str) -> str:
    return came_back(code="x")(address) + "&code=y"


def _also_in_the_fragment(address: str) -> str:
    return came_back(code="x")(address) + "#code=y"


@pytest.mark.parametrize(
    ("callback", "complaint"),
    [
        (came_back(code="x", state="forged"), "does not belong to this login"),
        (_without_state, "does not belong to this login"),
        (came_back(), "without a code"),
        (came_back(error="access_denied", error_description="not%20today"), "access_denied`, not today"),
        (_twice_in_the_query, "a parameter twice"),
        (_also_in_the_fragment, "a parameter twice"),
    ],
)
def test_a_callback_that_is_not_trusted(callback: Callable[[str], str], complaint: str) -> None:
    server = AuthorizationServer([token_answer()], callback)
    with pytest.raises(TokenError, match=complaint):
        authenticated(server, oauth2(**CODE))
    assert not server.sent


@pytest.mark.parametrize(
    ("given", "is_trusted"), [("https%3A%2F%2Fidp.example", True), ("https%3A%2F%2Fevil.example", False)]
)
def test_a_callback_of_another_issuer_is_refused(given: str, is_trusted: bool) -> None:
    server = AuthorizationServer([token_answer()], came_back(code="x", iss=given))
    made = oauth2(**CODE, issuer="https://idp.example")
    if is_trusted:
        authenticated(server, made)
        return
    with pytest.raises(TokenError, match="not from the issuer"):
        authenticated(server, made)
    assert not server.sent


def _id_token(**claims: object) -> str:
    content = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{content}.sig"


def test_an_id_token_of_another_login_is_refused() -> None:
    server = AuthorizationServer([token_answer(id_token=_id_token(nonce="of somebody else"))])
    with pytest.raises(TokenError, match="nonce"):
        authenticated(server, oauth2(**CODE, scope="openid"))


def test_an_id_token_of_this_login_is_taken() -> None:
    server = AuthorizationServer([lambda _: token_answer(id_token=_id_token(nonce=asked(server.opened[0])["nonce"]))])
    authenticated(server, oauth2(**CODE, scope="openid"))


def test_a_fixed_state_and_redirect_url_are_sent_as_they_are() -> None:
    server = AuthorizationServer([token_answer()], came_back(code="x"))
    authenticated(server, oauth2(**CODE, state="mine", redirect_uri="https://oauth.pstmn.io/v1/callback"))
    assert asked(server.opened[0])["state"] == "mine"
    assert server.sent[0].of("redirect_uri") == "https://oauth.pstmn.io/v1/callback"


DISCOVERY = {
    "issuer": "https://idp.example/realm",
    "token_endpoint": "https://idp.example/realm/token",
    "authorization_endpoint": "https://idp.example/realm/authorize",
    "device_authorization_endpoint": "https://idp.example/realm/device",
    "revocation_endpoint": "https://idp.example/realm/revoke",
}


def test_an_issuer_tells_its_endpoints_once() -> None:
    token = token_answer(expires_in=60)
    server = AuthorizationServer([answer(DISCOVERY), token, token, answer(DISCOVERY), token])
    made = oauth2("oidc", issuer="https://idp.example/realm", client_id="c", scope="profile,email")
    authenticated(server, made)
    assert server.sent[0].url == "https://idp.example/realm/.well-known/openid-configuration"
    assert server.opened[0].startswith("https://idp.example/realm/authorize?")
    assert asked(server.opened[0])["scope"] == "openid profile email"
    assert server.sent[1].url == "https://idp.example/realm/token"
    server.now += 59
    authenticated(server, made)
    assert len(server.sent) == 3
    server.now += 3600
    authenticated(server, made)
    assert server.sent[3].url.endswith("/openid-configuration")


def test_the_place_of_rfc_8414_is_tried_too() -> None:
    server = AuthorizationServer([answer("", 404), answer(DISCOVERY), token_answer()])
    authenticated(
        server, oauth2("oidc", grant="client", issuer="https://idp.example/realm", client_id="c", client_secret="s")
    )
    assert server.sent[1].url == "https://idp.example/.well-known/oauth-authorization-server/realm"


def test_urls_that_are_written_down_win_over_discovered_ones() -> None:
    server = AuthorizationServer([answer(DISCOVERY), token_answer()])
    made = oauth2("oidc", issuer="https://idp.example/realm", client_id="c", auth_url="https://login.example/here")
    authenticated(server, made)
    assert server.opened[0].startswith("https://login.example/here?")


@pytest.mark.parametrize(
    ("description", "complaint"),
    [
        ({**DISCOVERY, "issuer": "https://evil.example"}, "speaks for the issuer"),
        ({**DISCOVERY, "token_endpoint": "http://idp.example/token"}, "without encryption"),
        ({}, "speaks for the issuer nobody"),
        ("<html>", "no description of an issuer"),
    ],
)
def test_a_discovery_that_is_not_trusted(description: object, complaint: str) -> None:
    server = AuthorizationServer([answer(description), token_answer()])
    with pytest.raises(TokenError, match=complaint):
        authenticated(server, oauth2("oidc", issuer="https://idp.example/realm", client_id="c"))
    assert not server.opened


def test_a_server_that_demands_pushed_requests_gets_them() -> None:
    description = {
        **DISCOVERY, "pushed_authorization_request_endpoint": "https://idp.example/realm/par",
        "require_pushed_authorization_requests": True,
    }  # fmt: skip
    pushed = answer({"request_uri": "urn:x"}, 201)
    server = AuthorizationServer(
        [answer(description), pushed, token_answer()],
        lambda _: f"http://127.0.0.1:4711/callback?code=x&state={server.sent[1].of('state')}",
    )
    authenticated(server, oauth2("oauth2", grant="code", issuer="https://idp.example/realm", client_id="c"))
    assert asked(server.opened[0]) == {"client_id": "c", "request_uri": "urn:x"}


def test_an_endpoint_that_nobody_tells_is_named() -> None:
    server = AuthorizationServer([answer({**DISCOVERY, "device_authorization_endpoint": None})])
    with pytest.raises(ParameterError) as told:
        authenticated(server, oauth2("oidc", grant="device", issuer="https://idp.example/realm", client_id="c"))
    assert told.value.parameter == "device-auth-url"


def test_a_server_that_always_tells_its_issuer_has_to() -> None:
    description = {**DISCOVERY, "authorization_response_iss_parameter_supported": True}
    server = AuthorizationServer([answer(description), token_answer()], came_back(code="x"))
    with pytest.raises(TokenError, match="not from the issuer"):
        authenticated(server, oauth2("oidc", issuer="https://idp.example/realm", client_id="c"))
