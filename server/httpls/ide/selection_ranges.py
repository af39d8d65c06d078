"""What a selection grows to: a name, its template, a part of the line, the line, a part of the request, all of it."""

from collections.abc import Sequence

from httpls.ide.place import template_at
from httpls_grammar import Document
from httpls_grammar.nodes import Body, Header, RequestLine
from httpls_grammar.text import LINE_BREAK, Range

LARGEST_BODY = 200_000
"""How many characters of a body are looked at for brackets."""


def selection_ranges(document: Document, offset: int) -> Sequence[Range]:
    """Return ranges around an offset, the smallest first, each inside the next."""
    located = document.blocks.at_offset(offset)
    text, inside = located.block.text, offset - located.offset
    found: list[Range] = [_word(text, inside)]
    template = template_at(text, inside)
    if template is not None:
        found += [template.inner_range, template.range]
    for node in located.block.nodes:
        if not node.range.contains(inside):
            continue
        if isinstance(node, Header):
            found += [node.name_range, *node.value_ranges]
        elif isinstance(node, RequestLine):
            found += [*([node.method_range] if node.method else []), *node.target_ranges]
        elif isinstance(node, Body):
            found += [part.range for part in node.parts]
            found += _brackets(text, node.range, inside)
        found.append(node.range)
    found += [_line(text, inside), Range(0, len(text.rstrip())), Range(0, len(text))]
    chosen: list[Range] = []
    for where in sorted({one for one in found if one.contains(inside)}, key=lambda one: one.end - one.start):
        if where.end > where.start and (not chosen or _holds(where, chosen[-1])):
            chosen.append(where)
    whole = Range(0, document.blocks.length)
    return [*[where.shifted(located.offset) for where in chosen], whole]


def _brackets(text: str, where: Range, offset: int) -> list[Range]:
    """Return the pairs of brackets around an offset in a body of JSON or GraphQL, with and without the brackets."""
    found: list[Range] = []
    opened: list[int] = []
    in_string = is_escaped = False
    for position in range(where.start, min(where.end, where.start + LARGEST_BODY)):
        character = text[position]
        if in_string:
            in_string = is_escaped or character not in '"\r\n'
            is_escaped = character == "\\" and not is_escaped
        elif character == '"':
            in_string = True
        elif character in "{[(":
            opened.append(position)
        elif character in "}])" and opened:
            start = opened.pop()
            if start <= offset <= position + 1:
                found += [Range(start, position + 1), Range(start + 1, position)]
    return found


def _holds(outer: Range, inner: Range) -> bool:
    return outer != inner and outer.start <= inner.start and outer.end >= inner.end


def _word(text: str, offset: int) -> Range:
    start = end = offset
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_-$"):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] in "_-$"):
        end += 1
    return Range(start, end)


def _line(text: str, offset: int) -> Range:
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    match = LINE_BREAK.search(text, offset)
    return Range(start, match.start() if match else len(text))
