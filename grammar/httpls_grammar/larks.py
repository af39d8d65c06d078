"""The one place that talks to Lark: grammars beside their modules, built when first used, typed for the rest."""

from collections.abc import Callable
from functools import cache
from pkgutil import get_data
from typing import Any, BinaryIO, cast
from zlib import crc32

from lark import Lark, Token, Transformer
from lark import __version__ as lark_version
from lark.exceptions import UnexpectedInput

from httpls_grammar.text import Range

TABLES_SUFFIX = ".tables"
"""The end of the names of the files that hold the tables of a grammar, beside the grammar file."""


def grammar(package: str, name: str, transformer: "Transformer[Token, Any] | None" = None) -> Callable[[str], Any]:
    """Return the parse function of the grammar file `name` in `package`.

    The LALR tables are loaded or built at the first call of this function for a name, never at import.
    With a `transformer`, its methods run during the parse and no tree is built, so depth is not bounded by
    Python's recursion limit. The returned function raises `lark.exceptions.UnexpectedInput`.
    """
    lark = lark_parser(package, name, transformer)
    # Lark's stubs leave the type of the text open; here it is always str.
    return cast("Callable[[str], Any]", lark.parse)  # pyright: ignore[reportUnknownMemberType]


def lark_parser(package: str, name: str, transformer: "Transformer[Token, Any] | None" = None) -> Lark:
    """Return the parser itself, for whoever feeds it token by token."""
    source = _source(package, name)
    saved = _saved_tables(package, name, source)
    if saved is None:
        return built(source, transformer)
    saved["data"]["options"]["transformer"] = transformer
    return Lark.load(saved)  # pyright: ignore[reportUnknownMemberType] # Lark's stubs leave the type of the file open.


def built(source: str, transformer: "Transformer[Token, Any] | None" = None) -> Lark:
    """Return the parser of a grammar, its tables worked out anew: six times as long as loading them takes."""
    return Lark(source, parser="lalr", lexer="contextual", transformer=transformer)


def save_parser(parser: Lark, file: BinaryIO) -> None:
    """Write the tables of a parser to a file."""
    parser.save(file)  # pyright: ignore[reportUnknownMemberType] # As in `lark_parser`.


def tables_mark(source: str) -> bytes:
    """Return the line with which a file of tables begins: by what version of Lark, and of what text they were made."""
    return f"{lark_version} {crc32(source.encode()):08x}\n".encode("ascii")


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


def _saved_tables(package: str, name: str, source: str) -> dict[str, Any] | None:
    """Return what was saved of a grammar, if it was saved of this text by this version of Lark."""
    try:
        content = get_data(package, name.removesuffix(".lark") + TABLES_SUFFIX)
    except OSError:
        return None
    mark = tables_mark(source)
    if content is None or not content.startswith(mark):
        return None
    import pickle

    saved: dict[str, Any] = pickle.loads(content[len(mark) :])  # noqa: S301 - a file of this package, as its code is
    return saved


@cache
def _source(package: str, name: str) -> str:
    data = get_data(package, name)
    assert data is not None
    return data.decode("utf-8")
