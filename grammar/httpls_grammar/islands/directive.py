"""A directive line: `# @name value`, `// @name=value`, in the spelling of any dialect."""

import re
from functools import cache
from typing import NamedTuple

from httpls_grammar.text import Range


class Directive(NamedTuple):
    """A directive as written.

    `key` is the name as names are compared: without `-` and `_`, in lower case. `value` is the rest of the line,
    trimmed, empty if there is none.
    """

    start: int
    end: int
    name: str
    name_start: int
    key: str
    value: str
    value_start: int
    value_end: int

    @property
    def range(self) -> Range:
        """The whole line."""
        return Range(self.start, self.end)

    @property
    def name_range(self) -> Range:
        """Where the name stands, without the `@`."""
        return Range(self.name_start, self.name_start + len(self.name))

    @property
    def value_range(self) -> Range:
        """Where the value stands."""
        return Range(self.value_start, self.value_end)


def parse_directive(line: str, start: int = 0) -> Directive | None:
    """Parse one line, its line break included or not; None if it is no directive.

    `start` is where the line begins in the text from which ranges count.
    """
    match = _pattern().match(line)
    if match is None:
        return None
    name = match.group(1)
    begin = match.end()
    value = line[begin:].rstrip()
    return Directive(
        start,
        start + len(line),
        name,
        start + match.start(1),
        normalise(name),
        value,
        start + begin,
        start + begin + len(value),
    )


def normalise(name: str) -> str:
    """Return a directive's name or a parameter's as names are compared: without blanks, `-`, `_`, in lower case."""
    return name.replace("-", "").replace("_", "").replace(" ", "").lower()


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        r"[^\S\r\n]*(?:#+|//+)[^\S\r\n]*@([A-Za-z][\w.\-]*)(?:[^\S\r\n]*=[^\S\r\n]*|[^\S\r\n]+|(?=[\r\n]|\Z))"
    )
