"""Sending from an editor: lenses, commands, what is shown where, and what a workspace that is not trusted may do."""

from collections.abc import Generator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from tests.support.literal_server import LiteralServer, answering, response, serve, silent
from tests.support.lsp_client import LspClient, language_server

TRUSTED: dict[str, Any] = {"initializationOptions": {"trusted": True}}
VIRTUAL: dict[str, Any] = {"workspace": {"textDocumentContent": {}}}
SHOWS: dict[str, Any] = {"window": {"showDocument": {"support": True}, "workDoneProgress": True}}


@pytest.fixture
def server() -> Generator[LiteralServer]:
    with serve(answering(response(b'{"token":"t-1"}', ["Content-Type: application/json"]))) as running:
        yield running


def _open(client: LspClient, folder: Path, text: str) -> str:
    (folder / "httpls.toml").write_text("")
    return client.open_file(folder, text)


def _lenses(client: LspClient, uri: str) -> list[str]:
    lenses = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    return [lens["command"]["title"] for lens in lenses]


def test_a_lens_sends_and_then_tells_the_status(server: LiteralServer, tmp_path: Path) -> None:
    with language_server() as client:
        client.initialize(SHOWS, **TRUSTED)
        uri = _open(
            client,
            tmp_path,
            f"### one\nGET http://127.0.0.1:{server.port}/a\n\n### two\nGET http://127.0.0.1:{server.port}/b\n",
        )
        assert _lenses(client, uri) == ["Send", "Send all", "Send"]
        command = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})[2]["command"]
        summary = client.request(
            "workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]}
        )
        (result,) = summary["results"]
        assert (result["name"], result["status"], result["outcome"]) == ("two", 200, "sent")
        assert [request.split(b" ", 2)[1] for request in server.requests] == [b"/b"]
        titles = _lenses(client, uri)
        assert titles[:3] == ["Send", "Send all", "Send"]
        assert titles[3].startswith("200 · ")
        shown = client.wait_for("window/showDocument")
        path = Path(unquote(urlsplit(str(shown["uri"])).path))
        assert '"token": "t-1"' in path.read_text()
        assert path.stat().st_mode & 0o077 == 0
        client.request("shutdown")
        client.notify("exit")
        client.process.wait(20)
        assert not path.exists()


def test_a_client_with_virtual_documents_gets_one(server: LiteralServer, tmp_path: Path) -> None:
    capabilities = {**SHOWS, **VIRTUAL}
    with language_server() as client:
        result = client.initialize(capabilities, **TRUSTED)
        assert result["capabilities"]["workspace"]["textDocumentContent"] == {"schemes": ["httpls-response"]}
        uri = _open(client, tmp_path, f"GET http://127.0.0.1:{server.port}/a\n")
        client.request("httpls/run", {"uri": uri, "line": 1})
        shown = client.wait_for("window/showDocument")["uri"]
        content = client.request("workspace/textDocumentContent", {"uri": shown})["text"]
        assert "HTTP/1.1 200" in content


def test_every_lens_is_also_an_action(server: LiteralServer, tmp_path: Path) -> None:
    with language_server() as client:
        client.initialize(**TRUSTED)
        uri = _open(client, tmp_path, "### one\nGET http://a\n")
        position = {"line": 1, "character": 2}
        actions = client.request(
            "textDocument/codeAction",
            {
                "textDocument": {"uri": uri},
                "range": {"start": position, "end": position},
                "context": {"diagnostics": []},
            },
        )
        assert [action["title"] for action in actions] == [
            "Send one",
            "Send all up to here",
            "Copy as cURL",
            "Send all requests of this file",
            "Extract the host into a variable",
        ]


def test_a_diagnostic_is_fixed_by_an_action(tmp_path: Path) -> None:
    with language_server() as client:
        client.initialize()
        uri = _open(client, tmp_path, "@token = x\n\n###\nGET http://a/{{tokn}}\n")
        position = {"line": 3, "character": 16}
        (action, *_) = client.request(
            "textDocument/codeAction",
            {
                "textDocument": {"uri": uri},
                "range": {"start": position, "end": position},
                "context": {"diagnostics": [], "only": ["quickfix"]},
            },
        )
        assert action["title"] == "Change to `token`"
        (edit,) = action["edit"]["changes"][uri]
        assert edit == {
            "newText": "token",
            "range": {"start": {"line": 3, "character": 15}, "end": {"line": 3, "character": 19}},
        }


