"""The syntax tree of a request file: what each stretch of a block is, with the range of every part of it.

All ranges count code points from the start of the block, so that a node stays true when blocks before it change.
The nodes of a block, in order, cover its text without gap or overlap; nodes compare by value.

The nodes of which a file has many keep their places as numbers and make the ranges of them when asked: a range each
would triple the objects that a large file is made of, and with them the time that Python takes to look for garbage.
"""

from typing import NamedTuple, TypeAlias

from httpls_grammar.islands.directive import Directive
from httpls_grammar.text import Range


class Separator(NamedTuple):
    """A `###` line. `title` is what follows the hashes, trimmed."""

    start: int
    end: int
    title: str
    title_start: int

    @property
    def range(self) -> Range:
        """The whole line."""
        return Range(self.start, self.end)

    @property
    def title_range(self) -> Range:
        """Where the title stands; empty without one."""
        return Range(self.title_start, self.title_start + len(self.title))


class Trivia(NamedTuple):
    """Lines that mean nothing: `kind` is `blank`, `comment` or `block-comment`."""

    start: int
    end: int
    kind: str

    @property
    def range(self) -> Range:
        """The whole lines."""
        return Range(self.start, self.end)


class FileVariable(NamedTuple):
    """`@name = value`, `@name := value` (evaluated at each use) or `@global.name = value`.

    `operator` is `=` or `:=`; the value is kept verbatim but for the blanks around it.
    """

    start: int
    end: int
    name: str
    name_start: int
    operator: str
    is_global: bool
    value: str
    value_start: int

    @property
    def range(self) -> Range:
        """The whole line."""
        return Range(self.start, self.end)

    @property
    def name_range(self) -> Range:
        """Where the name stands, without `@` and `global.`."""
        return Range(self.name_start, self.name_start + len(self.name))

    @property
    def value_range(self) -> Range:
        """Where the value stands."""
        return Range(self.value_start, self.value_start + len(self.value))


class Statement(NamedTuple):
    """A line `import …` or `run …`; its arguments are an island of their own."""

    range: Range
    text_range: Range


class GraphqlFragment(NamedTuple):
    """`gql name …` or `fragment Name on Type { … }` before a request: a named piece of GraphQL (httpyac)."""

    range: Range


class Script(NamedTuple):
    """Code of the author: inline (`code_range`) or in a file (`path`, `path_range`).

    `moment` is `before` (`< …`), `after` (`> …`) or `block` (httpyac's `{{` … `}}` lines, whose `modifier` is what
    follows the opening braces, such as `@response` or `+`). `is_closed` is false if the closing `%}` is missing.
    """

    range: Range
    moment: str
    code_range: Range | None
    path: str | None
    path_range: Range | None
    modifier: str
    is_closed: bool


class RequestLine(NamedTuple):
    """Method, request target and version; the target may go on over the `TargetLine`s that follow.

    `method` is in upper case, None if it is left out. `target` is what is written, the pieces of all lines trimmed and
    joined; `pieces` are their ranges if there are several, those in the following lines among them. `version` is the
    number after `HTTP/`, wherever it stands, at `version_start`.
    """

    start: int
    end: int
    method: str | None
    method_start: int
    target: str
    target_start: int
    pieces: tuple[Range, ...]
    version: str | None
    version_start: int

    @property
    def range(self) -> Range:
        """The first line."""
        return Range(self.start, self.end)

    @property
    def method_range(self) -> Range:
        """Where the method stands, or where it would stand."""
        return Range(self.method_start, self.method_start + len(self.method or ""))

    @property
    def target_ranges(self) -> tuple[Range, ...]:
        """Where the pieces of the target stand."""
        if self.pieces or not self.target:
            return self.pieces
        return (Range(self.target_start, self.target_start + len(self.target)),)

    @property
    def version_range(self) -> Range | None:
        """Where the version stands, from `HTTP/` on; None without one."""
        if self.version is None:
            return None
        return Range(self.version_start - len("HTTP/"), self.version_start + len(self.version))


