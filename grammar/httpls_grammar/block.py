"""A block: what stands between two `###` lines, parsed when it is looked at and never again."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple, TypeVar, cast

from httpls_grammar.build import build_nodes
from httpls_grammar.islands.directive import Directive
from httpls_grammar.lines import classify
from httpls_grammar.nodes import (
    Body,
    CurlLine,
    FileVariable,
    Header,
    Node,
    Placeholder,
    RequestLine,
    Script,
    Separator,
)
from httpls_grammar.text import Range, count_line_breaks, line_starts

Fact = TypeVar("Fact")


class Block:
    """A block of a request file. It is immutable, knows nothing of its place in the file, and may stand in several.

    `is_open` says that a construct in it was still open at the `###` line that ends it (see `cut`).
    """

    __slots__ = ("_directives", "_facts", "_line_breaks", "_nodes", "_request", "is_open", "text")

    def __init__(self, text: str, is_open: bool) -> None:
        """Take the text as it is; nothing is parsed yet."""
        self.text = text
        self.is_open = is_open
        self._line_breaks = -1
        self._nodes: tuple[Node, ...] | None = None
        self._request: tuple[BlockRequest | None] | None = None
        self._directives: tuple[Directive, ...] | None = None
        self._facts: dict[object, object] | None = None

    @property
    def line_breaks(self) -> int:
        """How many line breaks the text has."""
        if self._line_breaks < 0:
            self._line_breaks = count_line_breaks(self.text)
        return self._line_breaks

    @property
    def line_starts(self) -> list[int]:
        """The offset at which each line begins. It is kept: positions are asked for one after the other."""
        return self.fact(_line_starts)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes in order; they cover the text without gap or overlap."""
        if self._nodes is None:
            lines = classify(self.text)
            self._nodes = build_nodes(self.text, lines)
        return self._nodes

    @property
    def separator(self) -> Separator | None:
        """The `###` line; None for what stands before the first of them."""
        first = self.nodes[0] if self.nodes else None
        return first if isinstance(first, Separator) else None

    @property
    def directives(self) -> Iterator[Directive]:
        """All `# @…` lines, those between the lines of a body among them."""
        if "@" not in self.text:
            return iter(())
        if self._directives is None:
            # They are asked for again and again, by everybody who looks for a tag of one name.
            self._directives = tuple([node for node in self._flat_nodes() if isinstance(node, Directive)])
        return iter(self._directives)

    @property
    def variables(self) -> Iterator[FileVariable]:
        """All `@name = value` lines, wherever they stand."""
        if "@" not in self.text:
            return iter(())
        return (node for node in self._flat_nodes() if isinstance(node, FileVariable))

    @property
    def headers(self) -> Iterator[Header]:
        """The header fields, those of a block without a request among them."""
        return (node for node in self.nodes if isinstance(node, Header))

    @property
    def request(self) -> "BlockRequest | None":
        """The request, or None for a block that has none."""
        if self._request is None:
            self._request = (_request_of(self.nodes),)
        return self._request[0]

    @property
    def inline_scripts(self) -> Iterator[Script]:
        """The scripts whose code stands in the block. One that can have none is not parsed for it."""
        if "{%" not in self.text and not _open_braces().search(self.text):
            return iter(())
        return (node for node in self.nodes if isinstance(node, Script) and node.code_range is not None)

    @property
    def has_request(self) -> bool:
        """Tell whether there is a request. Most blocks show it by their first lines, without being parsed."""
        return _begins_with_request().match(self.text) is not None or self.request is not None

    def fact(self, compute: "Callable[[Block], Fact]") -> "Fact":
        """Return `compute(self)`, worked out once for this block; `compute` must be a pure function of its text."""
        if self._facts is None:
            self._facts = {}
        if compute not in self._facts:
            self._facts[compute] = compute(self)
        return cast("Fact", self._facts[compute])

    def _flat_nodes(self) -> Iterator[object]:
        for node in self.nodes:
            if isinstance(node, Body):
                yield from node.parts
            else:
                yield node


class BlockRequest(NamedTuple):
    """The request of a block: its first line, its body, its name.

    The name is the value of `# @name`, else the title of the `###` line, else None.
    """

    line: RequestLine | CurlLine | Placeholder
    body: Body | None
    name: str | None
    name_start: int

    @property
    def name_range(self) -> Range | None:
        """Where the name stands in the block; None without one."""
        return None if self.name is None else Range(self.name_start, self.name_start + len(self.name))


def _request_of(nodes: tuple[Node, ...]) -> BlockRequest | None:
    line: RequestLine | CurlLine | Placeholder | None = None
    body: Body | None = None
    named: Directive | None = None
    for node in nodes:
        if isinstance(node, Directive):
            if named is None and node.key == "name" and node.value:
                named = node
        elif isinstance(node, Body):
            body = node
        elif isinstance(node, RequestLine | CurlLine | Placeholder):
            line = node
    if line is None:
        return None
    if named is not None:
        return BlockRequest(line, body, named.value, named.value_start)
    first = nodes[0]
    if isinstance(first, Separator) and first.title:
        return BlockRequest(line, body, first.title, first.title_start)
    return BlockRequest(line, body, None, 0)


def _line_starts(block: Block) -> list[int]:
    return line_starts(block.text)


@cache
def _open_braces() -> re.Pattern[str]:
    """Braces after which there are only words to the end of the line, as at the start of httpyac's scripts."""
    return re.compile(r"\{\{\+?[@\w, \t]*+(?=\s|\Z)")


@cache
def _begins_with_request() -> re.Pattern[str]:
    """A separator, comments, blank lines, and then a line that can only be a request line."""
    return re.compile(
        r"\ufeff?(?:\#\#\#[^\r\n]*(?:\r\n|\n|\r))?(?:[ \t]*(?:(?:\#|//)[^\r\n]*)?(?:\r\n|\n|\r))*"
        r"(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS)[ \t]+(?:https?://|\{\{|/)"
    )