def test_nothing_is_sent_from_a_workspace_that_is_not_trusted(server: LiteralServer, tmp_path: Path) -> None:
    with language_server() as client:
        client.initialize(SHOWS)
        uri = _open(client, tmp_path, f"GET http://127.0.0.1:{server.port}/a\n")
        assert _lenses(client, uri) == []
        answer = client.response(client.start("httpls/run", {"uri": uri, "line": 1}))
        assert "not trusted" in answer["error"]["message"]
        assert server.requests == []
        client.notify("httpls/trustChanged", {"trusted": True})
        assert client.request("httpls/run", {"uri": uri, "line": 1})["results"][0]["status"] == 200


def test_a_refused_request_says_why(tmp_path: Path) -> None:
    with language_server() as client:
        client.initialize(SHOWS, **TRUSTED)
        uri = _open(client, tmp_path, "GET http://{{nothing}}/\n")
        (result,) = client.request("httpls/run", {"uri": uri, "line": 1})["results"]
        assert result["outcome"] == "refused"
        assert "nothing" in result["failures"][0]


def test_cancelling_the_request_ends_the_run(tmp_path: Path) -> None:
    import threading

    arrived = threading.Event()
    with serve(silent(arrived)) as server, language_server() as client:
        client.initialize(**TRUSTED)
        uri = _open(client, tmp_path, f"GET http://127.0.0.1:{server.port}/slow\n")
        identity = client.start("httpls/run", {"uri": uri, "line": 1})
        assert arrived.wait(20)
        client.notify("$/cancelRequest", {"id": identity})
        assert client.response(identity)["error"]["code"] == -32800


def test_ending_the_progress_ends_the_run(tmp_path: Path) -> None:
    import threading

    arrived = threading.Event()
    with serve(silent(arrived)) as server, language_server() as client:
        client.initialize(SHOWS, **TRUSTED)
        uri = _open(client, tmp_path, f"GET http://127.0.0.1:{server.port}/slow\n")
        identity = client.start("httpls/run", {"uri": uri, "line": 1})
        token = client.wait_for("$/progress")["token"]
        assert arrived.wait(20)
        client.notify("window/workDoneProgress/cancel", {"token": token})
        (result,) = client.response(identity)["result"]["results"]
        assert result["outcome"] == "interrupted"


def test_environments_are_listed_and_chosen(server: LiteralServer, tmp_path: Path) -> None:
    (tmp_path / "http-client.env.json").write_text(
        f'{{"dev": {{"base": "http://127.0.0.1:{server.port}"}}, "prod": {{"base": "http://x"}}}}'
    )
    with language_server() as client:
        client.initialize(SHOWS, **TRUSTED)
        uri = _open(client, tmp_path, "GET {{base}}/a\n")
        listed = client.request(
            "workspace/executeCommand", {"command": "httpls.environments", "arguments": [{"uri": uri}]}
        )
        assert listed == {"environments": ["dev", "prod"], "chosen": []}
        client.request("workspace/executeCommand", {"command": "httpls.setEnvironment", "arguments": ["dev"]})
        assert client.request("httpls/run", {"uri": uri, "line": 1})["results"][0]["status"] == 200


def test_no_secret_is_shown(server: LiteralServer, tmp_path: Path) -> None:
    (tmp_path / "http-client.private.env.json").write_text('{"dev": {"apiToken": "marker-of-a-secret"}}')
    with language_server() as client:
        client.initialize({**SHOWS, **VIRTUAL}, **TRUSTED)
        uri = _open(client, tmp_path, f"GET http://127.0.0.1:{server.port}/a\nAuthorization: Bearer {{{{apiToken}}}}\n")
        client.request("workspace/executeCommand", {"command": "httpls.setEnvironment", "arguments": ["dev"]})
        client.request("httpls/run", {"uri": uri, "line": 1})
        assert b"marker-of-a-secret" in server.requests[0]
        shown = client.wait_for("window/showDocument")["uri"]
        client.request("workspace/textDocumentContent", {"uri": shown})
        client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 26}})
        client.request(
            "textDocument/completion", {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 26}}
        )
        assert all(b"marker-of-a-secret" not in frame for frame in client.raw)
