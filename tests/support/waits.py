"""Cancellations for tests."""

import threading
from collections.abc import Callable


class CancelledInTestError(Exception):
    """What the cancellation raises."""


class TestCancellation:
    """A cancellation that a test sets."""

    __test__ = False

    def __init__(self) -> None:
        self._event = threading.Event()
        self._callbacks: list[Callable[[], None]] = []
        self._waits = threading.Semaphore(0)

    def set(self) -> None:
        self._event.set()
        for callback in self._callbacks:
            callback()

    def await_waits(self, count: int) -> None:
        """Wait until so many waits have begun that are woken by the cancellation."""
        for _ in range(count):
            assert self._waits.acquire(timeout=10)

    def check(self) -> None:
        if self._event.is_set():
            raise CancelledInTestError

    def wait(self, seconds: float) -> None:
        if self._event.wait(seconds):
            raise CancelledInTestError

    def on_set(self, callback: Callable[[], None]) -> Callable[[], None]:
        self._callbacks.append(callback)
        self._waits.release()
        return lambda: self._callbacks.remove(callback)
