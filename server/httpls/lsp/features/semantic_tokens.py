"""`textDocument/semanticTokens/full` and `/range`."""

from lsprotocol import types

from httpls.ide.semantic_tokens import MODIFIERS, TYPES, block_tokens
from httpls.lsp.session import Snapshot
from httpls_grammar.text import line_starts, position_of

LEGEND = types.SemanticTokensLegend(list(TYPES), list(MODIFIERS))
_NUMBERS = {name: number for number, name in enumerate(TYPES)}


def all_tokens(snapshot: Snapshot, params: types.SemanticTokensParams) -> types.SemanticTokens:
    """Return the tokens of a request file."""
    document = snapshot.document(params.text_document.uri)
    if document is None or document.request_file is None:
        return types.SemanticTokens([])
    return types.SemanticTokens(_encoded(snapshot, params.text_document.uri, 0, document.content.length))


def tokens_of_range(snapshot: Snapshot, params: types.SemanticTokensRangeParams) -> types.SemanticTokens:
    """Return the tokens of the requests that a range touches."""
    document = snapshot.document(params.text_document.uri)
    if document is None or document.request_file is None:
        return types.SemanticTokens([])
    where = snapshot.positions.stretch(document.content, params.range)
    return types.SemanticTokens(_encoded(snapshot, params.text_document.uri, where.start, where.end))


def _encoded(snapshot: Snapshot, uri: str, start: int, end: int) -> list[int]:
    """Return five numbers a token: lines and columns since the last one, length, type, modifiers."""
    document = snapshot.document(uri)
    assert document is not None
    assert document.request_file is not None
    blocks = document.request_file.blocks
    data: list[int] = []
    last_line = last_column = 0
    number = blocks.at_offset(start).number
    while number < len(blocks):
        located = blocks.at_index(number)
        if located.offset >= end and number > 0:
            break
        text = located.block.text
        starts = line_starts(text)
        for token in block_tokens(located.block):
            position = position_of(starts, token.range.start)
            line_start = starts[position.line - 1]
            line = located.line + position.line - 1
            column = snapshot.positions.width(text[line_start : token.range.start])
            length = snapshot.positions.width(token.range.of(text))
            relative = column - last_column if line == last_line else column
            data += [line - last_line, relative, length, _NUMBERS[token.type], int(token.is_definition)]
            last_line, last_column = line, column
        number += 1
    return data
