"""The pieces of a block: a request line, a header field, a stretch of body … and the lines each of them takes."""

from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

from httpls_grammar.lalr import Parser, Token
from httpls_grammar.tables import tables


class Piece(NamedTuple):
    """A run of whole lines of a block that belong together.

    `kind` is the name of the terminal in `structure.lark`; `first` is the index of its first line in the block,
    `end` the index after its last.
    """

    kind: str
    first: int
    end: int


def pieces_of(kinds: str) -> tuple[Piece, ...]:
    """Return the pieces of a block whose lines are of these `kinds`, in order; together they cover every line."""
    tokens = cast("list[Token]", _parser().tree(kinds).children)
    return tuple([Piece(token.type, token.start_pos, token.end_pos) for token in tokens])


@cache
def _parser() -> Parser:
    return Parser(tables(Path(__file__).with_name("structure.lark")))
