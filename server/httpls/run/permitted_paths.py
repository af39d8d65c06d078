"""Which files a request may read and write: any for a trusted project, else only those under its root.

Paths are followed through symbolic links before they are judged, and what is judged is what is opened.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from httpls.run.errors import RefusedError
from httpls_grammar.text import Range

OUTSIDE_ROOT = "outside-root"
"""The code of the refusal of a path that lies outside the project."""


class Permissions(NamedTuple):
    """What the files of one project may touch. `root` is absolute."""

    root: Path
    is_trusted: bool

    def is_within(self, path: Path) -> bool:
        """Tell whether a path, after symbolic links, lies in the project."""
        return _is_within(_real(path), _real(self.root))

    def outside(self, paths: Iterable[Path]) -> Sequence[Path]:
        """Return those of the paths that, after symbolic links, do not lie in the project."""
        root = _real(self.root)
        return [path for path in paths if not _is_within(_real(path), root)]

    def to_read(self, path: Path, written: str, where: Range | None = None) -> Path:
        """Return the real path to open. Raises `RefusedError` for one outside the root of an untrusted project."""
        real = _real(path)
        if not self.is_trusted and not _is_within(real, _real(self.root)):
            raise _refused(f"`{written}` lies outside the project and may not be read", where)
        return real

    def to_write(self, path: Path, written: str, overwrites: bool, where: Range | None = None) -> Path:
        """Return the real path to write. Raises `RefusedError` for one outside the root of an untrusted project, or
        for one of a name that begins with a dot, or below a folder of such a name, which it may not overwrite.
        """
        real = _real(path)
        if self.is_trusted:
            return real
        root = _real(self.root)
        if not _is_within(real, root):
            raise _refused(f"`{written}` lies outside the project and may not be written", where)
        is_hidden = any(part.startswith(".") for part in real.relative_to(root).parts)
        if is_hidden and (overwrites or any(part.startswith(".") for part in real.relative_to(root).parts[:-1])):
            raise RefusedError(
                "hidden-file",
                f"`{written}` may not be written: its name, or that of a folder above it, begins with a dot",
                REMEDY,
                where,
            )
        return real


REMEDY = "Move it into the project, or trust the project with `httpls trust`, or for this run with `--trust`."


def _refused(message: str, where: Range | None) -> RefusedError:
    return RefusedError(OUTSIDE_ROOT, message, REMEDY, where)


def _real(path: Path) -> Path:
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError) as error:
        # A null byte in a name; what such a name would mean differs from system to system.
        raise RefusedError("impossible-path", "this path means nothing", "Correct the path.") from error


def _is_within(path: Path, root: Path) -> bool:
    return path == root or root in path.parents
