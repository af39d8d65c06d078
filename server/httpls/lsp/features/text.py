"""Texts for people, as far as the client can show them."""

import re

from lsprotocol import types


def markup(text: str, is_markdown: bool) -> types.MarkupContent:
    """Return Markdown as it is, or without its marks for a client that shows plain text."""
    if is_markdown:
        return types.MarkupContent(types.MarkupKind.Markdown, text)
    return types.MarkupContent(types.MarkupKind.PlainText, plain(text))


def plain(text: str) -> str:
    """Return the text of Markdown that was written here, without its marks."""
    without_code = re.sub(r"(`+)( ?)(.*?)\2\1", r"\3", text)
    without_marks = re.sub(r"(?<!\\)(\*\*|\*)", "", without_code)
    return re.sub(r"\\([\\`*_{}\[\]()#+!|<>&~-])", r"\1", without_marks)
