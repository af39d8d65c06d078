"""Randomness of the operating system."""

import os


class SystemRandomness:
    """Random bytes fit for keys, nonces and states."""

    def bytes(self, count: int) -> bytes:
        """Return so many."""
        return os.urandom(count)
