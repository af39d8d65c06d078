"""`textDocument/semanticTokens/full`, `/full/delta` and `/range`."""

from array import array
from collections.abc import Callable, Sequence
from functools import cache
from itertools import count
from typing import NamedTuple

from lsprotocol import types

from httpls.ide.semantic_tokens import MODIFIERS, TYPES, block_tokens
from httpls.lsp.documents import OpenDocument
from httpls.lsp.encoded import Encoded
from httpls.lsp.positions import Positions
from httpls.lsp.session import Snapshot
from httpls_grammar.block import Block
from httpls_grammar.blocks import Blocks, Chunk
from httpls_grammar.text import position_of

LEGEND = types.SemanticTokensLegend(list(TYPES), list(MODIFIERS))
_NUMBERS = {name: number for number, name in enumerate(TYPES)}


class _Tokens(NamedTuple):
    """The tokens of some lines: five numbers each, the first relative to the start of the first line.

    `last` is the line of the last token, None without any; `lines` are all.
    """

    numbers: Sequence[int]
    last: int | None
    lines: int
    json: str
    """The numbers but the first one, each after a comma."""


class _Told(NamedTuple):
    result: str
    blocks: Blocks


class Tokens:
    """What was told of each document, so that after an edit only what is different is told."""

    def __init__(self) -> None:
        """Begin with nothing told."""
        self._told: dict[str, _Told] = {}
        self._results = count(1)

    def forget(self, uri: str) -> None:
        """Forget a document that was closed."""
        self._told.pop(uri, None)

    def full(self, snapshot: Snapshot, params: types.SemanticTokensParams) -> Encoded:
        """Return all tokens of a request file."""
        document = snapshot.document(params.text_document.uri)
        if document is None or document.request_file is None:
            return Encoded('{"data":[]}')
        blocks = document.request_file.blocks
        result = self._tell(document, blocks)
        data: list[str] = []
        lead = _Tokens((), None, 0, "")
        for chunk in blocks.chunks:
            part = self._of_chunk(snapshot.positions, chunk)
            if part.numbers:
                data.append(f"{part.numbers[0] + lead.lines}{part.json}")
            lead = _Tokens((), None, _gap(lead, part), "")
        return Encoded(f'{{"resultId":"{result}","data":[{",".join(data)}]}}')

    def delta(self, snapshot: Snapshot, params: types.SemanticTokensDeltaParams) -> Encoded:
        """Return what is different from what was told before; all if that is not known any more."""
        uri = params.text_document.uri
        document = snapshot.document(uri)
        told = self._told.get(uri)
        if document is None or document.request_file is None:
            return Encoded('{"data":[]}')
        if told is None or told.result != params.previous_result_id:
            return self.full(snapshot, types.SemanticTokensParams(params.text_document))
        after = document.request_file.blocks
        before = told.blocks
        old, new = before.chunks, after.chunks
        first = 0
        while first < min(len(old), len(new)) and old[first] is new[first]:
            first += 1
        last = 0
        while last < min(len(old), len(new)) - first and old[-1 - last] is new[-1 - last]:
            last += 1
        positions = snapshot.positions
        # The first token behind the edit counts from the last one before it, so that it may be another one too.
        while last > 0:
            last -= 1
            if self._of_chunk(positions, new[len(new) - last - 1]).numbers:
                break
        lead = _Tokens((), None, 0, "")
        start = 0
        for chunk in old[:first]:
            part = self._of_chunk(positions, chunk)
            start += len(part.numbers)
            lead = _Tokens((), None, _gap(lead, part), "")
        removed = _joined([lead, *[self._of_chunk(positions, chunk) for chunk in old[first : len(old) - last]]])
        added = _joined([lead, *[self._of_chunk(positions, chunk) for chunk in new[first : len(new) - last]]])
        result = self._tell(document, after)
        head = _common(removed, added)
        tail = _common(removed[head:][::-1], added[head:][::-1])
        gone, come = len(removed) - head - tail, added[head : len(added) - tail]
        if not gone and not come:
            return Encoded(f'{{"resultId":"{result}","edits":[]}}')
        edit = f'{{"start":{start + head},"deleteCount":{gone},"data":{_json(come)}}}'
        return Encoded(f'{{"resultId":"{result}","edits":[{edit}]}}')

    def of_range(self, snapshot: Snapshot, params: types.SemanticTokensRangeParams) -> Encoded:
        """Return the tokens of the requests that a range touches."""
        document = snapshot.document(params.text_document.uri)
        if document is None or document.request_file is None:
            return Encoded('{"data":[]}')
        where = snapshot.positions.stretch(document.content, params.range)
        blocks = document.request_file.blocks
        located = blocks.at_offset(where.start)
        found = [_Tokens((), None, located.line, "")]
        number = located.number
        while number < len(blocks):
            located = blocks.at_index(number)
            if located.offset >= where.end and len(found) > 1:
                break
            found.append(self._of_block(snapshot.positions, located.block))
            number += 1
        return Encoded(f'{{"data":{_json(_joined(found))}}}')

    def _tell(self, document: OpenDocument, blocks: Blocks) -> str:
        result = str(next(self._results))
        self._told[document.uri] = _Told(result, blocks)
        return result

    def _of_chunk(self, positions: Positions, chunk: Chunk) -> _Tokens:
        return chunk.fact(_in_chunk(positions.encoding))

    def _of_block(self, positions: Positions, block: Block) -> _Tokens:
        return block.fact(_in_block(positions.encoding))


