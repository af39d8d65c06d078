"""The two commands of the README, pasted as they stand into a bare shell."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent

pytestmark = [pytest.mark.real, pytest.mark.skipif(os.name != "posix", reason="the commands are for a POSIX shell")]


def _command(mark: str) -> str:
    text = (_ROOT / "README.md").read_text(encoding="utf-8")
    match = re.search(rf"<!-- {mark} -->\n```sh\n(.*?)```", text, re.DOTALL)
    assert match is not None
    return match[1]


def _pasted(command: str, tmp_path: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in a copy of the project, in a shell that knows next to nothing of this one."""
    clone = tmp_path / "httpls"
    ignored = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "node_modules", "*.tables")
    shutil.copytree(_ROOT, clone, ignore=ignored)
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "LANG") or name.startswith("PIP_")}
    path = f"{Path(sys.base_prefix) / 'bin'}:/usr/local/bin:/usr/bin:/bin"
    return subprocess.run(
        ["bash", "-e"],
        input=command,
        cwd=clone,
        env={**kept, **variables, "PATH": path},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def test_the_first_command_installs_and_shows_the_tour(tmp_path: Path) -> None:
    done = _pasted(_command("run command"), tmp_path, HTTPLS_STATE_HOME=str(tmp_path / "state"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("HTTP/1.1 20") == (_ROOT / "docs/examples/tour.http").read_text("utf-8").count("\n### ")
    assert '"authenticated": true' in done.stdout
    assert "✗" not in done.stdout


def test_the_second_command_installs_and_passes_tests(tmp_path: Path) -> None:
    # All tests at once are what the check of a change runs; here it is only shown that the command works.
    done = _pasted(_command("test command"), tmp_path, PYTEST_ADDOPTS="-k test_arguments")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^[0-9]+ passed", done.stdout, re.MULTILINE)
