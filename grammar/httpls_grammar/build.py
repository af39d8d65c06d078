"""Builds the nodes of a block from its pieces: which part of a line is a name, a value, a path."""

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache, partial
from typing import NamedTuple, cast

from httpls_grammar.islands.directive import parse_directive
from httpls_grammar.lines import (
    BLANK,
    BYTE_ORDER_MARK,
    COMMENT,
    HANDLER,
    HANDLER_FILE,
    INDENTED_HEADER,
    LAX_REQUEST,
    REQUEST,
    SPREAD,
    TEMPLATE,
    TOKEN,
    URL,
    Lines,
)
from httpls_grammar.nodes import (
    Assertion,
    Body,
    BodyPart,
    BodyText,
    CurlLine,
    FileReference,
    FileVariable,
    GraphqlFragment,
    Header,
    MessageSeparator,
    Node,
    OutputRedirect,
    Placeholder,
    RequestLine,
    ResponseExample,
    Script,
    Separator,
    Statement,
    StoredResponse,
    Stray,
    TargetLine,
    Trivia,
)
from httpls_grammar.structure import Piece, pieces_of
from httpls_grammar.text import Range

# The stubs leave the type of what a tuple is made of open.
_new = cast("Callable[[type[Range], tuple[int, int]], Range]", tuple.__new__)  # pyright: ignore[reportUnknownMemberType]
"""Makes a range at half the cost of its own constructor."""


def build_nodes(text: str, lines: Lines) -> tuple[Node, ...]:
    """Return the nodes of the block `text`, in order, without gap or overlap."""
    block = _Block(text, lines)
    kinds = lines.kinds
    steps = _known_steps(kinds) if len(kinds) <= _LONGEST_KNOWN else _steps(kinds)
    # Text is only ever a part of a body.
    return cast("tuple[Node, ...]", tuple([step.build(block, step.piece) for step in steps]))


class _Block:
    """The text of a block with its lines, and where its pieces lie."""

    __slots__ = ("begins", "ends", "kinds", "starts", "text")

    def __init__(self, text: str, lines: Lines) -> None:
        self.text = text
        self.kinds = lines.kinds
        self.starts = lines.starts
        self.ends = [*lines.starts[1:], len(text)]
        self.begins = lines.starts
        if text.startswith(BYTE_ORDER_MARK):
            self.begins = [1, *lines.starts[1:]]

    def range(self, piece: Piece) -> Range:
        return _new(Range, (self.starts[piece.first], self.ends[piece.end - 1]))

    def trimmed(self, start: int, end: int) -> Range:
        """Return the range without the white space and line breaks at its ends."""
        rest = self.text[start:end].lstrip()
        stripped = rest.rstrip()
        if not stripped:
            return _new(Range, (start, start))
        return _new(Range, (end - len(rest), end - len(rest) + len(stripped)))

    def line(self, index: int) -> Range:
        """Return the range of a line without the white space at its ends."""
        return self.trimmed(self.begins[index], self.ends[index])


class _Step(NamedTuple):
    """How one node is made: by whom, of which lines."""

    build: "_Builder"
    piece: Piece


_LONGEST_KNOWN = 200
"""Up to how many lines a block may have for the steps of its shape to be kept."""


@lru_cache(maxsize=4096)
def _known_steps(kinds: str) -> "tuple[_Step, ...]":
    return _steps(kinds)


def _steps(kinds: str) -> "tuple[_Step, ...]":
    """Return how the nodes of all blocks are made whose lines are of these kinds."""
    pieces = pieces_of(kinds)
    steps: list[_Step] = []
    index = 0
    while index < len(pieces):
        kind = pieces[index].kind
        if kind == _TARGET:
            index = _add_target(pieces, index, steps)
        elif kind in _BODY_KINDS:
            index = _add_body(kinds, pieces, index, steps)
        else:
            steps.append(_Step(_BUILDERS[kind], pieces[index]))
            index += 1
    return tuple(steps)


_TARGET = "REQUEST_LINE"
_TARGET_GOES_ON = frozenset(("CONTINUATION", "VERSION"))
_BETWEEN_TARGET_LINES = frozenset(("COMMENT", "DIRECTIVE", "BLOCK_COMMENT"))
_BODY_KINDS = frozenset(("BODY_GAP", "EARLY_TEXT", "FILE_REFERENCE", "MESSAGE", "TEXT", "MORE_TEXT"))
_EARLY = frozenset(("EARLY_TEXT", "FILE_REFERENCE", "MESSAGE"))
_BEFORE_SECOND_REQUEST = BLANK + COMMENT
_AFTER_BODY = frozenset(("OUTPUT", "STORED", "ASSERTION"))
_ENDS_BODY = frozenset(("HANDLER", "SCRIPT_BLOCK", "EXAMPLE", "TRAILER_STRAY"))


