"""Real servers for the tests marked `real`: started on free ports of this machine, and stopped by their process."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest


def program(name: str) -> str:
    """Return the path of a program; the test is skipped if it is not installed."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/lib/squid:/usr/bin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def python_program(name: str) -> str:
    """Return a program of the Python environment that `HTTPLS_REAL_VENV` names (tests/real/requirements.txt)."""
    folder = os.environ.get("HTTPLS_REAL_VENV")
    if not folder:
        pytest.skip("HTTPLS_REAL_VENV does not name an environment with tests/real/requirements.txt")
    path = Path(folder) / "bin" / name
    if not path.exists():
        pytest.skip(f"{path} is not installed")
    return str(path)


def needs_root() -> None:
    """Skip the test unless this is root: some servers change to a user of their own."""
    if os.geteuid() != 0:
        pytest.skip("this server can only be started by root")


def let_other_users_in(folder: Path) -> None:
    """Let servers that change to a user of their own read and write a temporary folder, whose parents are private."""
    folder.chmod(0o777)
    for parent in folder.parents:
        if parent == Path(tempfile.gettempdir()):
            return
        parent.chmod(parent.stat().st_mode | 0o055)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    command: Sequence[str], where: int | Path, log: Path, environment: Mapping[str, str] | None = None
) -> Generator[None]:
    """Run a server that stays in the foreground, once it listens on a port or at a socket in the file system.

    It and its children are ended afterwards.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})}, start_new_session=True,
        )  # fmt: skip
    try:
        await_server(where, process, log)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def await_server(where: int | Path, process: "subprocess.Popen[bytes]", log: Path, seconds: float = 20) -> None:
    """Wait until something listens. Fails with the log if the process ends, or after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"{process.args!r} has ended:\n{log.read_text(errors='replace')}")
        if listens(where):
            return
        # Nothing tells when a foreign program listens; it has to be asked.
        time.sleep(0.02)
    pytest.fail(f"{process.args!r} does not listen at {where}:\n{log.read_text(errors='replace')}")


def node_modules() -> dict[str, str]:
    """Return the environment in which Node finds what `HTTPLS_REAL_NODE` names (tests/real/package.json)."""
    folder = os.environ.get("HTTPLS_REAL_NODE")
    if not folder or not Path(folder).is_dir():
        pytest.skip("HTTPLS_REAL_NODE does not name a folder with the modules of tests/real/package.json")
    return {"NODE_PATH": folder}


SERVERS = Path(__file__).parent / "servers"
"""Small programs around verifiers that are not ours."""


def listens(where: int | Path) -> bool:
    """Tell whether somebody listens on a port, or at a socket in the file system."""
    family = socket.AF_INET if isinstance(where, int) else socket.AF_UNIX
    with socket.socket(family) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", where) if isinstance(where, int) else str(where)) == 0
