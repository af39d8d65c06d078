"""httpbin, a server that tells what it received, of the environment that `HTTPLS_REAL_VENV` names."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.support.real_servers import free_port, python_program, running


@contextmanager
def running_httpbin(folder: Path) -> Generator[str]:
    """Run it, with its log in a folder; give its address, without a slash at the end."""
    port = free_port()
    command = [python_program("gunicorn"), "-b", f"127.0.0.1:{port}", "-w", "1", "--threads", "4", "httpbin:app"]
    with running(command, port, folder / "log"):
        yield f"http://127.0.0.1:{port}"
