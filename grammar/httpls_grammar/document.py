"""A request file as text, blocks, requests and problems; immutable, and cheap to change in one place."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from httpls_grammar.block import Block, BlockRequest
from httpls_grammar.blocks import Blocks, Located
from httpls_grammar.cut import SPAN, cut
from httpls_grammar.diagnose import block_problems, document_problems
from httpls_grammar.islands.directive import Directive
from httpls_grammar.nodes import Body, CurlLine, Header, RequestLine
from httpls_grammar.problems import Problem
from httpls_grammar.profile import Profile, detect, evidence, explicit
from httpls_grammar.split import split_at_methods
from httpls_grammar.text import Position, Range, count_line_breaks, position_of

if TYPE_CHECKING:
    from httpls_grammar.islands.curl import CurlCommand


def parse(text: str, profile: Profile | str | None = None) -> "Document":
    """Parse a request file. Never fails: what is wrong with it is in `problems`.

    `profile` is the dialect that the caller knows the file to have, as a word of `Profile`; without it the file says
    itself, or its constructs do. Raises ValueError for a word that is no profile.
    """
    chosen = Profile(profile) if profile is not None else None
    return _document(text, chosen)


class Document:
    """A parsed request file.

    Offsets are code points from the start of the file, lines and columns count from 1.
    Everything but the cut into blocks is worked out when it is asked for.
    """

    def __init__(self, blocks: Blocks, chosen_profile: Profile | None, splits_at_methods: bool) -> None:
        """Take the blocks as they are cut; use `parse` to make a document from a text."""
        self.blocks = blocks
        self.chosen_profile = chosen_profile
        self.splits_at_methods = splits_at_methods

    @cached_property
    def text(self) -> str:
        """The text of the file."""
        return "".join([block.text for block in self.blocks])

    @property
    def tree(self) -> Blocks:
        """The blocks of the file; the nodes of each cover its text without gap or overlap."""
        return self.blocks

    @cached_property
    def profile(self) -> Profile:
        """The profile in force: the caller's, else the file's own `# @dialect`, else what all evidence points to."""
        return self.explicit_profile or detect([self.evidence])

    @cached_property
    def evidence(self) -> frozenset[Profile]:
        """The profiles to which constructs of the file point."""
        found: frozenset[Profile] = frozenset()
        for around in self.blocks.summaries(evidence_of):
            found |= around
        return found

    @property
    def explicit_profile(self) -> Profile | None:
        """The profile that somebody chose, None where only the evidence speaks."""
        return self.chosen_profile or explicit(self.blocks[0])[0]

    @cached_property
    def requests(self) -> "Sequence[Request]":
        """The requests in order."""
        return [Request(located, request) for located in self.blocks.located() if (request := located.block.request)]

    def number_of(self, request: "Request") -> int:
        """Return the number of a request, from 1 in the order of the file; the others need not be parsed for it."""
        if "requests" in self.__dict__:
            return bisect_left(self.requests, request.offset, key=lambda one: one.offset) + 1
        earlier = islice(self.blocks, request.block_number)
        return sum([block.has_request for block in earlier]) + 1

    @cached_property
    def problems(self) -> Sequence[Problem]:
        """All problems that the text alone shows, in the order of their places."""
        whole = document_problems(self.blocks)
        if whole is not None:
            return whole
        problems: list[Problem] = []
        for located, found in self.blocks.having(block_problems):
            problems += [problem.shifted(located.offset) for problem in found]
        return problems

    def position(self, offset: int) -> Position:
        """Return line and column of `offset`, which lies from 0 to the length of the text."""
        located = self.blocks.at_offset(offset)
        inside = position_of(located.block.line_starts, offset - located.offset)
        return Position(inside.line + located.line, inside.column)

    def edited(self, start: int, end: int, replacement: str) -> "Document":
        """Return the document in which `replacement` stands in place of the code points from `start` to `end`.

        Only the blocks that the edit touches are cut and parsed anew; the tree is the one that a fresh parse gives.
        """
        length = self.blocks.length
        if not 0 <= start <= end <= length:
            raise ValueError(f"the range {start} to {end} does not lie in a text of {length} code points")
        blocks = self._recut(start, end, replacement)
        if self.chosen_profile is None and _splits(None, blocks[0]) != self.splits_at_methods:
            return _document("".join([block.text for block in blocks]), None)
        return Document(blocks, self.chosen_profile, self.splits_at_methods)

    def _recut(self, start: int, end: int, replacement: str) -> Blocks:
        first = self._first_affected(start)
        begin = self.blocks.at_index(first).offset
        last = self.blocks.at_offset(end).number
        count = len(self.blocks)
        known = {self.blocks[index].text: self.blocks[index] for index in range(first, last + 1)}
        reach = 1
        while True:
            region = "".join([self.blocks[index].text for index in range(first, last + 1)])
            text = region[: start - begin] + replacement + region[end - begin :]
            fresh = _cut_blocks(text, self.splits_at_methods, known)
            if last + 1 >= count or self._is_settled(fresh, text, last + 1):
                break
            last = min(last + reach, count - 1)
            reach *= 2
        return self.blocks.replaced(first, last + 1, fresh or [Block("", is_open=False)])

    def _first_affected(self, start: int) -> int:
        """Return the index of the first block that an edit at `start` can change.

        The block before the edited one may lose its end; a block some way before it may have something open in it
        that the edit closes.
        """
        edited = self.blocks.at_offset(start).number
        first = max(edited - 1, 0)
        lines = 0
        for index in range(first, -1, -1):
            block = self.blocks[index]
            if block.is_open:
                first = index
            lines += block.line_breaks
            if lines > SPAN:
                break
        while self.splits_at_methods and first > 0 and self.blocks[first].separator is None:
            first -= 1
        return first

    def _is_settled(self, fresh: Sequence[Block], text: str, following: int) -> bool:
        """Tell whether the block that follows still begins where it did, whatever the edit did before it."""
        if not fresh or not text.endswith(("\n", "\r")):
            return False
        lines = 0
        for block in reversed(fresh):
            if block.is_open:
                return False
            lines += block.line_breaks
            if lines > SPAN:
                break
        return not self.splits_at_methods or self.blocks[following].separator is not None


class Request:
    """A request of a document, with its place in the file. Everything it has is a view on its block."""

    __slots__ = ("_curl", "block", "block_line", "block_number", "offset", "syntax")

    def __init__(self, located: Located, syntax: BlockRequest) -> None:
        """Take the block with its place, and its request."""
        self.block = located.block
        self.block_number = located.number
        self.block_line = located.line
        self.offset = located.offset
        self.syntax = syntax
        self._curl: CurlCommand | None = None

    @classmethod
    def of(cls, located: Located) -> "Request | None":
        """Return the request of a block, None for a block without one."""
        syntax = located.block.request
        return cls(located, syntax) if syntax is not None else None

    @property
    def method(self) -> str:
        """The method in upper case; `GET` where it is left out, `NOP` for a placeholder."""
        line = self.syntax.line
        if isinstance(line, RequestLine):
            return line.method or "GET"
        return self.curl.method if isinstance(line, CurlLine) else "NOP"

    @property
    def target(self) -> str:
        """The request target as written, its lines trimmed and joined."""
        line = self.syntax.line
        if isinstance(line, RequestLine):
            return line.target
        return self.curl.url if isinstance(line, CurlLine) else ""

    @property
    def version(self) -> str | None:
        """The HTTP version as written, such as `1.1`."""
        line = self.syntax.line
        return line.version if isinstance(line, RequestLine) else None

    @property
    def curl(self) -> "CurlCommand":
        """What the cURL command says. Only for a request that is written as one."""
        assert isinstance(self.syntax.line, CurlLine)
        if self._curl is None:
            where = self.syntax.line.text_range
            from httpls_grammar.islands.curl import parse_curl

            self._curl = parse_curl(where.of(self.block.text), where.start)
        return self._curl

    @property
    def name(self) -> str | None:
        """The value of `# @name`, else the title of the `###` line."""
        return self.syntax.name

    @property
    def title(self) -> str | None:
        """The title of the `###` line."""
        separator = self.block.separator
        return separator.title or None if separator else None

    @property
    def line(self) -> int:
        """The number of the line, from 1, on which the request line begins."""
        return self.block_line + count_line_breaks(self.block.text[: self.syntax.line.range.start]) + 1

    @property
    def range(self) -> Range:
        """The range of the whole block in the file."""
        return Range(self.offset, self.offset + len(self.block.text))

    @property
    def headers(self) -> Sequence[Header]:
        """The header fields in order; their ranges count from the start of the block."""
        return list(self.block.headers)

    @property
    def body(self) -> Body | None:
        """The body; its ranges count from the start of the block."""
        return self.syntax.body

    @property
    def directives(self) -> Iterator[Directive]:
        """The `# @…` lines of the block."""
        return self.block.directives


def evidence_of(blocks: Sequence[Block]) -> frozenset[Profile]:
    """Return the profiles to which constructs of some blocks point."""
    found: frozenset[Profile] = frozenset()
    for block in blocks:
        found |= block.fact(evidence)
    return found


def _document(text: str, chosen: Profile | None) -> Document:
    blocks = _cut_blocks(text, splits_at_methods=False, known={})
    splits = _splits(chosen, blocks[0])
    if splits:
        blocks = _cut_blocks(text, splits_at_methods=True, known={})
    return Document(Blocks.of(blocks), chosen, splits)


def _splits(chosen: Profile | None, first: Block) -> bool:
    """Tell whether a method line begins a block: only where somebody said that the file is httpyac's."""
    return (chosen or explicit(first)[0]) is Profile.HTTPYAC


def _cut_blocks(text: str, splits_at_methods: bool, known: dict[str, Block]) -> list[Block]:
    """Cut a text into blocks. Blocks of the same text are one object, those in `known` among them."""
    blocks: list[Block] = []
    start = 0
    for end, is_open in cut(text):
        for piece in split_at_methods(text[start:end]) if splits_at_methods else (text[start:end],):
            block = known.get(piece)
            if block is None or block.is_open != is_open:
                block = known[piece] = Block(piece, is_open)
            blocks.append(block)
        start = end
    return blocks
