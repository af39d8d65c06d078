"""Writes files whole or not at all: beside the place where they belong first, from where they are put there."""

import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def written_beside(path: Path, chunks: Iterable[bytes]) -> Generator[Path]:
    """Write a file in the folder of `path`, flushed to the disk, and give its path; who takes it renames or links it.

    The file belongs to this user alone (0600) from the first moment on. What is still there at the end is removed.
    Raises OSError, and whatever `chunks` raises; then nothing is left behind.
    """
    # Most commands write no file.
    import tempfile

    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        # What kept the file from being written is what is told, not that it cannot be removed.
        with suppress(OSError):
            temporary.unlink()
