"""When diagnostics are told: pushed when nothing waits, in parts for large files, or pulled by the client."""

import asyncio
import json
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lsprotocol import types

from httpls.lsp.collection import Collector
from httpls.lsp.documents import OpenDocument
from httpls.lsp.encoded import Encoded
from httpls.lsp.features.refusals import refusals
from httpls.lsp.session import Snapshot
from httpls.lsp.slices import SLICE

if TYPE_CHECKING:
    from httpls.lsp.server import Server

SECONDS_TO_FIRST_PART = 0.1
"""After how long what is known already is told of a file that takes longer to check."""
SECONDS_BETWEEN_PARTS = 1.0
BLOCKS_TOLD_AT_ONCE = 500
"""Of a document with no more blocks nothing is told before all is known."""


class Publishing:
    """What was told of which document, and what is still to be told. All of it is of the event loop."""

    def __init__(self, server: "Server") -> None:
        """Take the server whose documents are told of."""
        self._server = server
        self.collector: Collector | None = None
        """What runs when everything is told and nobody waits."""
        self._unpublished: dict[str, None] = {}
        """The documents of which more is to be told, that which was edited last at the end."""
        self._told_once: set[str] = set()
        """Those of them of whose newest text something was told that is right but for the names that it uses."""
        self._is_publishing = False
        self._next_part = 0.0

    def edited(self, uri: str) -> None:
        """Say that the text of a document is another one: what depends on it is told when no more edits wait."""
        self._unpublished.pop(uri, None)
        self._unpublished[uri] = None
        self._told_once.discard(uri)
        self._next_part = time.monotonic() + SECONDS_TO_FIRST_PART

    def more_is_known(self, uris: Iterable[str]) -> None:
        """Say that something was found out about documents whose text is as it was: tell it."""
        self._unpublished |= dict.fromkeys(uris)
        self.publish()

    def look_again(self) -> None:
        """Have all documents checked again; until that is done, what was told of them stands."""
        every = self._server.session.documents.frozen
        self._unpublished = {**dict.fromkeys(every), **self._unpublished}
        if not self._server.session.client.pulls_diagnostics:
            self._told_once.update(every)

    def publish(self) -> None:
        """Push the diagnostics of the documents that changed, unless the client pulls them.

        No more is checked than a message may take: the loop goes on with it when nothing waits.
        """
        snapshot = self._server.session.snapshot()
        end = time.monotonic() + SLICE
        for uri in reversed(tuple(self._unpublished)):
            document = snapshot.document(uri)
            if self._server.session.client.pulls_diagnostics and (document is None or uri not in self._told_once):
                # It asks when it wants to know.
                del self._unpublished[uri]
                continue
            if document is None or self._server.diagnoses.advance(snapshot, document, max(end - time.monotonic(), 0)):
                del self._unpublished[uri]
                self._next_part = time.monotonic() + SECONDS_TO_FIRST_PART
                self._tell(snapshot, uri, document)
            else:
                self._tell_part(snapshot, uri, document)
        if not self._unpublished:
            if self.collector is not None:
                self.collector.rest()
        elif not self._is_publishing:
            self._is_publishing = True
            asyncio.get_running_loop().call_soon(self._publish_more)

    async def pulled(self, params: types.DocumentDiagnosticParams) -> Encoded:
        """Answer `textDocument/diagnostic`. Raises `TextChangedError` if the document changes while it is checked."""
        uri = params.text_document.uri
        snapshot = self._server.session.snapshot()
        document = snapshot.document(uri)
        if document is None:
            return Encoded('{"kind":"full","items":[]}')
        async with self._server.turns.turn(uri) as pause:
            while not self._server.diagnoses.advance(snapshot, document):
                is_told_later = self._server.session.client.refreshes_diagnostics and _is_large(document)
                if is_told_later and self._server.diagnoses.has_all(document):
                    # What is left is told the client when it is known.
                    self._told_once.add(uri)
                    self._unpublished[uri] = None
                    self.publish()
                    break
                await pause()
        items = self._items(snapshot, document)
        return Encoded(f'{{"kind":"full","resultId":"{document.version}","items":{items}}}')

    def _tell(self, snapshot: Snapshot, uri: str, document: OpenDocument | None) -> None:
        if self._server.session.client.pulls_diagnostics:
            # It was told something before all was known.
            self._told_once.discard(uri)
            self._server.workspace_diagnostic_refresh(None, lambda _: None)
        else:
            self._publish_one(snapshot, uri, document)

    def _tell_part(self, snapshot: Snapshot, uri: str, document: OpenDocument) -> None:
        """Tell what is known of a large document: as soon as there is an answer for all of it, else now and then."""
        if self._server.session.client.pulls_diagnostics or not _is_large(document):
            return
        now = time.monotonic()
        is_first = uri not in self._told_once and self._server.diagnoses.has_all(document)
        if is_first or now > self._next_part:
            self._next_part = now + SECONDS_BETWEEN_PARTS
            if is_first:
                self._told_once.add(uri)
            self._publish_one(snapshot, uri, document)

    def _publish_more(self) -> None:
        self._is_publishing = False
        if not self._server.protocol.is_busy:
            self.publish()

    def _publish_one(self, snapshot: Snapshot, uri: str, document: OpenDocument | None) -> None:
        members = f'"uri":{json.dumps(uri)},'
        items = "[]"
        if document is not None:
            items = self._items(snapshot, document)
            members += f'"version":{document.version},'
        params = Encoded(f'{{{members}"diagnostics":{items}}}')
        self._server.protocol.notify_encoded(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)

    def _items(self, snapshot: Snapshot, document: OpenDocument) -> str:
        """Return what is known of a document as JSON."""
        told = refusals(snapshot, self._server.runs, document)
        return self._server.diagnoses.encoded(snapshot, document, told).json


def _is_large(document: OpenDocument) -> bool:
    return document.request_file is not None and len(document.request_file.blocks) > BLOCKS_TOLD_AT_ONCE
