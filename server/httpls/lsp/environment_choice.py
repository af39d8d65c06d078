"""Which environments are chosen: for one file, for all of a folder, or for everything."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class EnvironmentChoice(NamedTuple):
    """What somebody chose. None for `everywhere` means that nobody chose, and that settings count."""

    everywhere: tuple[str, ...] | None = None
    folders: Mapping[Path, tuple[str, ...]] = {}
    files: Mapping[Path, tuple[str, ...]] = {}

    def of(self, path: Path, otherwise: tuple[str, ...]) -> tuple[str, ...]:
        """Return the environments of a file: its own, those of the nearest folder, those of everything, else others."""
        if path in self.files:
            return self.files[path]
        if self.folders:
            for folder in path.parents:
                if folder in self.folders:
                    return self.folders[folder]
        return self.everywhere if self.everywhere is not None else otherwise

    def for_file(self, path: Path, names: tuple[str, ...]) -> "EnvironmentChoice":
        """Choose for one file."""
        return self._replace(files={**self.files, path: names})

    def for_folder(self, folder: Path, names: tuple[str, ...]) -> "EnvironmentChoice":
        """Choose for all files of a folder; what was chosen for single ones of them is forgotten."""
        files = {path: chosen for path, chosen in self.files.items() if folder not in path.parents}
        return self._replace(folders={**self.folders, folder: names}, files=files)

    def for_all(self, names: tuple[str, ...]) -> "EnvironmentChoice":
        """Choose for everything; what was chosen for files and folders is forgotten."""
        return EnvironmentChoice(names)
