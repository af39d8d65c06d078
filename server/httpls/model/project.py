"""The project that a file belongs to: its root, and the folders between."""

from collections.abc import Iterator
from pathlib import Path

from httpls.model.ports import Files

SETTINGS_FILE = "httpls.toml"


def project_root(files: Files, folder: Path) -> Path:
    """Return the nearest folder, this one or one above it, with `httpls.toml`, else with `.git`, else this one."""
    for mark in (SETTINGS_FILE, ".git"):
        for candidate in (folder, *folder.parents):
            if files.is_file(candidate / mark) or (mark == ".git" and files.is_folder(candidate / mark)):
                return candidate
    return folder


def folders_up(folder: Path, root: Path) -> Iterator[Path]:
    """Yield the folder and those above it up to the root, both included."""
    yield folder
    while folder not in (root, folder.parent):
        folder = folder.parent
        yield folder
