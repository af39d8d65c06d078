"""What views of a client show: all of a response, tokens and certificates, and what can be done with them."""

import base64
import json
import os
import threading
import urllib.request
from collections.abc import Generator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.support.certificates import authority, issue
from tests.support.literal_server import Conversation, LiteralServer, answering, response, serve
from tests.support.lsp_client import LspClient, language_server

TRUSTED: dict[str, Any] = {"initializationOptions": {"trusted": True}}
EVENTS: dict[str, Any] = {"experimental": {"httpls": {"runEvents": True, "pages": True, "inputBoxes": True}}}
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def server() -> Generator[LiteralServer]:
    with serve(_answer) as running:
        yield running


def _answer(conversation: Conversation) -> None:
    while request := conversation.request():
        if b" /token" in request:
            token = b'{"access_token": "t-secret-1", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "r-secret-1"}'
            conversation.send(response(token, ["Content-Type: application/json"]))
        elif b" /picture" in request:
            conversation.send(response(PNG, ["Content-Type: image/png"]))
        else:
            conversation.send(response(b'{"n": 1.10}', ["Content-Type: application/json"]))


def _opened(client: LspClient, folder: Path, text: str, capabilities: dict[str, Any] = EVENTS) -> str:
    client.initialize(capabilities, **TRUSTED)
    (folder / "httpls.toml").write_text("")
    return client.open_file(folder, text)


def _environment(folder: Path) -> dict[str, str]:
    return {"HTTPLS_CACHE_HOME": str(folder / "cache"), "HTTPLS_CACHE_KEY": "", "DBUS_SESSION_BUS_ADDRESS": ""}


def _client_credentials(port: int) -> str:
    return (
        f"### one\n# @auth oauth2 client_credentials\n# @auth-token-url http://127.0.0.1:{port}/token\n"
        f"# @auth-client-id c\n# @auth-client-secret s-secret-1\nGET http://127.0.0.1:{port}/a\n"
    )


def test_everything_about_a_response_is_told_with_secrets_masked(server: LiteralServer, tmp_path: Path) -> None:
    with language_server(**_environment(tmp_path)) as client:
        uri = _opened(client, tmp_path, _client_credentials(server.port))
        summary = client.request("httpls/run", {"uri": uri, "line": 1})
        facts = client.request("httpls/exchange", {"document": summary["results"][0]["document"]})
        assert facts["response"]["status"] == 200
        assert facts["response"]["body"] == {"text": '{"n": 1.10}', "isWhole": True}
        assert [hop["purpose"] for hop in facts["hops"]] == ["authentication", "request"]
        assert facts["hops"][1]["timing"]["total"] > 0
        assert facts["hops"][1]["connection"]["remoteAddress"] == f"127.0.0.1:{server.port}"
        assert "secret-1" not in str(facts)


def test_a_picture_comes_as_it_is_and_a_body_is_saved_byte_for_byte(server: LiteralServer, tmp_path: Path) -> None:
    with language_server() as client:
        uri = _opened(client, tmp_path, f"GET http://127.0.0.1:{server.port}/picture\n")
        document = client.request("httpls/run", {"uri": uri, "line": 1})["results"][0]["document"]
        facts = client.request("httpls/exchange", {"document": document})
        assert base64.b64decode(facts["response"]["body"]["base64"]) == PNG
        path = tmp_path / "saved.png"
        assert client.request("httpls/saveBody", {"document": document, "path": str(path)}) == len(PNG)
        assert path.read_bytes() == PNG


def test_a_response_that_is_gone_is_told_as_such(tmp_path: Path) -> None:
    with language_server() as client:
        _opened(client, tmp_path, "GET http://localhost/\n")
        answer = client.response(client.start("httpls/exchange", {"document": "httpls-response:/9/response.http"}))
        assert answer["error"]["message"] == "this response is not kept any more"


def test_a_token_is_obtained_shown_with_its_expiry_copied_refreshed_and_forgotten(
    server: LiteralServer, tmp_path: Path
) -> None:
    with language_server(**_environment(tmp_path)) as client:
        text = _client_credentials(server.port).replace("client_credentials", "password")
        uri = _opened(
            client,
            tmp_path,
            text.replace("# @auth-client-id", "# @auth-username u\n# @auth-password p\n# @auth-client-id"),
        )

        def token() -> dict[str, Any]:
            (found,) = client.request("httpls/authentication", {"uri": uri})["tokens"]
            return dict(found)

        before = token()
        assert (before["isKept"], before["line"], before["request"]) == (False, 8, "one")
        assert server.requests == []

        def act(action: str) -> Any:
            return client.request("httpls/token", {"action": action, "uri": uri, "line": 8})

        assert act("logIn")["isKept"] is True
        after = token()
        assert (after["isKept"], after["canBeRenewed"]) == (True, True)
        assert after["expiresAt"] > 1_700_000_000
        assert act("copy") == {"token": "t-secret-1"}
        assert act("refresh")["isKept"] is True
        assert b"grant_type=refresh_token" in server.requests[-1]
        assert act("forget")["isKept"] is False
        assert token()["isKept"] is False


