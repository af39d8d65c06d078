"""A value: text that knows what must be known about it, and that cannot be shown by accident."""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import NoReturn

from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.origin import Origin
from httpls_auth.values.provenance import Provenance

MASK = "•••••"
"""What stands for a secret, whatever its length."""


class Value:
    """A text with labels, provenance, and the stretches of it that are secret.

    `str`, `repr` and formatting show the masked text; `reveal()` is the only way to the text itself. `spans` are the
    stretches that are secret. Values are immutable and compare by text and labels; they cannot be pickled.
    """

    __slots__ = ("_text", "labels", "provenance", "spans")

    def __init__(self, text: str, provenance: Provenance, labels: Labels = PLAIN) -> None:
        """Take a text with its labels; if they say secret, all of it is."""
        self._text = text
        self.labels = labels
        self.provenance = provenance
        self.spans: tuple[tuple[int, int], ...] = ((0, len(text)),) if labels.secret is not None and text else ()

    @property
    def is_secret(self) -> bool:
        """Tell whether any of the text may not be shown."""
        return self.labels.secret is not None

    def reveal(self) -> str:
        """Return the text itself. Only what sends, stores in a keyring, or was asked by name may call this."""
        return self._text

    def masked(self) -> str:
        """Return the text with `MASK` in place of each secret stretch."""
        if not self.spans:
            return self._text
        pieces: list[str] = []
        end = 0
        for start, stop in self.spans:
            pieces += [self._text[end:start], MASK]
            end = stop
        return "".join([*pieces, self._text[end:]])

    def secrets(self) -> Iterable[str]:
        """Return the secret stretches themselves, for the redactor."""
        return (self._text[start:stop] for start, stop in self.spans)

    def derived(self, function: Callable[[str], str]) -> "Value":
        """Return `function` of the text, with the same labels: an encoding, a hash, a cut.

        Where any of the text is secret, all of the result is: which stretch of it tells the secret is not known.
        """
        return Value(function(self._text), self.provenance, self.labels)

    def transcribed(self, function: Callable[[str], str]) -> "Value":
        """Return the text rewritten character by character, an encoding for example; secret stretches stay as they are.

        `function` must treat each code point by itself, since it is called for each stretch alone.
        """
        if not self.spans:
            return _make(function(self._text), self.provenance, self.labels, ())
        pieces: list[str] = []
        spans: list[tuple[int, int]] = []
        length = end = 0
        for start, stop in (*self.spans, (len(self._text), len(self._text))):
            before, secret = function(self._text[end:start]), function(self._text[start:stop])
            pieces += [before, secret]
            if secret:
                spans.append((length + len(before), length + len(before) + len(secret)))
            length += len(before) + len(secret)
            end = stop
        return _make("".join(pieces), self.provenance, self.labels, tuple(spans))

    def cut(self, start: int, stop: int | None = None) -> "Value":
        """Return the code points from `start` to `stop`, with the same labels; secret stretches stay as they are."""
        end = len(self._text) if stop is None else min(stop, len(self._text))
        spans = [(max(first, start) - start, min(last, end) - start) for first, last in self.spans]
        kept = tuple([(first, last) for first, last in spans if first < last])
        return _make(self._text[start:end], self.provenance, self.labels, kept)

    def labelled(self, labels: Labels) -> "Value":
        """Return the same text with further labels."""
        return Value(self._text, self.provenance, self.labels | labels)

    def restricted(self, origins: frozenset[Origin]) -> "Value":
        """Return the same text, which may be sent to these origins only; secret stretches stay as they are."""
        return _make(self._text, self.provenance, self.labels | Labels(None, origins), self.spans)

    def from_(self, provenance: Provenance) -> "Value":
        """Return the same value as found in another place."""
        return _make(self._text, provenance, self.labels, self.spans)

    def __str__(self) -> str:
        """Return the masked text."""
        return self.masked()

    def __format__(self, specification: str) -> str:
        """Format the masked text."""
        return format(self.masked(), specification)

    def __repr__(self) -> str:
        """Return the masked text as a literal."""
        return f"Value({self.masked()!r})"

    def __len__(self) -> int:
        """Return the length of the text in code points."""
        return len(self._text)

    def __eq__(self, other: object) -> bool:
        """Compare text and labels; provenance does not count."""
        if not isinstance(other, Value):
            return NotImplemented
        return self._text == other._text and self.labels == other.labels

    def __hash__(self) -> int:
        """Hash text and labels."""
        return hash((self._text, self.labels))

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled: a pickle would hold the secret in clear."""
        raise TypeError("a value cannot be pickled")


def joined(values: Iterable[Value], provenance: Provenance) -> Value:
    """Return the values one after the other, with united labels and each secret stretch in its place."""
    # Every text of every request goes through here: what is the same or plain is passed over as quickly as can be.
    texts: list[str] = []
    labels = PLAIN
    spans: list[tuple[int, int]] = []
    sources: list[Provenance] = []
    offset = 0
    for value in values:
        text = value.reveal()
        texts.append(text)
        if value.labels is not labels:
            labels = labels | value.labels
        if value.spans:
            spans += [(start + offset, stop + offset) for start, stop in value.spans]
        if value.provenance is not provenance and value.provenance != provenance:
            sources.append(value.provenance)
        offset += len(text)
    if sources:
        provenance = provenance._replace(via=tuple(dict.fromkeys(chain(provenance.via, sources))))
    return _make("".join(texts), provenance, labels, tuple(spans))


def _make(text: str, provenance: Provenance, labels: Labels, spans: tuple[tuple[int, int], ...]) -> Value:
    value = Value(text, provenance, labels)
    value.spans = spans
    return value
