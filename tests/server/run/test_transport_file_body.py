"""Files as bodies: constant memory, and an error for a file that changes under way."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.literal_server import answering, response, serve
from tests.support.sending import outgoing, send

from httpls.run.file_body import FileBody
from httpls_auth.errors import BodyChangedError


def test_a_file_is_sent_and_hashed_as_often_as_wanted(tmp_path: Path) -> None:
    path = tmp_path / "body"
    path.write_bytes(b"x" * 100_000)
    request = outgoing("http://127.0.0.1/", "PUT", body=FileBody(path))
    assert request.digest("sha256") == request.digest("sha256")
    assert request.content() == b"x" * 100_000
    with serve(answering(response())) as server:
        send(request._replace(origin=request.origin._replace(port=server.port)))
        head, _, body = server.request.partition(b"\r\n\r\n")
    assert b"Content-Length: 100000" in head
    assert body == b"x" * 100_000


def _rewrite(path: Path) -> None:
    os.utime(path, ns=(0, 0))


def _append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def _replace(path: Path) -> None:
    (path.parent / "other").write_bytes(b"0123456789")
    os.replace(path.parent / "other", path)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _remove(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("change", [_rewrite, _append, _replace, _remove, _empty])
def test_a_file_that_was_changed_is_not_sent(tmp_path: Path, change: Callable[[Path], None]) -> None:
    path = tmp_path / "body"
    path.write_bytes(b"0123456789")
    os.utime(path, ns=(10**18, 10**18))
    body = FileBody(path)
    assert b"".join(body.chunks()) == b"0123456789"
    change(path)
    with pytest.raises(BodyChangedError) as failed:
        list(body.chunks())
    assert str(path) in str(failed.value)


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "body"
    path.write_bytes(b"x" * 1_000_000)
    chunks = FileBody(path).chunks()
    next(chunks)
    path.write_bytes(b"y" * 100)
    with pytest.raises(BodyChangedError):
        list(chunks)


@pytest.mark.parametrize("name", ["missing", "."])
def test_what_is_no_file_cannot_be_a_body(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError, match=r"missing|directory|regular|ermission"):
        FileBody(tmp_path / name)
