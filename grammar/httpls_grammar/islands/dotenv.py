"""`.env` files: `KEY=value` lines, with quotes, comments and values over several lines, as npm's dotenv reads them."""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range

MALFORMED_DOTENV = ProblemKind(
    "malformed-dotenv-line", Severity.WARNING,
    "this line is neither `KEY=value` nor a comment and means nothing",
    "Write it as `KEY=value`, or put `#` before it.",
)  # fmt: skip


class DotenvEntry(NamedTuple):
    """One entry. `value` is without quotes; `value_range` is that of the value as written, with them."""

    key: str
    key_range: Range
    value: str
    value_range: Range


class DotenvDocument(NamedTuple):
    """The entries of a file in order, equal keys among them, and what is wrong with it."""

    entries: Sequence[DotenvEntry]
    problems: Sequence[Problem]


def parse_dotenv(text: str) -> DotenvDocument:
    r"""Parse a `.env` file. Values in double quotes may have the escapes `\n` and `\r`; nothing is expanded."""
    entries: list[DotenvEntry] = []
    problems: list[Problem] = []
    for match in _line().finditer(text):
        if match.group(1) is None:
            if match.group(3) is not None:
                problems.append(MALFORMED_DOTENV.at(Range(*match.span(3))))
            continue
        entries.append(
            DotenvEntry(match.group(1), Range(*match.span(1)), _value(match.group(2)), Range(*match.span(2)))
        )
    return DotenvDocument(entries, problems)


def _value(written: str) -> str:
    quote = written[:1]
    if quote in ("'", '"', "`") and len(written) > 1 and written.endswith(quote):
        inner = written[1:-1]
        return inner.replace("\\n", "\n").replace("\\r", "\r") if quote == '"' else inner
    return written


@cache
def _line() -> re.Pattern[str]:
    """A line: an entry, else a blank line or a comment, else anything. A quoted value may go over several lines."""
    return re.compile(
        r"""[ \t\ufeff]*+(?:export[ \t]+)?([\w.\-]+)[ \t]*(?:=|:[ \t])[ \t]*+"""
        r"""('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^#\r\n]*?)[ \t]*(?:\#[^\r\n]*)?(?:\r\n|\n|\r|\Z)"""
        r"""|[ \t\ufeff]*+(?:\#[^\r\n]*)?(?:\r\n|\n|\r)"""
        r"""|[ \t\ufeff]*+(?:\#[^\r\n]*|([^\s\#][^\r\n]*?))[ \t]*(?:\r\n|\n|\r|\Z)"""
    )
