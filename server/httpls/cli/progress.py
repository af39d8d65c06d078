"""The line on a terminal that says how far things are; it vanishes before anything else is printed."""

import shutil
import sys
import threading
import time
from typing import TextIO

from httpls.cli.terminal import visible
from httpls.cli.units import shown_size

PATIENCE = 0.5
"""Seconds before anything is said: what is done by then needs no words."""


class ProgressLine:
    """A line on standard error, if that is a terminal. It may be written to from several threads."""

    def __init__(self, stream: "TextIO | None" = None) -> None:
        """Take the stream; nothing is written yet."""
        self._stream = sys.stderr if stream is None else stream
        self._is_on = self._stream.isatty()
        self._lock = threading.Lock()
        self._is_shown = False
        self._started = time.monotonic()
        self._transfer_started = self._started
        self._last_phase = ""
        self._done = self._total = 0

    def begin(self, total: int) -> None:
        """Say how many requests there will be."""
        self._total = total

    def one_done(self) -> None:
        """Count a request."""
        with self._lock:
            self._done += 1
            self._transfer_started = time.monotonic()

    def __call__(self, phase: str, done: int, total: int | None) -> None:
        """Tell how far a transfer is (see `run.wire.Progress`)."""
        if not self._is_on:
            return
        now = time.monotonic()
        with self._lock:
            if phase != self._last_phase and phase in ("upload", "download"):
                self._transfer_started = now
            self._last_phase = phase
            if now - self._started < PATIENCE:
                return
            self._write(self._text(phase, done, total, now - self._transfer_started))

    def clear(self) -> None:
        """Remove the line."""
        with self._lock:
            if self._is_shown:
                self._stream.write("\r\x1b[K")
                self._stream.flush()
                self._is_shown = False

    def _text(self, phase: str, done: int, total: int | None, seconds: float) -> str:
        count = f"[{self._done + 1}/{self._total}] " if self._total > 1 else ""
        if phase not in ("upload", "download"):
            words = {"connect": "connecting", "wait": "waiting for the response"}
            return f"{count}{words.get(phase, visible(phase))} … {seconds:.0f} s"
        of = f" of {shown_size(total)}, {done * 100 // max(total, 1)} %" if total else ""
        speed = f", {shown_size(int(done / seconds))}/s" if seconds > 0.2 else ""
        return f"{count}{'sending' if phase == 'upload' else 'receiving'} {shown_size(done)}{of}{speed}"

    def _write(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        self._stream.write(f"\r\x1b[K{text[:width]}")
        self._stream.flush()
        self._is_shown = True
