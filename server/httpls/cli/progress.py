"""The line on a terminal that says how far things are; it vanishes before anything else is printed."""

import shutil
import sys
import threading
import time
from typing import Protocol

from httpls.cli.terminal import visible
from httpls.cli.units import shown_size

PATIENCE = 0.7
"""Seconds before anything is said: what is done by then needs no words."""
_PAUSE = 0.25


class Screen(Protocol):
    """As much of a stream as is needed."""

    def isatty(self) -> bool:
        """Tell whether it is a terminal."""
        ...

    def write(self, text: str, /) -> int:
        """Write a text."""
        ...

    def flush(self) -> None:
        """Let it be seen."""
        ...


class ProgressLine:
    """A line on standard error, if that is a terminal. It may be written to from several threads.

    A thread of its own brings it up to date, since a server that says nothing causes no event.
    """

    def __init__(self, stream: Screen | None = None) -> None:
        """Take the stream; nothing is written yet."""
        self._stream: Screen = sys.stderr if stream is None else stream
        self._is_on = self._stream.isatty()
        self._lock = threading.Lock()
        self._is_shown = False
        self._is_over = False
        self._running: dict[int, _Transfer] = {}
        self._done = self._total = 0

    def begin(self, total: int) -> None:
        """Say how many requests there will be."""
        self._total = total
        if self._is_on:
            threading.Thread(target=self._tick, daemon=True).start()

    def started(self, number: int, shown: str) -> None:
        """A request begins to be sent."""
        with self._lock:
            self._running[number] = _Transfer(shown)

    def progressed(self, number: int, phase: str, done: int, total: int | None) -> None:
        """Tell how far a transfer is (see `run.wire.Progress`)."""
        with self._lock:
            transfer = self._running.get(number)
            if transfer is not None:
                transfer.go_on(phase, done, total)

    def finished(self, number: int) -> None:
        """A request is through."""
        with self._lock:
            self._running.pop(number, None)
            self._done += 1
            self._clear()

    def end(self) -> None:
        """Remove the line for good."""
        with self._lock:
            self._is_over = True
            self._clear()

    def _tick(self) -> None:
        while not self._is_over:
            time.sleep(_PAUSE)
            with self._lock:
                oldest = next(iter(self._running.values()), None)
                if oldest is not None and not self._is_over and time.monotonic() - oldest.started_at > PATIENCE:
                    self._write(f"{self._counted()}{oldest.text()}")

    def _counted(self) -> str:
        return f"[{self._done}/{self._total}] " if self._total > 1 else ""

    def _write(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        self._stream.write(f"\r\x1b[K{text[:width]}")
        self._stream.flush()
        self._is_shown = True

    def _clear(self) -> None:
        if self._is_shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._is_shown = False


class _Transfer:
    """How far one request is."""

    def __init__(self, shown: str) -> None:
        self.started_at = time.monotonic()
        self._shown = visible(shown)
        self._phase = ""
        self._phase_began = self.started_at
        self._done = 0
        self._total: int | None = None

    def go_on(self, phase: str, done: int, total: int | None) -> None:
        if phase != self._phase:
            self._phase, self._phase_began = phase, time.monotonic()
        self._done, self._total = done, total

    def text(self) -> str:
        now = time.monotonic()
        if self._phase not in ("upload", "download"):
            return f"{self._shown}: waiting, {now - self.started_at:.0f} s"
        seconds = now - self._phase_began
        of = f" of {shown_size(self._total)}, {self._done * 100 // max(self._total, 1)} %" if self._total else ""
        speed = f", {shown_size(int(self._done / seconds))}/s" if seconds > _PAUSE else ""
        word = "sending" if self._phase == "upload" else "receiving"
        return f"{self._shown}: {word} {shown_size(self._done)}{of}{speed}"
