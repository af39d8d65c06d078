"""A program at a pseudo-terminal, on which the test types as a person does."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path


class TerminalSession:
    """`httpls` with these arguments, in a folder; its state is kept there too."""

    def __init__(self, folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        import pty

        self._leader, follower = pty.openpty()
        given = {**os.environ, "TERM": "xterm-256color", "HTTPLS_STATE_HOME": str(folder / "state")}
        given.pop("NO_COLOR", None)
        command = [sys.executable, "-c", _WITH_TERMINAL, *arguments]
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env={**given, **(environment or {})},
            stdin=follower,
            stdout=follower,
            stderr=follower,
            start_new_session=True,
        )
        os.close(follower)
        self._shown = b""

    @property
    def seen(self) -> str:
        """What was shown so far."""
        return self._shown.decode("utf-8", "replace")

    def wait_for(self, text: str) -> None:
        """Read what is shown until there is this text."""
        deadline = time.monotonic() + 60
        while text not in self.seen and select.select([self._leader], [], [], max(deadline - time.monotonic(), 0))[0]:
            try:
                self._shown += os.read(self._leader, 65536)
            except OSError:
                # The program has ended.
                break
        if text not in self.seen:
            self.process.kill()
            self.process.wait()
            raise AssertionError(self.seen)

    def type(self, text: str) -> None:
        """Type a text; `\\n` is the return key."""
        os.write(self._leader, text.encode())

    def close(self) -> int:
        """Wait until the program has ended; return its exit code."""
        code = self.process.wait(timeout=60)
        os.close(self._leader)
        return code


# A program is at a terminal only if that is the one that controls its session.
_WITH_TERMINAL = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from httpls.cli.main import main
code = main(sys.argv[1:])
print("code", code, flush=True)
"""
