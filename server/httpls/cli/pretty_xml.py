"""XML as people read it: a tag a line, indented. Nothing is expanded, looked up or changed but the white space."""

import re
from collections.abc import Iterator

from httpls.cli.terminal import Style

TAG, ATTRIBUTE, VALUE, COMMENT = "34;1", "36", "32", "2"
"""The colours of the kinds of tokens."""


def pretty_xml(text: str, style: Style) -> Iterator[str] | None:
    """Return the lines of a document; None if the text is no XML that can be laid out.

    An element with text only stays on its line; one that mixes text with elements stays as it is.
    """
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text or not _is_balanced(tokens):
        return None
    return _lines(tokens, style)


_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?\s*>"
    r"|</?[A-Za-z_][^\s<>/]*(?:\s+[^\s<>=/]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>|[^<]+",
    re.DOTALL,
)
_PIECES = re.compile(r"(</?)([^\s<>/]+)|(\s+)([^\s<>=/]+)(\s*=\s*)(\"[^\"]*\"|'[^']*')|(\s*/?>)")
_DEEPEST = 500


def _is_balanced(tokens: list[str]) -> bool:
    names: list[str] = []
    for token in tokens:
        if token.startswith("</"):
            if not names or names.pop() != token[2:-1].strip():
                return False
        elif _opens(token):
            names.append(re.split(r"[\s>]", token[1:], maxsplit=1)[0])
            if len(names) > _DEEPEST:
                return False
    return not names and any(token.startswith("<") for token in tokens)


def _opens(token: str) -> bool:
    return token.startswith("<") and token[1:2] not in ("/", "!", "?") and not token.endswith("/>")


def _lines(tokens: list[str], style: Style) -> Iterator[str]:
    depth = 0
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if not token.strip():
            index += 1
            continue
        if token.startswith("</"):
            depth -= 1
        if _opens(token):
            end = _end_of_mixed(tokens, index)
            if end is not None:
                yield "  " * depth + "".join([_painted(piece, style) for piece in tokens[index : end + 1]])
                index = end + 1
                continue
        yield "  " * depth + _painted(token.strip(), style)
        if _opens(token):
            depth += 1
        index += 1


def _end_of_mixed(tokens: list[str], start: int) -> int | None:
    """Return where the element that begins here ends, if it holds text itself or nothing at all; else None."""
    depth = 0
    has_text = False
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token.startswith("</"):
            depth -= 1
            if not depth:
                return index if has_text or index == start + 1 else None
        elif _opens(token):
            depth += 1
            if depth > 1 and not has_text:
                return None
        elif depth == 1 and token.strip() and (token[0] != "<" or token.startswith("<![CDATA[")):
            has_text = True
    return None


def _painted(token: str, style: Style) -> str:
    if not token.startswith("<"):
        return token
    if token[1:2] in ("!", "?"):
        return style.paint(token, COMMENT)
    return _PIECES.sub(lambda match: _piece(match, style), token)


def _piece(match: "re.Match[str]", style: Style) -> str:
    mark, name, blanks, attribute, equals, value, end = match.groups()
    if name:
        return style.paint(mark + name, TAG)
    if attribute:
        return f"{blanks}{style.paint(attribute, ATTRIBUTE)}{equals}{style.paint(value, VALUE)}"
    return style.paint(end, TAG)
