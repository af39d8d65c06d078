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

    range: Range
    name: str
    name_range: Range
    key: str
    value: str
    value_range: Range


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
        Range(start, start + len(line)),
        name,
        Range(start + match.start(1), start + match.end(1)),
        normalise(name),
        value,
        Range(start + begin, start + begin + len(value)),
    )


def normalise(name: str) -> str:
    """Return a directive's name or a parameter's as names are compared: without blanks, `-`, `_`, in lower case."""
    return name.replace("-", "").replace("_", "").replace(" ", "").lower()


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        r"[^\S\r\n]*(?:#+|//+)[^\S\r\n]*@([A-Za-z][\w.\-]*)(?:[^\S\r\n]*=[^\S\r\n]*|[^\S\r\n]+|(?=[\r\n]|\Z))"
    )
