"""Renaming, formatting, hints, lenses: what an editor changes or shows, within what the client can do."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from tests.support.edited_text import apply_edits, edits_of
from tests.support.lsp_client import LspClient, language_server

TRUSTED: dict[str, Any] = {"initializationOptions": {"trusted": True}}
EDITS: dict[str, Any] = {
    "workspaceEdit": {
        "documentChanges": True,
        "resourceOperations": ["create", "rename"],
        "changeAnnotationSupport": {"groupsOnLabel": True},
    }
}


@pytest.fixture
def client() -> Generator[LspClient]:
    with language_server() as started:
        yield started


def _at(uri: str, line: int, character: int, **more: object) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}, **more}


def _range(start: tuple[int, int], end: tuple[int, int]) -> dict[str, Any]:
    return {"start": {"line": start[0], "character": start[1]}, "end": {"line": end[0], "character": end[1]}}


def test_a_variable_is_renamed_in_requests_and_all_environments(client: LspClient, tmp_path: Path) -> None:
    (tmp_path / "httpls.toml").write_text("")
    client.initialize({"workspace": EDITS}, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "x"}])
    public = '{"dev": {"host": "a"}, "prod": {"host": "b", "url": "http://{{host}}"}}'
    private = '{"dev": {"host": "c"}}'
    (tmp_path / "http-client.private.env.json").write_text(private)
    (tmp_path / "other.http").write_text("GET http://{{host}}/2\n")
    env = client.open_file(tmp_path, public, "http-client.env.json")
    uri = client.open_file(tmp_path, "GET http://{{host}}/\n")
    for place in (_at(uri, 0, 14), _at(env, 0, 12)):
        edit = client.request("textDocument/rename", {**place, "newName": "server"})
        assert apply_edits(public, edits_of(edit, env)) == public.replace("host", "server")
        other = (tmp_path / "other.http").as_uri()
        assert apply_edits("GET http://{{host}}/2\n", edits_of(edit, other)) == "GET http://{{server}}/2\n"
        (of_private,) = edits_of(edit, (tmp_path / "http-client.private.env.json").as_uri())
        assert edit["changeAnnotations"][of_private["annotationId"]]["needsConfirmation"] is True


def test_what_cannot_be_renamed_says_why(client: LspClient, tmp_path: Path) -> None:
    client.initialize({"workspace": EDITS})
    uri = client.open_file(tmp_path, "GET http://h/{{$guid}}/{{nothing}}\nAccept: x\n")
    for (line, character), reason in (((0, 17), "dynamic variable"), ((0, 27), "nothing here defines"), ((1, 2), "no")):
        answer = client.response(client.start("textDocument/prepareRename", _at(uri, line, character)))
        assert reason in answer["error"]["message"]


def test_a_file_is_renamed_where_it_is_named(client: LspClient, tmp_path: Path) -> None:
    client.initialize({"workspace": EDITS}, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "x"}])
    (tmp_path / "body.json").write_text("{}")
    text = "POST http://h/\n\n< ./body.json\n"
    uri = client.open_file(tmp_path, text)
    prepared = client.request("textDocument/prepareRename", _at(uri, 2, 5))
    assert prepared["placeholder"] == "./body.json"
    edit = client.request("textDocument/rename", _at(uri, 2, 5, newName="./order.json"))
    assert apply_edits(text, edits_of(edit, uri)) == text.replace("body", "order")
    assert [(one["kind"], Path(one["newUri"]).name) for one in edit["documentChanges"] if "kind" in one] == [
        ("rename", "order.json")
    ]


def test_bodies_are_laid_out_where_that_is_wanted(client: LspClient, tmp_path: Path) -> None:
    client.initialize(initializationOptions={"format": {"jsonBodies": True}})
    text = 'POST http://h/\nContent-Type: application/json\n\n{"a":{{n}},"b":["{{x}} {",  2],"c":{}}\n\n###\nGET  http://h/\n'
    uri = client.open_file(tmp_path, text)
    options = {"tabSize": 4, "insertSpaces": True}
    edits = client.request("textDocument/formatting", {"textDocument": {"uri": uri}, "options": options})
    after = apply_edits(text, edits)
    assert after == (
        'POST http://h/\nContent-Type: application/json\n\n{\n    "a": {{n}},\n    "b": [\n        "{{x}} {",\n        2\n'
        '    ],\n    "c": {}\n}\n\n###\nGET http://h/\n'
    )
    client.change(uri, 2, {"text": after})
    assert client.request("textDocument/formatting", {"textDocument": {"uri": uri}, "options": options}) == []


def test_bodies_stay_as_they_are_otherwise(client: LspClient, tmp_path: Path) -> None:
    client.initialize()
    text = 'POST http://h/\nContent-Type: application/json\n\n{"a":1}\n\n###\nGET  http://h/\n\n###\nGET  http://i/\n'
    uri = client.open_file(tmp_path, text)
    options = {"tabSize": 4, "insertSpaces": True}
    document = {"textDocument": {"uri": uri}, "options": options}
    whole = client.request("textDocument/formatting", document)
    assert apply_edits(text, whole) == text.replace("GET  ", "GET ")
    ranges = [_range((6, 0), (6, 1)), _range((9, 0), (9, 1))]
    assert client.request("textDocument/rangesFormatting", {**document, "ranges": ranges}) == whole
    assert len(client.request("textDocument/rangeFormatting", {**document, "range": ranges[1]})) == 1


def test_hints_tell_values_authentication_and_ports(client: LspClient, tmp_path: Path) -> None:
    wanted = {"inlayHints": {"values": True, "authentication": True, "ports": True, "tokens": True}}
    hints = {"textDocument": {"inlayHint": {"resolveSupport": {"properties": ["label.location"]}}}}
    client.initialize(hints, initializationOptions=wanted)
    uri = client.open_file(tmp_path, "# @auth basic me {{$secret p}}\n@a = 1\n\n### x\nGET https://h.example/{{a}}\n")
    document = {"textDocument": {"uri": uri}, "range": _range((0, 0), (5, 0))}
    found = client.request("textDocument/inlayHint", document)

    def text(hint: dict[str, Any]) -> str:
        label = hint["label"]
        return label if isinstance(label, str) else "".join(part["value"] for part in label)

    assert sorted(map(text, found)) == [":443", "= 1", "Basic, from a.http:1"]
    value = next(hint for hint in found if text(hint) == "= 1")
    assert value["label"][0]["location"]["range"]["start"]["line"] == 1
    assert value["textEdits"][0]["newText"] == "1"


def test_the_value_of_a_secret_is_no_hint_to_accept(client: LspClient, tmp_path: Path) -> None:
    (tmp_path / "http-client.private.env.json").write_text(json.dumps({"dev": {"password": "marker-secret"}}))
    options = {"inlayHints": {"values": True}, "environments": ["dev"]}
    client.initialize(initializationOptions=options)
    uri = client.open_file(tmp_path, "GET https://h/{{password}}\n")
    document = {"textDocument": {"uri": uri}, "range": _range((0, 0), (1, 0))}
    (hint,) = client.request("textDocument/inlayHint", document)
    assert "textEdits" not in hint
    assert not [frame for frame in client.raw if b"marker-secret" in frame]


def test_a_lens_counts_who_uses_a_request(client: LspClient, tmp_path: Path) -> None:
    client.initialize({"experimental": {"httpls": {"showReferences": True}}}, **TRUSTED)
    uri = client.open_file(
        tmp_path, "### login\nGET http://h/\n\n### next\n# @ref login\nGET http://h/{{login.response.body.*}}\n"
    )
    lenses = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    titles = [
        (lens if "command" in lens else client.request("codeLens/resolve", lens))["command"]["title"] for lens in lenses
    ]
    assert titles == ["Send", "Send all", "2 references", "Send", "0 references"]


def test_the_documentation_of_a_proposal_is_told_when_it_is_looked_at(client: LspClient, tmp_path: Path) -> None:
    item = {
        "snippetSupport": True, "insertReplaceSupport": True, "documentationFormat": ["markdown"],
        "labelDetailsSupport": True, "resolveSupport": {"properties": ["documentation"]},
    }  # fmt: skip
    client.initialize({"textDocument": {"completion": {"completionItem": item}}})
    uri = client.open_file(tmp_path, "GET http://h/\nAccxx: y\n")
    (first, *_) = client.request("textDocument/completion", _at(uri, 1, 3))["items"]
    assert first["label"] == "Accept"
    assert "documentation" not in first
    assert first["textEdit"]["insert"]["end"]["character"] == 3
    assert first["textEdit"]["replace"]["end"]["character"] == 5
    resolved = client.request("completionItem/resolve", first)
    assert "media types" in resolved["documentation"]["value"]


def test_edits_of_refactorings_are_told_when_one_is_chosen(client: LspClient, tmp_path: Path) -> None:
    action: dict[str, Any] = {
        "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
        "resolveSupport": {"properties": ["edit"]},
    }
    client.initialize({"textDocument": {"codeAction": action}, "workspace": EDITS})
    text = "GET https://h.example/1\n"
    uri = client.open_file(tmp_path, text)
    context: dict[str, Any] = {"diagnostics": []}
    params = {"textDocument": {"uri": uri}, "range": _range((0, 8), (0, 8)), "context": context}
    (found,) = client.request("textDocument/codeAction", params)
    assert (found["title"], "edit" in found) == ("Extract the host into a variable", False)
    edit = client.request("codeAction/resolve", found)["edit"]
    assert apply_edits(text, edits_of(edit, uri)) == "@baseUrl = https://h.example\n\nGET {{baseUrl}}/1\n"


def test_all_safe_fixes_are_made_at_once(client: LspClient, tmp_path: Path) -> None:
    client.initialize()
    text = (
        "### a\nPOST http://127.0.0.1/\nContent-Type: application/json\n{}\n\n  ### b\nGET http://127.0.0.1/ HTTP/3\n"
    )
    uri = client.open_file(tmp_path, text)
    only = ["source.fixAll.httpls"]
    params = {
        "textDocument": {"uri": uri},
        "range": _range((0, 0), (7, 0)),
        "context": {"diagnostics": [], "only": only},
    }
    (action,) = client.request("textDocument/codeAction", params)
    after = apply_edits(text, edits_of(action["edit"], uri))
    assert "application/json\n\n{}" in after
    assert "\n### b" in after
    assert "HTTP/2" in after


def test_files_of_environments_are_completed_and_told_of(client: LspClient, tmp_path: Path) -> None:
    client.initialize()
    text = '{"dev": {"Security": {"Auth": {"shop": {"Type": "Basic", "Pass"}}}}}'
    uri = client.open_file(tmp_path, text, "http-client.env.json")
    (item,) = client.request("textDocument/completion", _at(uri, 0, text.index('"}}}}')))["items"]
    assert (item["label"], item["filterText"]) == ("Password", '"Password"')
    hover = client.request("textDocument/hover", _at(uri, 0, text.index("Basic") + 1))
    assert "Basic" in hover["contents"]["value"]
    symbols = client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    assert symbols[0]["name"] == "dev"
    settings = client.open_file(tmp_path, "[tls]\nveri\n", "httpls.toml")
    assert client.request("textDocument/completion", _at(settings, 1, 4))["items"][0]["label"] == "verify"


def test_requests_are_found_by_method_and_path(client: LspClient, tmp_path: Path) -> None:
    client.initialize()
    client.open_file(tmp_path, "### create an order\nPOST https://api.example.com/v1/orders\n")
    for query in ("createorder", "POST v1", "api.example.com/v1"):
        assert [one["name"] for one in client.request("workspace/symbol", {"query": query})] == ["create an order"]
