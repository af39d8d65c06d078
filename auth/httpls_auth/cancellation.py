"""How a wait is broken off: the part of a run's cancellation that the waits of this package need."""

import time
from collections.abc import Callable
from typing import Protocol


class Cancellation(Protocol):
    """A cancellation that may be set from any thread. Each method raises the error of whoever runs the wait."""

    def check(self) -> None:
        """Raise the error if it was cancelled."""
        ...

    def wait(self, seconds: float) -> None:
        """Wait so long. Raises the error as soon as it is cancelled."""
        ...

    def on_set(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Run `callback` when it is cancelled, at once if it was already; return what takes the callback back."""
        ...


class _Never:
    """A wait that nobody breaks off."""

    def check(self) -> None:
        """Do nothing."""

    def wait(self, seconds: float) -> None:
        """Wait so long."""
        time.sleep(max(seconds, 0))

    def on_set(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Never run the callback."""
        _ = callback
        return lambda: None


NEVER: Cancellation = _Never()
"""The cancellation of what runs for a command that ends with its process."""
