"""The lab's authorization server gives tokens to those who may have them, and the examples of the docs work with it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.support.authorization_server import oauth2
from tests.support.live_flows import LiveFlows
from tests.support.schemes import request

from httpls.lab.auth.oauth import CLIENT, CLIENT_SECRET
from httpls.lab.server import Lab
from httpls.lab.state import PASSWORD, USER
from httpls_auth.errors import TokenError
from httpls_auth.schemes.index import scheme_class


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
    return flows.fetch(made, request(f"GET {lab.http}/oauth/orders")).head.status


@pytest.mark.parametrize(
    "parameters",
    [
        {"grant": "client_credentials", "client_secret": CLIENT_SECRET},
        {"grant": "client_credentials", "client_secret": CLIENT_SECRET, "client_auth": "body"},
        {"grant": "authorization_code"},
        {"grant": "authorization_code", "pkce": "plain"},
        {"grant": "device_code"},
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
        ({"grant": "token_exchange", "subject_token": "x"}, "unsupported_grant_type"),
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


@pytest.mark.parametrize("word", ["oauth2", "oidc", "aad"])
def test_the_examples_of_the_docs(lab: Lab, tmp_path: Path, word: str) -> None:
    variables = {"lab": lab.http, "clientSecret": CLIENT_SECRET, "appId": CLIENT, "tenant": "contoso"}
    example = scheme_class(word).example
    defined = "".join(f"@{name} = {variables[name]}\n" for name in sorted(set(re.findall(r"\{\{(\w+)\}\}", example))))
    (tmp_path / "example.http").write_text(f"{defined}\n{example}")
    environment = {**os.environ, "HTTPLS_STATE_HOME": str(tmp_path / "state"), "HTTPLS_CACHE_KEY": "00" * 32,
                   "HTTPLS_CACHE_HOME": str(tmp_path / "cache")}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "httpls", "run", "example.http"], cwd=tmp_path, env=environment, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert '"authenticated": true' in done.stdout
