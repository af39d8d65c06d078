"""The body of a response as it is shown on a terminal: laid out, in colours, cut if it is long, binary only told."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from httpls.cli.terminal import Style, visible
from httpls.cli.units import shown_size
from httpls.run.decoded_text import decoded_text
from httpls.run.exchange import ReceivedResponse
from httpls_auth.values.redactor import Redactor

MOST_LINES = 400
"""How many lines are shown unless everything is wanted."""
_LONGEST_LINE = 4000
_MOST_BYTES = 1 << 18
_MOST_BYTES_WANTED = 64 << 20


class ShownBody(NamedTuple):
    """The lines of a body, and what has to be said about it, such as that there is more."""

    lines: Sequence[str]
    note: str | None = None


def pretty_body(response: ReceivedResponse, redactor: Redactor, style: Style, shows_all: bool = False) -> ShownBody:
    """Return what is shown of a body: nothing for an empty one, a note alone for one that is no text."""
    length = response.content.length
    if not length:
        return ShownBody(())
    limit = _MOST_BYTES_WANTED if shows_all else _MOST_BYTES
    content = response.content.read(limit)
    media_type = (response.head.value("content-type") or "").partition(";")[0].strip().lower()
    is_whole = len(content) == length
    text = decoded_text(content, response.head.value("content-type") or "", is_whole)
    if text is None:
        return ShownBody((), f"{shown_size(length)} of {visible(media_type) or 'binary content'}{_kind(content)}")
    shown = visible(redactor.redact(text).replace("\r\n", "\n"))
    lines = _laid_out(shown, media_type, style, is_whole)
    if shows_all:
        return ShownBody(list(lines))
    first = [_cut(line) for line in islice(lines, MOST_LINES)]
    if is_whole and next(iter(lines), None) is None:
        return ShownBody(first)
    return ShownBody(first, f"the rest of {shown_size(length)} is not shown")


def _laid_out(text: str, media_type: str, style: Style, is_whole: bool) -> Iterator[str]:
    """Yield the lines of a text in the layout of its type, by the type or by what it looks like."""
    first = text.lstrip()[:1]
    lines: Iterator[str] | None = None
    if "ndjson" in media_type or "jsonl" in media_type:
        # A value a line is how it is meant to be read.
        return iter(text.removesuffix("\n").split("\n"))
    if media_type.endswith(("json", "json5")) or (first in ("{", "[") and not media_type.startswith("text/")):
        from httpls.cli.pretty_json import pretty_json

        lines = pretty_json(text, style, is_whole)
    elif is_whole and (media_type.endswith("xml") or text.startswith("<?xml")):
        from httpls.cli.pretty_xml import pretty_xml

        lines = pretty_xml(text, style)
    return iter(text.removesuffix("\n").split("\n")) if lines is None else lines


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}… ({len(line):,} characters)"


def _kind(content: bytes) -> str:
    """Name the format of well-known binary files by their first bytes."""
    for start, name in _SIGNATURES:
        if content.startswith(start):
            return f" ({name})"
    return ""


_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\0asm", "WebAssembly"),
    (b"\x7fELF", "a program"),
)
