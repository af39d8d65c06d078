"""A program on the screen of a terminal: started in tmux, driven by keys, read as the text that a person sees."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

_SECONDS = 30.0


class Screen:
    """The screen of one program, in a tmux server of its own."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def text(self) -> str:
        """Return what the screen shows."""
        return self.tmux("capture-pane", "-p")

    def keys(self, *names: str) -> None:
        """Press keys by their names in tmux: `Enter`, `Escape`, `Space`, `C-c`, `a`."""
        self.tmux("send-keys", *names)

    def type(self, text: str) -> None:
        """Type a text as it stands."""
        self.tmux("send-keys", "-l", text)

    def wait_for(self, text: str) -> str:
        """Wait until the screen shows the text, and return the screen."""
        return self._wait(lambda shown: text in shown, f"the screen never showed {text!r}")

    def wait_without(self, text: str) -> str:
        """Wait until the screen no longer shows the text, and return the screen."""
        return self._wait(lambda shown: text not in shown, f"the screen went on showing {text!r}")

    def _wait(self, condition: Callable[[str], bool], message: str) -> str:
        end = time.monotonic() + _SECONDS
        while not condition(shown := self.text()):
            assert time.monotonic() < end, f"{message}:\n{shown}"
            time.sleep(0.05)
        return shown

    def tmux(self, *arguments: str) -> str:
        """Give a command to the tmux server, and return what it prints."""
        command = ["tmux", "-S", str(self._socket), "-f", "/dev/null", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
        assert done.returncode == 0, done.stderr
        return done.stdout


def editor_environment(home: Path, *kept: str) -> dict[str, str]:
    """Return the environment of an editor that finds our `httpls`; `kept` are variables that it has of this process."""
    return {
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        **{name: os.environ[name] for name in kept if name in os.environ},
    }


@contextmanager
def on_screen(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, columns: int = 110, lines: int = 30
) -> Generator[Screen]:
    """Run a program in a folder with nothing but this environment on a screen of this size; it ends with the block.

    Skips the test where there is no tmux.
    """
    if shutil.which("tmux") is None:
        pytest.skip("there is no tmux")
    screen = Screen(folder / ".tmux")
    given = [f"{name}={value}" for name, value in environment.items()]
    size = ["-x", str(columns), "-y", str(lines)]
    screen.tmux("new-session", "-d", *size, "-c", str(folder), "env", "-i", *given, "TERM=xterm-256color", *command)
    try:
        yield screen
    finally:
        screen.tmux("kill-server")
