"""The port through which this package keeps what is no secret: small objects in the user's own state."""

from collections.abc import Callable
from typing import Any, Protocol

from httpls_auth.cancellation import Cancellation


class State(Protocol):
    """Objects of JSON by name."""

    def read(self, name: str) -> dict[str, Any]:
        """Return an object, empty if there is none."""
        ...

    def change(self, name: str, change: Callable[[dict[str, Any]], None], cancellation: Cancellation) -> None:
        """Change an object, with no other process in between. Raises OSError, and what the cancellation raises."""
        ...
