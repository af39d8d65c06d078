"""Takes pictures of the extension in the real workbench: `python -m tests.editors.vscode.pictures [FOLDER]`.

`docs/pictures/vscode.png` is that of the README. With a folder, every screen is taken in dark and light, at 100 and at
200 %, to look at. `HTTPLS_CODE_SERVER` is what `install_code_server.sh` made; the extension has to be packed.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.certificates import authority, issue

from httpls.lab.server import running_lab
from httpls.lab.state import CLIENT_SECRET, PASSWORD

_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent.parent
_FILE = """\
# The shop: what is in it, and who may change it.

### new item
# @auth basic ada {{password}}
POST {{base}}/items
Content-Type: application/json

{ "name": "a lamp", "price": 19.5, "tags": ["light", "desk"] }

?? status == 201
?? body $.name == a lamp

### all items
# @auth oauth2 client_credentials
# @auth-issuer {{base}}/oauth
# @auth-client-id shop-cli
# @auth-client-secret {{secret}}
GET {{base}}/auth/oauth2

### misspelt
GET {{base}}/items/{{numbr}}
"""


def main() -> None:
    """Take the pictures."""
    installation = os.environ["HTTPLS_CODE_SERVER"]
    wanted = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as name, running_lab() as lab:
        folder = Path(name) / "shop"
        folder.mkdir()
        (folder / "httpls.toml").write_text("")
        (folder / "orders.http").write_text(_FILE)
        issued = issue("shop-client", authority())
        (folder / "client.pem").write_bytes(issued.pem + issued.key_pem)
        (folder / "http-client.env.json").write_text(json.dumps({"dev": {"base": lab.http}}))
        private = {"dev": {"password": PASSWORD, "secret": CLIENT_SECRET}}
        (folder / "http-client.private.env.json").write_text(json.dumps(private))
        for scale in ("2", "1") if wanted is not None else ("1",):
            if wanted is not None:
                wanted.mkdir(parents=True, exist_ok=True)
            subprocess.run(
                [f"{installation}/node/bin/node", str(_HERE / "pictures.mjs")],
                env={
                    **os.environ, "CODE_SERVER": installation, "EXTENSION": str(_ROOT / "editor-clients/vscode"),
                    "VSIX": str(_ROOT / "editor-clients/vscode/dist/httpls.vsix"), "PYTHON": sys.executable,
                    "FOLDER": str(folder), "CHROMIUM": shutil.which("chromium") or "chromium",
                    "SHOTS": str(wanted or ""), "SCALE": scale,
                    "PICTURE": str(_ROOT / "docs/pictures/vscode.png") if scale == "1" else "",
                },
                check=True,
            )  # fmt: skip


if __name__ == "__main__":
    main()
