"""All request files of the workspace folders, found once until a file comes or goes."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from httpls.lsp.documents import REQUEST_SUFFIXES

MOST = 2_000
"""How many files are looked at; a folder with more holds something else."""
_SKIPPED = frozenset(("node_modules", "__pycache__", "venv", "target", "dist", "build"))


def request_files(folders: Sequence[Path]) -> Sequence[Path]:
    """Return the request files below the folders, in order, without what is hidden or generated."""
    found: list[Path] = []
    for path in _below(folders):
        if len(found) == MOST:
            break
        if path not in found:
            found.append(path)
    return found


def _below(folders: Sequence[Path]) -> Iterator[Path]:
    seen = 0
    for folder in folders:
        for current, inner, names in os.walk(folder):
            inner[:] = sorted(name for name in inner if name not in _SKIPPED and not name.startswith("."))
            seen += len(names)
            if seen > 50 * MOST:
                return
            for name in sorted(names):
                if name.lower().endswith(REQUEST_SUFFIXES):
                    yield Path(current) / name
