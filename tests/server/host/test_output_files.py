"""Responses that are saved: whole or not at all, and over nothing that is there."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import pytest

from httpls.host.atomic_write import write_atomically
from httpls.host.output_files import DiskOutputFiles


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    saved = [DiskOutputFiles().save(path, [str(number).encode()], overwrite=False) for number in range(3)]
    assert [file.name for file in saved] == ["out.json", "out-1.json", "out-2.json"]
    assert [file.read_text() for file in saved] == ["0", "1", "2"]


def test_overwriting_keeps_the_name_and_the_permissions(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_bytes(b"old")
    path.chmod(0o640)
    assert DiskOutputFiles().save(path, [b"new"], overwrite=True) == path
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640


def test_missing_folders_are_made(tmp_path: Path) -> None:
    assert DiskOutputFiles().save(tmp_path / "a" / "b" / "out", [b"x"], overwrite=False).read_bytes() == b"x"


@pytest.mark.parametrize("overwrite", [True, False])
def test_an_interrupted_download_leaves_nothing_behind(overwrite: bool, tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old")

    def chunks() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        DiskOutputFiles().save(path, chunks(), overwrite)
    assert _names(tmp_path) == ["out"]
    assert path.read_bytes() == b"old"


def test_many_at_once_never_take_the_same_name(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        contents = [[str(number).encode()] for number in range(20)]
        list(pool.map(DiskOutputFiles().save, repeat(tmp_path / "out"), contents, repeat(False)))
    assert sorted(int(path.read_text()) for path in tmp_path.iterdir()) == list(range(20))


def test_a_file_system_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    for _ in range(2):
        DiskOutputFiles().save(tmp_path / "out.txt", [b"x"], overwrite=False)
    assert _names(tmp_path) == ["out-1.txt", "out.txt"]


def _saved(path: Path) -> None:
    DiskOutputFiles().save(path, [b"ab", b"c"], overwrite=False)


def _saved_over(path: Path) -> None:
    DiskOutputFiles().save(path, [b"ab", b"c"], overwrite=True)


def _replaced(path: Path) -> None:
    write_atomically(path, b"abc")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("write", [_saved, _saved_over, _replaced])
def test_a_device_or_a_pipe_is_written_to_and_not_replaced(tmp_path: Path, write: Callable[[Path], None]) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write(pipe)
    assert os.read(reader, 10) == b"abc"
    os.close(reader)
    assert _names(tmp_path) == ["pipe"]
    assert pipe.is_fifo()
