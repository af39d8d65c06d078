"""What the model asks of the outside, as protocols; the real ones are in `httpls.host`, those of tests in memory."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class Files(Protocol):
    """Files and folders. Paths are absolute; a path is only a name here, and nothing of it is resolved by itself."""

    def read(self, path: Path) -> bytes:
        """Return the content of a file. Raises OSError for one that is missing, too large or not to be read."""
        ...

    def is_file(self, path: Path) -> bool:
        """Tell whether there is a regular file."""
        ...

    def is_folder(self, path: Path) -> bool:
        """Tell whether there is a folder."""
        ...

    def names(self, folder: Path) -> Sequence[str]:
        """Return the names in a folder, sorted; none if it is no folder or cannot be read."""
        ...
