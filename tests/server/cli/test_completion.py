"""What a shell is told may come next."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from httpls.cli.completion import candidates
from httpls.cli.main import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "httpls.toml").write_text("")
    (tmp_path / "http-client.env.json").write_text(json.dumps({"dev": {"a": "1"}, "prod": {"a": "2"}}))
    (tmp_path / "a.http").write_text(
        "### log in\n# @tag slow, quick\nGET http://a/\n\n### log out\nGET http://a/\n\n###\nGET http://a/\n"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["co"], ["completion", "cookies"]),
        (["run", "a.http", "--name", ""], ["log in", "log out"]),
        (["run", "a.http", "--name", "log o"], ["log out"]),
        (["run", "a.http", "--tag", ""], ["slow", "quick"]),
        (["run", "a.http", "--env", ""], ["dev", "prod"]),
        (["run", "--env", "p"], ["prod"]),
        (["run", "a.http", "--par"], ["--parallel"]),
        (["run", "a.http", "--report", ""], ["junit=", "json="]),
        (["run", ""], []),
        (["run", "a.http", "--output", ""], []),
        (["cookies", "re"], ["remove"]),
        (["cookies", "set", "--sec"], ["--secure"]),
        (["export", ""], ["curl"]),
        (["completion", "f"], ["fish"]),
        (["nonsense", ""], []),
    ],
    ids=" ".join,
)
def test_candidates(words: list[str], expected: list[str]) -> None:
    assert list(candidates(words)) == expected


@pytest.mark.parametrize(("shell", "check"), [("bash", ["-n"]), ("zsh", ["-n"]), ("fish", ["--no-execute"])])
def test_the_script_of_a_shell_is_one(shell: str, check: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    program = shutil.which(shell)
    if program is not None:
        subprocess.run([program, *check], input=script, text=True, check=True)


def test_bash_completes_a_name_with_blanks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    main(["completion", "bash"])
    wrapper = folder / "httpls"
    wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m httpls "$@"\n')
    wrapper.chmod(0o755)
    script = capsys.readouterr().out + (
        f'PATH="{folder}:$PATH"\nCOMP_WORDS=(httpls run a.http --name log\\ o)\nCOMP_CWORD=4\n_httpls\necho "${{COMPREPLY[0]}}"\n'
    )
    done = subprocess.run([bash, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "log\\ out\n"
