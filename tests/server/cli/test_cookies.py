"""`httpls cookies` as its user sees it."""

import json
import os
from pathlib import Path

import pytest

from httpls.cli.main import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("HTTPLS_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def _listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    assert main(["cookies", "list", "--json", *arguments]) == 0
    return {cookie["key"]: cookie["value"] for cookie in json.loads(capsys.readouterr().out)}


def test_cookies_are_set_listed_and_removed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cookies", "set", "a=1", "--domain", "Example.com"]) == 0
    assert main(["cookies", "set", "b=2", "--domain", "localhost", "--path", "/x", "--secure"]) == 0
    assert main(["cookies", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "example.com"
    assert lines[1].startswith("  a=1  /  until ")
    assert lines[3].startswith("  b=2  /x  Secure  until ")
    assert main(["cookies", "remove", "a"]) == 0
    assert _listed(capsys) == {"b": "2"}
    assert main(["cookies", "clear", "--domain", "example.com"]) == 0
    assert _listed(capsys) == {"b": "2"}
    assert main(["cookies", "clear"]) == 0
    assert _listed(capsys) == {}


def test_values_that_may_be_keys_of_a_session_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    main(["cookies", "set", "session=abcdefghijklmnop", "--domain", "localhost"])
    assert _listed(capsys) == {"session": "•••••"}
    assert _listed(capsys, "--reveal") == {"session": "abcdefghijklmnop"}


def test_each_environment_has_a_jar_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    main(["cookies", "set", "a=1", "--domain", "localhost", "--env", "dev"])
    assert _listed(capsys) == {}
    assert _listed(capsys, "--env", "dev") == {"a": "1"}


@pytest.mark.parametrize("form", ["netscape", "json"])
def test_cookies_go_out_to_a_file_and_come_back(folder: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    main(["cookies", "set", "session=abcdefghijklmnop", "--domain", "example.com", "--below", "--http-only"])
    assert main(["cookies", "export", "--format", form, "--output", "cookies.out"]) == 0
    if os.name == "posix":
        assert (folder / "cookies.out").stat().st_mode & 0o077 == 0
    main(["cookies", "clear"])
    assert main(["cookies", "import", "cookies.out"]) == 0
    assert capsys.readouterr().err.endswith("imported 1\n")
    assert _listed(capsys, "--reveal") == {"session": "abcdefghijklmnop"}


def test_a_file_without_cookies_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "x.txt").write_text("nothing here\n")
    assert main(["cookies", "import", "x.txt"]) == 3
    assert main(["cookies", "import", "missing.txt"]) == 3
    assert "missing.txt: No such file or directory" in capsys.readouterr().err


def test_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cookies", "set", "novalue", "--domain", "localhost"]) == 2
    assert "`novalue` is not of the form NAME=VALUE" in capsys.readouterr().err
