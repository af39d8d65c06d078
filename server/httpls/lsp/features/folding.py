"""`textDocument/foldingRange`."""

from lsprotocol import types

from httpls.ide.folding import folds
from httpls.lsp.session import Snapshot


def folding_ranges(snapshot: Snapshot, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
    """Return what can be folded away, by whole lines."""
    document = snapshot.document(params.text_document.uri)
    if document is None or document.request_file is None:
        return []
    found: list[types.FoldingRange] = []
    for fold in folds(document.request_file):
        start, _ = document.content.line_of(fold.range.start)
        end, _ = document.content.line_of(fold.range.end)
        kind = types.FoldingRangeKind.Comment if fold.kind == "comment" else types.FoldingRangeKind.Region
        collapsed = fold.collapsed if snapshot.client.collapsed_text else None
        found.append(types.FoldingRange(start, end, kind=kind, collapsed_text=collapsed))
    return found
