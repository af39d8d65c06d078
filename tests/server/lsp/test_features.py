"""What an editor is offered beyond the text: over the pipes, as a client sees it."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.edited_text import apply_edits
from tests.support.lsp_client import LspClient, language_server
from tests.support.soak import soak

SECRET = "marker-secret-7f3a"


@pytest.fixture(scope="module")
def client() -> Iterator[LspClient]:
    with language_server() as started:
        started.initialize({"workspace": {"workspaceEdit": {}}}, initializationOptions={"inlayHints": {"values": True}})
        yield started


def _open(client: LspClient, folder: Path, text: str, name: str = "a.http") -> str:
    uri = (folder / name).as_uri()
    client.open(uri, text, "http" if name.endswith(".http") else "json")
    return uri


def _at(uri: str, line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}


def _range(start: tuple[int, int], end: tuple[int, int]) -> dict[str, Any]:
    return {
        "start": {"line": start[0], "character": start[1]},
        "end": {"line": end[0], "character": end[1]},
    }


def _action(client: LspClient, uri: str, where: dict[str, Any], title: str, only: list[str] | None = None) -> Any:
    context = {"diagnostics": [], **({"only": only} if only else {})}
    params = {"textDocument": {"uri": uri}, "range": where, "context": context}
    found = {action["title"]: action for action in client.request("textDocument/codeAction", params)}
    assert title in found, list(found)
    return found[title]


def test_a_signature_shows_the_argument_at_the_cursor(client: LspClient, tmp_path: Path) -> None:
    uri = _open(client, tmp_path, "GET http://h/{{$randomInt 1 }}\n")
    found = client.request("textDocument/signatureHelp", _at(uri, 0, 28))
    assert "$randomInt" in found["signatures"][0]["label"]
    assert found["activeParameter"] == 1


def test_the_parameters_of_a_scheme_are_its_signature(client: LspClient, tmp_path: Path) -> None:
    uri = _open(client, tmp_path, "# @auth basic \nGET http://h/\n")
    found = client.request("textDocument/signatureHelp", _at(uri, 0, 14))
    assert [one["label"] for one in found["signatures"][0]["parameters"]][:2] == ["username", "password"]


def test_values_are_shown_behind_variables_and_secrets_are_not(client: LspClient, tmp_path: Path) -> None:
    (tmp_path / "http-client.private.env.json").write_text(json.dumps({"dev": {"password": SECRET}}))
    uri = _open(client, tmp_path, "@a = 1\n@b = {{a}}2\n\nGET http://h/{{b}}\n")
    params = {"textDocument": {"uri": uri}, "range": _range((3, 0), (4, 0))}
    assert [hint["label"] for hint in client.request("textDocument/inlayHint", params)] == ["= 12"]


def test_a_selection_becomes_a_variable_and_a_variable_its_value(client: LspClient, tmp_path: Path) -> None:
    text = "### one\nGET http://h/\nAccept: text/plain\n"
    uri = _open(client, tmp_path, text)
    action = _action(client, uri, _range((2, 8), (2, 18)), "Extract a variable")
    after = apply_edits(text, action["edit"]["changes"][uri])
    assert after == "@plain = text/plain\n\n### one\nGET http://h/\nAccept: {{plain}}\n"
    other = _open(client, tmp_path, after, "b.http")
    action = _action(client, other, _range((4, 11), (4, 11)), "Inline the variable `plain`")
    assert apply_edits(after, action["edit"]["changes"][other]).lstrip() == text


def test_an_auth_line_without_parameters_is_filled_in(client: LspClient, tmp_path: Path) -> None:
    text = "# @auth basic\nGET http://h/\n"
    uri = _open(client, tmp_path, text)
    action = _action(client, uri, _range((0, 3), (0, 3)), "Set up authentication: Basic")
    first = apply_edits(text, action["edit"]["changes"][uri]).splitlines()[0]
    assert first.startswith("# @auth basic ")
    assert "{{$secret password}}" in first


def test_requests_of_all_files_are_found_by_their_letters(client: LspClient, tmp_path: Path) -> None:
    _open(client, tmp_path, "### find the needle here\nGET http://h/\n", "needle.http")
    found = client.request("workspace/symbol", {"query": "ndlhere"})
    assert [symbol["name"] for symbol in found] == ["find the needle here"]


def test_paths_follow_files_that_are_renamed(client: LspClient, tmp_path: Path) -> None:
    text = "import ./lib/shared.http\n\n###\nPOST http://h/\n\n< ./lib/body.json\n"
    uri = _open(client, tmp_path, text)
    files = [{"oldUri": (tmp_path / "lib").as_uri(), "newUri": (tmp_path / "parts").as_uri()}]
    edit = client.request("workspace/willRenameFiles", {"files": files})
    assert apply_edits(text, edit["changes"][uri]) == text.replace("./lib/", "./parts/")


def test_files_of_settings_have_diagnostics(client: LspClient, tmp_path: Path) -> None:
    uri = _open(client, tmp_path, "timeuots = 1\n", "httpls.toml")
    while (told := client.wait_for("textDocument/publishDiagnostics"))["uri"] != uri:
        continue
    assert [item["code"] for item in told["diagnostics"]] == ["unknown-setting"]


def test_tokens_are_told_by_their_difference(client: LspClient, tmp_path: Path) -> None:
    text = "".join(f"### r{number}\nGET http://h/{{{{a}}}}\nAccept: x\n\n" for number in range(300))
    uri = _open(client, tmp_path, text)
    told = client.request("textDocument/semanticTokens/full", {"textDocument": {"uri": uri}})
    data, result = told["data"], told["resultId"]
    edits = [
        (_range((601, 4), (601, 4)), "x"), (_range((0, 0), (0, 0)), "# first\n"), (_range((700, 0), (760, 0)), ""),
        (_range((30, 0), (30, 0)), "### new\nGET http://n/\n\n\n"),
    ]  # fmt: skip
    for number, (where, replacement) in enumerate(edits):
        client.change(uri, number + 2, {"range": where, "text": replacement})
        params = {"textDocument": {"uri": uri}, "previousResultId": result}
        told = client.request("textDocument/semanticTokens/full/delta", params)
        for edit in told["edits"]:
            data = data[: edit["start"]] + edit["data"] + data[edit["start"] + edit["deleteCount"] :]
        result = told["resultId"]
        full = client.request("textDocument/semanticTokens/full", {"textDocument": {"uri": uri}})
        assert data == full["data"]
        result = full["resultId"]


def test_no_feature_shows_a_secret(tmp_path: Path) -> None:
    (tmp_path / "http-client.private.env.json").write_text(json.dumps({"dev": {"password": SECRET}}))
    (tmp_path / ".env").write_text(f"API_TOKEN={SECRET}\n")
    text = "@auth = {{password}}\n\n### a\n# @auth basic me {{password}}\nGET http://h/{{password}}/{{$dotenv API_TOKEN}}\n"
    with language_server() as client:
        client.initialize(initializationOptions={"inlayHints": {"values": True}, "environments": ["dev"]})
        uri = _open(client, tmp_path, text)
        for line, character in ((0, 3), (0, 12), (3, 22), (4, 6), (4, 18), (4, 38)):
            for method in ("completion", "hover", "signatureHelp", "definition", "documentHighlight"):
                client.request(f"textDocument/{method}", _at(uri, line, character))
        whole = {"textDocument": {"uri": uri}, "range": _range((0, 0), (5, 0))}
        client.request("textDocument/inlayHint", whole)
        client.request("textDocument/codeAction", {**whole, "context": {"diagnostics": []}})
        client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        place = {"uri": uri, "line": 5}
        client.request("workspace/executeCommand", {"command": "httpls.copyAsCurl", "arguments": [place]})
        client.wait_for("textDocument/publishDiagnostics")
        assert not [body for body in client.raw if SECRET.encode() in body]


def test_a_port_serves_who_knows_the_token_only() -> None:
    for is_right in (True, False):
        process = subprocess.Popen([sys.executable, "-m", "httpls", "lsp", "--tcp", "0"], stdout=subprocess.PIPE)
        assert process.stdout is not None
        try:
            told = json.loads(process.stdout.readline())
            options = {"token": told["token"] if is_right else "guessed"}
            params = {"processId": None, "rootUri": None, "capabilities": {}, "initializationOptions": options}
            body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).encode()
            with socket.create_connection(("127.0.0.1", told["port"]), timeout=20) as connection:
                connection.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
                assert connection.recv(14) == (b"Content-Length" if is_right else b"")
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def test_a_longer_life_of_one_document(client: LspClient, tmp_path: Path) -> None:
    expected, text = soak(client, 300, 11, "### a\r\nGET http://h/{{v1}}\r\n\r\n" * 20, tmp_path)
    assert text == expected


def test_nothing_is_sent_in_a_protected_environment_without_a_yes(tmp_path: Path) -> None:
    (tmp_path / "http-client.env.json").write_text('{"prod": {"$protected": true, "a": "1"}}')
    with language_server() as client:
        client.initialize(initializationOptions={"trusted": True, "environments": ["prod"]})
        uri = _open(client, tmp_path, "GET http://127.0.0.1:9/{{a}}\n")
        answer = client.response(client.start("httpls/run", {"uri": uri, "line": 1}))
        assert "protected" in answer["error"]["message"]
        assert [
            one["params"]["message"] for one in client.notifications if one["method"] == "window/showMessageRequest"
        ]
