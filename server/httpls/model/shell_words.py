"""Words of a POSIX shell: quoted text, with variables for what is not known or not shown."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from httpls.model.planned_text import Hole, PlannedText
from httpls_auth.values.secret_names import looks_secret
from httpls_auth.values.value import Value


class ShellWriter:
    """Makes words of planned texts, and remembers the variables that stand for holes and secrets."""

    def __init__(self, reveals: bool) -> None:
        """Take whether secrets that are known are written in clear."""
        self._reveals = reveals
        self.variables: dict[str, str] = {}

    def word(self, *texts: PlannedText | str) -> str:
        """Return one word made of these texts."""
        words: list[str] = []
        plain = ""
        for text in texts:
            for piece in (text,) if isinstance(text, str) else text.pieces:
                for stretch in self._stretches(piece):
                    if isinstance(stretch, str):
                        plain += stretch
                        continue
                    words += [quoted(plain)] if plain else []
                    words.append(self._variable(stretch.name))
                    plain = ""
        words += [quoted(plain)] if plain else []
        return "".join(words) or "''"

    def _stretches(self, piece: "str | Value | Hole") -> "Iterator[str | _Hidden]":
        """Yield what may be shown as text, and what may not as the name of what it is."""
        if isinstance(piece, Hole):
            yield _Hidden(piece.name)
        elif isinstance(piece, str) or not piece.is_secret or self._reveals:
            yield piece if isinstance(piece, str) else piece.reveal()
        else:
            end = 0
            for (start, stop), name in zip(piece.spans, _names_of(piece), strict=True):
                yield from ((piece.cut(end, start).reveal(),) if end < start else ())
                yield _Hidden(name)
                end = stop
            yield piece.cut(end).reveal()

    def _variable(self, name: str) -> str:
        """Return a reference to the variable that stands for a hole, such as `"$SECRET_TOKEN"`."""
        wanted = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper() or "VALUE"
        wanted = f"_{wanted}" if wanted[0].isdigit() else wanted
        free, number = wanted, 2
        while self.variables.get(free, name) != name:
            free, number = f"{wanted}_{number}", number + 1
        self.variables[free] = name
        return f'"${free}"'


def quoted(text: str) -> str:
    """Return a text as a word of the shell, unquoted where that is safe.

    Text with control characters other than line feeds is written as `$'…'` (POSIX.1-2024), so that none is lost.
    """
    if re.fullmatch(r"[A-Za-z0-9_@%+=:,./-]+", text):
        return text
    if re.search("[\x00-\x09\x0b-\x1f\x7f]", text):
        escaped = re.sub(r"[\\'\x00-\x1f\x7f]", lambda match: _ESCAPES.get(match[0]) or f"\\x{ord(match[0]):02x}", text)
        return f"$'{escaped}'"
    return "'" + text.replace("'", "'\\''") + "'"


_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _names_of(value: Value) -> Sequence[str]:
    """Return a name for each secret stretch of a value.

    Where the value was made of several, its parts are known, but not which stretch is which part; if as many parts as
    there are stretches sound like secrets, it is those, in order.
    """
    parts = [part.label for part in value.provenance.via] or [value.provenance.label]
    for chosen in (parts, [label for label in parts if looks_secret(label)]):
        if len(chosen) == len(value.spans):
            return chosen
    return ["secret"] * len(value.spans)


class _Hidden(NamedTuple):
    name: str
