"""The mode with eglot and with lsp-mode in a real Emacs."""

import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.support.literal_server import LiteralServer, answering, response, serve

pytestmark = pytest.mark.real
_ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def server() -> Generator[LiteralServer]:
    with serve(answering(response(b'{"a": 1}', ["Content-Type: application/json"]))) as running:
        yield running


@pytest.mark.parametrize("check", ["check.el", "check-lsp-mode.el"])
def test_the_client_attaches_shows_problems_and_sends(check: str, server: LiteralServer, tmp_path: Path) -> None:
    if shutil.which("emacs") is None:
        pytest.skip("there is no Emacs")
    (tmp_path / "httpls.toml").write_text("")
    file = tmp_path / "a.http"
    file.write_text(f"### one\nGET http://127.0.0.1:{server.port}/one\n\n### two\nGET http://{{{{nothing}}}}\n")
    done = subprocess.run(
        ["emacs", "--batch", "-Q", "-l", str(_ROOT / "tests/editors/emacs" / check)],
        env={
            **os.environ, "CLIENT": str(_ROOT / "editor-clients/emacs"), "FILE": str(file), "HOME": str(tmp_path),
            "SERVER": f"{sys.executable}\n-m\nhttpls\nlsp",
        },
        capture_output=True, text=True, timeout=150, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_file_compiles_without_warnings(tmp_path: Path) -> None:
    if shutil.which("emacs") is None:
        pytest.skip("there is no Emacs")
    shutil.copy(_ROOT / "editor-clients/emacs/httpls.el", tmp_path)
    form = '(progn (setq byte-compile-error-on-warn t) (unless (byte-compile-file "httpls.el") (kill-emacs 1)))'
    done = subprocess.run(
        ["emacs", "--batch", "-Q", "--eval", form], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
