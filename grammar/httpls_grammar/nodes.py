"""The syntax tree of a request file: what each stretch of a block is, with the range of every part of it.

All ranges count code points from the start of the block, so that a node stays true when blocks before it change.
The nodes of a block, in order, cover its text without gap or overlap; nodes compare by value.
"""

from typing import NamedTuple, TypeAlias

from httpls_grammar.islands.directive import Directive
from httpls_grammar.text import Range


class Separator(NamedTuple):
    """A `###` line. `title` is what follows the hashes, trimmed."""

    range: Range
    title: str
    title_range: Range


class Trivia(NamedTuple):
    """Lines that mean nothing: `kind` is `blank`, `comment` or `block-comment`."""

    range: Range
    kind: str


class FileVariable(NamedTuple):
    """`@name = value`, `@name := value` (evaluated at each use) or `@global.name = value`.

    `operator` is `=` or `:=`; the value is kept verbatim but for the blanks around it.
    """

    range: Range
    name: str
    name_range: Range
    operator: str
    is_global: bool
    value: str
    value_range: Range


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

    `range` is that of the first line. `method` is in upper case, None if it is left out. `target` is what is written,
    the pieces of all lines trimmed and joined; `target_ranges` are the ranges of the pieces, those in the following
    lines among them. `version` is the number after `HTTP/`, wherever it stands.
    """

    range: Range
    method: str | None
    method_range: Range
    target: str
    target_ranges: tuple[Range, ...]
    version: str | None
    version_range: Range | None


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
    A value that goes on over indented lines is joined with one blank; `value_ranges` are its pieces.
    """

    range: Range
    form: str
    name: str
    name_range: Range
    value: str
    value_ranges: tuple[Range, ...]


class BodyText(NamedTuple):
    """Lines of a body. `comment_ranges` are the lines among them that look like comments: content decides.

    `request_ranges` are the lines that would be a request line elsewhere and stand after a blank line or a comment.
    """

    range: Range
    comment_ranges: tuple[Range, ...]
    request_ranges: tuple[Range, ...] = ()


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

    range: Range
    parts: tuple["BodyPart", ...]
    is_comments_only: bool
    lacks_blank_line: bool


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
