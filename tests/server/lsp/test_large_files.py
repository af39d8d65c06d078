"""Large files: nothing that is asked of them keeps the server from anything else, and no answer is about another text."""

from pathlib import Path
from typing import Any

from tests.support.lsp_client import LspClient, language_server

COUNT = 1_500
TEXT = "@host = h\n\n" + "".join([
    f'### r{number}\nPOST http://{{{{host}}}}/{number}\nContent-Type: application/json\n\n{{"id": {number}}}\n\n'
    for number in range(COUNT)
])  # fmt: skip
PULLS: dict[str, Any] = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}


def _edit(client: LspClient, uri: str, version: int, column: int, end: int, text: str) -> None:
    where = {"start": {"line": 0, "character": column}, "end": {"line": 0, "character": end}}
    client.change(uri, version, {"range": where, "text": text})


def _undefined(items: list[dict[str, Any]]) -> int:
    return sum([item["code"] == "undefined-variable" for item in items])


def test_a_name_that_all_requests_use_is_missed_by_all_of_them_in_the_end(tmp_path: Path) -> None:
    uri = (tmp_path / "a.http").as_uri()
    with language_server() as client:
        client.initialize()
        client.open(uri, TEXT)
        _edit(client, uri, 2, 1, 5, "name")
        while True:
            told = client.wait_for("textDocument/publishDiagnostics")
            if told["version"] == 2 and _undefined(told["diagnostics"]) == 1000 - _others(told["diagnostics"]):
                break
        _edit(client, uri, 3, 1, 5, "host")
        while True:
            told = client.wait_for("textDocument/publishDiagnostics")
            if told["version"] == 3 and not _undefined(told["diagnostics"]):
                break


def _others(items: list[dict[str, Any]]) -> int:
    return len(items) - _undefined(items)


def test_a_client_that_pulls_is_told_when_more_is_known(tmp_path: Path) -> None:
    uri = (tmp_path / "a.http").as_uri()
    document = {"textDocument": {"uri": uri}}
    with language_server() as client:
        client.initialize(PULLS)
        client.open(uri, TEXT)
        assert client.request("textDocument/diagnostic", document)["items"] == []
        _edit(client, uri, 2, 1, 5, "name")
        items = client.request("textDocument/diagnostic", document)["items"]
        while _undefined(items) < 990:
            client.wait_for("workspace/diagnostic/refresh")
            items = client.request("textDocument/diagnostic", document)["items"]


def test_an_answer_is_never_about_another_text(tmp_path: Path) -> None:
    uri = (tmp_path / "a.http").as_uri()
    document = {"textDocument": {"uri": uri}}
    methods = ("semanticTokens/full", "documentSymbol", "foldingRange")
    with language_server() as client:
        client.initialize()
        client.open(uri, TEXT)
        early = [client.start(f"textDocument/{method}", document) for method in methods]
        _edit(client, uri, 2, 0, 0, "# a comment\n\n")
        for answer in map(client.response, early):
            assert "result" in answer or answer["error"]["code"] == -32801
        found = [client.request(f"textDocument/{method}", document) for method in methods]
    with language_server() as fresh:
        fresh.initialize()
        fresh.open(uri, "# a comment\n\n" + TEXT)
        expected = [fresh.request(f"textDocument/{method}", document) for method in methods]
    assert found[0]["data"] == expected[0]["data"]
    assert found[1:] == expected[1:]


def test_small_requests_are_answered_before_large_ones_that_came_first(tmp_path: Path) -> None:
    uri = (tmp_path / "a.http").as_uri()
    document = {"textDocument": {"uri": uri}}
    with language_server() as client:
        client.initialize()
        client.open(uri, TEXT)
        large = client.start("textDocument/semanticTokens/full", document)
        small = client.start("textDocument/hover", {**document, "position": {"line": 3, "character": 15}})
        assert "file variable" in str(client.response(small)["result"])
        client.response(large)
        assert client.arrivals[small] < client.arrivals[large]


def test_a_file_event_counts_if_something_was_asked_of_the_file(tmp_path: Path) -> None:
    uri = (tmp_path / "a.http").as_uri()
    with language_server() as client:
        client.initialize({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}})
        client.open(uri, "GET http://{{name}}/\n")
        assert _undefined(client.wait_for("textDocument/publishDiagnostics")["diagnostics"]) == 1
        environments = tmp_path / "http-client.env.json"
        environments.write_text('{"dev": {"name": "h"}}')
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": environments.as_uri(), "type": 1}]})
        assert not client.wait_for("textDocument/publishDiagnostics")["diagnostics"]


def test_arguments_of_a_command_may_look_like_messages(tmp_path: Path) -> None:
    uri = (tmp_path / "a.http").as_uri()
    argument = {"uri": uri, "body": {"jsonrpc": "2.0", "id": 1, "method": "exit"}}
    with language_server() as client:
        client.initialize()
        client.open(uri, "GET http://h/\n")
        asked = {"command": "httpls.documentText", "arguments": [argument]}
        assert client.request("workspace/executeCommand", asked) == "GET http://h/\n"


def test_a_document_that_was_never_saved_and_one_whose_file_is_deleted_are_edited_like_others(tmp_path: Path) -> None:
    path = tmp_path / "a.http"
    path.write_text("GET http://{{x}}/\n")
    with language_server() as client:
        client.initialize()
        for uri in ("untitled:Untitled-1", path.as_uri()):
            client.open(uri, "@x = 1\n\n### a\nGET http://{{x}}/\n")
            path.unlink(missing_ok=True)
            client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 3}]})
            place = {"textDocument": {"uri": uri}, "position": {"line": 3, "character": 14}}
            assert "file variable" in str(client.request("textDocument/hover", place))
            assert client.request("textDocument/completion", place)["items"]
