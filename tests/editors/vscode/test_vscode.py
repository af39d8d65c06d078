"""The extension in the real workbench, in the newest Visual Studio Code and in the oldest that can be had.

`HTTPLS_CODE_SERVER` and `HTTPLS_CODE_SERVER_FLOOR` are folders that `install_code_server.sh` made. Unit tests of the
extension stand beside it and run by `npm test`; here the whole is driven in a browser.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Generator
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.support.certificates import authority, issue
from tests.support.literal_server import Conversation, LiteralServer, response, serve

pytestmark = pytest.mark.real
_HERE = Path(__file__).parent
_EXTENSION = _HERE.parent.parent.parent / "editor-clients/vscode"
_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAFElEQVR42mNkYPhfz0AEYBxVSF+FAP5FDvcfRYWgAAAAAElFTkSuQmCC"
)
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

### hostile
GET {{base}}/hostile

### picture
GET {{base}}/picture

### count
GET {{base}}/count

### me
# @auth oauth2 authorization_code
# @auth-auth-url {{base}}/authorize
# @auth-token-url {{base}}/token
# @auth-client-id shop
GET {{base}}/me

### cookie
GET {{base}}/cookie

### secured
# @cert ./client.pem
GET https://localhost:1/

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
    numbers, lock = count(1), threading.Lock()

    def answer(conversation: Conversation) -> None:
        while request := conversation.request():
            if b" /slow" in request:
                conversation.request()
                return
            with lock:
                number = next(numbers)
            conversation.send(_answer(request, number))

    with serve(answer) as running:
        yield running


def _answer(request: bytes, number: int) -> bytes:
    head = request.partition(b"\r\n\r\n")[0].decode("latin-1")
    path = urlsplit(head.split(" ")[1]).path
    if path == "/authorize":
        query = parse_qs(urlsplit(head.split(" ")[1]).query)
        where = f"{query['redirect_uri'][0]}?code=c&state={query['state'][0]}"
        return f"HTTP/1.1 302 Found\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n".encode()
    if path == "/token":
        token = "renewed-token" if b"refresh_token" in request else "first-token"
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": 3600, "refresh_token": "r"}
        return response(json.dumps(answer).encode(), ["Content-Type: application/json"])
    if path == "/cookie":
        cookie = re.search(r"^cookie: *(.*)$", head, re.MULTILINE | re.IGNORECASE)
        told = json.dumps({"cookie": cookie[1].strip() if cookie else ""})
        return response(told.encode(), ["Content-Type: application/json", "Set-Cookie: crumb=1; Max-Age=3600; Path=/"])
    if path == "/hostile":
        return response(b"<script>window.hasRun = true</script>", ["Content-Type: text/html"])
    if path == "/picture":
        return response(_PICTURE, ["Content-Type: image/png"])
    bodies = {"/count": f'{{"n": {number}}}', "/pin": '{"pin": 4}', "/me": '{"me": "you"}'}
    body = bodies.get(path, '{"greeting": "hello", "items": [1, true, null, "x"]}')
    return response(body.encode(), ["Content-Type: application/json"])


@pytest.mark.timeout(900)
@pytest.mark.parametrize("variable", ["HTTPLS_CODE_SERVER", "HTTPLS_CODE_SERVER_FLOOR"])
def test_the_extension_works(variable: str, server: LiteralServer, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "httpls.toml").write_text("")
    (folder / "http-client.env.json").write_text(json.dumps({"dev": {"base": f"http://127.0.0.1:{server.port}"}}))
    (folder / "a.http").write_text(_FILE)
    (folder / "colours.http").write_text(_COLOURS)
    issued = issue("client-7", authority())
    (folder / "client.pem").write_bytes(issued.pem + issued.key_pem)
    _run("workbench.mjs", variable, folder, tmp_path)


@pytest.mark.timeout(300)
def test_the_extension_answers_the_editor(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "httpls.toml").write_text("")
    _run("host.mjs", "HTTPLS_CODE_SERVER", folder, tmp_path)


def _run(script: str, variable: str, folder: Path, temporary: Path) -> None:
    installation = os.environ.get(variable)
    if not installation:
        pytest.skip(f"{variable} names no installation of code-server")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no Chromium")
    packed = _EXTENSION / "dist/httpls.vsix"
    if not packed.exists():
        pytest.skip("the extension is not packed: `npm ci && npm run package` in editor-clients/vscode")
    shots = os.environ.get("HTTPLS_SHOTS", "")
    if shots:
        shots = str(Path(shots) / variable.lower())
        Path(shots).mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [f"{installation}/node/bin/node", str(_HERE / script)],
        env={
            **os.environ, "CODE_SERVER": installation, "EXTENSION": str(_EXTENSION), "VSIX": str(packed),
            "PYTHON": sys.executable, "BASE_PYTHON": f"{sys.base_prefix}/bin/python3", "FOLDER": str(folder),
            "CHROMIUM": chromium, "SHOTS": shots, "IS_FLOOR": "1" if variable.endswith("FLOOR") else "",
        },
        capture_output=True, text=True, timeout=840, check=False, cwd=temporary,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
