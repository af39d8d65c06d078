"""`httpls lab` as its user sees it."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from httpls.cli.main import main
from httpls.lab.server import Lab
from httpls_auth.schemes.index import scheme_class, words

_EXAMPLES = Path(__file__).parent.parent.parent.parent / "docs" / "examples"
_TOURS = (_EXAMPLES / "tour.http", _EXAMPLES / "keys.http")


@pytest.mark.parametrize(("tour", "flags"), [(_TOURS[0], []), (_TOURS[1], ["--trust"])], ids=["tour", "keys"])
def test_the_tour_is_run_against_a_lab_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tour: Path, flags: list[str]
) -> None:
    monkeypatch.setenv("HTTPLS_STATE_HOME", str(tmp_path))
    assert main(["lab", *flags, "--run", str(tour)]) == 0
    shown = capsys.readouterr()
    assert shown.out.count("HTTP/1.1 20") == tour.read_text("utf-8").count("\n### ")
    assert "✗" not in shown.out
    assert "analytical-engine" not in shown.out


def test_the_tours_show_every_scheme() -> None:
    shown = {word for tour in _TOURS for word in re.findall(r"(?m)^# @auth (\S+)", tour.read_text("utf-8"))}
    assert set(words()) - shown == {"none", "mock"}


def test_what_a_file_asserts_decides_the_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HTTPLS_STATE_HOME", str(tmp_path))
    (tmp_path / "a.http").write_text("GET {{secureBase}}/status/404\n\n?? status == 200\n")
    assert main(["lab", "--run", str(tmp_path / "a.http")]) == 1
    assert "✗ status == 200" in capsys.readouterr().out


def test_the_keys_can_be_read_by_files_that_are_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HTTPLS_STATE_HOME", str(tmp_path))
    (tmp_path / "a.http").write_text(scheme_class("mtls").example)
    assert main(["lab", "--run", str(tmp_path / "a.http")]) == 3
    assert "outside the project" in capsys.readouterr().out
    assert main(["lab", "--trust", "--run", str(tmp_path / "a.http")]) == 0


@pytest.mark.skipif(os.name != "posix", reason="signals are sent another way on Windows")
def test_it_serves_until_it_is_interrupted_and_tells_each_request(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "httpls", "lab", "--keys", str(tmp_path / "keys")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        url = lines[1].split()[0]
        with urllib.request.urlopen(f"{url}items?limit=1", timeout=10) as response:
            assert response.status == 200
        assert process.stdout.readline() == "200 GET /items?limit=1\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0
    assert (tmp_path / "keys" / "ca.pem").exists()


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str], lab: Lab) -> None:
    assert main(["lab", "--port", lab.http.rpartition(":")[2]]) == 2
    assert "is the port taken?" in capsys.readouterr().err
