"""What stands at a cursor: a part of the syntax tree, said in the terms of whoever writes it."""

from typing import NamedTuple, TypeAlias

from httpls_grammar import Document
from httpls_grammar.blocks import Located
from httpls_grammar.islands.directive import Directive
from httpls_grammar.islands.template import Template, find_templates
from httpls_grammar.nodes import (
    Assertion,
    Body,
    BodyText,
    FileReference,
    FileVariable,
    Header,
    Node,
    OutputRedirect,
    RequestLine,
    Script,
    Statement,
    StoredResponse,
    Stray,
    TargetLine,
    Trivia,
)
from httpls_grammar.text import LINE_BREAK, Range


class InTemplate(NamedTuple):
    """Between `{{` and `}}`. `written` is what stands before the cursor; `inner` is the stretch between the braces.

    `is_closed` is false while the closing braces are not written yet.
    """

    inner: Range
    written: str
    is_closed: bool


class InDirectiveName(NamedTuple):
    """In the name of a `# @…` line; `range` is what would be replaced."""

    range: Range
    written: str


class InDirectiveValue(NamedTuple):
    """In what follows the name of a directive; `written` is the part of the value before the cursor."""

    directive: Directive
    range: Range
    written: str


class InMethod(NamedTuple):
    """In the method, or in the only word of a line that may become a request line."""

    range: Range
    written: str


class InTarget(NamedTuple):
    """In the request target."""

    range: Range
    written: str


class InHeaderName(NamedTuple):
    """In the name of a header field, or where one may begin."""

    range: Range
    written: str
    has_colon: bool


class InHeaderValue(NamedTuple):
    """In the value of a header field."""

    header: Header
    range: Range
    written: str


class InFilePath(NamedTuple):
    """In the path of a file: of a body, a script, an output, an import. `what` is the kind of file that is meant."""

    range: Range
    written: str
    what: str


class InFileVariable(NamedTuple):
    """In the name (or in the value, `is_value`) of `@name = value`."""

    variable: FileVariable
    is_value: bool


class InAssertion(NamedTuple):
    """In a `??` line."""

    range: Range
    written: str


class InBody(NamedTuple):
    """In the text of a body."""

    range: Range


class AtStart(NamedTuple):
    """On a line on which anything may begin that stands before a request line."""

    range: Range
    written: str


class Elsewhere(NamedTuple):
    """In a comment, a script, a saved response: where nothing of the language stands."""


Place: TypeAlias = (
    InTemplate | InDirectiveName | InDirectiveValue | InMethod | InTarget | InHeaderName | InHeaderValue | InFilePath
    | InFileVariable | InAssertion | InBody | AtStart | Elsewhere
)  # fmt: skip


class Cursor(NamedTuple):
    """A cursor in a document: its block, and what stands there. Ranges count from the start of the file."""

    offset: int
    located: Located
    place: Place


def cursor_at(document: Document, offset: int) -> Cursor:
    """Return what stands at `offset`. A cursor at the end of something stands in it."""
    located = document.blocks.at_offset(offset)
    if offset == located.offset and located.number > 0 and not _begins_line(document, offset):
        located = document.blocks.at_index(located.number - 1)
    inside = offset - located.offset
    place = _template(located.block.text, inside) or _in_nodes(located, inside)
    return Cursor(offset, located, _shifted(place, located.offset))


def template_at(text: str, offset: int) -> Template | None:
    """Return the closed template in which (or at whose end) the offset stands."""
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    match = LINE_BREAK.search(text, offset)
    for template in find_templates(text[start : match.start() if match else len(text)], start):
        if template.range.start < offset < template.range.end:
            return template
    return None


def _begins_line(document: Document, offset: int) -> bool:
    return offset == 0 or document.position(offset).column == 1


def _template(text: str, offset: int) -> InTemplate | None:
    template = template_at(text, offset)
    if template is not None and template.inner_range.contains(offset):
        return InTemplate(template.inner_range, text[template.inner_range.start : offset], is_closed=True)
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    opened = text.rfind("{{", start, offset)
    if opened < 0 or "}}" in text[opened:offset] or text[opened - 1 : opened] == "\\":
        return None
    match = LINE_BREAK.search(text, offset)
    line_end = match.start() if match else len(text)
    # What follows on the line may be the rest of the word, then the braces may be there or not.
    closed = text.find("}}", offset, line_end)
    if closed >= 0 and "{{" not in text[offset:closed]:
        return InTemplate(Range(opened + 2, closed), text[opened + 2 : offset], is_closed=True)
    end = offset
    while end < line_end and (text[end].isalnum() or text[end] in "_-.$%"):
        end += 1
    return InTemplate(Range(opened + 2, end), text[opened + 2 : offset], is_closed=False)


def _in_nodes(located: Located, offset: int) -> Place:
    text = located.block.text
    for node in located.block.nodes:
        where = node.range
        if where.start <= offset < where.end or (offset == where.end == len(text)):
            if offset == where.end and text[offset - 1 : offset] in ("\n", "\r"):
                return _on_empty_line(located, offset)
            return _in_node(located, node, offset)
    return _on_empty_line(located, offset)


