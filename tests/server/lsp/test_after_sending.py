"""What an editor knows once something was sent: bodies, tokens, refusals, history; and how a run is ended."""

import base64
import json
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from tests.support.edited_text import apply_edits, edits_of
from tests.support.keyring_in_file import environment
from tests.support.literal_server import answering, response, serve, silent
from tests.support.lsp_client import LspClient, language_server

TRUSTED: dict[str, Any] = {"initializationOptions": {"trusted": True}}
SHOWS: dict[str, Any] = {
    "window": {"showDocument": {"support": True}, "workDoneProgress": True},
    "workspace": {"textDocumentContent": {}},
}
SECRET = "marker-secret-55aa"


@pytest.fixture
def client(tmp_path: Path) -> Generator[LspClient]:
    (tmp_path / "httpls.toml").write_text("")
    with language_server(**environment(tmp_path)) as started:
        yield started


def _at(uri: str, line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}


def _command(client: LspClient, name: str, *arguments: object) -> Any:
    return client.request("workspace/executeCommand", {"command": name, "arguments": list(arguments)})


def test_fields_of_a_real_body_are_proposed(client: LspClient, tmp_path: Path) -> None:
    body = json.dumps({"token": SECRET, "items": [{"id": 7, "name": "x"}], "total": 1}).encode()
    with serve(answering(response(body, ["Content-Type: application/json", "X-Kind: a"]))) as server:
        client.initialize(SHOWS, **TRUSTED)
        text = (
            f"### login\nGET http://127.0.0.1:{server.port}/\n\n### next\n"
            "GET http://h/{{login.response.body.$.}}\nA: {{login.response.body.$.items[0].}}\nB: {{login.response.headers.}}\n"
        )
        uri = client.open_file(tmp_path, text)
        client.request("httpls/run", {"uri": uri, "line": 2})

        def labels(line: int) -> list[str]:
            character = text.splitlines()[line].index("}}")
            return [
                item["label"] for item in client.request("textDocument/completion", _at(uri, line, character))["items"]
            ]

        assert labels(4) == ["items[0]", "token", "total"]
        assert labels(5) == ["id", "name"]
        assert "X-Kind" in labels(6)


def test_a_401_is_told_at_its_request_with_ways_out(client: LspClient, tmp_path: Path) -> None:
    refused = response(b"", ['WWW-Authenticate: Basic realm="shop"'], status="401 Unauthorized")
    with serve(answering(refused)) as server:
        client.initialize({**SHOWS, "experimental": {"httpls": {"inputBoxes": True}}}, **TRUSTED)
        uri = client.open_file(tmp_path, f"### list\nGET http://127.0.0.1:{server.port}/\n")
        client.request("httpls/run", {"uri": uri, "line": 2})
        while not (told := client.wait_for("textDocument/publishDiagnostics")["diagnostics"]):
            continue
        assert [(one["code"], one["range"]["start"]["line"]) for one in told] == [("refused-by-server", 1)]
        assert told[0]["message"].startswith("401: The server asks for")
        place = {"line": 1, "character": 0}
        params = {
            "textDocument": {"uri": uri},
            "range": {"start": place, "end": place},
            "context": {"diagnostics": told},
        }
        titles = [action["title"] for action in client.request("textDocument/codeAction", params)]
        assert titles[0] == "Set up authentication, step by step…"
        assert "Set up authentication: Basic" in titles
    with serve(answering(response(b"{}"))) as server:
        text = f"### list\nGET http://127.0.0.1:{server.port}/\n"
        client.change(uri, 2, {"text": text})
        client.request("httpls/run", {"uri": uri, "line": 2})
        while client.wait_for("textDocument/publishDiagnostics")["diagnostics"]:
            continue


def test_hover_tells_until_when_the_token_of_a_request_is_valid(client: LspClient, tmp_path: Path) -> None:
    token = json.dumps({"access_token": SECRET, "token_type": "Bearer", "expires_in": 3600}).encode()
    with serve(answering(response(token, ["Content-Type: application/json"]))) as server:
        client.initialize(SHOWS, **TRUSTED)
        base = f"http://127.0.0.1:{server.port}"
        text = (
            f"### list\n# @auth oauth2\n# @auth-grant client_credentials\n# @auth-token-url {base}/token\n"
            f"# @auth-client-id cli\n# @auth-client-secret s\nGET {base}/\n"
        )
        uri = client.open_file(tmp_path, text)
        (result,) = client.request("httpls/run", {"uri": uri, "line": 7})["results"]
        assert result["status"] == 200
        told = client.request("textDocument/hover", _at(uri, 6, 6))["contents"]["value"]
        assert "expires in 59 minutes" in told
        told = client.request("textDocument/hover", _at(uri, 1, 4))["contents"]["value"]
        assert "expires in 59 minutes" in told
        assert not [frame for frame in client.raw if SECRET.encode() in frame]


