"""A collection whose requests need a person to log in: imported, and sent at a terminal with a browser."""

import json
import os
import re
from pathlib import Path

import pytest
from tests.support.browser import browser
from tests.support.postman import auth, collection, request
from tests.support.pseudo_terminal import TerminalSession

from httpls.cli.main import main
from httpls.lab.auth import oauth_client
from httpls.lab.server import Lab
from httpls.lab.state import CLIENT_SECRET

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no pseudo-terminals")

# As Postman exports it, with what it fills in for grants that do not use it.
_KEYS: dict[str, object] = {
    "authUrl": "{{lab}}/oauth/authorize", "accessTokenUrl": "{{lab}}/oauth/token", "clientId": oauth_client.CLIENT,
    "redirect_uri": "https://oauth.pstmn.io/v1/callback", "useBrowser": True, "scope": "orders:read", "state": "",
    "tokenName": "shop", "addTokenTo": "header", "headerPrefix": "Bearer", "challengeAlgorithm": "S256",
    "code_verifier": "", "refreshTokenUrl": "", "tokenType": "", "accessToken": "an old one",
    "authRequestParams": [{"key": "prompt", "value": "login", "enabled": True}],
    "tokenRequestParams": [{"key": "audience", "value": "shop", "enabled": True, "send_as": "request_body"}],
    "refreshRequestParams": [],
}  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"grant_type": "authorization_code", "clientSecret": CLIENT_SECRET},
        {"grant_type": "authorization_code", "clientSecret": CLIENT_SECRET, "client_authentication": "body"},
        {"grant_type": "authorization_code_with_pkce", "client_authentication": "body"},
        {"grant_type": "authorization_code_with_pkce", "client_authentication": "header"},
        {"grant_type": "authorization_code_with_pkce", "challengeAlgorithm": "plain", "code_verifier": "v" * 50},
        {"grant_type": "implicit"},
        {"grant_type": "implicit", "addTokenTo": "queryParams"},
    ],
    ids=[
        "code",
        "code, secret in the body",
        "PKCE",
        "PKCE, header",
        "plain PKCE",
        "implicit",
        "implicit, in the query",
    ],
)
def test_a_login_of_an_imported_collection(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], more: dict[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shop.json").write_bytes(
        collection(request("orders", "{{lab}}/auth/oauth2"), auth=auth("oauth2", **_KEYS | more))
    )
    Path("lab.json").write_text(json.dumps({"name": "lab", "values": [{"key": "lab", "value": lab.http}]}))
    assert main(["import", "postman", "shop.json", "--environment", "lab.json"]) == 0
    assert "callback of Postman's own server is replaced" in capsys.readouterr().err
    environment = {"BROWSER": browser(tmp_path), "HTTPLS_CACHE_KEY": "00" * 32,
                   "HTTPLS_CACHE_HOME": str(tmp_path / "cache")}  # fmt: skip
    session = TerminalSession(tmp_path, "run", "shop/shop.http", "--env", "lab", "--json", environment=environment)
    session.wait_for("\ncode 0")
    assert session.close() == 0
    assert re.search(r'"status": 200', session.seen)
