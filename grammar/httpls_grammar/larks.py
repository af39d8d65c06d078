"""The one place that talks to Lark: grammars beside their modules, built when first used, typed for the rest."""

from collections.abc import Callable
from functools import cache
from pkgutil import get_data
from typing import Any, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from httpls_grammar.text import Range


def grammar(package: str, name: str, transformer: "Transformer[Token, Any] | None" = None) -> Callable[[str], Any]:
    """Return the parse function of the grammar file `name` in `package`.

    The LALR tables are built at the first call of this function for a name, never at import.
    With a `transformer`, its methods run during the parse and no tree is built, so depth is not bounded by
    Python's recursion limit. The returned function raises `lark.exceptions.UnexpectedInput`.
    """
    lark = lark_parser(package, name, transformer)
    # Lark's stubs leave the type of the text open; here it is always str.
    return cast("Callable[[str], Any]", lark.parse)  # pyright: ignore[reportUnknownMemberType]


def lark_parser(package: str, name: str, transformer: "Transformer[Token, Any] | None" = None) -> Lark:
    """Return the parser itself, for whoever feeds it token by token."""
    return Lark(_source(package, name), parser="lalr", lexer="contextual", transformer=transformer)


def parse_interactively(parser: Lark, text: str) -> Any:
    """Return Lark's interactive parser for a text, which can be fed on after an error. Its stubs have no types."""
    return cast("Any", parser.parse_interactive(text))  # pyright: ignore[reportUnknownMemberType]


def is_at_end(error: UnexpectedInput) -> bool:
    """Tell whether a parse failed because the text ended too early."""
    token: object = getattr(error, "token", None)  # The stubs of Lark leave its type open.
    return isinstance(token, Token) and token.type == "$END"


def token_range(token: Token, start: int = 0) -> Range:
    """Return where a token stands, shifted by `start`."""
    begin, end = token.start_pos, token.end_pos
    assert begin is not None
    assert end is not None
    return Range(begin + start, end + start)


@cache
def _source(package: str, name: str) -> str:
    data = get_data(package, name)
    assert data is not None
    return data.decode("utf-8")
