"""Child processes that run scripts: kept warm, one script at a time each, killed when a script takes too long."""

import json
import os
import queue
import select
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from httpls.run.cancel import Cancel
from httpls.run.errors import CancelledError
from httpls.run.scripts.call import ASK_FOR_BODY, ScriptCall, ScriptFailure, ScriptOutcome, read_compiled, read_outcome

TIME_LIMIT = 10.0
"""Seconds that a script may take."""
_GRACE = 5.0
"""Seconds after the limit at which a child ends itself, should nobody have done it."""
_POLL = 0.05
"""Seconds between two looks at the cancellation while a script runs."""


class ScriptWorkers:
    """Runs scripts from any thread. As many processes are kept as ran scripts at the same time."""

    def __init__(self, time_limit: float = TIME_LIMIT) -> None:
        """Start nothing yet: the first script starts the first process."""
        self.time_limit = time_limit
        self._idle: list[_Child] = []
        self._lock = threading.Lock()

    def run(self, call: ScriptCall, cancel: Cancel) -> ScriptOutcome:
        """Run a script to its end, or to the limit of time. Raises `CancelledError`."""
        line = self._answer(call, cancel)
        return read_outcome(line) if isinstance(line, bytes) else ScriptOutcome(failure=line)

    def compiled(self, codes: Sequence[str], cancel: Cancel) -> Sequence[ScriptFailure | None]:
        """Return for each script why it cannot be compiled, None if it can; none is run. Raises `CancelledError`."""
        line = self._answer(ScriptCall(json.dumps(codes), "compile", {}), cancel)
        return read_compiled(line, len(codes)) if isinstance(line, bytes) else [None] * len(codes)

    def _answer(self, call: ScriptCall, cancel: Cancel) -> bytes | ScriptFailure:
        """Return the line that comes of a call, or why there is none. Raises `CancelledError`."""
        with self._lock:
            # The one that has waited longest has made the world for its next script by now.
            child = self._idle.pop(0) if self._idle else None
        child = child or _Child()
        try:
            line = child.answer(call, self.time_limit, cancel)
        except CancelledError:
            child.kill()
            raise
        if not line:
            child.kill()
            reason = f"takes longer than {self.time_limit:g} s" if line is None else "has brought the engine down"
            return ScriptFailure(f"the script {reason}", is_assertion=False)
        with self._lock:
            self._idle.append(child)
        return line

    def close(self) -> None:
        """End the processes that wait for scripts."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.kill()


@cache
def is_available() -> bool:
    """Tell whether the JavaScript engine is installed."""
    return find_spec("quickjs") is not None


@cache
def is_startable() -> bool:
    """Tell whether a process can be started for it: an archive or a frozen program has no Python to do that with."""
    is_frozen = bool(getattr(sys, "frozen", False))
    return bool(sys.executable) and not is_frozen and Path(__file__).is_file()


class _Child:
    """One process, and what reads its answers."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-S", "-X", "utf8", "-m", "httpls.run.scripts.child"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment(),
            cwd=os.path.abspath(os.sep), close_fds=True,
        )  # fmt: skip
        stdout = self._process.stdout
        assert stdout is not None
        self._reader = _ThreadedReader(stdout) if sys.platform == "win32" else _PolledReader(stdout)

    def answer(self, call: ScriptCall, time_limit: float, cancel: Cancel) -> bytes | None:
        """Return the line that comes of a call; an empty one if the process ends, None if it takes too long."""
        if not self._write(call.message(time_limit + _GRACE)):
            return b""
        end = time.monotonic() + time_limit
        while time.monotonic() < end:
            if not self._reader.has_line(_POLL):
                cancel.check()
                continue
            line = self._reader.line()
            if line != ASK_FOR_BODY:
                return line
            content = call.body.read() if call.body is not None else b""
            if not self._write(b"%d\n%b" % (len(content), content)):
                return b""
        return None

    def _write(self, message: bytes) -> bool:
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(message)
            stdin.flush()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):  # Whose other end is gone.
                    stream.close()


class _PolledReader:
    """Reads lines from a pipe in the thread that wants them: no other one has to be woken."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._descriptor = stream.fileno()
        self._pieces: list[bytes] = []
        self._poll = select.poll()
        self._poll.register(self._descriptor, select.POLLIN)

    def has_line(self, seconds: float) -> bool:
        """Wait for a part of a line; tell whether the line has come to its end, or the process to its own."""
        if not self._poll.poll(seconds * 1000):
            return False
        piece = os.read(self._descriptor, 1 << 20)
        self._pieces.append(piece)
        return not piece or piece.endswith(b"\n")

    def line(self) -> bytes:
        """Return the line; empty if the process has ended."""
        line, self._pieces = b"".join(self._pieces), []
        return line if line.endswith(b"\n") else b""


class _ThreadedReader:
    """Reads lines in a thread of its own: on Windows one cannot wait for a pipe with a limit."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._line = b""
        threading.Thread(target=self._read, name="httpls-script", daemon=True).start()

    def has_line(self, seconds: float) -> bool:
        """Wait for a line; tell whether there is one, or the process has ended."""
        try:
            self._line = self._lines.get(timeout=seconds)
        except queue.Empty:
            return False
        return True

    def line(self) -> bytes:
        """Return the line; empty if the process has ended."""
        return self._line

    def _read(self) -> None:
        try:
            for line in self._stream:
                self._lines.put(line)
        except ValueError:
            return  # The stream was closed by `kill`.
        self._lines.put(b"")


def _environment() -> dict[str, str]:
    """Return the environment of a child: nothing of ours but where Python and its modules are found."""
    kept: tuple[str, ...] = ("SYSTEMROOT", "PATH") if sys.platform == "win32" else ()
    environment: dict[str, str] = {name: os.environ[name] for name in kept if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    return environment
