"""Finds the request files that the arguments of a command name."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

SUFFIXES = (".http", ".rest")
_LEFT_OUT = frozenset(("node_modules", "__pycache__", "build", "dist", "target", "venv"))


class MissingPathError(Exception):
    """An argument names neither a file nor a folder."""


def find_request_files(arguments: Sequence[str]) -> Iterator[Path]:
    """Yield the files named, and the request files in the folders named, without hidden and generated folders.

    A file is yielded once, as an absolute path. Raises `MissingPathError`.
    """
    seen: set[Path] = set()
    for argument in arguments:
        path = Path(argument)
        if path.is_dir():
            found: Iterator[Path] = _in_folder(path)
        elif path.exists():
            found = iter((path,))
        else:
            raise MissingPathError(argument)
        for file in found:
            absolute = Path(os.path.abspath(file))  # Symbolic links stay as the user wrote them.
            if absolute not in seen:
                seen.add(absolute)
                yield absolute


def _in_folder(folder: Path) -> Iterator[Path]:
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _LEFT_OUT)
        for name in sorted(names):
            if name.lower().endswith(SUFFIXES):
                yield Path(base, name)
