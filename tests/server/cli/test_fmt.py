"""`httpls fmt` as its user sees it."""

import io
from pathlib import Path

import pytest

from httpls.cli.main import main

_BEFORE = "###   Users\nget   http://a\nAccept:   */*\n\n\n\n{ }\n\n\n\n"
_AFTER = "### Users\nGET http://a\nAccept: */*\n\n{ }\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    path = tmp_path / "a.http"
    path.write_bytes(_BEFORE.encode())
    return path


def test_a_file_is_formatted_in_place_and_once(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fmt", "a.http"]) == 0
    assert file.read_bytes().decode() == _AFTER
    assert capsys.readouterr().out == "formatted a.http\n"
    assert main(["fmt", "a.http"]) == 0
    assert capsys.readouterr().out == ""


def test_check_changes_nothing_and_tells(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fmt", "--check", "."]) == 1
    assert file.read_bytes().decode() == _BEFORE
    assert capsys.readouterr().out == "would format a.http\n"


def test_diff_changes_nothing_and_shows(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fmt", "--diff", "a.http"]) == 1
    assert file.read_bytes().decode() == _BEFORE
    shown = capsys.readouterr().out
    assert "-get   http://a\n" in shown
    assert "+GET http://a\n" in shown


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_encoding_is_kept(file: Path, encoding: str) -> None:
    file.write_bytes(_BEFORE.encode(encoding))
    assert main(["fmt", "a.http"]) == 0
    assert file.read_bytes() == _AFTER.encode(encoding)


def test_line_ends_are_kept(file: Path) -> None:
    file.write_bytes(_BEFORE.replace("\n", "\r\n").encode())
    assert main(["fmt", "a.http"]) == 0
    assert file.read_bytes() == _AFTER.replace("\n", "\r\n").encode()


def test_what_is_no_text_is_left_alone(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_bytes(b"GET   http://a/\xff\n")
    assert main(["fmt", "a.http"]) == 3
    assert file.read_bytes() == b"GET   http://a/\xff\n"
    assert "this file is not UTF-8" in capsys.readouterr().err


def test_a_text_from_a_pipe_goes_to_a_pipe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(_BEFORE.encode()), "utf-8"))
    assert main(["fmt", "-"]) == 0
    assert capsys.readouterr().out == _AFTER