def _in_node(located: Located, node: Node, offset: int) -> Place:
    text = located.block.text
    if isinstance(node, Body):
        return _in_body(located, node, offset)
    if isinstance(node, RequestLine):
        return _in_request_line(text, node, offset)
    if isinstance(node, TargetLine):
        line = _line(text, offset)
        return InTarget(line, text[line.start : offset])
    if isinstance(node, Header):
        return _in_header(text, node, offset)
    if isinstance(node, Trivia) and node.kind == "blank":
        return _on_empty_line(located, offset)
    if isinstance(node, Trivia):
        return _in_comment(text, offset)
    if isinstance(node, Stray):
        return _word(text, offset)
    return _in_small_node(text, node, offset)


def _in_small_node(text: str, node: object, offset: int) -> Place:
    """Return the place in a node that has the same meaning before a request and in a body."""
    if isinstance(node, Directive):
        if node.name_range.contains(offset):
            return InDirectiveName(node.name_range, text[node.name_range.start : offset])
        if offset >= node.value_range.start:
            end = max(node.value_range.end, offset)
            return InDirectiveValue(node, Range(node.value_range.start, end), text[node.value_range.start : offset])
        return InDirectiveValue(node, Range(offset, offset), "")
    if isinstance(node, FileVariable):
        return InFileVariable(node, is_value=offset > node.name_range.end)
    if isinstance(node, Assertion):
        return InAssertion(node.text_range, text[node.text_range.start : offset])
    if isinstance(node, Statement):
        blank = text.find(" ", node.text_range.start)
        start = blank + 1 if 0 <= blank < offset else offset
        return InFilePath(Range(start, max(node.text_range.end, offset)), text[start:offset], "request file")
    if isinstance(node, FileReference | OutputRedirect | StoredResponse):
        what = {FileReference: "body", OutputRedirect: "output", StoredResponse: "response"}[type(node)]
        return InFilePath(node.path_range, text[node.path_range.start : offset], what)
    if isinstance(node, Script) and node.path_range is not None:
        return InFilePath(node.path_range, text[node.path_range.start : offset], "script")
    return Elsewhere()


def _in_request_line(text: str, node: RequestLine, offset: int) -> Place:
    if node.method is not None and node.method_range.contains(offset):
        return InMethod(node.method_range, text[node.method_range.start : offset])
    if node.method is None and node.target_ranges and " " not in node.target and node.target.isalpha():
        return InMethod(node.target_ranges[0], text[node.target_ranges[0].start : offset])
    for where in node.target_ranges:
        if where.contains(offset):
            return InTarget(where, text[where.start : offset])
    return InTarget(Range(offset, offset), "")


def _in_header(text: str, node: Header, offset: int) -> Place:
    if offset <= node.name_range.end:
        return InHeaderName(node.name_range, text[node.name_range.start : offset], node.form == "field")
    for where in node.value_ranges:
        if where.contains(offset):
            return InHeaderValue(node, where, text[where.start : offset])
    return InHeaderValue(node, Range(offset, offset), "")


def _in_body(located: Located, body: Body, offset: int) -> Place:
    text = located.block.text
    for part in body.parts:
        if part.range.start <= offset < part.range.end or offset == part.range.end == len(text):
            if isinstance(part, BodyText | Trivia):
                line = _line(text, offset).of(text)
                if line.lstrip().startswith(("#", "//")) and "@" in line:
                    return _in_comment(text, offset)
                return InBody(part.range)
            return _in_small_node(text, part, offset)
    return InBody(body.range)


def _in_comment(text: str, offset: int) -> Place:
    """Return the place in a comment that is on the way to become a directive: `# @na`."""
    line = _line(text, offset)
    before = text[line.start : offset]
    stripped = before.lstrip().lstrip("#/").lstrip()
    if stripped.startswith("@"):
        begin = offset - len(stripped) + 1
        if stripped[1:].replace("-", "").replace("_", "").replace(".", "").isalnum() or stripped == "@":
            return InDirectiveName(Range(begin, offset), text[begin:offset])
    return Elsewhere()


def _on_empty_line(located: Located, offset: int) -> Place:
    """Return what may begin on a line with nothing on it: header fields right below others, else anything."""
    before: Node | None = None
    text = located.block.text
    for node in located.block.nodes:
        if node.range.start >= offset:
            break
        before = node
    if isinstance(before, Trivia) and before.kind == "blank":
        request = located.block.request
        if request is not None and before.range.start > request.line.range.start:
            return InBody(Range(offset, offset))
    elif isinstance(before, RequestLine | TargetLine | Header):
        return InHeaderName(Range(offset, offset), "", has_colon=False)
    elif isinstance(before, Body):
        return InBody(before.range)
    return AtStart(Range(offset, offset), text[_line(text, offset).start : offset].lstrip())


def _word(text: str, offset: int) -> Place:
    line = _line(text, offset)
    written = text[line.start : offset].lstrip()
    return AtStart(Range(offset - len(written), line.end), written)


def _line(text: str, offset: int) -> Range:
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    match = LINE_BREAK.search(text, offset)
    return Range(start, match.start() if match else len(text))


def _shifted(place: Place, distance: int) -> Place:
    """Return the place with its ranges counted from the start of the file; those of nodes in it stay as they are."""
    if isinstance(place, InTemplate):
        return place._replace(inner=place.inner.shifted(distance))
    if isinstance(place, InFileVariable | Elsewhere):
        return place
    return place._replace(range=place.range.shifted(distance))
