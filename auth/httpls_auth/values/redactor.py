"""Masks secrets in whatever is about to be shown or stored, by value and in every encoding they may have taken."""

import base64
import json
import re
import threading
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from httpls_auth.values.value import MASK, Value

SHORTEST = 5
"""Secrets of fewer code points are masked only where their place is known: by value they would mask half a text."""


class Redactor:
    """Knows secrets, and masks them in texts. It may be used from several threads."""

    def __init__(self) -> None:
        """Begin without secrets."""
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._longest = 0

    def add(self, value: Value) -> None:
        """Mask the secret stretches of this value from now on."""
        for secret in value.secrets():
            self.add_secret(secret)

    def add_secret(self, secret: str) -> None:
        """Mask this text from now on, and its encodings; one shorter than `SHORTEST` is not masked by value."""
        if len(secret) < SHORTEST or secret in self._known:
            return
        with self._lock:
            fresh = set(forms_of(secret)) - self._forms
            if fresh:
                self._forms |= fresh
                self._longest = max(self._longest, *map(len, fresh))
                ordered = sorted(self._forms, key=len, reverse=True)
                self._pattern = re.compile("|".join(map(re.escape, ordered)))
            self._known.add(secret)

    def redact(self, text: str) -> str:
        """Return the text with `MASK` in place of every secret."""
        pattern = self._pattern
        return text if pattern is None else pattern.sub(MASK, text)

    def redact_bytes(self, content: bytes) -> bytes:
        """Return the bytes with the mask, in UTF-8, in place of every secret in UTF-8 or an encoding of it."""
        if self._pattern is None:
            return content
        return self.redact(content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def redact_stream(self, chunks: Iterable[str]) -> Iterator[str]:
        """Yield the redacted text of chunks; a secret may lie across the border of chunks.

        No more is held back than the longest form of a secret has code points. The secrets known at the start count.
        """
        pattern, longest = self._pattern, self._longest
        if pattern is None:
            yield from chunks
            return
        held = ""
        for chunk in chunks:
            held += chunk
            safe = len(held) - longest + 1
            if safe <= 0:
                continue
            pieces: list[str] = []
            end = 0
            for match in pattern.finditer(held):
                if match.start() >= safe:
                    break
                pieces += [held[end : match.start()], MASK]
                end = match.end()
            cut = max(end, safe)
            yield "".join([*pieces, held[end:cut]])
            held = held[cut:]
        yield pattern.sub(MASK, held)


def forms_of(secret: str) -> Iterator[str]:
    """Yield the text and the forms in which it may be met: base64, percent-encoded, hexadecimal, escaped.

    Of base64 there are three, by where the secret begins among the bytes that are encoded; the characters that also
    depend on its neighbours are left out. Forms shorter than `SHORTEST` are left out.
    """
    every = dict.fromkeys(_all_forms(secret))
    return (form for form in every if len(form) >= SHORTEST)


def _all_forms(secret: str) -> Iterator[str]:
    content = secret.encode("utf-8", "surrogatepass")
    yield secret
    for encoded in (quote(content, safe=""), quote(content), quote_plus(content), quote(content, safe="!'()*")):
        yield encoded
        yield re.sub(r"%[0-9A-F]{2}", lambda match: match.group().lower(), encoded)
    yield content.hex()
    yield content.hex().upper()
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield json.dumps(secret)[1:-1].replace("/", "\\/")
    yield from _in_markup(secret)
    for shift in range(3):
        padded = base64.b64encode(b"\0" * shift + content).decode("ascii").rstrip("=")
        first = (0, 2, 3)[shift]
        whole = (shift + len(content)) % 3 == 0
        stable = padded[first:] if whole else padded[first:-1]
        yield stable
        yield stable.replace("+", "-").replace("/", "_")


def _in_markup(secret: str) -> Iterator[str]:
    """Yield the text as it stands in HTML and XML, with both spellings of the apostrophe."""
    escaped = secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    yield escaped.replace("'", "&#x27;")
    yield escaped.replace("'", "&#39;")
