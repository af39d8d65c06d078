"""A lock between processes: held on an open file, it goes when its holder ends, however that ends."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from httpls_auth.cancellation import Cancellation

_PAUSE = 0.05
"""Seconds between two tries. Neither system lets a wait for a lock be broken off from another thread."""


@contextmanager
def held(path: Path, cancellation: Cancellation) -> Generator[None, None, None]:
    """Hold the lock of this file while the context lasts; the file is made, and stays, empty.

    Waits until it is free. Raises OSError if the file cannot be made, and what the cancellation raises. Two threads
    of one process exclude each other as well.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        while not _try(descriptor):
            cancellation.wait(_PAUSE)
        try:
            yield
        finally:
            _release(descriptor)
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _try(descriptor: int) -> bool:
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            # Windows gives the same error for a lock that somebody has and for one that cannot be.
            return False
        return True

    def _release(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _release(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
