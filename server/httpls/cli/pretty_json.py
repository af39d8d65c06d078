"""JSON as people read it, laid out anew but not rewritten: numbers, escapes and doubled keys stay as they came."""

import re
from collections.abc import Iterator

from httpls.cli.terminal import Style

KEY, STRING, NUMBER, WORD, MARK = "34;1", "32", "36", "35", "2"
"""The colours of the kinds of tokens."""


def pretty_json(text: str, style: Style, is_whole: bool = True) -> Iterator[str] | None:
    """Return the lines of one JSON value, or of several one after the other; None if the text is no JSON.

    Of a text that is not whole, it is taken on trust that what is missing would make it JSON.
    """
    if is_whole and not _is_json(text):
        return None
    tokens: list[str] = []
    position = 0
    while match := _TOKEN.match(text, position):
        tokens.append(match.group(1))
        position = match.end()
    if not tokens or tokens[0] in (",", ":", "}", "]"):
        return None
    return _lines(tokens, style)


_TOKEN = re.compile(
    r'[ \t\r\n]*("(?:[^"\\\x00-\x1f]|\\.)*"|-?[0-9][0-9.eE+-]*|true|false|null|NaN|-?Infinity|[{}\[\],:])'
)
_WHITE = " \t\r\n"


def _is_json(text: str) -> bool:
    import json

    decoder = json.JSONDecoder()
    position = len(text) - len(text.lstrip(_WHITE))
    end = len(text.rstrip(_WHITE))
    try:
        while position < end:
            _, position = decoder.raw_decode(text, position)
            while text[position : position + 1] in _WHITE and position < end:
                position += 1
    except (ValueError, RecursionError):
        return False
    return True


def _lines(pieces: list[str], style: Style) -> Iterator[str]:
    depth = 0
    line = ""
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else ""
        if piece in ("{", "["):
            line += style.paint(piece, MARK)
            depth += 1
            if following not in ("}", "]"):
                yield line
                line = "  " * depth
        elif piece in ("}", "]"):
            depth -= 1
            if pieces[index - 1] not in ("{", "["):
                yield line
                line = "  " * depth
            line += style.paint(piece, MARK)
        elif piece == ",":
            yield line + style.paint(piece, MARK)
            line = "  " * depth
        elif piece == ":":
            line += style.paint(piece, MARK) + " "
        else:
            line += style.paint(piece, _colour(piece, following == ":"))
        if depth == 0 and following:
            yield line
            line = ""
    yield line


def _colour(piece: str, is_key: bool) -> str:
    if piece.startswith('"'):
        return KEY if is_key else STRING
    return NUMBER if piece[0] in "-0123456789" else WORD
