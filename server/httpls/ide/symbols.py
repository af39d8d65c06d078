"""The outline of a request file: its requests, with what they consist of, and its variables."""

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from httpls_grammar.block import Block
from httpls_grammar.nodes import Body, FileVariable, Header, Node, RequestLine, Script
from httpls_grammar.text import Range


class SymbolKind(Enum):
    """What a symbol stands for."""

    REQUEST = "request"
    VARIABLE = "variable"
    HEADER = "header"
    BODY = "body"
    SCRIPT = "script"
    SECTION = "section"


class Symbol(NamedTuple):
    """A part of the outline. `selection` is the stretch that names it, inside `range`."""

    name: str
    detail: str
    kind: SymbolKind
    range: Range
    selection: Range
    children: tuple["Symbol", ...] = ()
    is_disabled: bool = False


def names_in(blocks: Sequence[Block]) -> Sequence[tuple[str, str, SymbolKind, Range]]:
    """Return the requests and variables of some blocks, each with the stretch that names it from the first block on.

    The second text is what else a request may be looked for by: its method, host and path.
    """
    found: list[tuple[str, str, SymbolKind, Range]] = []
    offset = 0
    for block in blocks:
        found += [
            (symbol.name, symbol.detail, symbol.kind, symbol.selection.shifted(offset))
            for symbol in block_symbols(block)
            if symbol.kind in (SymbolKind.REQUEST, SymbolKind.VARIABLE)
        ]
        offset += len(block.text)
    return found


def block_symbols(block: Block) -> tuple[Symbol, ...]:
    """Return the outline of one block; ranges count from its start."""
    children = tuple(_children(block))
    request = block.request
    whole = Range(0, len(block.text.rstrip()))
    if request is None:
        separator = block.separator
        if separator is not None and separator.title:
            return (Symbol(separator.title, "", SymbolKind.SECTION, whole, separator.title_range, children),)
        return children
    if isinstance(request.line, RequestLine):
        written = f"{request.line.method or 'GET'} {request.line.target}"
    else:
        written = request.line.range.of(block.text).split("\n", 1)[0].strip()
    is_disabled = any(directive.key == "disabled" for directive in block.directives)
    first = _first_line(block.text, request.line.range)
    if request.name is not None and request.name_range is not None:
        detail = " · ".join([written, *_words_about(block, request.name)])
        symbol = Symbol(request.name, detail, SymbolKind.REQUEST, whole, request.name_range, children, is_disabled)
    else:
        detail = " · ".join(_words_about(block, ""))
        symbol = Symbol(written, detail, SymbolKind.REQUEST, whole, first, children, is_disabled)
    return (symbol,)


def _words_about(block: Block, name: str) -> Iterator[str]:
    """Yield what else the author calls a request: the title of its `###` line, `# @title`, `# @description`."""
    separator = block.separator
    if separator is not None and separator.title and separator.title != name:
        yield separator.title
    for directive in block.directives:
        if directive.key in ("title", "description") and directive.value:
            yield directive.value


def _children(block: Block) -> Iterator[Symbol]:
    for node in block.nodes:
        symbol = _child(block.text, node)
        if symbol is not None:
            yield symbol


def _child(text: str, node: Node) -> Symbol | None:
    if isinstance(node, FileVariable):
        return Symbol(f"@{node.name}", node.value, SymbolKind.VARIABLE, _trimmed(text, node.range), node.name_range)
    if isinstance(node, Header):
        return Symbol(node.name, node.value, SymbolKind.HEADER, _trimmed(text, node.range), node.name_range)
    if isinstance(node, Body):
        where = _trimmed(text, node.range)
        return Symbol("body", "", SymbolKind.BODY, where, _first_line(text, where)) if where.end > where.start else None
    if isinstance(node, Script):
        where = _trimmed(text, node.range)
        name = {"before": "pre-request script", "after": "response handler"}.get(node.moment, "script")
        return Symbol(name, node.path or "", SymbolKind.SCRIPT, where, _first_line(text, where))
    return None


def _trimmed(text: str, where: Range) -> Range:
    """Leave out the blanks and line breaks at both ends."""
    written = where.of(text)
    start = where.start + len(written) - len(written.lstrip())
    return Range(min(start, where.end), max(start, where.start + len(written.rstrip())))


def _first_line(text: str, where: Range) -> Range:
    line = where.of(text).lstrip("\r\n").splitlines() or [""]
    begin = where.start + len(where.of(text)) - len(where.of(text).lstrip("\r\n"))
    return Range(begin, min(begin + len(line[0].rstrip()), where.end))
