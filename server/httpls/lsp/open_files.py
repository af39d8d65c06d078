"""The files as the client sees them: open documents with their unsaved texts, the others as they were on the disk."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from httpls.host.files import DiskFiles
from httpls.lsp.documents import OpenDocument

Answer = TypeVar("Answer")


class KnownFiles:
    """What the disk said when it was asked first. It is asked again once something changed (see `is_stale`)."""

    def __init__(self) -> None:
        """Begin with nothing asked."""
        self._disk = DiskFiles()
        self._answers: dict[tuple[str, Path], object] = {}
        self._states: dict[Path, tuple[int, ...] | None] = {}

    def read(self, path: Path) -> bytes:
        """Return the content of a file. Raises OSError."""
        answer = self._known("read", path, lambda: _content(self._disk, path))
        if isinstance(answer, OSError):
            raise answer
        return answer

    def is_file(self, path: Path) -> bool:
        """Tell whether there is a regular file."""
        return self._known("is_file", path, lambda: self._disk.is_file(path))

    def is_folder(self, path: Path) -> bool:
        """Tell whether there is a folder."""
        return self._known("is_folder", path, lambda: self._disk.is_folder(path))

    def names(self, folder: Path) -> Sequence[str]:
        """Return the names in a folder, sorted; none if it is no folder or cannot be read."""
        return self._known("names", folder, lambda: self._disk.names(folder))

    def is_stale(self) -> bool:
        """Tell whether anything that was asked for is not as it was; for clients that do not watch files."""
        return any(_state(path) != state for path, state in self._states.items())

    def was_asked_for(self, path: Path) -> bool:
        """Tell whether anything that was asked for can be another if this path is."""
        return path in self._states or path.parent in self._states

    def _known(self, question: str, path: Path, ask: Callable[[], Answer]) -> Answer:
        key = (question, path)
        if key not in self._answers:
            self._states.setdefault(path, _state(path))
            self._answers[key] = ask()
        return self._answers[key]  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


class OpenFiles:
    """The port of the model: open documents win over the disk."""

    def __init__(self, documents: Mapping[str, OpenDocument], disk: KnownFiles) -> None:
        """Take the documents as they are at one moment."""
        self._documents = {document.path: document for document in documents.values()}
        self._disk = disk

    def read(self, path: Path) -> bytes:
        """Return the content of a file. Raises OSError."""
        document = self._documents.get(path)
        if document is not None:
            return document.content.text.encode("utf-8", "surrogatepass")
        return self._disk.read(path)

    def is_file(self, path: Path) -> bool:
        """Tell whether there is a regular file, on the disk or open."""
        return path in self._documents or self._disk.is_file(path)

    def is_folder(self, path: Path) -> bool:
        """Tell whether there is a folder."""
        return self._disk.is_folder(path)

    def names(self, folder: Path) -> Sequence[str]:
        """Return the names in a folder, sorted; none if it is no folder or cannot be read."""
        return self._disk.names(folder)


def _content(disk: DiskFiles, path: Path) -> bytes | OSError:
    try:
        return disk.read(path)
    except OSError as error:
        return error


def _state(path: Path) -> tuple[int, ...] | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return (status.st_mode, status.st_mtime_ns, status.st_size, status.st_ino)
