"""The open documents: texts as the client has them, request files as trees that change with every edit."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path

from lsprotocol import types
from pygls.uris import to_fs_path

from httpls.lsp.positions import Positions
from httpls.model.source import DocumentSource
from httpls.model.workspace import RequestFile
from httpls_grammar import Document, Profile, parse
from httpls_grammar.profile import explicit
from httpls_grammar.text import line_starts

REQUEST_SUFFIXES = (".http", ".rest")
REQUEST_LANGUAGES = frozenset(("http", "rest", "httpls"))


class RequestText:
    """The text of a request file; it costs an edit what it touches, not the file."""

    __slots__ = ("document",)

    def __init__(self, document: Document) -> None:
        """Take the tree."""
        self.document = document

    @property
    def length(self) -> int:
        """The number of code points."""
        return self.document.blocks.length

    def line_at(self, number: int) -> tuple[int, str]:
        """Return offset and text of a line from 0."""
        located = self.document.blocks.at_line(number)
        starts = located.block.line_starts
        inside = number - located.line
        if inside >= len(starts):
            return self.length, ""
        end = starts[inside + 1] if inside + 1 < len(starts) else len(located.block.text)
        return located.offset + starts[inside], located.block.text[starts[inside] : end]

    def line_of(self, offset: int) -> tuple[int, int]:
        """Return number and start of the line that holds `offset`."""
        located = self.document.blocks.at_offset(offset)
        starts = located.block.line_starts
        inside = bisect_right(starts, offset - located.offset) - 1
        return located.line + inside, located.offset + starts[inside]

    def before(self, offset: int) -> tuple[int, str]:
        """Return the number of the line that holds `offset`, and what stands before it in that line."""
        located = self.document.blocks.at_offset(offset)
        starts = located.block.line_starts
        end = offset - located.offset
        inside = bisect_right(starts, end) - 1
        return located.line + inside, located.block.text[starts[inside] : end]

    def edited(self, start: int, end: int, replacement: str) -> "RequestText":
        """Return the text with a stretch replaced."""
        return RequestText(self.document.edited(start, end, replacement))

    @property
    def text(self) -> str:
        """All of the text."""
        return self.document.text


class PlainText:
    """The text of any other file: small ones, of environments and settings."""

    def __init__(self, text: str) -> None:
        """Take the text."""
        self.text = text

    @property
    def length(self) -> int:
        """The number of code points."""
        return len(self.text)

    def line_at(self, number: int) -> tuple[int, str]:
        """Return offset and text of a line from 0."""
        if number >= len(self._starts):
            return self.length, ""
        start = self._starts[number]
        end = self._starts[number + 1] if number + 1 < len(self._starts) else self.length
        return start, self.text[start:end]

    def line_of(self, offset: int) -> tuple[int, int]:
        """Return number and start of the line that holds `offset`."""
        number = bisect_right(self._starts, offset) - 1
        return number, self._starts[number]

    def before(self, offset: int) -> tuple[int, str]:
        """Return the number of the line that holds `offset`, and what stands before it in that line."""
        number, start = self.line_of(offset)
        return number, self.text[start:offset]

    def edited(self, start: int, end: int, replacement: str) -> "PlainText":
        """Return the text with a stretch replaced."""
        return PlainText(self.text[:start] + replacement + self.text[end:])

    @cached_property
    def _starts(self) -> list[int]:
        return line_starts(self.text)


class OpenDocument:
    """A document at one version. It never changes: an edit gives another one."""

    __slots__ = ("_file", "content", "language", "path", "uri", "version")

    def __init__(self, uri: str, language: str, version: int, content: "RequestText | PlainText") -> None:
        """Take what the client says of the document, and its text."""
        self.uri = uri
        self.path = path_of(uri)
        self.language = language
        self.version = version
        self.content = content
        self._file: RequestFile | None = None

    @property
    def file(self) -> RequestFile | None:
        """The request file as the model takes it, None for a file that holds no requests."""
        document = self.request_file
        if self._file is None and document is not None:
            self._file = RequestFile(DocumentSource(self.path, document), document)
        return self._file

    def spoken(self, profile: Profile | None) -> "OpenDocument":
        """Return the document read in a dialect that the project says, None for the one that the file says itself."""
        document = self.request_file
        if document is None or document.chosen_profile is profile:
            return self
        content = RequestText(parse(document.text, profile))
        return OpenDocument(self.uri, self.language, self.version, content)

    @property
    def request_file(self) -> Document | None:
        """The tree, None for a file that holds no requests."""
        return self.content.document if isinstance(self.content, RequestText) else None

    def changed(
        self, version: int, changes: "Iterable[types.TextDocumentContentChangeEvent]", positions: Positions
    ) -> "OpenDocument":
        """Return the document after changes, each of which counts from the one before."""
        content: RequestText | PlainText = self.content
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                where = positions.stretch(content, change.range)
                content = content.edited(where.start, where.end, change.text)
            else:
                content = _content(change.text, isinstance(content, RequestText))
        return OpenDocument(self.uri, self.language, version, content)


class OpenDocuments:
    """All open documents, by URI. It changes on the event loop only; `frozen` is what a snapshot takes along."""

    def __init__(self) -> None:
        """Begin with none."""
        self._documents: dict[str, OpenDocument] = {}

    def open(self, item: types.TextDocumentItem) -> OpenDocument:
        """Take over a document from the client."""
        is_request_file = item.language_id in REQUEST_LANGUAGES or item.uri.lower().endswith(REQUEST_SUFFIXES)
        document = OpenDocument(item.uri, item.language_id, item.version, _content(item.text, is_request_file))
        self._documents = {**self._documents, item.uri: document}
        return document

    def change(self, params: types.DidChangeTextDocumentParams, positions: Positions) -> OpenDocument | None:
        """Apply changes; None for a document that is not open."""
        before = self._documents.get(params.text_document.uri)
        if before is None:
            return None
        document = before.changed(params.text_document.version, params.content_changes, positions)
        self._documents = {**self._documents, document.uri: document}
        return document

    def speak(self, says_httpyac: Callable[[Path], bool]) -> None:
        """Read the documents that say no dialect themselves in the one of their project."""
        for uri, document in self._documents.items():
            if document.request_file is None:
                continue
            is_silent = explicit(document.request_file.blocks[0])[0] is None
            spoken = document.spoken(Profile.HTTPYAC if is_silent and says_httpyac(document.path.parent) else None)
            if spoken is not document:
                self._documents = {**self._documents, uri: spoken}

    def close(self, uri: str) -> None:
        """Forget a document."""
        self._documents = {key: value for key, value in self._documents.items() if key != uri}

    def get(self, uri: str) -> OpenDocument | None:
        """Return an open document."""
        return self._documents.get(uri)

    def __iter__(self) -> Iterator[OpenDocument]:
        """Yield the open documents."""
        return iter(self._documents.values())

    @property
    def frozen(self) -> dict[str, OpenDocument]:
        """The documents as they are now; the dictionary is never changed."""
        return self._documents


def path_of(uri: str) -> Path:
    """Return the path of a document; one that is not on the disk gets a name of its own in no folder that exists."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    if path:
        return Path(path)
    return Path("/\0untitled") / uri.rpartition(":")[2].replace("/", "_")


def _content(text: str, is_request_file: bool) -> "RequestText | PlainText":
    return RequestText(parse(text)) if is_request_file else PlainText(text)
