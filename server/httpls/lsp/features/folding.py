"""`textDocument/foldingRange`."""

from collections.abc import Callable, Sequence
from functools import cache

from lsprotocol import types

from httpls.ide.folding import block_folds
from httpls.lsp.documents import OpenDocument, PlainText
from httpls.lsp.encoded import Encoded, Placed, string
from httpls.lsp.session import Snapshot
from httpls_grammar.block import Block


def folding_ranges(snapshot: Snapshot, params: types.FoldingRangeParams) -> Encoded:
    """Return what can be folded away, by whole lines."""
    document = snapshot.document(params.text_document.uri)
    if document is None or document.request_file is None:
        return Encoded("[]")
    blocks = document.request_file.blocks
    summary = folds_in(snapshot, document)
    every = [chunk.fact(summary).at(blocks.chunk_start(number).line) for number, chunk in enumerate(blocks.chunks)]
    return Encoded(f"[{','.join([text for text in every if text])}]")


def folds_in(snapshot: Snapshot, _: OpenDocument) -> Callable[[Sequence[Block]], Placed]:
    """Return the function that finds the folds of a chunk; the same one for the same client."""
    return _summary(snapshot.client.collapsed_text)


@cache
def _summary(has_texts: bool) -> Callable[[Sequence[Block]], Placed]:
    return lambda blocks: _folds(blocks, has_texts)


def _folds(blocks: Sequence[Block], has_texts: bool) -> Placed:
    texts: list[str] = []
    numbers: list[int] = []
    line = 0
    for block in blocks:
        lines = PlainText(block.text)
        for fold in block_folds(block):
            kind = "comment" if fold.kind == "comment" else "region"
            collapsed = f',"collapsedText":{string(fold.collapsed)}' if has_texts else ""
            texts.append(f'{{"startLine":%d,"endLine":%d,"kind":"{kind}"{collapsed}}}')
            numbers += [line + lines.line_of(fold.range.start)[0], line + lines.line_of(fold.range.end)[0]]
        line += block.line_breaks
    return Placed(",".join(texts), numbers)
