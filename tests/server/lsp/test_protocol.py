"""What any client can rely on, whatever it sends: the faults of the library underneath do not come through."""

import json
from pathlib import Path

import pytest
from tests.support.lsp_client import LspClient, language_server

URI = "file:///tmp/requests/a.http"


def _position(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}


def _text_of(client: LspClient, uri: str = URI) -> list[str]:
    """Return the names of the outline: what the server believes the text to be."""
    symbols = client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    return [symbol["name"] for symbol in symbols]


def test_the_outline_follows_edits() -> None:
    with language_server() as client:
        client.initialize()
        client.open(URI, "### first\nGET http://a\n\n### second\nGET http://b\n")
        assert _text_of(client) == ["first", "second"]
        client.change(URI, 2, {"range": {"start": _position(3, 4), "end": _position(3, 10)}, "text": "last"})
        assert _text_of(client) == ["first", "last"]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e"])
def test_only_the_line_ends_of_the_protocol_end_a_line(separator: str) -> None:
    with language_server() as client:
        client.initialize()
        client.open(URI, f'### one\nPOST http://a\n\n{{"a": "{separator}"}}\n\n### two\nGET http://b\n')
        client.change(URI, 2, {"range": {"start": _position(5, 4), "end": _position(5, 7)}, "text": "three"})
        assert _text_of(client) == ["one", "three"]


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 8), ("utf-16", 6), ("utf-32", 5)])
def test_columns_count_in_the_agreed_encoding(encoding: str, column: int) -> None:
    with language_server() as client:
        result = client.initialize({"general": {"positionEncodings": [encoding]}})
        assert result["capabilities"]["positionEncoding"] == encoding
        client.open(URI, "### \N{GRINNING FACE}x\nGET http://a\n")
        client.change(URI, 2, {"range": {"start": _position(0, column), "end": _position(0, column + 1)}, "text": "y"})
        assert _text_of(client) == ["\N{GRINNING FACE}y"]


def test_unknown_words_of_a_newer_client_do_not_keep_the_server_from_starting() -> None:
    with language_server() as client:
        capabilities = {
            "textDocument": {"documentSymbol": {"tagSupport": {"valueSet": [1, 99]}}},
            "workspace": {"workspaceEdit": {"resourceOperations": ["create", "conjure"]}},
            "general": {"positionEncodings": ["utf-64", "utf-16"]},
        }
        assert client.initialize(capabilities)["serverInfo"]["name"] == "httpls"


def test_parameters_that_mean_nothing_are_answered_with_an_error() -> None:
    with language_server() as client:
        client.initialize()
        answer = client.response(client.start("textDocument/documentSymbol", {"nothing": 1}))
        assert answer["error"]["code"] == -32602
        assert _text_of(client) == []


def test_an_unknown_method_is_answered_with_an_error_and_an_optional_one_is_ignored() -> None:
    with language_server() as client:
        client.initialize()
        client.notify("$/unheardOf", {"jsonrpc": "2.0"})
        assert client.response(client.start("unheard/of"))["error"]["code"] == -32601


def test_a_request_that_is_cancelled_while_it_waits_is_not_carried_out() -> None:
    with language_server() as client:
        client.initialize()
        client.open(URI, "GET http://a\n" * 1000)
        first = client.start("textDocument/documentSymbol", {"textDocument": {"uri": URI}})
        requests = [client.start("textDocument/documentSymbol", {"textDocument": {"uri": URI}}) for _ in range(20)]
        client.notify("$/cancelRequest", {"id": requests[-1]})
        assert "result" in client.response(first)
        codes = [client.response(request).get("error", {}).get("code") for request in requests]
        assert codes[-1] in (None, -32800)


def test_exit_after_shutdown_ends_with_0_and_without_it_with_1() -> None:
    with language_server() as client:
        client.initialize()
        client.request("shutdown")
        client.notify("exit")
        assert client.process.wait(20) == 0
    with language_server() as client:
        client.initialize()
        client.notify("exit")
        assert client.process.wait(20) == 1


def test_the_server_ends_when_its_client_is_gone() -> None:
    with language_server() as client:
        client.initialize()
        assert client.process.stdin is not None
        client.process.stdin.close()
        assert client.process.wait(20) == 1


