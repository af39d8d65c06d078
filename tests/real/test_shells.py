"""Completion in shells as they are: on the screen of a terminal, by the tabulator key."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.support.real_servers import program
from tests.support.terminal import on_screen

pytestmark = pytest.mark.real


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "httpls.toml").write_text("")
    (tmp_path / "http-client.env.json").write_text('{"staging": {"a": "1"}}')
    (tmp_path / "orders.http").write_text("### sign in\nGET http://a/\n\n### sell\nGET http://a/\n")
    wrapper = tmp_path / "bin" / "httpls"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m httpls "$@"\n')
    wrapper.chmod(0o755)
    return tmp_path


_SHELLS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "bash": (["--norc", "--noprofile"], ["source completion"]),
    "zsh": (["-f"], ["autoload -U compinit", "compinit -D", "source ./completion"]),
    "fish": (["--no-config"], ["source completion"]),
}
"""The options with which a shell reads no files of its own, and what is typed so that it completes httpls."""


@pytest.mark.parametrize("shell", _SHELLS)
def test_a_shell_completes(folder: Path, shell: str) -> None:
    found = program(shell)
    options, commands = _SHELLS[shell]
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(folder), "PS1": "ready> ", "LC_ALL": "C.UTF-8"}
    script = subprocess.run(
        ["httpls", "completion", shell], env=environment, capture_output=True, text=True, check=True
    )
    (folder / "completion").write_text(script.stdout)
    with on_screen([found, *options], environment, folder) as screen:
        for command in (*commands, "clear", "echo come this far"):
            screen.type(command)
            screen.keys("Enter")
        screen.wait_for("\ncome this far")
        for typed, completed in (
            ("httpls comp", "httpls completion"),
            ("httpls run ord", "httpls run orders.http"),
            ("httpls run orders.http --name si", "httpls run orders.http --name sign\\ in"),
            ("httpls run orders.http --name sign\\ i", "httpls run orders.http --name sign\\ in"),
            ("httpls run orders.http --env st", "httpls run orders.http --env staging"),
            ("httpls run orders.http --para", "httpls run orders.http --parallel"),
            ("httpls cookies imp", "httpls cookies import"),
        ):
            screen.type(typed)
            screen.wait_for(typed)
            screen.keys("Tab")
            screen.wait_for(completed)
            screen.keys("C-u")
            screen.wait_without(typed)
