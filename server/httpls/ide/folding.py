"""What can be folded away: requests, their headers, bodies and scripts, comments, saved responses."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from httpls_grammar.block import Block
from httpls_grammar.nodes import Body, Header, Node, RequestLine, ResponseExample, Script, Trivia
from httpls_grammar.text import Range


class Fold(NamedTuple):
    """A stretch that can be folded. `kind` is `comment` or `region`; `collapsed` is shown in its place."""

    range: Range
    kind: str
    collapsed: str


def block_folds(block: Block) -> Sequence[Fold]:
    """Return what can be folded in a block, in order; nothing of less than two lines. Ranges count from its start."""
    every = [*_whole(block), *_parts(block)]
    return [fold for fold in every if "\n" in fold.range.of(block.text) or "\r" in fold.range.of(block.text)]


def _whole(block: Block) -> Iterator[Fold]:
    request = block.request
    if block.separator is None and request is None:
        return
    text = block.text.rstrip()
    line = request.line if request is not None else None
    collapsed = f"{line.method or 'GET'} {line.target}" if isinstance(line, RequestLine) else "…"
    yield Fold(Range(0, len(text)), "region", collapsed)


def _parts(block: Block) -> Iterator[Fold]:
    headers: list[Header] = []
    for node in (*block.nodes, None):
        if isinstance(node, Header):
            headers.append(node)
            continue
        if headers:
            where = _trimmed(block, Range(headers[0].range.start, headers[-1].range.end))
            yield Fold(where, "region", f"{len(headers)} header fields")
            headers = []
        if node is not None:
            yield from _node(block, node)


def _node(block: Block, node: Node) -> Iterator[Fold]:
    if isinstance(node, Body):
        yield Fold(_trimmed(block, node.range), "region", "body")
    elif isinstance(node, Script):
        yield Fold(_trimmed(block, node.range), "region", "script")
    elif isinstance(node, ResponseExample):
        yield Fold(_trimmed(block, node.range), "region", "response")
    elif isinstance(node, Trivia) and node.kind != "blank":
        yield Fold(_trimmed(block, node.range), "comment", "comment")


def _trimmed(block: Block, where: Range) -> Range:
    written = where.of(block.text)
    start = where.start + len(written) - len(written.lstrip())
    return Range(start, max(start, where.start + len(written.rstrip())))
