"""The tables of a grammar, which say everything that a parse needs: saved beside the grammar file, else made anew.

They are saved as JSON after a line that says of what they were made, so that those of another text are left aside.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

SUFFIX = ".tables"
"""The end of the names of the files that hold the tables of a grammar, beside the grammar file."""

_FORMAT = 1
"""Grows with each change of what is saved."""


class Rule(NamedTuple):
    """An alternative of a rule. Of what it consists is said by the states.

    `origin` is the rule, `size` the number of its parts, `name` what its tree is called. `shape` says which parts are
    kept, None for all: a number is an index; `~index` stands for what a part that has no tree of its own consists of;
    None for an optional part that is not there. If `is_transparent`, a single part that is kept takes its place.
    """

    origin: str
    size: int
    name: str
    is_transparent: bool
    shape: tuple[int | None, ...] | None


class Tables(NamedTuple):
    """The tables of a grammar.

    `states` has what to do for each state and name of a terminal: go to another state, or reduce by the rule `~number`;
    and for each name of a rule the state to go to. `lexer_of` has the number of the lexer of each state; a lexer is an
    expression whose groups are terminals, and for some of them texts that are another terminal.
    """

    start: int
    end: int
    states: tuple[Mapping[str, int], ...]
    rules: tuple[Rule, ...]
    lexer_of: tuple[int, ...]
    lexers: tuple[tuple[str, Mapping[str, Mapping[str, str]]], ...]
    ignored: frozenset[str]


def tables(grammar: Path) -> Tables:
    """Return the tables of a grammar file: as saved, or, where those are missing or of another text, made by Lark."""
    source = grammar.read_bytes()
    try:
        content = grammar.with_suffix(SUFFIX).read_bytes()
    except OSError:
        content = b""
    mark = _mark(source)
    if content.startswith(mark):
        return _read(content[len(mark) :])
    from httpls_grammar.larks import made

    return made(source.decode("utf-8"))


def saved(source: bytes, tables: Tables) -> bytes:
    """Return the content of the file for the tables of a grammar whose text is `source`."""
    *others, ignored = tables
    return _mark(source) + json.dumps([*others, sorted(ignored)], separators=(",", ":")).encode("ascii") + b"\n"


def _mark(source: bytes) -> bytes:
    return f"{_FORMAT} {crc32(source):08x}\n".encode("ascii")


def _read(content: bytes) -> Tables:
    start, end, states, rules, lexer_of, lexers, ignored = json.loads(content)
    made = [
        Rule(origin, size, name, is_transparent, None if shape is None else tuple(shape))
        for origin, size, name, is_transparent, shape in rules
    ]
    return Tables(
        start,
        end,
        tuple(states),
        tuple(made),
        tuple(lexer_of),
        tuple([(expression, exact) for expression, exact in lexers]),
        frozenset(ignored),
    )
