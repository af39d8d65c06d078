"""Writes files so that at every moment either the old or the new content is there, whole."""

import os
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Replace the content of a file, keeping its permissions. A symbolic link is kept; what it points to is replaced.

    A device or a pipe (`/dev/null`, `/dev/stdout`) is written to, never replaced.
    Raises OSError; then the file is as it was.
    """
    if is_device(path):
        path.write_bytes(content)
        return
    # Most commands write no file.
    from httpls_auth.whole_file import written_beside

    target = path.resolve()
    with written_beside(target, [content]) as temporary:
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o7777)
        os.replace(temporary, target)


def is_device(path: Path) -> bool:
    """Tell whether a path exists and is something to write to rather than a file that may be replaced."""
    return path.exists() and not path.is_file() and not path.is_dir()
