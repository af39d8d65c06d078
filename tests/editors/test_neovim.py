"""The plug-in in a real Neovim; `HTTPLS_NVIM` is the program, `VIMRUNTIME` its runtime where that is elsewhere."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.support.literal_server import Conversation, LiteralServer, response, serve
from tests.support.terminal import editor_environment, on_screen

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
    file.write_text(
        "@word = x\n\n\n\n### one\nGET {{base}}/one?q={{wrod}}\n\n### slow\nGET {{base}}/slow\n"
        "\n### three\n# @auth basic me {{word}}\nGET {{base}}/three\n"
    )
    done = subprocess.run(
        [program, "--headless", "-u", "NONE", "-l", str(_ROOT / "tests/editors/neovim/check.lua")],
        env={
            **os.environ, "PLUGIN": str(_ROOT / "editor-clients/neovim"), "FILE": str(file), "HOME": str(tmp_path),
            "SERVER": json.dumps([sys.executable, "-m", "httpls", "lsp"]), "XDG_STATE_HOME": str(tmp_path / "state"),
        },
        capture_output=True, text=True, timeout=150, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_request_is_sent_and_its_response_stands_beside_it(server: LiteralServer, tmp_path: Path) -> None:
    program = os.environ.get("HTTPLS_NVIM") or shutil.which("nvim")
    if program is None:
        pytest.skip("there is no Neovim")
    (tmp_path / "httpls.toml").write_text("")
    (tmp_path / "a.http").write_text(
        f"### one\n# @auth basic me {{{{word}}}}\nGET http://127.0.0.1:{server.port}/one\n"
    )
    (tmp_path / "http-client.env.json").write_text(json.dumps({"dev": {"word": "x"}}))
    (tmp_path / "init.lua").write_text(
        f"vim.opt.runtimepath:append('{_ROOT}/editor-clients/neovim')\nvim.cmd('filetype plugin on | syntax on')\n"
        "vim.o.statusline = '%f %= <%{v:lua.require(\"httpls\").status()}>'\n"
    )
    environment = editor_environment(tmp_path, "VIMRUNTIME")
    with on_screen([program, "-u", "init.lua", "a.http"], environment, tmp_path, columns=130) as screen:
        screen.wait_for("<no environment>")  # The server runs. There are no lenses before the project is trusted.
        screen.type(":Httpls env")
        screen.keys("Enter")
        screen.wait_for("2: dev")
        screen.type("2")
        screen.keys("Enter")
        screen.wait_for("<dev>")
        screen.type("2G:Httpls send")
        screen.keys("Enter")
        screen.wait_for("1: Trust")
        screen.type("1")
        screen.keys("Enter")
        shown = screen.wait_for('"a": 1')
        assert "HTTP/1.1 200" in shown
        screen.wait_for("Send | 200")
        screen.type(":Httpls explain")
        screen.keys("Enter")
        assert "me:•••••" in screen.wait_for("Authorization: Basic •••••")


def test_the_lua_is_formatted() -> None:
    modules = os.environ.get("HTTPLS_REAL_NODE")
    if modules is None or not Path(modules, "@johnnymorganz/stylua").is_dir():
        pytest.skip("StyLua is not installed")
    program = str(_ROOT / "tests/editors/neovim/stylua.mjs")
    folders = [str(_ROOT / "editor-clients/neovim"), str(_ROOT / "tests/editors/neovim")]
    done = subprocess.run(["node", program, "--check", *folders], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_lua_is_free_of_faults_that_luacheck_knows() -> None:
    program = shutil.which("luacheck")
    if program is None:
        pytest.skip("luacheck is not installed")
    folders = [str(_ROOT / "editor-clients/neovim"), str(_ROOT / "tests/editors/neovim")]
    command = [program, *folders, "--globals", "vim", "--no-color"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_help_and_the_page_name_every_word_of_the_command_and_no_other() -> None:
    plug_in = _ROOT / "editor-clients" / "neovim"
    there = set(re.findall(r"^  (\w+) = function", (plug_in / "lua/httpls/commands.lua").read_text(), re.MULTILINE))
    for page in (plug_in / "doc/httpls.txt", _ROOT / "docs/editors/neovim.md"):
        assert set(re.findall(r":Httpls (\w+)", page.read_text())) <= there, page.name
    told = set(re.findall(r"(?::Httpls |`)(\w+)", (plug_in / "doc/httpls.txt").read_text()))
    assert there <= told
