"""Paths as people want to see them."""

from pathlib import Path


def shown_path(path: Path) -> str:
    """Return a path as people want to see it: relative to the working folder if it lies in it."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