def tokens_in(snapshot: Snapshot, _: OpenDocument) -> Callable[[Sequence[Block]], object]:
    """Return the function that finds the tokens of a chunk; the same one for the same client."""
    return _in_chunk(snapshot.positions.encoding)


@cache
def _in_block(encoding: types.PositionEncodingKind) -> Callable[[Block], _Tokens]:
    positions = Positions(encoding)
    return lambda block: _encoded(positions, block)


@cache
def _in_chunk(encoding: types.PositionEncodingKind) -> Callable[[Sequence[Block]], _Tokens]:
    of_block = _in_block(encoding)

    def tokens(blocks: Sequence[Block]) -> _Tokens:
        parts = [block.fact(of_block) for block in blocks]
        last = None
        lines = 0
        for part in parts:
            last = lines + part.last if part.last is not None else last
            lines += part.lines
        numbers = array("I", _joined(parts))
        return _Tokens(numbers, last, lines, "".join([f",{number}" for number in numbers[1:]]))

    return tokens


def _joined(parts: Sequence[_Tokens]) -> list[int]:
    """Return the tokens of parts that follow each other."""
    data: list[int] = []
    lines = 0
    for part in parts:
        if part.numbers:
            data.append(part.numbers[0] + lines)
            data += part.numbers[1:]
        lines = part.lines - part.last if part.last is not None else lines + part.lines
    return data


def _gap(lead: _Tokens, part: _Tokens) -> int:
    """Return how many lines there are from the last token to the end of a part."""
    return part.lines - part.last if part.last is not None else lead.lines + part.lines


def _encoded(positions: Positions, block: Block) -> _Tokens:
    """Return five numbers a token: lines and columns since the last one, length, type, modifiers."""
    text = block.text
    starts = block.line_starts
    data: list[int] = []
    last_line = last_column = 0
    last: int | None = None
    for token in block_tokens(block):
        position = position_of(starts, token.range.start)
        line = position.line - 1
        column = positions.width(text[starts[line] : token.range.start])
        length = positions.width(token.range.of(text))
        relative = column - last_column if line == last_line else column
        data += [line - last_line, relative, length, _NUMBERS[token.type], int(token.is_definition)]
        last_line, last_column = line, column
        last = line
    return _Tokens(array("I", data), last, block.line_breaks, "")


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    """Return how many numbers both begin with."""
    # Slices are compared much faster than numbers one by one.
    same, end = 0, min(len(one), len(other))
    while same < end:
        middle = (same + end + 1) // 2
        if one[same:middle] == other[same:middle]:
            same = middle
        else:
            end = middle - 1
    return same


def _json(numbers: Sequence[int]) -> str:
    return "[" + ",".join(map(str, numbers)) + "]"
