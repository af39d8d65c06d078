"""A token is kept as long as it is good, and renewed in time, by its refresh token or anew."""

import pytest
from tests.support.authorization_server import (
    API,
    NOW,
    AuthorizationServer,
    answer,
    authenticated,
    oauth2,
    token_answer,
)
from tests.support.schemes import request

from httpls_auth.errors import CredentialError, TokenError
from httpls_auth.schemes.flow import FlowContext
from httpls_auth.schemes.message import OutgoingRequest, ResponseHead
from httpls_auth.schemes.oauth2 import OAuth2

URLS = {"token_url": "https://idp.example/token", "auth_url": "https://idp.example/authorize"}
CLIENT = {"grant": "client", "client_id": "c", "client_secret": "s", "token_url": URLS["token_url"]}
CODE = {"grant": "code", "client_id": "c", **URLS}
DEAD = answer({"error": "invalid_grant"}, 400)
_GET = request(f"GET {API}/orders")


def test_a_token_is_used_until_30_seconds_before_its_end() -> None:
    server = AuthorizationServer([token_answer(expires_in=100), token_answer("at-2", expires_in=100)])
    made = oauth2(**CLIENT)
    assert authenticated(server, made).value("Authorization") == "Bearer at-1"
    server.now = NOW + 69
    assert authenticated(server, made).value("Authorization") == "Bearer at-1"
    server.now = NOW + 70
    assert authenticated(server, made).value("Authorization") == "Bearer at-2"
    assert len(server.sent) == 2


def test_when_it_is_renewed_may_be_chosen() -> None:
    server = AuthorizationServer([token_answer(expires_in=1000), token_answer("at-2")])
    made = oauth2(**CLIENT, refresh_before="5m")
    authenticated(server, made)
    server.now = NOW + 701
    assert authenticated(server, made).value("Authorization") == "Bearer at-2"


def test_a_token_that_lives_for_seconds_is_not_asked_for_at_every_request() -> None:
    server = AuthorizationServer([token_answer(expires_in=4)])
    for _ in range(5):
        authenticated(server, oauth2(**CLIENT))
    assert len(server.sent) == 1


def test_a_refresh_token_is_used_and_its_successor_kept() -> None:
    server = AuthorizationServer(
        [
            token_answer(refresh_token="r-1", expires_in=60, id_token="id-1"),
            token_answer("at-2", refresh_token="r-2", expires_in=60),
            token_answer("at-3", expires_in=60),
            token_answer("at-4", expires_in=60),
        ]
    )
    made = oauth2(**CODE)
    for number in range(1, 5):
        assert authenticated(server, made).value("Authorization") == f"Bearer at-{number}"
        server.now += 40
    assert [sent.of("refresh_token") for sent in server.sent] == [None, "r-1", "r-2", "r-2"]
    assert len(server.opened) == 1
    (stored,) = server.store.entries()
    assert stored.token.identity is not None
    assert stored.token.identity.reveal() == "id-1"


def test_refresh_requests_may_go_elsewhere() -> None:
    server = AuthorizationServer([token_answer(refresh_token="r", expires_in=60), token_answer("at-2")])
    made = oauth2(**CODE, refreshTokenUrl="https://idp.example/refresh")
    authenticated(server, made)
    server.now += 59
    authenticated(server, made)
    assert server.sent[1].url == "https://idp.example/refresh"


def test_a_dead_refresh_token_leads_to_a_new_login() -> None:
    server = AuthorizationServer([token_answer(refresh_token="r", expires_in=60), DEAD, token_answer("at-2")])
    made = oauth2(**CODE)
    authenticated(server, made)
    server.now += 59
    assert authenticated(server, made).value("Authorization") == "Bearer at-2"
    assert len(server.opened) == 2


def test_a_server_that_is_down_does_not_cost_the_refresh_token() -> None:
    down = answer("<html>", 503, Content_Type="text/html")
    server = AuthorizationServer([token_answer(refresh_token="r", expires_in=60), down, token_answer("at-2")])
    made = oauth2(**CODE)
    authenticated(server, made)
    server.now += 59
    with pytest.raises(TokenError, match="503"):
        authenticated(server, made)
    assert authenticated(server, made).value("Authorization") == "Bearer at-2"
    assert len(server.opened) == 1


def test_a_refresh_token_from_elsewhere_spares_the_login() -> None:
    server = AuthorizationServer([token_answer(expires_in=60), DEAD, token_answer("at-2")])
    made = oauth2(**CODE, refresh_token="seed")
    authenticated(server, made)
    assert not server.opened
    assert server.sent[0].of("refresh_token") == "seed"
    server.now += 59
    authenticated(server, made)
    assert len(server.opened) == 1


def test_the_refresh_token_goes_to_the_token_endpoint_only() -> None:
    server = AuthorizationServer([token_answer(refresh_token="r", expires_in=60), token_answer("at-2")])
    made = oauth2(**CODE)
    authenticated(server, made)
    server.now += 59
    authenticated(server, made)
    body = server.sent[1].request.body
    assert body is not None
    assert [str(origin) for origin in body.labels.origins or ()] == ["https://idp.example"]