def test_a_token_of_another_file_is_listed_and_forgotten(server: LiteralServer, tmp_path: Path) -> None:
    with language_server(**_environment(tmp_path)) as client:
        uri = _opened(client, tmp_path, _client_credentials(server.port))
        client.request("httpls/token", {"action": "logIn", "uri": uri, "line": 6})
        client.change(uri, 2, {"text": "GET http://localhost/\n"})
        (other,) = client.request("httpls/authentication", {"uri": uri})["others"]
        client.request("httpls/token", {"action": "forget", "uri": uri, "digest": other["digest"]})
        assert client.request("httpls/authentication", {"uri": uri})["others"] == []


def test_what_would_have_to_be_asked_is_not_asked_to_list_tokens(server: LiteralServer, tmp_path: Path) -> None:
    text = (
        _client_credentials(server.port)
        .replace("s-secret-1", "{{asked}}")
        .replace("# @auth o", "# @prompt asked\n# @auth o")
    )
    with language_server(**_environment(tmp_path)) as client:
        uri = _opened(client, tmp_path, text)
        (token,) = client.request("httpls/authentication", {"uri": uri})["tokens"]
        assert "asked" in token["unknown"]
        assert not [one for one in client.notifications if one["method"] == "httpls/input"]


def test_nothing_is_looked_up_for_a_workspace_that_is_not_trusted(tmp_path: Path) -> None:
    with language_server() as client:
        client.initialize(EVENTS)
        uri = (tmp_path / "a.http").as_uri()
        client.open(uri, _client_credentials(1))
        answer = client.response(client.start("httpls/authentication", {"uri": uri}))
        assert "not trusted" in answer["error"]["message"]


def test_a_certificate_is_listed_with_its_expiry_and_one_that_is_missing_with_the_reason(tmp_path: Path) -> None:
    issued = issue("client-7", authority())
    (tmp_path / "c.pem").write_bytes(issued.pem + issued.key_pem)
    text = "# @cert ./c.pem\nGET https://localhost/\n\n###\n# @cert ./none.pem\nGET https://localhost/\n"
    with language_server() as client:
        uri = _opened(client, tmp_path, text)
        good, bad = client.request("httpls/authentication", {"uri": uri})["certificates"]
        assert "client-7" in good["subject"]
        assert good["expiresAt"] > 1_700_000_000
        assert "none.pem" in bad["errors"][0]


def test_a_certificate_that_stands_in_a_variable_is_listed_without_its_text(tmp_path: Path) -> None:
    issued = issue("client-7", authority())
    variables = {"$shared": {"pem": (issued.pem + issued.key_pem).decode()}}
    (tmp_path / "http-client.env.json").write_text(json.dumps(variables))
    with language_server() as client:
        uri = _opened(client, tmp_path, "# @cert {{pem}}\nGET https://localhost/\n")
        (listed,) = client.request("httpls/authentication", {"uri": uri})["certificates"]
        assert "client-7" in listed["subject"]
        assert listed["path"].startswith("-----BEGIN CERTIFICATE-----")
        for line in issued.key_pem.decode().splitlines()[1:-1]:
            assert line not in json.dumps(listed)


def test_a_login_opens_the_page_by_the_client_and_comes_back_to_the_server(
    server: LiteralServer, tmp_path: Path
) -> None:
    text = (
        f"# @auth oauth2 authorization_code\n# @auth-authorization-url http://127.0.0.1:{server.port}/authorize\n"
        f"# @auth-token-url http://127.0.0.1:{server.port}/token\n# @auth-client-id c\n"
        f"GET http://127.0.0.1:{server.port}/a\n"
    )
    with language_server(**_environment(tmp_path)) as client:
        uri = _opened(client, tmp_path, text)
        asked = client.start("httpls/run", {"uri": uri, "line": 5})
        opened = client.wait_for_request("httpls/openPage")
        query = parse_qs(urlsplit(str(opened["params"]["url"])).query)
        assert query["redirect_uri"] == [opened["params"]["redirectUrl"]]
        client.answer(opened["id"], {"hasOpened": True, "comesBack": True})
        callback = f"{opened['params']['redirectUrl']}?code=x&state={query['state'][0]}"
        threading.Thread(target=lambda: urllib.request.urlopen(callback, timeout=20).close(), daemon=True).start()
        (result,) = client.response(asked)["result"]["results"]
        assert (result["outcome"], result["status"]) == ("sent", 200)
        assert b"Authorization: Bearer t-secret-1" in server.requests[-1]


