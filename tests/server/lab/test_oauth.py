"""The lab's authorization server gives tokens to those who may have them."""

from collections.abc import Iterator

import httpx
import pytest
from tests.support.authorization_server import oauth2
from tests.support.live_flows import LiveFlows
from tests.support.schemes import request

from httpls.lab.auth.oauth_client import CLIENT
from httpls.lab.keys import RSA_PRIVATE
from httpls.lab.server import Lab
from httpls.lab.state import CLIENT_SECRET, PASSWORD, USER
from httpls_auth.errors import TokenError


@pytest.fixture
def flows(lab: Lab) -> Iterator[LiveFlows]:
    with httpx.Client(timeout=10) as client:
        yield LiveFlows(client, _log_in)


def _log_in(address: str) -> None:
    with httpx.Client(follow_redirects=True, timeout=10) as browser:
        page = browser.get(address)
        if "<button>Log in as" in page.text:
            browser.post(str(page.url))


def _status(flows: LiveFlows, lab: Lab, **parameters: str) -> int:
    made = oauth2("oidc", issuer=f"{lab.http}/oauth", client_id=CLIENT, **parameters)
    return flows.fetch(made, request(f"GET {lab.http}/auth/oauth2")).head.status


@pytest.mark.parametrize(
    "parameters",
    [
        {"grant": "client_credentials", "client_secret": CLIENT_SECRET},
        {"grant": "client_credentials", "client_secret": CLIENT_SECRET, "client_auth": "body"},
        {"grant": "authorization_code"},
        {"grant": "authorization_code", "pkce": "plain"},
        {"grant": "device_code"},
        {"grant": "authorization_code", "par": "true", "dpop": "true"},
        {"grant": "password", "username": USER, "password": PASSWORD},
    ],
)
def test_grants(flows: LiveFlows, lab: Lab, parameters: dict[str, str]) -> None:
    assert _status(flows, lab, **parameters) == 200
    if parameters["grant"] != "client_credentials":
        flows.later = 40
        assert _status(flows, lab, **parameters) == 200
        assert b"grant_type=refresh_token" in (flows.sent[-1].content() or b"")


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"grant": "client_credentials", "client_secret": "wrong"}, "invalid_client"),
        ({"grant": "password", "username": USER, "password": "wrong"}, "invalid_grant"),
        ({"grant": "refresh_token", "refresh_token": "wrong"}, "invalid_grant"),
        ({"grant": "token_exchange", "subject_token": "x"}, "invalid_request"),
    ],
)
def test_bad_credentials(flows: LiveFlows, lab: Lab, parameters: dict[str, str], code: str) -> None:
    with pytest.raises(TokenError) as told:
        _status(flows, lab, **parameters)
    assert told.value.code == code


def test_a_revoked_token_is_refused(flows: LiveFlows, lab: Lab) -> None:
    parameters = {"grant": "client_credentials", "client_secret": CLIENT_SECRET, "retry_on_401": "no"}
    assert _status(flows, lab, **parameters) == 200
    made = oauth2("oidc", issuer=f"{lab.http}/oauth", client_id=CLIENT, **parameters)
    flows.run(made.revoke(flows.token(made), flows.context(lab.http)))
    assert _status(flows, lab, **parameters) == 401


def _key(lab: Lab) -> str:
    return (lab.folder / RSA_PRIVATE).read_text(encoding="ascii")


def test_assertions_of_a_client_and_of_a_user(flows: LiveFlows, lab: Lab) -> None:
    client = {"grant": "client_credentials", "scope": "a"}
    assert _status(flows, lab, **client, client_auth="private_key_jwt", private_key=_key(lab)) == 200
    client["scope"] = "b"
    assert _status(flows, lab, **client, client_auth="client_secret_jwt", client_secret=CLIENT_SECRET) == 200
    user = {"grant": "jwt_bearer", "assertion_key": _key(lab), "assertion_claims": '{"iss": "me", "sub": "grace"}'}
    assert _status(flows, lab, **user) == 200


def test_a_token_is_exchanged(flows: LiveFlows, lab: Lab) -> None:
    first = httpx.post(
        f"{lab.http}/oauth/token", data={"grant_type": "client_credentials"}, auth=(CLIENT, CLIENT_SECRET)
    ).json()["access_token"]
    assert _status(flows, lab, grant="token_exchange", subject_token=first, audience="orders") == 200


def test_a_proved_token_is_worth_nothing_without_its_proof(flows: LiveFlows, lab: Lab) -> None:
    parameters = {"grant": "client_credentials", "client_secret": CLIENT_SECRET, "dpop": "true"}
    assert _status(flows, lab, **parameters) == 200
    token = flows.token(oauth2("oidc", issuer=f"{lab.http}/oauth", client_id=CLIENT, **parameters))
    assert token.kind == "DPoP"
    for word in ("DPoP", "Bearer"):
        field = {"Authorization": f"{word} {token.access.reveal()}"}
        assert httpx.get(f"{lab.http}/auth/oauth2", headers=field).status_code == 401


def test_nobody_is_asked_with_prompt_none(lab: Lab) -> None:
    asked = {"client_id": CLIENT, "redirect_uri": "http://127.0.0.1:1/", "response_type": "token", "prompt": "none"}
    answer = httpx.get(f"{lab.http}/oauth/authorize", params=asked)
    assert (answer.status_code, "#access_token=" in answer.headers["location"]) == (303, True)
