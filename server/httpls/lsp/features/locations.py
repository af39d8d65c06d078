"""Places in files as the protocol says them, for open files and those on the disk."""

from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path

from httpls.lsp.documents import PlainText
from httpls.lsp.positions import Lines
from httpls.lsp.session import Snapshot
from httpls_grammar.text import Range


class Locations:
    """Converts places of any file; a file on the disk is read once."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Take the snapshot that says which files are open."""
        self._snapshot = snapshot
        self._open = {document.path: document for document in snapshot.documents.values()}
        self._lines: dict[Path, Lines] = {}

    def uri(self, path: Path) -> str:
        """Return the URI of a file, as the client spelt it if it is open."""
        document = self._open.get(path)
        return document.uri if document is not None else from_fs_path(str(path)) or ""

    def version(self, path: Path) -> int | None:
        """Return the version of an open file."""
        document = self._open.get(path)
        return document.version if document is not None else None

    def range(self, path: Path, where: Range) -> types.Range:
        """Return a stretch of a file; the start of it for a file that cannot be read."""
        return self._snapshot.positions.range(self._of(path), where)

    def _of(self, path: Path) -> Lines:
        document = self._open.get(path)
        if document is not None:
            return document.content
        if path not in self._lines:
            try:
                self._lines[path] = PlainText(self._snapshot.workspace.source(path).text)
            except OSError:
                self._lines[path] = PlainText("")
        return self._lines[path]
