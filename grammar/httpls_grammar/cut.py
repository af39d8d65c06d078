"""Cuts a text into blocks at its `###` lines.

A script, a block comment or a script block that is still open at a `###` line spans it if its end stands within
`SPAN` lines; otherwise it ends there, and the block is marked as open because a later edit may close it.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple

from httpls_grammar.text import LINE_BREAK

SPAN = 200
"""How many lines a construct may go on, counted from its own, and still hold `###` lines."""


class Cut(NamedTuple):
    """The stretch of one block: where it ends, and whether something in it was still open there."""

    end: int
    is_open: bool


def cut(text: str) -> Iterator[Cut]:
    """Yield the blocks of `text` in order; together they are the whole text. An empty text has one empty block."""
    length = len(text)
    find = _candidate().search
    closers = _Closers(text)
    start = 0
    position = 0
    is_open = False
    while match := find(text, position):
        found, position = match.start(), match.end()
        opener = match.group()
        if opener == "###":
            begin = _separator_start(text, found)
            if begin > start:
                yield Cut(begin, is_open)
                start, is_open = begin, False
            if begin >= 0:
                position = closers.line_end(found)
        elif _opens(text, found, opener):
            end = closers.within_span(opener[:2], found)
            if end < 0:
                is_open = True
            else:
                position = max(position, end)
    if start < length or not length:
        yield Cut(length, is_open)


def _separator_start(text: str, hashes: int) -> int:
    """Return where the line of the separator begins, -1 if the hashes do not stand at the start of a line."""
    begin = hashes
    while begin > 0 and hashes - begin < 3 and text[begin - 1] in " \t":
        begin -= 1
    if begin == 0 or text[begin - 1] in "\r\n" or (begin == 1 and text[0] == "\ufeff"):
        return begin if begin != 1 or text[0] != "\ufeff" else 0
    return -1


def _opens(text: str, found: int, opener: str) -> bool:
    """Tell whether the opener stands where it opens something: alone at the start of its line."""
    begin = found
    while begin > 0 and text[begin - 1] in " \t":
        begin -= 1
    if opener == "{%":
        if begin == 0 or text[begin - 1] not in "<>":
            return False
        begin -= 1
    return begin == 0 or text[begin - 1] in "\r\n\ufeff"


@cache
def _candidate() -> re.Pattern[str]:
    return re.compile(r"###|\{%|/\*|\{\{\+?(?:@\w++)?+(?:[ \t][\w, \t]*+)?+[^\S\r\n]*+(?=[\r\n])")


class _Closers:
    """Finds the ends of open constructs; each search goes at most `SPAN` lines, or stops at what is already known."""

    __slots__ = ("_next", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: dict[str, int] = {}

    def within_span(self, opener: str, found: int) -> int:
        """Return the offset after the closer of the construct that opens at `found`, -1 if none is near enough."""
        closer = {"{%": "%}", "/*": "*/", "{{": "}}"}[opener]
        known = self._next.get(closer, 0)
        if known <= found:
            known = self._find(closer, found + 2)
            self._next[closer] = known
        if known > len(self._text):
            return -1
        is_far = any(islice(LINE_BREAK.finditer(self._text, found, known), SPAN, None))
        return -1 if is_far else known + 2

    def line_end(self, offset: int) -> int:
        """Return the offset after the line break of the line at `offset`."""
        match = LINE_BREAK.search(self._text, offset)
        return len(self._text) if match is None else match.end()

    def _find(self, closer: str, start: int) -> int:
        if closer == "}}":
            match = _script_block_close().search(self._text, start)
            return len(self._text) + 1 if match is None else match.end() - 2
        found = self._text.find(closer, start)
        return len(self._text) + 1 if found < 0 else found


@cache
def _script_block_close() -> re.Pattern[str]:
    return re.compile(r"(?<![^\r\n])[ \t]*\}\}(?=[^\S\r\n]*(?:[\r\n]|\Z))")
