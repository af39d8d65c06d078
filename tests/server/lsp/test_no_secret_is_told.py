"""No message of the server holds a secret, whatever an editor asks of it, but where the person asked for it."""

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tests.support.keyring_in_file import environment
from tests.support.literal_server import Conversation, response, serve
from tests.support.lsp_client import LspClient, language_server

NAMES = ("private-env", "dotenv", "keyring", "prompt", "client-secret", "os-variable", "access-token")
MARKERS = {name: f"marker-{number}-{name}-c0ffee" for number, name in enumerate(NAMES)}

EVERYTHING: dict[str, Any] = {
    "textDocument": {
        "publishDiagnostics": {"codeDescriptionSupport": True, "dataSupport": True, "relatedInformation": True},
        "hover": {"contentFormat": ["markdown"]},
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "inlayHint": {"resolveSupport": {"properties": ["label.location"]}},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
    },
    "window": {"showDocument": {"support": True}, "workDoneProgress": True},
    "workspace": {
        "textDocumentContent": {},
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "rename"]},
    },
}
OURS = {"inputBoxes": True, "choiceLists": True, "status": True, "showReferences": True, "runEvents": True}


def _forms(secret: str) -> Iterator[bytes]:
    """Yield how a secret may look inside a message."""
    yield secret.encode()
    yield base64.b64encode(secret.encode()).rstrip(b"=")
    yield base64.b64encode(f"me:{secret}".encode()).rstrip(b"=")
    yield quote(secret, safe="").encode()
    yield json.dumps(secret)[1:-1].encode()


def _files(folder: Path, port: int) -> tuple[str, str]:
    """Write a project full of secrets; return the text of its request file and of its private environment."""
    base = f"http://127.0.0.1:{port}"
    private = json.dumps({"dev": {"password": MARKERS["private-env"], "base": base, "hint": "{{password}}"}}, indent=1)
    (folder / "http-client.private.env.json").write_text(private)
    (folder / ".env").write_text(f"API_TOKEN={MARKERS['dotenv']}\n")
    (folder / "httpls.toml").write_text("")
    text = f"""@auth = {{{{password}}}}

### basic
# @auth basic me {{{{password}}}}
GET {base}/{{{{password}}}}?t={{{{$dotenv API_TOKEN}}}}

### keyring
# @auth bearer {{{{$secret shop}}}}
# @prompt pin Your pin
POST {base}/
X-Pin: {{{{pin}}}}
X-Os: {{{{$env.MARKER_TOKEN}}}}

{{"a": "{{{{password}}}}"}}

### oauth
# @auth oauth2
# @auth-grant client_credentials
# @auth-token-url {base}/token
# @auth-client-id cli
# @auth-client-secret {{{{$dotenv CLIENT_SECRET}}}}
GET {base}/

### again
GET {base}/{{{{basic.response.body.$.a}}}}
"""
    (folder / ".env").write_text(f"API_TOKEN={MARKERS['dotenv']}\nCLIENT_SECRET={MARKERS['client-secret']}\n")
    return text, private