def _add_target(pieces: Sequence[Piece], index: int, steps: list[_Step]) -> int:
    """Add the request line, the lines over which its target goes on, and what stands among them."""
    last = index
    for following in range(index + 1, len(pieces)):
        kind = pieces[following].kind
        if kind in _TARGET_GOES_ON:
            last = following
        elif kind not in _BETWEEN_TARGET_LINES:
            break
    further = pieces[index + 1 : last + 1]
    going_on = [piece.first for piece in further if piece.kind in _TARGET_GOES_ON]
    steps.append(_Step(partial(_request_line, going_on), pieces[index]))
    steps += [_Step(_BUILDERS[piece.kind], piece) for piece in further]
    return last + 1


def _add_body(kinds: str, pieces: Sequence[Piece], index: int, steps: list[_Step]) -> int:
    """Add the body, which reaches to its last piece that is not blank; without one there is no body."""
    last = -1
    for following in range(index, len(pieces)):
        kind = pieces[following].kind
        if kind in _BODY_KINDS and not _is_blank(kinds, pieces[following]):
            last = following
        elif kind in _ENDS_BODY:
            break
    if last < 0:
        steps.append(_Step(_BUILDERS["BLANK"], pieces[index]))
        return index + 1
    run = pieces[index : last + 1]
    parts = [_Step(_builder_in_body(kinds, piece), piece) for piece in run]
    is_comments_only = all(
        piece.kind not in _BODY_KINDS or not kinds[piece.first : piece.end].strip(BLANK + COMMENT) for piece in run
    )
    lacks_blank_line = run[0].kind in _EARLY and not any(piece.kind in _AFTER_BODY for piece in pieces[:index])
    build = partial(_body, parts, is_comments_only, lacks_blank_line)
    steps.append(_Step(build, Piece("BODY", run[0].first, run[-1].end)))
    return last + 1


def _builder_in_body(kinds: str, piece: Piece) -> "_Builder":
    if piece.kind not in _TEXT_KINDS or _is_blank(kinds, piece):
        return _BUILDERS[piece.kind]
    own = kinds[piece.first : piece.end]
    return _text_with_comments if COMMENT in own or REQUEST in own else _text


def _is_blank(kinds: str, piece: Piece) -> bool:
    return not kinds[piece.first : piece.end].strip(BLANK)


def _request_line(going_on: Sequence[int], block: _Block, piece: Piece) -> RequestLine:
    """Make the request line of its own line and of those by these numbers, over which the target goes on."""
    text = block.text
    index = piece.first
    begin, end = block.line(index)
    method, start = None, begin
    if block.kinds[index] in _WITH_METHOD and (match := _pattern(_METHOD).match(text, begin)):
        method = match.group(1).upper()
        start = match.end()
    ranges = [_new(Range, (start, end)), *[block.line(line) for line in going_on]]
    version, version_start = None, 0
    last_start, last_end = ranges[-1]
    if text.find("HTTP/", last_start, last_end) >= 0:
        match = _pattern(_VERSION).search(text, last_start, last_end)
        if match is not None:
            version, version_start = match.group(1), match.start(1)
            ranges[-1] = block.trimmed(last_start, version_start - len("HTTP/"))
    if going_on:
        ranges = [where for where in ranges if where.start < where.end]
    several: tuple[Range, ...] = ()
    if len(ranges) == 1:
        start, end = ranges[0]
        target = text[start:end]
    else:
        several = tuple(ranges)
        target = "".join([where.of(text) for where in ranges])
    return RequestLine(
        block.starts[index], block.ends[index], method, begin, target, start, several, version, version_start
    )


def _body(parts: Sequence[_Step], is_comments_only: bool, lacks_blank_line: bool, block: _Block, piece: Piece) -> Body:
    # Which builders may be there is said by `structure.lark`.
    nodes = cast("tuple[BodyPart, ...]", tuple([part.build(block, part.piece) for part in parts]))
    return Body(block.starts[piece.first], block.ends[piece.end - 1], nodes, is_comments_only, lacks_blank_line)


def _text(block: _Block, piece: Piece) -> BodyText:
    return BodyText(block.starts[piece.first], block.ends[piece.end - 1], ())


