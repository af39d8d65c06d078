"""The plug-in in a real Neovim; `HTTPLS_NVIM` is the program, `VIMRUNTIME` its runtime where that is elsewhere."""

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
_ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def server() -> Generator[LiteralServer]:
    with serve(_answer) as running:
        yield running


def _answer(conversation: Conversation) -> None:
    while request := conversation.request():
        if b" /slow" in request:
            conversation.request()
            return
        conversation.send(response(b'{"a": 1}', ["Content-Type: application/json"]))


def test_the_plug_in_works(server: LiteralServer, tmp_path: Path) -> None:
    program = os.environ.get("HTTPLS_NVIM") or shutil.which("nvim")
    if program is None:
        pytest.skip("there is no Neovim")
    (tmp_path / "httpls.toml").write_text("")
    (tmp_path / "http-client.env.json").write_text(json.dumps({"dev": {"base": f"http://127.0.0.1:{server.port}"}}))
    file = tmp_path / "a.http"
    file.write_text("@word = x\n\n\n\n### one\nGET {{base}}/one?q={{wrod}}\n\n### slow\nGET {{base}}/slow\n")
    done = subprocess.run(
        [program, "--headless", "-u", "NONE", "-l", str(_ROOT / "tests/editors/neovim/check.lua")],
        env={
            **os.environ, "PLUGIN": str(_ROOT / "editor-clients/neovim"), "FILE": str(file), "HOME": str(tmp_path),
            "SERVER": json.dumps([sys.executable, "-m", "httpls", "lsp"]), "XDG_STATE_HOME": str(tmp_path / "state"),
        },
        capture_output=True, text=True, timeout=150, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_lua_is_formatted() -> None:
    modules = os.environ.get("HTTPLS_REAL_NODE")
    if modules is None or not Path(modules, "@johnnymorganz/stylua").is_dir():
        pytest.skip("StyLua is not installed")
    program = str(_ROOT / "tests/editors/neovim/stylua.mjs")
    folders = [str(_ROOT / "editor-clients/neovim"), str(_ROOT / "tests/editors/neovim")]
    done = subprocess.run(["node", program, "--check", *folders], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