def _ask_everything(client: LspClient, uri: str, text: str) -> None:
    """Ask all that an editor can ask about a document, at every word of it."""
    document = {"textDocument": {"uri": uri}}
    lines = text.split("\n")
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": len(lines) - 1, "character": 0}}
    options = {"tabSize": 2, "insertSpaces": True}
    for number, line in enumerate(lines):
        for character in sorted(
            {0, len(line), *[at for at, sign in enumerate(line) if sign in '{$" ='], len(line) // 2}
        ):
            place = {**document, "position": {"line": number, "character": character}}
            for method in ("completion", "hover", "signatureHelp", "definition", "documentHighlight"):
                client.response(client.start(f"textDocument/{method}", place))
            client.response(client.start("textDocument/references", {**place, "context": {"includeDeclaration": True}}))
            client.response(client.start("textDocument/prepareRename", place))
            client.response(client.start("textDocument/rename", {**place, "newName": "renamed"}))
        line_range = {"start": {"line": number, "character": 0}, "end": {"line": number, "character": len(line)}}
        for only in (None, ["source.fixAll.httpls"], ["refactor"]):
            context = {"diagnostics": [], **({"only": only} if only else {})}
            client.response(
                client.start("textDocument/codeAction", {**document, "range": line_range, "context": context})
            )
    for method in ("documentSymbol", "foldingRange", "documentLink", "codeLens", "semanticTokens/full", "diagnostic"):
        client.response(client.start(f"textDocument/{method}", document))
    for method in ("inlayHint", "semanticTokens/range", "rangeFormatting"):
        client.response(client.start(f"textDocument/{method}", {**document, "range": whole, "options": options}))
    client.response(client.start("textDocument/formatting", {**document, "options": options}))
    client.response(client.start("workspace/symbol", {"query": ""}))
    client.response(client.start("workspace/diagnostic", {"previousResultIds": []}))


def _told(client: LspClient) -> list[tuple[str, bytes]]:
    frames = [(name, frame) for frame in client.raw for name, secret in MARKERS.items() for form in _forms(secret)
              if form in frame]  # fmt: skip
    return [(name, frame[:300]) for name, frame in frames]


@pytest.mark.parametrize("is_ours", [True, False])
def test_no_secret_is_told(tmp_path: Path, is_ours: bool) -> None:
    token = {"access_token": MARKERS["access-token"], "token_type": "Bearer", "expires_in": 60}
    echoed = json.dumps({"a": "1", "echo": MARKERS["private-env"], "at": time.time()}).encode()
    fields = ["Content-Type: application/json"]

    def answer(conversation: Conversation) -> None:
        while request := conversation.request():
            body = json.dumps(token).encode() if request.startswith(b"POST /token ") else echoed
            conversation.send(response(body, fields))

    variables = {**environment(tmp_path), "MARKER_TOKEN": MARKERS["os-variable"]}
    variables["HTTPLS_SECRET_SHOP"] = MARKERS["keyring"]
    capabilities = {**EVERYTHING, **({"experimental": {"httpls": OURS}} if is_ours else {})}
    hints = {"values": True, "authentication": True, "tokens": True, "ports": True}
    with serve(answer) as server, language_server(**variables) as client:
        client.answers["httpls/input"] = lambda params: MARKERS["prompt"]
        client.initialize(
            capabilities,
            workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "x"}],
            initializationOptions={"trusted": True, "environments": ["dev"], "inlayHints": hints},
        )
        text, private = _files(tmp_path, server.port)
        uri, env = (tmp_path / "a.http").as_uri(), (tmp_path / "http-client.private.env.json").as_uri()
        client.open(uri, text)
        _ask_everything(client, uri, text)
        lines = text.split("\n")
        for number, line in enumerate(lines, 1):
            place = {"uri": uri, "line": number}
            if line.startswith(("GET ", "POST ")):
                client.response(client.start("httpls/run", place))
                for command in ("httpls.copyAsCurl",):
                    arguments = {"command": command, "arguments": [place]}
                    client.response(client.start("workspace/executeCommand", arguments))
        sent = b"".join(server.requests)
        assert MARKERS["private-env"].encode() in sent
        assert MARKERS["access-token"].encode() in sent
        # Without input boxes nobody can be asked, and what asks is refused.
        assert (MARKERS["keyring"].encode() in sent) is is_ours
        assert (MARKERS["prompt"].encode() in sent) is is_ours
        for command in ("httpls.history", "httpls.showHistory", "httpls.environments", "httpls.cancel"):
            arguments = {"command": command, "arguments": [{"uri": uri}]}
            client.response(client.start("workspace/executeCommand", arguments))
        for number in range(1, 8):
            shown = {"uri": f"httpls-response:/{number}/response.http"}
            client.response(client.start("workspace/textDocumentContent", shown))
            client.response(client.start("httpls/exchange", {"document": shown["uri"]}))
        client.response(client.start("httpls/authentication", {"uri": uri}))
        _ask_everything(client, uri, text)
        client.open(env, private, "json")
        _ask_everything(client, env, private)
        assert _told(client) == []
