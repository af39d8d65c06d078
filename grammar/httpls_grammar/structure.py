"""The pieces of a block: a request line, a header field, a stretch of body … and the lines each of them takes."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple, cast

from lark import Token, Tree

from httpls_grammar.larks import grammar


class Piece(NamedTuple):
    """A run of whole lines of a block that belong together.

    `kind` is the name of the terminal in `structure.lark`; `first` is the index of its first line in the block,
    `end` the index after its last.
    """

    kind: str
    first: int
    end: int


@lru_cache(maxsize=4096)
def pieces_of(kinds: str) -> tuple[Piece, ...]:
    """Return the pieces of a block whose lines are of these `kinds`, in order; together they cover every line.

    Blocks of the same shape are common in a file, so the answers are kept.
    """
    tree = _parser()(kinds)
    return tuple(
        Piece(cast("Token", token).type, cast("Token", token).start_pos or 0, cast("Token", token).end_pos or 0)
        for token in tree.children
    )


@cache
def _parser() -> "Callable[[str], Tree[Token]]":
    return cast("Callable[[str], Tree[Token]]", grammar("httpls_grammar", "structure.lark"))
