"""One cancellation for one run; everything that waits takes it, and ends within 200 ms when it is set."""

import threading
from collections.abc import Callable

from httpls.run.errors import CancelledError


class Cancel:
    """A cancellation that may be set once, from any thread.

    What cannot look at it while it waits (a socket) registers a callback that breaks the wait.
    """

    def __init__(self) -> None:
        """Begin without being cancelled."""
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: dict[int, Callable[[], None]] = {}
        self._next = 0

    @property
    def is_set(self) -> bool:
        """Tell whether it was cancelled."""
        return self._event.is_set()

    def set(self) -> None:
        """Cancel, and run the callbacks in this thread, each once."""
        with self._lock:
            self._event.set()
            callbacks = list(self._callbacks.values())
            self._callbacks.clear()
        for callback in callbacks:
            callback()

    def check(self) -> None:
        """Raise `CancelledError` if it was cancelled."""
        if self._event.is_set():
            raise CancelledError

    def wait(self, seconds: float) -> None:
        """Wait so long. Raises `CancelledError` as soon as it is cancelled."""
        if self._event.wait(max(seconds, 0)):
            raise CancelledError

    def on_set(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Run `callback` when it is cancelled, at once if it was already; return what takes the callback back."""
        with self._lock:
            if not self._event.is_set():
                number = self._next
                self._next += 1
                self._callbacks[number] = callback
                return lambda: self._forget(number)
        callback()
        return lambda: None

    def _forget(self, number: int) -> None:
        with self._lock:
            self._callbacks.pop(number, None)