def test_a_client_that_cannot_be_told_to_pull_again_is_pushed_to(tmp_path: Path) -> None:
    (tmp_path / "http-client.env.json").write_text('{"dev": {"a": "1"}, "prod": {"b": "1"}}')
    with language_server() as client:
        capabilities = client.initialize({"textDocument": {"diagnostic": {}}})["capabilities"]
        assert "diagnosticProvider" not in capabilities
        client.open((tmp_path / "a.http").as_uri(), "GET http://h/{{a}}\n")
        for names, codes in (["dev"], []), (["prod"], ["undefined-in-environment"]):
            client.request("workspace/executeCommand", {"command": "httpls.setEnvironment", "arguments": names})
            while [one["code"] for one in client.wait_for("textDocument/publishDiagnostics")["diagnostics"]] != codes:
                continue


def test_a_client_that_pulls_is_not_pushed_to_and_gets_the_same() -> None:
    text = "GET http://{{nothing}}\n"
    with language_server() as client:
        client.initialize()
        client.open(URI, text)
        pushed = client.wait_for("textDocument/publishDiagnostics")
    with language_server() as client:
        client.initialize({"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}})
        client.open(URI, text)
        pulled = client.request("textDocument/diagnostic", {"textDocument": {"uri": URI}})
        assert client.notifications == []
    assert pulled["items"] == pushed["diagnostics"]
    assert [item["code"] for item in pulled["items"]] == ["undefined-variable"]


def test_several_edits_that_wait_are_told_once_for_the_last_version() -> None:
    with language_server() as client:
        client.initialize()
        client.open(URI, "")
        for version in range(2, 40):
            start = _position(0, version - 2)
            client.change(URI, version, {"range": {"start": start, "end": start}, "text": "x"})
        while client.wait_for("textDocument/publishDiagnostics")["version"] != 39:
            pass
        assert client.notifications == []


def test_frames_stay_whole_with_unbuffered_streams() -> None:
    with language_server(PYTHONUNBUFFERED="1") as client:
        client.initialize()
        client.open(URI, "".join(f"### {number}\nGET http://a/{number}\n\n" for number in range(500)))
        assert len(_text_of(client)) == 500
        for body in client.raw:
            assert isinstance(json.loads(body), dict)


def test_the_log_does_not_hold_what_documents_hold(tmp_path: Path) -> None:
    import subprocess
    import sys

    message = {
        "jsonrpc": "2.0",
        "method": "textDocument/didOpen",
        "params": {"textDocument": {"text": "marker-of-a-secret"}},
    }
    body = json.dumps(message).encode()
    done = subprocess.run(
        [sys.executable, "-m", "httpls", "lsp"], input=b"Content-Length: %d\r\n\r\n" % len(body) + body,
        capture_output=True, check=False,
    )  # fmt: skip
    assert b"marker-of-a-secret" not in done.stderr
    assert b"marker-of-a-secret" not in done.stdout


def test_completion_hover_and_definition_answer_from_the_text_as_it_is_now() -> None:
    text = "@base = http://a\n\n### one\nGET {{ba}}/x\nAcc\n"
    with language_server() as client:
        client.initialize({"textDocument": {"hover": {"contentFormat": ["markdown"]}}})
        client.open(URI, text)
        at = {"textDocument": {"uri": URI}}
        names = client.request("textDocument/completion", {**at, "position": _position(4, 3)})
        assert names["items"][0]["label"] == "Accept"
        variables = client.request("textDocument/completion", {**at, "position": _position(3, 8)})
        assert variables["items"][0]["label"] == "base"
        assert variables["items"][0]["textEdit"] == {
            "newText": "base",
            "range": {"start": _position(3, 6), "end": _position(3, 8)},
        }
        client.change(URI, 2, {"range": {"start": _position(3, 6), "end": _position(3, 8)}, "text": "base"})
        hover = client.request("textDocument/hover", {**at, "position": _position(3, 8)})
        assert "`http://a`" in hover["contents"]["value"]
        (definition,) = client.request("textDocument/definition", {**at, "position": _position(3, 8)})
        assert definition["range"]["start"] == _position(0, 1)
