"""`textDocument/documentSymbol`."""

from collections.abc import Sequence

from lsprotocol import types

from httpls.ide.symbols import Symbol, SymbolKind, document_symbols
from httpls.lsp.documents import OpenDocument
from httpls.lsp.session import Snapshot

_KINDS = {
    SymbolKind.REQUEST: types.SymbolKind.Method,
    SymbolKind.VARIABLE: types.SymbolKind.Variable,
    SymbolKind.HEADER: types.SymbolKind.Field,
    SymbolKind.BODY: types.SymbolKind.Object,
    SymbolKind.SCRIPT: types.SymbolKind.Function,
    SymbolKind.SECTION: types.SymbolKind.Namespace,
}


def symbols(
    snapshot: Snapshot, params: types.DocumentSymbolParams
) -> Sequence[types.DocumentSymbol] | Sequence[types.SymbolInformation]:
    """Return the outline, as a tree where the client shows trees."""
    document = snapshot.document(params.text_document.uri)
    if document is None or document.request_file is None:
        return []
    outline = document_symbols(document.request_file)
    if snapshot.client.hierarchical_symbols:
        return [_tree(snapshot, document, symbol) for symbol in outline]
    return [
        types.SymbolInformation(
            location=types.Location(document.uri, snapshot.positions.range(document.content, symbol.range)),
            name=symbol.name,
            kind=_KINDS[symbol.kind],
        )
        for symbol in outline
    ]


def _tree(snapshot: Snapshot, document: OpenDocument, symbol: Symbol) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        name=symbol.name or " ",
        detail=symbol.detail,
        kind=_KINDS[symbol.kind],
        tags=[types.SymbolTag.Deprecated] if symbol.is_disabled else None,
        range=snapshot.positions.range(document.content, symbol.range),
        selection_range=snapshot.positions.range(document.content, symbol.selection),
        children=[_tree(snapshot, document, child) for child in symbol.children],
    )
