"""The files of this machine, with the unsaved text of open documents before what is on the disk."""

import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

LARGEST = 64 * 1024 * 1024
"""How many bytes a file may have that is read as text."""


class DiskFiles:
    """Reads the disk. `overlay` holds the texts of open documents by absolute path; they win over the disk."""

    def __init__(self, overlay: Mapping[Path, str] = MappingProxyType({})) -> None:
        """Take the overlay as it is; it is looked at at every call."""
        self._overlay = overlay

    def read(self, path: Path) -> bytes:
        """Return the content of a file.

        Raises OSError for a file that is missing, unreadable, larger than `LARGEST`, or no regular file: reading a
        device or a pipe could wait for ever.
        """
        text = self._overlay.get(path)
        if text is not None:
            return text.encode("utf-8", "surrogatepass")
        try:
            opened = path.open("rb")
        except ValueError as error:
            raise OSError(f"{path} is no name that a file can have") from error
        with opened as file:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise OSError(f"{path} is no regular file")
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise OSError(f"{path} has more than {LARGEST // 1024 // 1024} MB")
        return content

    def is_file(self, path: Path) -> bool:
        """Tell whether there is a regular file, on the disk or open."""
        return path in self._overlay or path.is_file()

    def is_folder(self, path: Path) -> bool:
        """Tell whether there is a folder."""
        return path.is_dir()

    def names(self, folder: Path) -> Sequence[str]:
        """Return the names in a folder, sorted; none if it is no folder or cannot be read."""
        try:
            return sorted(entry.name for entry in folder.iterdir())
        except (OSError, ValueError):
            # A name that no file can have, such as that of a document that was never saved, is a ValueError.
            return ()
