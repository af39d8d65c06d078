"""The extension in the real workbench; `HTTPLS_CODE_SERVER` is the folder of an installation of code-server.

Unit tests of the extension stand beside it and run by `npm test`; here the whole is driven in a browser.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.support.literal_server import Conversation, LiteralServer, response, serve

pytestmark = pytest.mark.real
_ROOT = Path(__file__).parent.parent.parent.parent
_EXTENSION = _ROOT / "editor-clients/vscode"
_FILE = """\
@word = x

### one
GET {{base}}/one?q={{wrod}}

### asked
# @prompt password
# @auth basic me {{password}}
GET {{base}}/pin

### slow
GET {{base}}/slow

### known
# @auth bearer a-token
GET {{base}}/known

### undefined
GET {{base}}/{{nobody}}
"""
_COLOURS = """\
@word = a lamp
@token = t

### Variables in JSON, a script and an assertion
# @auth bearer {{token}}
# @no-redirect
POST {{base}}/things?limit=10
    &q={{$uuid}}
Content-Type: application/json
Accept: application/json

{
  "name": "{{word}}",
  "number": 12, "is": [true, null]
}

> {%
  client.test("created", () => client.assert(response.status === 201));
%}
?? status == 200
?? body $.id isNumber

HTTP/1.1 201 Created
Content-Type: application/json

{"id": 1}

### XML
PUT https://api.example.com/{{id}} HTTP/1.1
Content-Type: application/xml

<thing id="{{id}}"><name>a</name></thing>

### A file
POST https://api.example.com/upload
Content-Type: application/octet-stream

< ./data.bin

### GraphQL
GRAPHQL https://api.example.com/graphql

query Things($first: Int) {
  things(first: $first) { name }
}

{"first": 3}
"""


@pytest.fixture
def server() -> Generator[LiteralServer]:
    with serve(_answer) as running:
        yield running


def _answer(conversation: Conversation) -> None:
    while request := conversation.request():
        if b" /slow" in request:
            conversation.request()
            return
        body = b'{"pin": 4}' if b" /pin" in request else b'{"greeting": "hello", "items": [1, true, null, "x"]}'
        conversation.send(response(body, ["Content-Type: application/json"]))


@pytest.mark.timeout(600)
def test_the_extension_works(server: LiteralServer, tmp_path: Path) -> None:
    installation = os.environ.get("HTTPLS_CODE_SERVER")
    if not installation:
        pytest.skip("HTTPLS_CODE_SERVER names no installation of code-server")
    node, chromium = shutil.which("node"), shutil.which("chromium")
    if node is None or chromium is None:
        pytest.skip("there is no Node or no Chromium")
    packed = _EXTENSION / "dist/httpls.vsix"
    if not packed.exists():
        pytest.skip("the extension is not packed: `npm ci && npm run package` in editor-clients/vscode")
    (tmp_path / "httpls.toml").write_text("")
    (tmp_path / "http-client.env.json").write_text(json.dumps({"dev": {"base": f"http://127.0.0.1:{server.port}"}}))
    (tmp_path / "a.http").write_text(_FILE)
    (tmp_path / "colours.http").write_text(_COLOURS)
    done = subprocess.run(
        [node, str(Path(__file__).parent / "workbench.mjs")],
        env={
            **os.environ, "CODE_SERVER": installation, "EXTENSION": str(_EXTENSION), "VSIX": str(packed),
            "PYTHON": sys.executable, "FOLDER": str(tmp_path), "CHROMIUM": chromium,
            "SHOTS": os.environ.get("HTTPLS_SHOTS", ""),
        },
        capture_output=True, text=True, timeout=600, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
