"""What editors say at `initialize`, recorded, and that they get only what they said they understand."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.lsp_client import LspClient, language_server

CLIENTS = sorted(Path(__file__).with_name("clients").glob("*.json"))
TEXT = "@a = 1\n\n### one\n# @auth basic me {{a}}\nGET http://h/{{a}}/{{b}}\n\n### two\nGET http://h/\nAccept: x\n"


def _requests(client: LspClient, uri: str) -> dict[str, Any]:
    document = {"uri": uri}
    place = {"textDocument": document, "position": {"line": 4, "character": 16}}
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 8, "character": 0}}
    asked: list[tuple[str, dict[str, Any]]] = [
        ("textDocument/completion", place),
        ("textDocument/hover", place),
        ("textDocument/definition", place),
        ("textDocument/references", {**place, "context": {"includeDeclaration": True}}),
        ("textDocument/documentHighlight", place),
        ("textDocument/signatureHelp", place),
        ("textDocument/prepareRename", place),
        ("textDocument/rename", {**place, "newName": "c"}),
        ("textDocument/documentSymbol", {"textDocument": document}),
        ("textDocument/foldingRange", {"textDocument": document}),
        ("textDocument/documentLink", {"textDocument": document}),
        ("textDocument/codeLens", {"textDocument": document}),
        ("textDocument/inlayHint", {"textDocument": document, "range": whole}),
        ("textDocument/semanticTokens/full", {"textDocument": document}),
        ("textDocument/semanticTokens/range", {"textDocument": document, "range": whole}),
        ("textDocument/selectionRange", {"textDocument": document, "positions": [{"line": 4, "character": 16}]}),
        ("textDocument/formatting", {"textDocument": document, "options": {"tabSize": 2, "insertSpaces": True}}),
        ("textDocument/codeAction", {"textDocument": document, "range": whole, "context": {"diagnostics": []}}),
        ("workspace/symbol", {"query": "on"}),
    ]  # fmt: skip
    return {method: client.request(method, params) for method, params in asked}


@pytest.mark.parametrize("path", CLIENTS, ids=[path.stem for path in CLIENTS])
def test_an_editor_gets_only_what_it_understands(path: Path, tmp_path: Path) -> None:
    recorded = json.loads(path.read_text(encoding="utf-8"))
    capabilities = recorded["capabilities"]
    of_documents, of_workspace = capabilities.get("textDocument", {}), capabilities.get("workspace", {})
    with language_server() as client:
        result = client.initialize(capabilities, clientInfo=recorded["clientInfo"], rootUri=tmp_path.as_uri())
        offered = capabilities.get("general", {}).get("positionEncodings", ["utf-16"])
        assert result["capabilities"]["positionEncoding"] in offered
        uri = (tmp_path / "a.http").as_uri()
        client.open(uri, TEXT)
        answers = _requests(client, uri)
        if "diagnostic" in of_documents:
            items = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"]
        else:
            items = client.wait_for("textDocument/publishDiagnostics")["diagnostics"]
        asked = {message["method"] for message in client.notifications if "id" in message}
    assert "undefined-variable" in {item["code"] for item in items}
    completion = of_documents.get("completion", {}).get("completionItem", {})
    kinds = {item["insertTextFormat"] for item in answers["textDocument/completion"]["items"]}
    assert kinds <= ({1, 2} if completion.get("snippetSupport") else {1})
    hover = answers["textDocument/hover"]
    if hover is not None:
        assert hover["contents"]["kind"] in of_documents.get("hover", {}).get("contentFormat", ["plaintext"])
    symbols = answers["textDocument/documentSymbol"]
    is_tree = of_documents.get("documentSymbol", {}).get("hierarchicalDocumentSymbolSupport", False)
    assert all(("location" not in symbol) == is_tree for symbol in symbols)
    rename = answers["textDocument/rename"]
    assert ("documentChanges" in rename) == bool(of_workspace.get("workspaceEdit", {}).get("documentChanges"))
    if not of_workspace.get("didChangeWatchedFiles", {}).get("dynamicRegistration"):
        assert "client/registerCapability" not in asked or of_workspace.get("didChangeConfiguration", {}).get(
            "dynamicRegistration"
        )
    if not of_workspace.get("configuration"):
        assert "workspace/configuration" not in asked