def _text_with_comments(block: _Block, piece: Piece) -> BodyText:
    """Make text in which some lines look like comments, or like request lines."""
    kinds = block.kinds[piece.first : piece.end]
    comments = [block.line(piece.first + line) for line, kind in enumerate(kinds) if kind == COMMENT]
    requests = [
        block.line(piece.first + line)
        for line, kind in enumerate(kinds)
        if kind == REQUEST and (line == 0 or kinds[line - 1] in _BEFORE_SECOND_REQUEST)
    ]
    return BodyText(*block.range(piece), tuple(comments), tuple(requests))


def _separator(block: _Block, piece: Piece) -> Separator:
    start, end = block.starts[piece.first], block.ends[piece.first]
    after_hashes = block.text[block.begins[piece.first] : end].lstrip(" \t").lstrip("#")
    title = after_hashes.lstrip()
    title_start = end - len(title or after_hashes)
    return Separator(start, end, title.rstrip(), title_start)


def _directive(block: _Block, piece: Piece) -> Node:
    begin, start = block.begins[piece.first], block.starts[piece.first]
    directive = parse_directive(block.text[begin : block.ends[piece.first]], begin)
    assert directive is not None
    return directive if begin == start else directive._replace(start=start)


def _variable(block: _Block, piece: Piece) -> FileVariable:
    match = _pattern(r"[ \t]*@(global\.)?([\w.\-]+)[ \t]*(:?=)").match(block.text, block.begins[piece.first])
    assert match is not None
    value = block.trimmed(match.end(), block.ends[piece.first])
    return FileVariable(
        *block.range(piece), match.group(2), match.start(2), match.group(3), match.group(1) is not None,
        value.of(block.text), value.start,
    )  # fmt: skip


def _script(block: _Block, piece: Piece) -> Script:
    whole = block.range(piece)
    moment = "after" if block.kinds[piece.first] in HANDLER + HANDLER_FILE else "before"
    start = block.text.index("{%", whole.start) + 2
    end = block.text.find("%}", start, whole.end)
    code = _new(Range, (start, whole.end if end < 0 else end))
    return Script(whole, moment, code, None, None, "", is_closed=end >= 0)


def _script_file(block: _Block, piece: Piece) -> Script:
    moment = "after" if block.kinds[piece.first] == HANDLER_FILE else "before"
    path = _after_mark(block, piece, r"[<>][ \t]*")
    return Script(block.range(piece), moment, None, path.of(block.text), path, "", is_closed=True)


def _handler(block: _Block, piece: Piece) -> Script:
    return _script_file(block, piece) if block.kinds[piece.first] == HANDLER_FILE else _script(block, piece)


def _script_block(block: _Block, piece: Piece) -> Script:
    opening = block.line(piece.first)
    code = _new(Range, (block.ends[piece.first], block.starts[piece.end - 1]))
    modifier = block.text[opening.start + 2 : opening.end].strip()
    return Script(block.range(piece), "block", code, None, None, modifier, is_closed=True)


def _header(block: _Block, piece: Piece) -> Header:
    text = block.text
    first = piece.first
    kind = block.kinds[first]
    start, end = block.starts[first], block.ends[piece.end - 1]
    if kind in _HEADER_FORMS:
        begin, line_end = block.line(first)
        begin += len("...") if kind == SPREAD else 0
        return Header(start, end, _HEADER_FORMS[kind], text[begin:line_end], begin, "", line_end, ())
    begin, line_end = block.begins[first], block.ends[first]
    if kind == INDENTED_HEADER:
        begin = block.line(first).start
    colon = _colon(text, begin, line_end)
    name = text[begin:colon].rstrip()
    value = text[colon + 1 : line_end].lstrip()
    value_start = line_end - len(value)
    value = value.rstrip()
    pieces: tuple[Range, ...] = ()
    if piece.end > first + 1:
        ranges = [block.trimmed(colon + 1, line_end), *[block.line(index) for index in range(first + 1, piece.end)]]
        ranges = [each for each in ranges if each.start < each.end]
        value = " ".join([each.of(text) for each in ranges])
        value_start = ranges[0].start if ranges else value_start
        pieces = tuple(ranges) if len(ranges) > 1 else ()
    return Header(start, end, "field", name, begin, value, value_start, pieces)


def _colon(text: str, begin: int, end: int) -> int:
    """Return where the colon after the field's name stands; one inside `{{…}}` does not count."""
    colon = text.find(":", begin, end)
    if "{" in text[begin:colon]:
        match = _pattern(r"(?:\{\{[^{}\r\n]*\}\}|[^:{\r\n])+").match(text, begin, end)
        assert match is not None
        colon = match.end()
    return colon


