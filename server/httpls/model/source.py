"""The text of a file, whatever its encoding, with places as people count them."""

from functools import cached_property
from pathlib import Path
from typing import NamedTuple

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
        self.text = text
        self.problems = problems

    @cached_property
    def _starts(self) -> list[int]:
        return line_starts(self.text)

    def position(self, offset: int) -> Position:
        """Return line and column of an offset in code points."""
        return position_of(self._starts, offset)

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and a column in it, both from 1; that of the end for one beyond it."""
        starts = self._starts
        return min(starts[line - 1] + column - 1, len(self.text)) if line <= len(starts) else len(self.text)

    def line(self, number: int) -> str:
        """Return the text of a line, counted from 1, without its line break."""
        starts = self._starts
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")


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
