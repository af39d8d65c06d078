"""A body that is a file: read anew each time, in constant memory, and watched, so that what was signed is sent."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from httpls_auth.errors import BodyChangedError
from httpls_auth.values.labels import PLAIN, Labels

_PIECE = 1 << 18


class FileBody:
    """The content that a file has at the time when this is made; a file that is changed after that is an error."""

    __slots__ = ("_identity", "_path", "labels", "length")

    def __init__(self, path: Path, labels: Labels = PLAIN) -> None:
        """Take the path. Raises OSError if it cannot be read, or is no regular file."""
        self._path = path
        self.labels = labels
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(f"{path} is no regular file")
        self._identity = _identity(found)
        self.length = found.st_size

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes from the start. Raises `BodyChangedError` if the file is not what it was."""
        try:
            with self._path.open("rb") as file:
                self._check(os.fstat(file.fileno()))
                left = self.length
                while left:
                    chunk = file.read(min(_PIECE, left))
                    if not chunk:
                        raise self._changed()
                    left -= len(chunk)
                    yield chunk
                self._check(os.fstat(file.fileno()))
        except OSError as error:
            raise BodyChangedError(
                f"{self._path} cannot be read any more: {error.strerror or error}", "Send the request again."
            ) from error

    def _check(self, found: os.stat_result) -> None:
        if _identity(found) != self._identity:
            raise self._changed()

    def _changed(self) -> BodyChangedError:
        return BodyChangedError(
            f"{self._path} was changed while the request was made", "Send it again when the file is complete."
        )


class _Identity(NamedTuple):
    device: int
    number: int
    size: int
    modified: int


def _identity(found: os.stat_result) -> _Identity:
    return _Identity(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
