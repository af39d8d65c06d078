"""Between positions of the protocol and offsets in code points; nothing else counts bytes or UTF-16 units."""

from collections.abc import Sequence
from typing import Protocol

from lsprotocol import types

from httpls_grammar.text import Range


class Lines(Protocol):
    """A text in lines, as a document gives it. Lines end at LF, CR and CR LF only, as the protocol says."""

    @property
    def length(self) -> int:
        """The number of code points."""
        ...

    def line_at(self, number: int) -> tuple[int, str]:
        """Return offset and text (with its line break) of a line from 0; those after the end are empty, at the end."""
        ...

    def line_of(self, offset: int) -> tuple[int, int]:
        """Return the number, from 0, and the start of the line that holds `offset`."""
        ...

    def before(self, offset: int) -> tuple[int, str]:
        """Return the number of the line that holds `offset`, and what stands before it in that line."""
        ...


class Positions:
    """Converts with the encoding that client and server agreed on."""

    def __init__(self, encoding: types.PositionEncodingKind | str) -> None:
        """Take the encoding: `utf-8`, `utf-16` or `utf-32`."""
        self.encoding = types.PositionEncodingKind(encoding)

    def offset(self, lines: Lines, position: types.Position) -> int:
        """Return the offset of a position. One beyond the end of its line means the end of it, before its break."""
        start, text = lines.line_at(position.line)
        content = text.rstrip("\r\n")
        return start + self._code_points(content, position.character)

    def position(self, lines: Lines, offset: int) -> types.Position:
        """Return the position of an offset."""
        number, text = lines.before(offset)
        return types.Position(number, self.width(text))

    def range(self, lines: Lines, where: Range) -> types.Range:
        """Return the range of a stretch of text."""
        return types.Range(self.position(lines, where.start), self.position(lines, where.end))

    def stretch(self, lines: Lines, where: types.Range) -> Range:
        """Return the stretch of text that a range means."""
        start = self.offset(lines, where.start)
        return Range(start, max(start, self.offset(lines, where.end)))

    def width(self, text: str) -> int:
        """Return how many units of the encoding a text has."""
        if self.encoding is types.PositionEncodingKind.Utf32 or text.isascii():
            return len(text)
        if self.encoding is types.PositionEncodingKind.Utf8:
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text.encode("utf-16-le", "surrogatepass")) // 2

    def _code_points(self, text: str, units: int) -> int:
        """Return how many code points the first `units` units are; a unit inside a character counts as its start."""
        if self.encoding is types.PositionEncodingKind.Utf32 or text.isascii():
            return min(units, len(text))
        if self.encoding is types.PositionEncodingKind.Utf8:
            return len(text.encode("utf-8", "surrogatepass")[:units].decode("utf-8", "ignore"))
        return len(text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore"))


def choose_encoding(offered: Sequence[types.PositionEncodingKind | str] | None) -> types.PositionEncodingKind:
    """Return the encoding to speak: UTF-32 counts as we do; then what the client likes best; UTF-16 if it is silent."""
    known = [
        kind for word in offered or () for kind in types.PositionEncodingKind if kind == word or kind.value == word
    ]
    if types.PositionEncodingKind.Utf32 in known:
        return types.PositionEncodingKind.Utf32
    return known[0] if known else types.PositionEncodingKind.Utf16
