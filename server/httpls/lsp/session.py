"""The state of the server, which changes on the event loop only, and the snapshots of it that everything else takes."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from httpls.host.files import DiskFiles
from httpls.lsp.client import Client
from httpls.lsp.documents import OpenDocument, OpenDocuments
from httpls.lsp.positions import Positions
from httpls.model.analysis import Analysis
from httpls.model.source import Source
from httpls.model.workspace import Choices, RequestFile, Workspace


class Snapshot(NamedTuple):
    """Everything a handler may look at. It never changes, so it may be used after an `await` and in other threads."""

    documents: Mapping[str, OpenDocument]
    positions: Positions
    client: Client
    workspace: Workspace
    is_trusted: bool

    def document(self, uri: str) -> OpenDocument | None:
        """Return an open document."""
        return self.documents.get(uri)

    def analysis(self, document: OpenDocument) -> Analysis | None:
        """Return what is known about a request file, None for another file."""
        if document.request_file is None:
            return None
        return Analysis(self.workspace, self.workspace.request_file(document.path))


class Session:
    """The mutable state. Every method is called on the event loop."""

    def __init__(self) -> None:
        """Begin before the client has said anything."""
        self.documents = OpenDocuments()
        self.client = Client()
        self.positions = Positions("utf-16")
        self.folders: list[Path] = []
        self.environments: tuple[str, ...] = ()
        self.is_trusted = False
        self._snapshot: Snapshot | None = None

    def changed(self) -> None:
        """Say that something changed; the next snapshot is taken anew."""
        self._snapshot = None

    def snapshot(self) -> Snapshot:
        """Return the state as it is now; the same one until something changes."""
        if self._snapshot is None:
            self._snapshot = self._taken()
        return self._snapshot

    def _taken(self) -> Snapshot:
        documents = self.documents.frozen
        texts = {document.path: document.content.text for document in documents.values()}
        parsed = {
            document.path: RequestFile(Source(document.path, document.content.text), document.request_file)
            for document in documents.values()
            if document.request_file is not None
        }
        workspace = Workspace(DiskFiles(texts), os.environ, Choices(self.environments), parsed)
        return Snapshot(documents, self.positions, self.client, workspace, self.is_trusted)
