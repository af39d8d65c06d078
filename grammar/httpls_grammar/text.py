"""Positions in a text: ranges of code points, and lines that break only at LF, CR and CR LF."""

import re
from bisect import bisect_right
from typing import NamedTuple

LINE_BREAK = re.compile(r"\r\n|\n|\r")
"""What ends a line. U+2028, U+0085, form feed and the like do not: they may stand in a body or a header."""


class Range(NamedTuple):
    """A half-open stretch of text, in code points from the start of whatever the holder of the range says."""

    start: int
    end: int

    def shifted(self, distance: int) -> "Range":
        """Return the same stretch, seen from a point that lies `distance` code points before."""
        return Range(self.start + distance, self.end + distance)

    def of(self, text: str) -> str:
        """Return the piece of `text` that this range covers."""
        return text[self.start : self.end]

    def contains(self, offset: int) -> bool:
        """Tell whether a cursor at `offset` stands in this range or at one of its ends."""
        return self.start <= offset <= self.end


class Position(NamedTuple):
    """A place as people count it: line and column from 1, the column in code points."""

    line: int
    column: int


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line of `text` begins; the first is always 0.

    A text that ends in a line break has a last line that is empty.
    """
    return [0, *(match.end() for match in LINE_BREAK.finditer(text))]


def position_of(starts: list[int], offset: int) -> Position:
    """Turn `offset` into a position, with the line starts of the same text."""
    line = bisect_right(starts, offset) - 1
    return Position(line + 1, offset - starts[line] + 1)


def count_line_breaks(text: str) -> int:
    """Return how many line breaks `text` has; CR LF is one."""
    breaks = text.count("\n")
    if "\r" in text:
        breaks += text.count("\r") - text.count("\r\n")
    return breaks