def test_without_acquire_automatically_nobody_is_asked() -> None:
    server = AuthorizationServer([token_answer()])
    made = oauth2(**CODE, acquire_automatically="false")
    with pytest.raises(TokenError, match="has to log in") as told:
        authenticated(server, made)
    assert told.value.code == "login_required"
    assert not server.opened
    server.run(made.login(server.context()))
    assert authenticated(server, made).value("Authorization") == "Bearer at-1"


def test_environments_and_scopes_have_tokens_of_their_own() -> None:
    server = AuthorizationServer([token_answer(), token_answer("at-2")])
    authenticated(server, oauth2(**CLIENT, scope="a b"))
    assert authenticated(server, oauth2(**CLIENT, scope="b a")).value("Authorization") == "Bearer at-1"
    assert authenticated(server, oauth2(**CLIENT, scope="a")).value("Authorization") == "Bearer at-2"


def _answered(
    server: AuthorizationServer, made: OAuth2, context: FlowContext, challenge: str | None, status: int = 401
) -> OutgoingRequest | None:
    fields = (("WWW-Authenticate", challenge),) if challenge is not None else ()
    return server.run(made.answer(_GET, ResponseHead(status, "", fields), context))


@pytest.mark.parametrize("challenge", ['Bearer error="invalid_token"', 'Bearer realm="x"', None])
def test_a_refused_token_is_renewed_once(challenge: str | None) -> None:
    server = AuthorizationServer([token_answer(), token_answer("at-2"), token_answer("at-3")])
    made, context = oauth2(**CLIENT), server.context()
    server.run(made.authenticate(_GET, context))
    again = _answered(server, made, context, challenge)
    assert again is not None
    assert again.value("Authorization") == "Bearer at-2"
    assert _answered(server, made, context, challenge) is None
    assert len(server.sent) == 2


def test_a_token_that_another_request_renewed_already_is_taken() -> None:
    server = AuthorizationServer([token_answer(), token_answer("at-2"), token_answer("at-3")])
    made, slow, quick = oauth2(**CLIENT), server.context(), server.context()
    for context in (slow, quick):
        server.run(made.authenticate(_GET, context))
    for context in (quick, slow):
        again = _answered(server, made, context, "Bearer")
        assert again is not None
        assert again.value("Authorization") == "Bearer at-2"
    assert len(server.sent) == 2


@pytest.mark.parametrize(
    ("status", "challenge", "retry"),
    [
        (403, None, "true"),
        (401, 'Bearer error="insufficient_scope"', "true"),
        (401, "Bearer", "false"),
        (200, None, "true"),
    ],
)
def test_other_responses_are_taken_as_they_are(status: int, challenge: str | None, retry: str) -> None:
    server = AuthorizationServer([token_answer()])
    made, context = oauth2(**CLIENT, retry_on_401=retry), server.context()
    server.run(made.authenticate(_GET, context))
    assert _answered(server, made, context, challenge, status) is None
    assert len(server.sent) == 1


def test_a_token_that_is_written_down_is_not_renewed() -> None:
    server = AuthorizationServer()
    made, context = oauth2(access_token="given"), server.context()
    server.run(made.authenticate(_GET, context))
    assert _answered(server, made, context, "Bearer") is None


def test_a_missing_id_token_is_told() -> None:
    server = AuthorizationServer([token_answer()])
    with pytest.raises(CredentialError) as told:
        authenticated(server, oauth2(**CLIENT, use_id_token="true"))
    assert "openid" in told.value.remedy


def test_refresh_by_hand_and_revocation() -> None:
    server = AuthorizationServer([token_answer(refresh_token="r-1"), token_answer("at-2"), answer("", 200)])
    made = oauth2(**CODE, revoke_url="https://idp.example/revoke")
    authenticated(server, made)
    server.run(made.refresh(server.context()))
    (stored,) = server.store.entries()
    assert stored.token.access.reveal() == "at-2"
    server.run(made.revoke(stored.token, server.context()))
    assert server.sent[-1].url == "https://idp.example/revoke"
    assert server.sent[-1].form == [("token", "r-1"), ("token_type_hint", "refresh_token"), ("client_id", "c")]


def test_refresh_by_hand_without_refresh_token_is_an_error() -> None:
    server = AuthorizationServer([token_answer()])
    made = oauth2(**CODE)
    authenticated(server, made)
    with pytest.raises(TokenError, match="no refresh token"):
        server.run(made.refresh(server.context()))


def test_a_revocation_that_the_server_refuses_is_an_error() -> None:
    server = AuthorizationServer([token_answer(), answer({"error": "unsupported_token_type"}, 400)])
    made = oauth2(**CLIENT, revoke_url="https://idp.example/revoke")
    token = server.run(made.token(server.context()))
    with pytest.raises(TokenError, match="unsupported_token_type"):
        server.run(made.revoke(token, server.context()))