class TargetLine(NamedTuple):
    """A line over which the request target goes on, or which holds the version; its parts are in the request line."""

    range: Range


class CurlLine(NamedTuple):
    """A cURL command that stands for a request; what it says is an island of its own."""

    range: Range
    text_range: Range


class Placeholder(NamedTuple):
    """The word `NOP`: a block that is run for its scripts and sends nothing."""

    range: Range


class Header(NamedTuple):
    """A header field.

    `form` is `field` (`name: value`), `token` (a name without colon: an empty value), `template` (a whole field that
    comes from a variable) or `spread` (httpyac's `...name`); the last two have their text as name and no value.
    A value that goes on over indented lines is joined with one blank; then `pieces` are the ranges of its parts.
    """

    start: int
    end: int
    form: str
    name: str
    name_start: int
    value: str
    value_start: int
    pieces: tuple[Range, ...]

    @property
    def range(self) -> Range:
        """All lines of the field."""
        return Range(self.start, self.end)

    @property
    def name_range(self) -> Range:
        """Where the name stands."""
        return Range(self.name_start, self.name_start + len(self.name))

    @property
    def value_ranges(self) -> tuple[Range, ...]:
        """Where the parts of the value stand; none for an empty value."""
        if self.pieces or not self.value:
            return self.pieces
        return (Range(self.value_start, self.value_start + len(self.value)),)


class BodyText(NamedTuple):
    """Lines of a body. `comment_ranges` are the lines among them that look like comments: content decides.

    `request_ranges` are the lines that would be a request line elsewhere and stand after a blank line or a comment.
    """

    start: int
    end: int
    comment_ranges: tuple[Range, ...]
    request_ranges: tuple[Range, ...] = ()

    @property
    def range(self) -> Range:
        """The whole lines."""
        return Range(self.start, self.end)


class FileReference(NamedTuple):
    """`< path`, `<@ path` or `<@encoding path`. `marked` tells whether the `@` is there, `encoding` is None without."""

    range: Range
    marked: bool
    encoding: str | None
    encoding_range: Range | None
    path: str
    path_range: Range


class MessageSeparator(NamedTuple):
    """`===` between messages; `word` is what follows it, such as `wait-for-server`."""

    range: Range
    word: str


class OutputRedirect(NamedTuple):
    """`>> path` saves the response under a free name, `>>! path` overwrites."""

    range: Range
    overwrites: bool
    path: str
    path_range: Range


class StoredResponse(NamedTuple):
    """`<> path`: a response that was saved earlier."""

    range: Range
    path: str
    path_range: Range


class Assertion(NamedTuple):
    """`?? …`; what it says is an island of its own, in `text_range`."""

    range: Range
    text_range: Range


class ResponseExample(NamedTuple):
    """A response written out under a request, from its status line to a script or the end of the block."""

    range: Range


class Stray(NamedTuple):
    """Lines that mean nothing where they stand. `looks_like_request` if they would be a request line elsewhere."""

    range: Range
    looks_like_request: bool


class Body(NamedTuple):
    """The body as written, from the first blank line (or the line that can only be a body) to its last text.

    `is_comments_only` if there is nothing in it but blank lines and lines that look like comments.
    `lacks_blank_line` if it begins right after the headers.
    """

    start: int
    end: int
    parts: tuple["BodyPart", ...]
    is_comments_only: bool
    lacks_blank_line: bool

    @property
    def range(self) -> Range:
        """The whole lines."""
        return Range(self.start, self.end)


BodyPart: TypeAlias = (
    BodyText
    | FileReference
    | MessageSeparator
    | Directive
    | FileVariable
    | OutputRedirect
    | StoredResponse
    | Assertion
    | Trivia
)
Node: TypeAlias = (
    Separator
    | Trivia
    | Directive
    | FileVariable
    | Statement
    | GraphqlFragment
    | Script
    | RequestLine
    | TargetLine
    | CurlLine
    | Placeholder
    | Header
    | FileReference
    | MessageSeparator
    | Body
    | OutputRedirect
    | StoredResponse
    | Assertion
    | ResponseExample
    | Stray
)
