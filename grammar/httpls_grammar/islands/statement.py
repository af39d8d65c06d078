"""Statements that make other files known or run other requests: `import ./a.http`, `run #Login (@user=me)`."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from httpls_grammar.lalr import Parser, Token, UnexpectedError
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.tables import tables
from httpls_grammar.text import Range

MALFORMED_STATEMENT = ProblemKind(
    "malformed-statement", Severity.ERROR,
    "this line is not understood from here on",
    "Write `import ./file.http`, `run ./file.http` or `run #Name (@variable=value)`.",
)  # fmt: skip


class Assignment(NamedTuple):
    """One argument of `run`: a variable that the requests are run with."""

    name: str
    name_range: Range
    value: str
    value_range: Range


class StatementIsland(NamedTuple):
    """A statement: `keyword` is `import` or `run`; either `path` or `request_name` says what, the other is None."""

    keyword: str
    path: str | None
    request_name: str | None
    argument_range: Range
    assignments: tuple[Assignment, ...]
    problems: Sequence[Problem]


def parse_statement(text: str, start: int = 0) -> StatementIsland:
    """Parse one line; `start` is where it begins in what ranges count from."""
    try:
        tree = _parser().tree(text)
    except UnexpectedError as error:
        problem = MALFORMED_STATEMENT.at(Range(start + error.position, start + len(text)))
        word, _, argument = text.partition(" ")
        argument = argument.strip()
        where = Range(start + len(text) - len(argument), start + len(text))
        if argument.startswith("#"):
            return StatementIsland(word, None, argument[1:], where, (), (problem,))
        return StatementIsland(word, argument, None, where, (), (problem,))
    keyword, what, *rest = [token for token in tree.children if isinstance(token, Token)]
    is_request = what.type == "REQUEST"
    written = what.rstrip()
    begin = what.range(start).start
    where = Range(begin + is_request, begin + len(written))
    assignments: list[Assignment] = []
    for index, token in enumerate(rest):
        if token.type == "NAME":
            name_range = token.range(start)
            value, value_range = "", Range(name_range.end + 1, name_range.end + 1)
            if index + 1 < len(rest) and rest[index + 1].type == "VALUE":
                value, value_range = str(rest[index + 1]), rest[index + 1].range(start)
            assignments.append(Assignment(str(token), name_range, value, value_range))
    path, name = (None, written[1:].strip()) if is_request else (written, None)
    return StatementIsland(str(keyword), path, name, where, tuple(assignments), ())


@cache
def _parser() -> Parser:
    return Parser(tables(Path(__file__).with_name("statement.lark")))
