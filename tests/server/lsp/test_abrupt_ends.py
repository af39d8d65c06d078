"""A server that is killed, a keyring that is locked, folders that cannot be written: what the user wrote is untouched."""

import sys
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from tests.support.literal_server import LiteralServer, answering, response, serve, silent
from tests.support.lsp_client import LspClient, language_server

TRUSTED: dict[str, Any] = {"initializationOptions": {"trusted": True}}
SHOWS: dict[str, Any] = {"window": {"showDocument": {"support": True}}}

KILLED_WHILE_WRITING = """
import os, signal
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
"""
"""What ends a process when the content of a file is written, and the file is not yet put in its place."""

LOCKED = """
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

class Keyring(KeyringBackend):
    priority = 1

    def get_password(self, service, username):
        raise KeyringLocked("locked")

    set_password = delete_password = get_password
"""


@pytest.fixture
def server() -> Generator[LiteralServer]:
    with serve(answering(response(b'{"token":"t-1"}', ["Content-Type: application/json"]))) as running:
        yield running


def _project(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "httpls.toml").write_text("")
    path = folder / "a.http"
    path.write_text(text)
    return path


def _send(client: LspClient, path: Path, line: int = 1) -> int:
    client.open(path.as_uri(), path.read_text())
    return client.start("httpls/run", {"uri": path.as_uri(), "line": line})


def _outcome(client: LspClient, identity: int) -> dict[str, Any]:
    results: list[dict[str, Any]] = client.response(identity)["result"]["results"]
    (result,) = results
    return result


def test_the_start_after_a_kill_in_the_middle_of_sending_is_clean(server: LiteralServer, tmp_path: Path) -> None:
    arrived = threading.Event()
    private = tmp_path / "private"
    private.mkdir()
    places = {"TMPDIR": str(private), "TEMP": str(private), "HTTPLS_STATE_HOME": str(tmp_path / "state")}
    with serve(silent(arrived)) as slow:
        text = f"GET http://127.0.0.1:{server.port}/a\n\n###\nGET http://127.0.0.1:{slow.port}/b\n"
        path = _project(tmp_path / "project", text)
        with language_server(**places) as client:
            client.initialize(SHOWS, **TRUSTED)
            assert _outcome(client, _send(client, path))["outcome"] == "sent"
            client.wait_for("window/showDocument")
            (shown,) = private.glob("httpls-responses-*")
            client.start("httpls/run", {"uri": path.as_uri(), "line": 4})
            assert arrived.wait(20)
            client.process.kill()
            client.process.wait()
    assert shown.exists()
    with language_server(**places) as client:
        client.initialize(SHOWS, **TRUSTED)
        assert _outcome(client, _send(client, path))["outcome"] == "sent"
        assert not shown.exists()
    assert path.read_text() == text
    assert sorted(one.name for one in path.parent.iterdir()) == ["a.http", "httpls.toml"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_kill_in_the_middle_of_writing_leaves_the_file_as_it_was(server: LiteralServer, tmp_path: Path) -> None:
    text = f"GET http://127.0.0.1:{server.port}/a\n\n>>! ./out.json\n"
    path = _project(tmp_path / "project", text)
    out = path.with_name("out.json")
    out.write_text("what was there")
    (tmp_path / "sitecustomize.py").write_text(KILLED_WHILE_WRITING)
    with language_server(PYTHONPATH=_python_path(tmp_path)) as client:
        client.initialize(SHOWS, **TRUSTED)
        _send(client, path)
        assert client.process.wait(20) == -9
    assert out.read_text() == "what was there"
    with language_server() as client:
        client.initialize(SHOWS, **TRUSTED)
        assert _outcome(client, _send(client, path))["outcome"] == "sent"
    assert out.read_text() == '{"token":"t-1"}'
    assert path.read_text() == text


def test_a_locked_keyring_refuses_the_request_and_nothing_else(server: LiteralServer, tmp_path: Path) -> None:
    (tmp_path / "locked.py").write_text(LOCKED)
    text = f"GET http://127.0.0.1:{server.port}/a\nX-Key: {{{{$keyring shop me}}}}\n\n###\nGET http://127.0.0.1:{server.port}/b\n"
    path = _project(tmp_path / "project", text)
    more = {
        "PYTHONPATH": _python_path(tmp_path), "PYTHON_KEYRING_BACKEND": "locked.Keyring",
        "HTTPLS_STATE_HOME": str(tmp_path / "state"),
    }  # fmt: skip
    with language_server(**more) as client:
        client.initialize(SHOWS, **TRUSTED)
        result = _outcome(client, _send(client, path))
        assert result["outcome"] == "refused"
        assert "locked" in " ".join(result["failures"])
        other = client.start("httpls/run", {"uri": path.as_uri(), "line": 5})
        assert _outcome(client, other)["outcome"] == "sent"


def test_folders_that_cannot_be_written_keep_nothing_from_being_sent(server: LiteralServer, tmp_path: Path) -> None:
    path = _project(tmp_path / "project", f"# @auth basic me pass\nGET http://127.0.0.1:{server.port}/a\n")
    file = tmp_path / "file"
    file.write_text("no folder")
    with language_server(HTTPLS_STATE_HOME=str(file / "state"), HTTPLS_CACHE_HOME=str(file / "cache")) as client:
        client.initialize(SHOWS, **TRUSTED)
        assert _outcome(client, _send(client, path, 2))["outcome"] == "sent"
        assert client.request("textDocument/documentSymbol", {"textDocument": {"uri": path.as_uri()}})
    assert file.read_text() == "no folder"


def _python_path(first: Path) -> str:
    import os

    return os.pathsep.join([str(first), *filter(None, [os.environ.get("PYTHONPATH")])])
