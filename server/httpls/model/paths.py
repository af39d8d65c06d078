"""Paths as they are written in files: relative to the file they stand in, with either slash, pure names."""

from pathlib import Path


def resolved_path(folder: Path, written: str) -> Path:
    """Return the absolute path that is meant by `written` in a file of `folder`; no file is looked at.

    `.` and `..` are worked out by name. A backslash separates folders only on Windows, where it does anyway.
    """
    path = folder / written.strip().strip('"')
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts and parts[-1] not in (path.anchor, ".."):
            parts.pop()
        elif part != ".":
            parts.append(part)
    return Path(*parts)