def test_a_json_web_token_is_taken_apart_and_one_that_expired_is_told(client: LspClient, tmp_path: Path) -> None:
    def encoded(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {"sub": "alice", "exp": int(time.time()) - 7200}
    token = f"{encoded({'alg': 'HS256', 'typ': 'JWT'})}.{encoded(claims)}.c2lnbmF0dXJl"
    client.initialize(SHOWS, **TRUSTED)
    uri = client.open_file(tmp_path, f"@jwt = {token}\n\n### a\nGET http://h/\nX-Token: {{{{jwt}}}}\n")
    told = client.request("textDocument/hover", _at(uri, 4, 13))["contents"]["value"]
    assert '"sub": "alice"' in told.replace("\\", "")
    assert "expired 2 hours ago" in told
    assert "c2lnbmF0dXJl" not in told.partition("JSON Web Token")[2]
    while "expired-token" not in [
        one["code"] for one in client.wait_for("textDocument/publishDiagnostics")["diagnostics"]
    ]:
        continue


def test_what_was_sent_can_be_looked_at_again(client: LspClient, tmp_path: Path) -> None:
    with serve(answering(response(b"hello"), response(b"hello"))) as server:
        (tmp_path / "http-client.private.env.json").write_text(json.dumps({"dev": {"apiToken": SECRET}}))
        client.initialize(SHOWS, initializationOptions={"trusted": True, "environments": ["dev"]})
        text = (
            f"### one\nGET http://127.0.0.1:{server.port}/1?key={{{{apiToken}}}}\n\n"
            f"### two\n# @no-log\nGET http://127.0.0.1:{server.port}/2\n"
        )
        uri = client.open_file(tmp_path, text)
        _command(client, "httpls.sendAll", {"uri": uri})
        (entry,) = _command(client, "httpls.history")
        assert (entry["name"], entry["method"], entry["line"]) == ("one", "GET", 2)
        assert entry["result"].startswith("200 in ")
        shown = _command(client, "httpls.showHistory")
        content = client.request("workspace/textDocumentContent", {"uri": shown})["text"]
        assert "hello" in content
        assert "a.http:2" in content
        assert not [frame for frame in client.raw if SECRET.encode() in frame]


def test_taking_the_progress_for_done_ends_the_run(client: LspClient, tmp_path: Path) -> None:
    arrived = threading.Event()
    with serve(silent(arrived)) as server:
        client.initialize(SHOWS, **TRUSTED)
        uri = client.open_file(tmp_path, f"GET http://127.0.0.1:{server.port}/slow\n")
        identity = client.start("httpls/run", {"uri": uri, "line": 1})
        token = client.wait_for("window/workDoneProgress/create")["token"]
        assert arrived.wait(60)
        while "waiting for the server" not in (client.wait_for("$/progress")["value"].get("message") or ""):
            continue
        client.notify("window/workDoneProgress/cancel", {"token": token})
        (result,) = client.response(identity)["result"]["results"]
        assert result["outcome"] == "interrupted"


def test_a_command_of_curl_is_pasted_as_a_request(client: LspClient, tmp_path: Path) -> None:
    client.initialize(SHOWS, **TRUSTED)
    text = "### one\nGET http://h/\n"
    uri = client.open_file(tmp_path, text)
    pasted = "curl -X POST 'https://api.example.com/a' -H 'Accept: text/plain' --data 'x=1'"
    assert _command(client, "httpls.pasteCurl", {"uri": uri, "line": 3, "text": pasted}) is True
    after = apply_edits(text, edits_of(client.wait_for("workspace/applyEdit")["edit"], uri))
    assert after == text + f"###\n{pasted}\n\n"
    client.change(uri, 2, {"text": after})
    symbols = client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    assert [symbol["name"] for symbol in symbols] == ["one", pasted]


def test_what_is_no_command_of_curl_is_not_pasted(client: LspClient, tmp_path: Path) -> None:
    client.initialize(SHOWS, **TRUSTED)
    uri = client.open_file(tmp_path, "GET http://h/\n")
    params = {"command": "httpls.pasteCurl", "arguments": [{"uri": uri, "line": 1, "text": "wget http://a"}]}
    answer = client.response(client.start("workspace/executeCommand", params))
    assert "no curl command" in answer["error"]["message"]
