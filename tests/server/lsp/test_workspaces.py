"""Folders, files that come and go, settings: what an editor tells the server about its workspace."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.lsp_client import LspClient, language_server

PULLS: dict[str, Any] = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}


def _at(uri: str, line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}


def _folder(path: Path) -> dict[str, str]:
    return {"uri": path.as_uri(), "name": path.name}


def _diagnosed(client: LspClient, uri: str, codes: list[str]) -> list[dict[str, Any]]:
    """Wait until a document has just these problems."""
    while True:
        told = client.wait_for("textDocument/publishDiagnostics")
        if told["uri"] == uri and [one["code"] for one in told["diagnostics"]] == codes:
            return list(told["diagnostics"])


def test_the_whole_workspace_is_checked(tmp_path: Path) -> None:
    (tmp_path / "good.http").write_text("GET http://127.0.0.1/\n")
    (tmp_path / "bad.http").write_text("GET http://{{nothing}}/\n")
    with language_server() as client:
        client.initialize(PULLS, workspaceFolders=[_folder(tmp_path)])
        asked = client.request("workspace/diagnostic", {"previousResultIds": []})["items"]
        found = {Path(one["uri"]).name: [item["code"] for item in one["items"]] for one in asked}
        assert found == {"good.http": [], "bad.http": ["undefined-variable"]}
        known = [{"uri": one["uri"], "value": one["resultId"]} for one in asked]
        again = client.request("workspace/diagnostic", {"previousResultIds": known})["items"]
        assert [one["kind"] for one in again] == ["unchanged", "unchanged"]


def test_each_folder_has_its_environments_and_settings(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, host in ((one, "h1"), (two, "h2")):
        folder.mkdir()
        (folder / "httpls.toml").write_text("")
        (folder / "http-client.env.json").write_text(json.dumps({folder.name: {"host": host}}))
    with language_server() as client:

        def configuration(params: dict[str, Any]) -> list[object]:
            of_folders = {one.as_uri(): {"environments": ["one"]}, two.as_uri(): {"environments": ["two"]}}
            return [of_folders.get(item.get("scopeUri", ""), {}) for item in params["items"]]

        client.answers["workspace/configuration"] = configuration
        client.initialize(
            {"workspace": {"configuration": True}}, workspaceFolders=[_folder(one), _folder(two)]
        )  # fmt: skip
        for folder, host in ((one, "h1"), (two, "h2")):
            uri = (folder / "a.http").as_uri()
            client.open(uri, "GET http://{{host}}/\n")
            _diagnosed(client, uri, [])
            told = client.request("textDocument/hover", _at(uri, 0, 14))["contents"]["value"]
            assert host in told


def test_a_folder_may_come_and_go(tmp_path: Path) -> None:
    (tmp_path / "found.http").write_text("### the needle\nGET http://h/\n")
    with language_server() as client:
        client.initialize(workspaceFolders=[])
        assert client.request("workspace/symbol", {"query": "needle"}) == []
        event = {"added": [_folder(tmp_path)], "removed": []}
        client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
        assert [one["name"] for one in client.request("workspace/symbol", {"query": "needle"})] == ["the needle"]
        event = {"added": [], "removed": [_folder(tmp_path)]}
        client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
        assert client.request("workspace/symbol", {"query": "needle"}) == []


def test_settings_that_mean_nothing_are_told_once_and_defaulted(tmp_path: Path) -> None:
    with language_server() as client:
        client.answers["workspace/configuration"] = lambda params: [
            {"codeLens": "yes", "inlayHints": {"values": True}} for _ in params["items"]
        ]
        client.initialize(
            {"workspace": {"configuration": True}}, initializationOptions={"trusted": True, "cdoeLens": False}
        )
        assert "cdoeLens" in client.wait_for("window/showMessage")["message"]
        assert "`codeLens`: it has to be `true` or `false`" in client.wait_for("window/showMessage")["message"]
        uri = (tmp_path / "a.http").as_uri()
        client.open(uri, "@a = 1\n\n###\nGET http://h/{{a}}\n")
        document = {"textDocument": {"uri": uri}}
        assert client.request("textDocument/codeLens", document)
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": 4, "character": 0}}
        hints = client.request("textDocument/inlayHint", {**document, "range": whole})
        assert [hint["label"] for hint in hints] == ["= 1"]
        client.notify("workspace/didChangeConfiguration", {"settings": None})
        client.request("textDocument/codeLens", document)
        assert not [one for one in client.notifications if one["method"] == "window/showMessage"]


def test_how_bad_a_problem_is_shown_is_for_the_project_and_the_editor_to_say(tmp_path: Path) -> None:
    (tmp_path / "httpls.toml").write_text('[problems]\nunused-variable = "off"\nundefined-variable = "hint"\n')
    options = {"problems": {"undefined-variable": "warning"}}
    with language_server() as client:
        published = {"codeDescriptionSupport": True, "tagSupport": {"valueSet": [1, 2]}, "dataSupport": True}
        client.initialize({"textDocument": {"publishDiagnostics": published}}, initializationOptions=options)
        uri = (tmp_path / "a.http").as_uri()
        client.open(uri, "@unused = 1\n\n### a\nGET http://h/{{nothing}}\n")
        (told,) = _diagnosed(client, uri, ["undefined-variable"])
        assert told["severity"] == 2
        page = Path(told["codeDescription"]["href"].removeprefix("file://"))
        assert page.read_text().startswith("# undefined-variable")
        assert told["message"].startswith("The variable `nothing` is not defined. ")
        assert told["data"]["remedy"]
        client.change(uri, 2, {"text": "### a\nPOST http://h/\nContent-Length: 3\n\nabc\n"})
        (told,) = _diagnosed(client, uri, ["content-length"])
        assert told["tags"] == [1]
        client.change(
            uri, 3,
            {"text": "# @auth oauth2\n# @auth-grant implicit\n# @auth-auth-url https://a/\n# @auth-client-id b\nGET https://h/\n"},
        )  # fmt: skip
        (told,) = _diagnosed(client, uri, ["deprecated-auth"])
        assert told["tags"] == [2]


def test_a_file_that_goes_while_it_is_open_counts_as_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "a.http"
    path.write_text("@a = 1\n\n###\nGET http://h/{{a}}\n")
    with language_server() as client:
        client.initialize(workspaceFolders=[_folder(tmp_path)])
        client.open(path.as_uri(), path.read_text())
        _diagnosed(client, path.as_uri(), [])
        path.unlink()
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 3}]})
        told = client.request("textDocument/hover", _at(path.as_uri(), 3, 16))["contents"]["value"]
        assert "from file variable" in told
        client.change(path.as_uri(), 2, {"text": "GET http://h/{{a}}\n"})
        _diagnosed(client, path.as_uri(), ["undefined-variable"])


def test_a_file_that_is_renamed_while_it_is_open_goes_on_under_its_new_name(tmp_path: Path) -> None:
    old, new = tmp_path / "old.http", tmp_path / "new.http"
    other = tmp_path / "other.http"
    old.write_text("### login\nGET http://h/\n")
    other.write_text("import ./old.http\n\n### next\n# @ref login\nGET http://h/\n")
    with language_server() as client:
        client.initialize(workspaceFolders=[_folder(tmp_path)])
        client.open(other.as_uri(), other.read_text())
        client.open(old.as_uri(), old.read_text())
        _diagnosed(client, other.as_uri(), [])
        files = [{"oldUri": old.as_uri(), "newUri": new.as_uri()}]
        edit = client.request("workspace/willRenameFiles", {"files": files})["changes"][other.as_uri()]
        assert [one["newText"] for one in edit] == ["./new.http"]
        old.rename(new)
        client.notify("textDocument/didClose", {"textDocument": {"uri": old.as_uri()}})
        client.open(new.as_uri(), new.read_text())
        changes = [{"uri": old.as_uri(), "type": 3}, {"uri": new.as_uri(), "type": 1}]
        client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
        _diagnosed(client, other.as_uri(), ["missing-import", "unknown-dependency"])
        client.change(other.as_uri(), 2, {"text": other.read_text().replace("old", "new")})
        _diagnosed(client, other.as_uri(), [])


def test_a_body_that_is_made_or_removed_is_looked_at_again(tmp_path: Path) -> None:
    uri, body = (tmp_path / "a.http").as_uri(), tmp_path / "body.json"
    with language_server() as client:
        client.initialize(workspaceFolders=[_folder(tmp_path)])
        client.open(uri, "POST http://h/\nContent-Type: application/json\n\n< ./body.json\n")
        _diagnosed(client, uri, ["missing-file"])
        body.write_text("{}")
        client.notify("workspace/didCreateFiles", {"files": [{"uri": body.as_uri()}]})
        _diagnosed(client, uri, [])
        body.unlink()
        client.notify("workspace/didDeleteFiles", {"files": [{"uri": body.as_uri()}]})
        _diagnosed(client, uri, ["missing-file"])


def test_a_single_file_without_a_workspace_and_one_that_was_never_saved(tmp_path: Path) -> None:
    with language_server() as client:
        client.initialize()
        for uri in ((tmp_path / "alone.http").as_uri(), "untitled:Untitled-1"):
            client.open(uri, "@a = 1\n\n###\nGET http://h/{{a}}/{{b}}\n")
            _diagnosed(client, uri, ["undefined-variable"])
            assert client.request("textDocument/definition", _at(uri, 3, 16))


def test_the_log_goes_into_a_private_file_without_bodies(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    process = subprocess.Popen(
        [sys.executable, "-m", "httpls", "lsp", "--log-file", str(log)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    client = LspClient(process)
    client.initialize()
    client.open((tmp_path / "a.http").as_uri(), "@token = marker-secret-0d0d\n")
    body = b'{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"x":"marker-secret-0d0d"}}'
    client.send_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    client.request("shutdown")
    client.notify("exit")
    assert process.wait(60) == 0
    written = log.read_text()
    assert "httpls.lsp" in written
    assert "marker-secret" not in written
    assert log.stat().st_mode & 0o077 == 0
    for stream in (process.stdin, process.stdout):
        assert stream is not None
        stream.close()
