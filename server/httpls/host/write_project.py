"""Writes the files of a whole project: all or none where the folder is new, each whole in any case."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from httpls.host.atomic_write import write_atomically


class ExistingFilesError(Exception):
    """Files are there already, and are not to be replaced, or lead elsewhere; the message names them."""


def check_project(folder: Path, files: Iterable[PurePosixPath], replaces: bool) -> None:
    """Check that files can be written without harm: none leads out of the folder, through symbolic links for example.

    Raises `ExistingFilesError`, also for files that are there already, unless it `replaces` them.
    """
    if not folder.is_symlink() and not folder.exists():
        return
    root = folder.resolve()
    if not root.is_dir():
        raise ExistingFilesError(f"{folder} is no folder")
    existing: list[str] = []
    for path in files:
        target = root / path
        if not target.resolve().is_relative_to(root):
            raise ExistingFilesError(f"{folder / path} leads out of the folder")
        if target.exists():
            existing.append(str(folder / path))
    if existing and not replaces:
        more = f" and {len(existing) - 3} more" if len(existing) > 3 else ""
        raise ExistingFilesError(f"{', '.join(existing[:3])}{more} would be replaced")


def write_project(folder: Path, files: Mapping[PurePosixPath, bytes], private: frozenset[PurePosixPath]) -> None:
    """Write files, by their paths from the folder, which is made if it is not there. `private` are for the user alone.

    Files that are there are replaced; see `check_project`. Raises OSError; a new folder is then not there.
    """
    if folder.exists():
        _write(folder, files, private)
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _write(stage, files, private)
        stage.chmod(0o777 & ~_mask())
        stage.rename(folder)
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise


def _write(folder: Path, files: Mapping[PurePosixPath, bytes], private: frozenset[PurePosixPath]) -> None:
    mode = 0o666 & ~_mask()
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        is_new = not target.exists()
        if path in private and not is_new:
            target.chmod(0o600)
        write_atomically(target, content)
        if is_new and path not in private:
            target.chmod(mode)


def _mask() -> int:
    """Return which permissions new files do not get; it can be read only by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
