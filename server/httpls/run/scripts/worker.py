"""Child processes that run scripts: kept warm, one script at a time each, killed when a script takes too long."""

import os
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from importlib.util import find_spec

from httpls.run.cancel import Cancel
from httpls.run.errors import CancelledError
from httpls.run.scripts.call import ScriptCall, ScriptFailure, ScriptOutcome, read_outcome

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
        self._time_limit = time_limit
        self._idle: list[_Child] = []
        self._lock = threading.Lock()

    def run(self, call: ScriptCall, cancel: Cancel) -> ScriptOutcome:
        """Run a script to its end, or to the limit of time. Raises `CancelledError`."""
        with self._lock:
            child = self._idle.pop() if self._idle else None
        child = child or _Child()
        try:
            line = child.answer(call.message(self._time_limit + _GRACE), self._time_limit, cancel)
        except CancelledError:
            child.kill()
            raise
        if line is None:
            is_late = child.is_alive
            child.kill()
            reason = f"takes longer than {self._time_limit:g} s" if is_late else "has brought the engine down"
            return ScriptOutcome(failure=ScriptFailure(f"the script {reason}", is_assertion=False))
        with self._lock:
            self._idle.append(child)
        return read_outcome(line)

    def close(self) -> None:
        """End the processes that wait for scripts."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.kill()


def is_available() -> bool:
    """Tell whether the JavaScript engine is installed."""
    return find_spec("quickjs") is not None


class _Child:
    """One process, with a thread that reads what it answers."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-X", "utf8", "-m", "httpls.run.scripts.child"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
            env=_environment(), cwd=os.path.abspath(os.sep), close_fds=True,
        )  # fmt: skip
        self._answers: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, name="httpls-script", daemon=True).start()

    @property
    def is_alive(self) -> bool:
        """Whether the process has not ended by itself."""
        return self._process.poll() is None

    def answer(self, message: str, time_limit: float, cancel: Cancel) -> str | None:
        """Return the answer to a message; None if it takes too long, or the process ends."""
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(message + "\n")
            stdin.flush()
        except OSError:
            return None
        waited = 0.0
        while waited < time_limit:
            try:
                return self._answers.get(timeout=_POLL)
            except queue.Empty:
                cancel.check()
                waited += _POLL
        return None

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):  # Whose other end is gone.
                    stream.close()

    def _read(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None
        try:
            for line in stdout:
                self._answers.put(line)
        except ValueError:
            return  # The stream was closed by `kill`.
        self._answers.put(None)


def _environment() -> dict[str, str]:
    """Return the environment of a child: nothing of ours but where Python and its modules are found."""
    kept: tuple[str, ...] = ("SYSTEMROOT", "PATH") if sys.platform == "win32" else ()
    environment: dict[str, str] = {name: os.environ[name] for name in kept if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    return environment
