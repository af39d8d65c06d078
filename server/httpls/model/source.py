"""The text of a file, whatever its encoding, with places as people count them."""

from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from httpls_grammar import Document
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Position, Range, line_starts, position_of

UNREADABLE_FILE = ProblemKind(
    "unreadable-file", Severity.ERROR, "this file cannot be read: {reason}", "Check its name and its permissions."
)
WRONG_ENCODING = ProblemKind(
    "wrong-encoding", Severity.ERROR,
    "this file is not UTF-8: byte {byte:#04x} at offset {offset} begins no character",
    "Save the file as UTF-8; bodies in other encodings can stand in files of their own, named by `<@encoding path`.",
)  # fmt: skip


class Source:
    """A file as text. Bytes that are no text are replaced, and `problems` says so; the rest can be worked on."""

    def __init__(self, path: Path, text: str, problems: tuple[Problem, ...] = ()) -> None:
        """Take a text that is already decoded; use `decode` for bytes."""
        self.path = path
        self.problems = problems
        self._text = text

    @property
    def text(self) -> str:
        """All of the text."""
        return self._text

    @property
    def length(self) -> int:
        """The number of code points."""
        return len(self._text)

    def stretch(self, where: Range) -> str:
        """Return a part of the text."""
        return where.of(self._text)

    @cached_property
    def _starts(self) -> list[int]:
        return line_starts(self._text)

    def position(self, offset: int) -> Position:
        """Return line and column of an offset in code points."""
        return position_of(self._starts, offset)

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and a column in it, both from 1; that of the end for one beyond it."""
        starts = self._starts
        return min(starts[line - 1] + column - 1, self.length) if line <= len(starts) else self.length

    def line(self, number: int) -> str:
        """Return the text of a line, counted from 1, without its line break."""
        starts = self._starts
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")


class DocumentSource(Source):
    """The text of a document that is edited: its blocks are asked, and nothing joins them."""

    def __init__(self, path: Path, document: Document) -> None:
        """Take the tree, which has the text."""
        super().__init__(path, "")
        self._document = document

    @property
    def text(self) -> str:
        """All of the text, which costs as much as it is long."""
        return self._document.text

    @property
    def length(self) -> int:
        """The number of code points."""
        return self._document.blocks.length

    def stretch(self, where: Range) -> str:
        """Return a part of the text."""
        located = self._document.blocks.at_offset(where.start)
        inside = where.shifted(-located.offset)
        return inside.of(located.block.text) if inside.end <= len(located.block.text) else where.of(self.text)

    def position(self, offset: int) -> Position:
        """Return line and column of an offset in code points."""
        return self._document.position(offset)

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and a column in it, both from 1; that of the end for one beyond it."""
        located = self._document.blocks.at_line(line - 1)
        starts = located.block.line_starts
        inside = line - 1 - located.line
        return min(located.offset + starts[inside] + column - 1, self.length) if inside < len(starts) else self.length

    def line(self, number: int) -> str:
        """Return the text of a line, counted from 1, without its line break."""
        located = self._document.blocks.at_line(number - 1)
        starts = located.block.line_starts
        inside = number - 1 - located.line
        end = starts[inside + 1] if inside + 1 < len(starts) else len(located.block.text)
        return located.block.text[starts[inside] : end].rstrip("\r\n") if inside < len(starts) else ""


class Finding(NamedTuple):
    """A problem with its file: what the command line prints and what a report lists."""

    source: Source
    problem: Problem

    @property
    def start(self) -> Position:
        """Where the problem begins."""
        return self.source.position(self.problem.range.start)

    @property
    def end(self) -> Position:
        """Where the problem ends, which may be on a later line."""
        return self.source.position(self.problem.range.end)


def decode(path: Path, content: bytes) -> Source:
    """Decode the bytes of a file: UTF-8 with or without byte order mark, or UTF-16 with one.

    A byte order mark of UTF-8 stays in the text, so that the text is the file.
    """
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return Source(path, content[2:].decode(encoding, "replace"))
    try:
        return Source(path, content.decode("utf-8"))
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        where = Range(len(before), len(before) + 1)
        problem = WRONG_ENCODING.at(where, byte=content[error.start], offset=error.start)
        return Source(path, content.decode("utf-8", "replace"), (problem,))


def unreadable(path: Path, error: OSError) -> Finding:
    """Return the finding for a file that cannot be read."""
    problem = UNREADABLE_FILE.at(Range(0, 0), reason=error.strerror or str(error))
    return Finding(Source(path, ""), problem)