def test_where_the_browser_does_not_come_back_its_address_is_pasted(server: LiteralServer, tmp_path: Path) -> None:
    text = (
        f"# @auth oauth2 authorization_code\n# @auth-authorization-url http://127.0.0.1:{server.port}/authorize\n"
        f"# @auth-token-url http://127.0.0.1:{server.port}/token\n# @auth-client-id c\n"
        f"GET http://127.0.0.1:{server.port}/a\n"
    )
    with language_server(**_environment(tmp_path)) as client:
        uri = _opened(client, tmp_path, text)
        asked = client.start("httpls/run", {"uri": uri, "line": 5})
        opened = client.wait_for_request("httpls/openPage")
        client.answer(opened["id"], {"hasOpened": True, "comesBack": False})
        state = parse_qs(urlsplit(str(opened["params"]["url"])).query)["state"][0]
        box = client.wait_for_request("httpls/input")
        assert "Paste" in box["params"]["question"]
        client.answer(box["id"], f"{opened['params']['redirectUrl']}?code=x&state={state}")
        (result,) = client.response(asked)["result"]["results"]
        assert (result["outcome"], result["status"]) == ("sent", 200)


def test_the_question_for_an_address_goes_when_the_browser_comes_back(server: LiteralServer, tmp_path: Path) -> None:
    with language_server(**_environment(tmp_path)) as client:
        uri = _opened(client, tmp_path, _login(server.port))
        asked = client.start("httpls/run", {"uri": uri, "line": 5})
        opened = client.wait_for_request("httpls/openPage")
        client.answer(opened["id"], {"hasOpened": True, "comesBack": False})
        state = parse_qs(urlsplit(str(opened["params"]["url"])).query)["state"][0]
        box = client.wait_for_request("httpls/input")
        callback = f"{opened['params']['redirectUrl']}?code=x&state={state}"
        threading.Thread(target=lambda: urllib.request.urlopen(callback, timeout=20).close(), daemon=True).start()
        assert client.wait_for("$/cancelRequest") == {"id": box["id"]}
        (result,) = client.response(asked)["result"]["results"]
        assert (result["outcome"], result["status"]) == ("sent", 200)
        client.answer(box["id"], None)
        assert client.request("httpls/exchange", {"document": result["document"]})["outcome"] == "sent"


def test_cookies_of_a_project_are_removed(tmp_path: Path) -> None:
    cookie = ["Content-Type: text/plain", "Set-Cookie: crumb=1; Max-Age=3600"]
    with serve(answering(response(b"x", cookie))) as server, language_server(HOME=str(tmp_path / "home")) as client:
        uri = _opened(client, tmp_path, f"GET http://127.0.0.1:{server.port}/\n")
        for _ in range(2):
            client.request("httpls/run", {"uri": uri, "line": 1})
        removed = client.request(
            "workspace/executeCommand", {"command": "httpls.clearCookies", "arguments": [{"uri": uri}]}
        )
        assert removed == 1
        client.request("httpls/run", {"uri": uri, "line": 1})
        assert [b"Cookie: crumb=1" in request for request in server.requests] == [False, True, False]


def _login(port: int) -> str:
    return (
        f"# @auth oauth2 authorization_code\n# @auth-auth-url http://127.0.0.1:{port}/authorize\n"
        f"# @auth-token-url http://127.0.0.1:{port}/token\n# @auth-client-id c\nGET http://127.0.0.1:{port}/a\n"
    )


def test_a_key_that_the_client_keeps_makes_tokens_outlive_the_server(server: LiteralServer, tmp_path: Path) -> None:
    key = base64.b64encode(os.urandom(32)).decode()
    (tmp_path / "httpls.toml").write_text("")
    text = _client_credentials(server.port)
    (tmp_path / "a.http").write_text(text)
    uri = (tmp_path / "a.http").as_uri()
    states: list[bool] = []
    environment = {**_environment(tmp_path), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    for _ in range(2):
        with language_server(**environment) as client:
            client.initialize(EVENTS, initializationOptions={"trusted": True, "cacheKey": key})
            client.open(uri, text)
            states.append(client.request("httpls/authentication", {"uri": uri})["tokens"][0]["isKept"])
            client.request("httpls/token", {"action": "logIn", "uri": uri, "line": 6})
    assert states == [False, True]
