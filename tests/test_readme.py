"""The commands of the README, pasted as they stand into a shell."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.literal_server import LiteralServer, answering, response, serve

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


def _examples() -> list[str]:
    """The command lines below `Use it`, without their comments."""
    text = (_ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"## Use it\n\n```sh\n(.*?)```", text, re.DOTALL)
    assert block is not None
    return [line.split("  #")[0].rstrip() for line in block[1].splitlines()]


@pytest.fixture
def orders(tmp_path: Path) -> Iterator[Path]:
    """A project as the examples have it, and the server of its requests."""

    with serve(answering(response(b'{"items": [1, 2]}', ["Content-Type: application/json"]))) as server:
        _write_orders(tmp_path, server)
        yield tmp_path


def _write_orders(folder: Path, server: LiteralServer) -> None:
    (folder / "httpls.toml").touch()
    (folder / "http-client.env.json").write_text('{"dev": {"user": "ann"}}')
    lists = f"GET http://127.0.0.1:{server.port}/orders\n\n?? status == 200\n"
    (folder / "orders.http").write_text(
        f"### list\n{lists}\n### login\nPOST http://127.0.0.1:{server.port}/login\n\n{{{{user}}}}\n"
    )
    (folder / "tests").mkdir()
    (folder / "tests/all.http").write_text(lists)


@pytest.mark.parametrize("example", _examples())
def test_an_example_of_use(orders: Path, example: str) -> None:
    if example == "httpls run orders.http":
        # Without a terminal nobody can choose, so here there is only one.
        (orders / "orders.http").write_text((orders / "orders.http").read_text().split("### login")[0])
    if "export" in example or "--all --dry-run" in example:
        example += " --env dev"
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", example],
        cwd=orders,
        env={**os.environ, "PATH": path, "HTTPLS_STATE_HOME": str(orders / "state")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, done.stdout.strip() != "" or "junit" in example) == (0, True), done.stderr
    assert ("junit" in example) == (orders / "out.xml").exists()
