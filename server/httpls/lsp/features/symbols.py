"""`textDocument/documentSymbol`."""

from collections.abc import Callable, Sequence

from lsprotocol import types

from httpls.ide.environment_files.meaning import kind_of
from httpls.ide.environment_files.outline import outline_of_other
from httpls.ide.symbols import Symbol, SymbolKind, block_symbols
from httpls.lsp.documents import OpenDocument, PlainText
from httpls.lsp.encoded import Encoded, Placed, range_template, string
from httpls.lsp.positions import Lines, Positions
from httpls.lsp.session import Snapshot
from httpls_grammar.block import Block

_KINDS = {
    SymbolKind.REQUEST: types.SymbolKind.Method,
    SymbolKind.VARIABLE: types.SymbolKind.Variable,
    SymbolKind.HEADER: types.SymbolKind.Field,
    SymbolKind.BODY: types.SymbolKind.Object,
    SymbolKind.SCRIPT: types.SymbolKind.Function,
    SymbolKind.SECTION: types.SymbolKind.Namespace,
}


MOST_IN_DETAIL = 1_000
"""How many blocks a file may have whose outline shows the parts of each request."""


class Symbols:
    """The outlines of chunks as JSON, each encoded once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._summaries: dict[tuple[object, ...], Callable[[Sequence[Block]], Placed]] = {}

    def summary(self, snapshot: Snapshot, document: OpenDocument) -> Callable[[Sequence[Block]], Placed]:
        """Return the function that makes the outline of a chunk of a document; the same one for the same client."""
        assert document.request_file is not None
        # Nobody reads the parts of so many requests, and an editor takes long to show them.
        is_short = len(document.request_file.blocks) > MOST_IN_DETAIL
        uri = None if snapshot.client.hierarchical_symbols else document.uri
        key = (is_short, uri, snapshot.positions.encoding)
        if key not in self._summaries:
            positions = snapshot.positions
            self._summaries[key] = lambda blocks: _outline(positions, blocks, is_short, uri)
        return self._summaries[key]

    def forget(self, uri: str) -> None:
        """Forget a document that was closed."""
        self._summaries = {key: summary for key, summary in self._summaries.items() if uri not in key}

    def outline(self, snapshot: Snapshot, params: types.DocumentSymbolParams) -> Encoded:
        """Return the outline, as a tree where the client shows trees."""
        document = snapshot.document(params.text_document.uri)
        if document is None:
            return Encoded("[]")
        if document.request_file is None:
            return _outline_of_other(snapshot, document)
        blocks = document.request_file.blocks
        summary = self.summary(snapshot, document)
        every = [chunk.fact(summary).at(blocks.chunk_start(number).line) for number, chunk in enumerate(blocks.chunks)]
        return Encoded(f"[{','.join([text for text in every if text])}]")


def _outline_of_other(snapshot: Snapshot, document: OpenDocument) -> Encoded:
    """Return the outline of a file of environments or settings."""
    if kind_of(document.path) is None:
        return Encoded("[]")
    positions, lines = snapshot.positions, document.content
    texts: list[str] = []
    numbers: list[int] = []
    for symbol in outline_of_other(document.path, document.content.text):
        if snapshot.client.hierarchical_symbols:
            texts.append(_tree(positions, lines, symbol, numbers))
        else:
            texts.append(_flat(positions, lines, symbol, document.uri, numbers))
    return Encoded(f"[{Placed(','.join(texts), numbers).at(0)}]")


def _outline(positions: Positions, blocks: Sequence[Block], is_short: bool, uri: str | None) -> Placed:
    texts: list[str] = []
    numbers: list[int] = []
    line = 0
    for block in blocks:
        lines = PlainText(block.text)
        found: list[int] = []
        for one in block_symbols(block):
            symbol = one._replace(children=()) if is_short else one
            if uri is None:
                texts.append(_tree(positions, lines, symbol, found))
            else:
                texts.append(_flat(positions, lines, symbol, uri, found))
        numbers += [number + line for number in found]
        line += block.line_breaks
    return Placed(",".join(texts), numbers)


def _tree(positions: Positions, lines: Lines, symbol: Symbol, numbers: list[int]) -> str:
    """Return a symbol with `%d` for each line, whose numbers are added to `numbers`."""
    whole = range_template(positions.range(lines, symbol.range), numbers)
    selection = range_template(positions.range(lines, symbol.selection), numbers)
    children = ",".join([_tree(positions, lines, child, numbers) for child in symbol.children])
    tags = ',"tags":[1]' if symbol.is_disabled else ""
    kind = int(_KINDS[symbol.kind])
    return (
        f'{{"name":{string(symbol.name or " ")},"detail":{string(symbol.detail)},"kind":{kind}{tags},'
        f'"range":{whole},"selectionRange":{selection},"children":[{children}]}}'
    )


def _flat(positions: Positions, lines: Lines, symbol: Symbol, uri: str, numbers: list[int]) -> str:
    where = range_template(positions.range(lines, symbol.range), numbers)
    location = f'{{"uri":{string(uri)},"range":{where}}}'
    return f'{{"name":{string(symbol.name or " ")},"kind":{int(_KINDS[symbol.kind])},"location":{location}}}'
