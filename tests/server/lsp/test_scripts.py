"""Scripts in an editor: errors in their syntax are told while one writes, and their globals live for the session."""

import os
import select
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.literal_server import answering, response, serve
from tests.support.lsp_client import LspClient, language_server

TRUSTED: dict[str, Any] = {"initializationOptions": {"trusted": True}}


def _open(client: LspClient, folder: Path, text: str) -> str:
    (folder / "httpls.toml").write_text("")
    return client.open_file(folder, text)


def _told(client: LspClient, uri: str, holds: Callable[[list[tuple[str, int, int]]], bool]) -> None:
    """Wait until what is told of scripts, by message, line and column from 0, is as it should be."""
    while True:
        told = client.wait_for("textDocument/publishDiagnostics")
        scripts = [
            (one["message"], one["range"]["start"]["line"], one["range"]["start"]["character"])
            for one in told["diagnostics"]
            if one["code"] == "malformed-script"
        ]
        if told["uri"] == uri and holds(scripts):
            return


def _change(client: LspClient, uri: str, version: int, line: int, end: int, text: str) -> None:
    place = {"start": {"line": line, "character": 0}, "end": {"line": line, "character": end}}
    client.change(uri, version, {"range": place, "text": text})


def test_errors_in_scripts_come_and_go_with_edits(tmp_path: Path) -> None:
    with language_server() as client:
        client.initialize()
        uri = _open(client, tmp_path, "### a\nGET http://a/b\n\n> {%\n  client.log(1;\n%}\n\n### b\nGET http://a/b\n")
        message = "The script cannot be compiled: Unexpected token ';'. Correct the script."
        _told(client, uri, lambda found: found == [(message, 4, 14)])
        # What stands above it moves it.
        _change(client, uri, 1, 0, 5, "### another\n# one")
        _told(client, uri, lambda found: found == [(message, 5, 14)])
        _change(client, uri, 2, 5, 15, "  client.log(1);")
        _told(client, uri, lambda found: found == [])
        # A script that was not there when the file was opened.
        _change(client, uri, 3, 9, 17, "GET http://a/b\n\n> {% let let %}")
        _told(client, uri, lambda found: len(found) == 1 and found[0][1] == 11)


def test_a_script_without_an_end_does_not_keep_the_server_from_answering(tmp_path: Path) -> None:
    with language_server() as client:
        client.initialize()
        uri = _open(client, tmp_path, "### a\nGET http://a/b\n\n> {%\n  for (;;) {}\n  foo bar\n%}\n")
        _told(client, uri, lambda found: [line for _, line, _ in found] == [5])
        symbols = client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        assert len(symbols) == 1


def test_globals_of_scripts_live_for_the_session(tmp_path: Path) -> None:
    answer = response(b'{"token":"t-1"}', ["Content-Type: application/json"])
    with serve(answering(answer)) as server, language_server() as client:
        client.initialize({}, **TRUSTED)
        base = f"http://127.0.0.1:{server.port}"
        uri = _open(
            client, tmp_path,
            f"### login\nPOST {base}/login\n\n> {{% client.global.set('token', response.body.token); client.global.headers.set('X-Run', '1') %}}\n\n"
            f"### use\nGET {base}/{{{{token}}}}\n",
        )  # fmt: skip
        for line in (1, 6):
            place = {"uri": uri, "line": line}
            summary = client.request("workspace/executeCommand", {"command": "httpls.send", "arguments": [place]})
            assert [result["outcome"] for result in summary["results"]] == ["sent"]
        assert [request.split(b" ", 2)[1] for request in server.requests] == [b"/login", b"/t-1"]
        assert b"X-Run: 1\r\n" in server.requests[1]


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="watches processes as Linux does")
def test_a_server_that_is_killed_leaves_no_process_for_scripts(tmp_path: Path) -> None:
    with language_server() as client:
        client.initialize()
        uri = _open(client, tmp_path, "### a\nGET http://a/b\n\n> {% let let %}\n")
        _told(client, uri, lambda found: len(found) == 1)
        watched = [os.pidfd_open(child) for child in _children(client.process.pid)]
        assert watched
        client.process.kill()
        client.process.wait(20)
    for descriptor in watched:
        assert select.select([descriptor], [], [], 20)[0], "a process goes on"
        os.close(descriptor)


def _children(parent: int) -> list[int]:
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[1]) == parent:
            found.append(int(path.parent.name))
    return found