def _file_reference(block: _Block, piece: Piece) -> FileReference:
    match = _pattern(r"<(@)?([\w\-]*)[ \t]+").match(block.text, block.begins[piece.first])
    assert match is not None
    path = block.trimmed(match.end(), block.ends[piece.first])
    encoding = Range(*match.span(2)) if match.group(2) else None
    return FileReference(
        block.range(piece), match.group(1) is not None, match.group(2) or None, encoding, path.of(block.text), path
    )


def _message(block: _Block, piece: Piece) -> MessageSeparator:
    return MessageSeparator(block.range(piece), block.line(piece.first).of(block.text)[3:].strip())


def _output(block: _Block, piece: Piece) -> OutputRedirect:
    path = _after_mark(block, piece, r">>!?[ \t]*")
    overwrites = "!" in block.text[block.starts[piece.first] : path.start]
    return OutputRedirect(block.range(piece), overwrites, path.of(block.text), path)


def _stored(block: _Block, piece: Piece) -> StoredResponse:
    path = _after_mark(block, piece, r"<>[ \t]*")
    return StoredResponse(block.range(piece), path.of(block.text), path)


def _assertion(block: _Block, piece: Piece) -> Assertion:
    return Assertion(block.range(piece), _after_mark(block, piece, r"\?\?[ \t]*"))


def _after_mark(block: _Block, piece: Piece, mark: str) -> Range:
    """Return the rest of the line after what the pattern `mark` matches at its start."""
    match = _pattern(mark).match(block.text, block.line(piece.first).start)
    assert match is not None
    return block.trimmed(match.end(), block.ends[piece.first])


def _stray(block: _Block, piece: Piece) -> Stray:
    return Stray(block.range(piece), block.kinds[piece.first] in _WITH_METHOD + URL)


def _trivia(block: _Block, piece: Piece, kind: str) -> Trivia:
    return Trivia(block.starts[piece.first], block.ends[piece.end - 1], kind)


_WITH_METHOD = REQUEST + LAX_REQUEST
_METHOD = r"([A-Za-z][A-Za-z0-9\-]*)[ \t]+"
_VERSION = r"(?:(?<=[ \t])|(?<![^\r\n]))HTTP/(\d(?:\.\d)?)\Z"
_TEXT_KINDS = frozenset(("TEXT", "MORE_TEXT", "EARLY_TEXT"))
_HEADER_FORMS = {TOKEN: "token", TEMPLATE: "template", SPREAD: "spread"}

_Builder = Callable[[_Block, Piece], Node | BodyText]
_BUILDERS: dict[str, _Builder] = {
    "SEPARATOR": _separator,
    "BLANK": partial(_trivia, kind="blank"),
    "BODY_GAP": partial(_trivia, kind="blank"),
    "TEXT": partial(_trivia, kind="blank"),
    "COMMENT": partial(_trivia, kind="comment"),
    "BLOCK_COMMENT": partial(_trivia, kind="block-comment"),
    "DIRECTIVE": _directive,
    "VARIABLE": _variable,
    "STATEMENT": lambda block, piece: Statement(block.range(piece), block.line(piece.first)),
    "FRAGMENT": lambda block, piece: GraphqlFragment(block.range(piece)),
    "SCRIPT": _script,
    "SCRIPT_FILE": _script_file,
    "SCRIPT_BLOCK": _script_block,
    "HANDLER": _handler,
    "OUTPUT": _output,
    "STORED": _stored,
    "ASSERTION": _assertion,
    "EXAMPLE": lambda block, piece: ResponseExample(block.range(piece)),
    "CURL": lambda block, piece: CurlLine(block.range(piece), block.trimmed(*block.range(piece))),
    "PLACEHOLDER": lambda block, piece: Placeholder(block.range(piece)),
    "SHARED_HEADER": _header,
    "HEADER": _header,
    "SPREAD": _header,
    "TEMPLATE_HEADER": _header,
    "TOKEN_HEADER": _header,
    "FILE_REFERENCE": _file_reference,
    "MESSAGE": _message,
    "PREAMBLE_STRAY": _stray,
    "TARGET_STRAY": _stray,
    "HEADERS_STRAY": _stray,
    "TRAILER_STRAY": _stray,
    "CONTINUATION": lambda block, piece: TargetLine(block.range(piece)),
    "VERSION": lambda block, piece: TargetLine(block.range(piece)),
}


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
