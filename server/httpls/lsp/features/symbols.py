"""`textDocument/documentSymbol`."""

import json

from lsprotocol import types

from httpls.ide.environment_files.ask import kind_of
from httpls.ide.environment_files.outline import outline_of_other
from httpls.ide.symbols import Symbol, SymbolKind, block_symbols
from httpls.lsp.documents import OpenDocument, PlainText
from httpls.lsp.encoded import Encoded
from httpls.lsp.positions import Lines, Positions
from httpls.lsp.session import Snapshot
from httpls_grammar.block import Block
from httpls_grammar.text import Range

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
    """The outlines of blocks as JSON, each encoded once; the places of an outline are put in when it is asked for."""

    def __init__(self) -> None:
        """Begin with none."""
        self._blocks: dict[Block, tuple[str, tuple[int, ...]]] = {}
        self._is_short = False

    def outline(self, snapshot: Snapshot, params: types.DocumentSymbolParams) -> Encoded:
        """Return the outline, as a tree where the client shows trees."""
        document = snapshot.document(params.text_document.uri)
        if document is None:
            return Encoded("[]")
        if document.request_file is None:
            return _outline_of_other(snapshot, document)
        if len(self._blocks) > 40_000:
            self._blocks.clear()
        client = snapshot.client
        blocks = document.request_file.blocks
        # Nobody reads the parts of so many requests, and an editor takes long to show them.
        is_short = len(blocks) > MOST_IN_DETAIL
        if is_short != self._is_short:
            self._is_short = is_short
            self._blocks.clear()
        found: list[str] = []
        for located in blocks.located():
            if located.block not in self._blocks:
                lines = PlainText(located.block.text)
                texts: list[str] = []
                numbers: list[int] = []
                for one in block_symbols(located.block):
                    symbol = one._replace(children=()) if is_short else one
                    if client.hierarchical_symbols:
                        texts.append(_tree(snapshot.positions, lines, symbol, numbers))
                    else:
                        texts.append(_flat(snapshot.positions, lines, symbol, document.uri, numbers))
                self._blocks[located.block] = ",".join(texts), tuple(numbers)
            text, numbers_in_block = self._blocks[located.block]
            if text:
                found.append(text % tuple([number + located.line for number in numbers_in_block]))
        return Encoded(f"[{','.join(found)}]")


def _outline_of_other(snapshot: Snapshot, document: OpenDocument) -> Encoded:
    """Return the outline of a file of environments or settings."""
    if kind_of(document.path) is None:
        return Encoded("[]")
    lines = document.content
    texts: list[str] = []
    for symbol in outline_of_other(document.path, document.content.text):
        numbers: list[int] = []
        if snapshot.client.hierarchical_symbols:
            text = _tree(snapshot.positions, lines, symbol, numbers)
        else:
            text = _flat(snapshot.positions, lines, symbol, document.uri, numbers)
        texts.append(text % tuple(numbers))
    return Encoded(f"[{','.join(texts)}]")


def _tree(positions: Positions, lines: Lines, symbol: Symbol, numbers: list[int]) -> str:
    """Return a symbol with `%d` for each line, whose numbers are added to `numbers`."""
    whole = _range(positions, lines, symbol.range, numbers)
    selection = _range(positions, lines, symbol.selection, numbers)
    children = ",".join([_tree(positions, lines, child, numbers) for child in symbol.children])
    tags = ',"tags":[1]' if symbol.is_disabled else ""
    return (
        f'{{"name":{_text(symbol.name or " ")},"detail":{_text(symbol.detail)},"kind":{int(_KINDS[symbol.kind])}{tags},'
        f'"range":{whole},"selectionRange":{selection},"children":[{children}]}}'
    )


def _flat(positions: Positions, lines: Lines, symbol: Symbol, uri: str, numbers: list[int]) -> str:
    where = _range(positions, lines, symbol.range, numbers)
    location = f'{{"uri":{_text(uri)},"range":{where}}}'
    return f'{{"name":{_text(symbol.name or " ")},"kind":{int(_KINDS[symbol.kind])},"location":{location}}}'


def _range(positions: Positions, lines: Lines, where: Range, numbers: list[int]) -> str:
    found = positions.range(lines, where)
    numbers += [found.start.line, found.end.line]
    return (
        f'{{"start":{{"line":%d,"character":{found.start.character}}},'
        f'"end":{{"line":%d,"character":{found.end.character}}}}}'
    )


def _text(text: str) -> str:
    return json.dumps(text).replace("%", "%%")
