"""Formats a request file without changing a byte that would be sent.

What is put right: blanks around methods, targets, colons, `=` of variables and values of directives; separators and
headers that are indented; blank lines (one between headers and body, one at most elsewhere, none at the end).
What is never touched: bodies, scripts, cURL commands, saved responses, the text and place of comments, line ends.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from httpls_grammar.block import Block
from httpls_grammar.directives import find_directive
from httpls_grammar.document import Document
from httpls_grammar.islands.directive import Directive
from httpls_grammar.lines import BYTE_ORDER_MARK
from httpls_grammar.nodes import (
    Body,
    FileVariable,
    Header,
    Node,
    RequestLine,
    Separator,
    TargetLine,
    Trivia,
)
from httpls_grammar.text import LINE_BREAK, Range


class Edit(NamedTuple):
    """Put `text` in place of what stands in `range`, in code points from the start of the document."""

    range: Range
    text: str


def format_text(document: Document) -> str:
    """Return the formatted text of a document; formatting it again changes nothing."""
    pieces: list[str] = []
    end = 0
    text = document.text
    for edit in format_edits(document):
        pieces += [text[end : edit.range.start], edit.text]
        end = edit.range.end
    return "".join([*pieces, text[end:]])


def format_edits(document: Document, first: int = 0, end: int | None = None) -> Sequence[Edit]:
    """Return the edits that format a document, in the order of their places, each within one node.

    `first` to before `end` are the numbers of the blocks that are formatted; all of them if nothing is said.
    """
    blocks = document.blocks
    count = len(blocks)
    found = (LINE_BREAK.search(block.text) for block in blocks)
    line_break = next((match.group() for match in found if match), "\n")
    edits: list[Edit] = []
    last = ""
    for number in range(max(first - 1, 0), count if end is None else min(end, count)):
        located = blocks.at_index(number)
        is_last = number == count - 1
        for where, formatted in _formatted_nodes(located.block, line_break, is_last):
            # Among mixed line ends, a CR and a LF that become neighbours would be one line break instead of two.
            text = "\r" + formatted[1:] if last == "\r" and formatted.startswith("\n") else formatted
            last = text[-1:] or last
            if number >= first and where.of(located.block.text) != text:
                edits.append(Edit(where.shifted(located.offset), text))
    return edits


def _formatted_nodes(block: Block, line_break: str, is_last: bool) -> Iterator[tuple[Range, str]]:
    nodes = block.nodes
    for index, node in enumerate(nodes):
        following = nodes[index + 1] if index + 1 < len(nodes) else None
        text = _formatted(block, node, line_break)
        if following is None:
            text = _with_end(text, line_break, is_last)
        elif isinstance(node, Body | Trivia) and not isinstance(following, Trivia):
            text = _without_extra_blank_lines(text)
        yield node.range, text


def _formatted(block: Block, node: Node, line_break: str) -> str:
    written = node.range.of(block.text)
    line_end = _line_end(written)
    mark = BYTE_ORDER_MARK if written.startswith(BYTE_ORDER_MARK) else ""
    if isinstance(node, Separator):
        hashes = written[len(mark) :].lstrip(" \t")
        hashes = hashes[: len(hashes) - len(hashes.lstrip("#"))]
        return mark + hashes + (f" {node.title}" if node.title else "") + line_end
    if isinstance(node, Trivia):
        return _formatted_trivia(node, written, line_break)
    if isinstance(node, Directive):
        return mark + _formatted_directive(node, written[len(mark) :].rstrip()) + line_end
    if isinstance(node, FileVariable):
        name = f"global.{node.name}" if node.is_global else node.name
        return f"{mark}@{name} {node.operator} {node.value}".rstrip() + line_end
    if isinstance(node, RequestLine):
        return mark + _formatted_request_line(block, node, written) + line_end
    if isinstance(node, TargetLine):
        return written.rstrip() + line_end
    if isinstance(node, Header):
        return _formatted_header(block, node, written)
    if isinstance(node, Body):
        first = node.parts[0]
        if isinstance(first, Trivia) and first.kind == "blank":
            gap = first.range.of(block.text)
            return _line_end(gap) + written[len(gap) :]
        return _line_end(block.text[: node.range.start]) + written if node.lacks_blank_line else written
    return written


def _formatted_trivia(node: Trivia, written: str, line_break: str) -> str:
    if node.kind == "blank":
        return _line_end(written) or line_break
    if node.kind == "comment":
        return "".join([line.rstrip(" \t") + end for line, end in _lines(written)])
    return written


def _formatted_directive(node: Directive, written: str) -> str:
    if find_directive(node.name) is None or node.value.startswith("="):
        return written
    mark = written.lstrip()[: 2 if written.lstrip().startswith("//") else 1]
    return f"{mark} @{node.name} {node.value}".rstrip()


def _formatted_request_line(block: Block, node: RequestLine, written: str) -> str:
    """Put one blank between method, target and version; a target that begins on a later line stays there."""
    pieces = [node.method] if node.method else []
    first_line = Range(node.range.start, node.range.start + len(written.rstrip()))
    if node.target_ranges and node.target_ranges[0].start < first_line.end:
        pieces.append(node.target_ranges[0].of(block.text))
    if node.version_range and node.version_range.start < first_line.end:
        pieces.append(node.version_range.of(block.text))
    return " ".join(pieces)


def _formatted_header(block: Block, node: Header, written: str) -> str:
    if node.form != "field":
        return written.strip() + _line_end(written)
    (_, end), *rest = _lines(written)
    value_is_here = node.value_ranges and node.value_ranges[0].start < node.range.start + len(written) - sum(
        len(line) + len(line_end) for line, line_end in rest
    )
    first = f"{node.name}: {node.value_ranges[0].of(block.text)}" if value_is_here else f"{node.name}:"
    return first + end + "".join([line.rstrip() + line_end for line, line_end in rest])


def _without_extra_blank_lines(text: str) -> str:
    """Leave one blank line at most at the end of a text that others follow."""
    lines = _lines(text)
    blank = 0
    while blank < len(lines) and not lines[-1 - blank][0].strip():
        blank += 1
    if blank == 0 or blank == len(lines):
        return text
    kept = lines[: len(lines) - blank]
    return "".join([line + end for line, end in kept]) + kept[-1][1]


def _with_end(text: str, line_break: str, is_last: bool) -> str:
    """End a block: with one blank line before the separator of the next, with one line break at the end of the file."""
    lines = _lines(text)
    while lines and not lines[-1][0].strip():
        lines.pop()
    if not lines:
        return "" if is_last else _line_end(text) or line_break
    ended = "".join([line + end for line, end in lines])
    if not _line_end(ended):
        ended += line_break
    return ended if is_last else ended + _line_end(ended)


def _lines(text: str) -> list[tuple[str, str]]:
    """Return the lines of a text, each with its line break."""
    lines: list[tuple[str, str]] = []
    start = 0
    for match in LINE_BREAK.finditer(text):
        lines.append((text[start : match.start()], match.group()))
        start = match.end()
    if start < len(text):
        lines.append((text[start:], ""))
    return lines


def _line_end(text: str) -> str:
    if text.endswith("\r\n"):
        return "\r\n"
    return text[-1:] if text.endswith(("\n", "\r")) else ""
