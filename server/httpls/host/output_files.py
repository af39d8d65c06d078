"""Saves responses in files."""

import os
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from httpls.host.atomic_write import is_device


class DiskOutputFiles:
    """Writes files whole or not at all: an interrupted run leaves neither a half-written file nor a damaged old one."""

    def save(self, path: Path, chunks: Iterable[bytes], overwrite: bool) -> Path:
        """Write a file and return its path: `-1`, `-2` … is added to a name that is taken, unless it overwrites.

        Folders that are missing are made; a device or a pipe is written to, never replaced.
        Whether the project may write there is for the caller to know.
        Raises OSError, and whatever `chunks` raises; then nothing is left behind.
        """
        if is_device(path):
            with path.open("wb") as device:
                device.writelines(chunks)
            return path
        # Few requests are saved.
        from httpls_auth.whole_file import written_beside

        path.parent.mkdir(parents=True, exist_ok=True)
        with written_beside(path, chunks) as temporary:
            if not overwrite:
                return _named_freely(temporary, path)
            if path.exists():
                temporary.chmod(path.stat().st_mode & 0o7777)
            os.replace(temporary, path)
        return path


def _named_freely(temporary: Path, path: Path) -> Path:
    for number in count():
        candidate = path if number == 0 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        try:
            # A link fails where the name is taken, so that two runs at the same time never take the same name.
            os.link(temporary, candidate)
        except FileExistsError:
            continue
        except OSError:
            # A file system without links (FAT, some network drives): the name itself is taken first.
            if not _taken(candidate):
                continue
            os.replace(temporary, candidate)
        return candidate
    raise AssertionError("numbers do not end")


def _taken(path: Path) -> bool:
    """Take a name by making an empty file; tell whether it was free."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    return True
