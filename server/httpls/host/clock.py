"""The clock of this machine."""

import time


class SystemClock:
    """Time as the operating system tells it."""

    def now(self) -> float:
        """Return the time in seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Return a number of seconds that only grows, whatever is done to the clock."""
        return time.monotonic()
