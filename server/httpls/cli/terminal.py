"""What may go to a terminal: colours where they are wanted, and never a control character of somebody else's."""

import os
import re
import sys
from functools import cache
from typing import TextIO


def wants_colour(stream: TextIO) -> bool:
    """Tell whether to colour what goes to `stream`: on a terminal, unless NO_COLOR is set (https://no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def visible(text: str) -> str:
    """Return the text with control characters replaced by their pictures, so that a file cannot steer a terminal."""
    return text if text.isascii() and text.isprintable() else _control().sub(_picture, text)


class Style:
    """Paints words for a terminal, or leaves them as they are."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Decide once, for `stream` or else for the standard output, whether there are colours."""
        self._is_on = wants_colour(stream or sys.stdout)

    @classmethod
    def plain(cls) -> "Style":
        """Return a style without colours."""
        style = cls()
        style._is_on = False
        return style

    def paint(self, text: str, code: str) -> str:
        """Return the text in the colour of the escape code `code`, such as `31` or `1;33`."""
        return f"\x1b[{code}m{text}\x1b[0m" if self._is_on else text


@cache
def _control() -> re.Pattern[str]:
    return re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _picture(match: "re.Match[str]") -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"\\u{code:04x}"
