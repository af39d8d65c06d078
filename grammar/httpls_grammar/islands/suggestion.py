"""Finds the word that somebody most likely meant."""

from collections.abc import Iterable

_MOST = 60
"""How many words are compared in earnest; of more, those that have most letters in common with the wanted one."""
_CUTOFF = 0.7
"""How near a word has to be, as the ratio of `difflib`."""


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate nearest to `word` in spelling, None if none is near. Case does not matter."""
    return Suggester(candidates).nearest(word)


class Suggester:
    """Words that may be meant, prepared for many questions: each costs little, however many words there are."""

    def __init__(self, candidates: Iterable[str]) -> None:
        """Take the words; nothing is looked at yet."""
        self._candidates = candidates
        self._prepared: list[tuple[int, int, str]] | None = None
        self._by_lower: dict[str, str] = {}
        self._answers: dict[str, str | None] = {}

    def nearest(self, word: str) -> str | None:
        """Return the nearest word, None if none is near."""
        lower = word.lower()
        if lower not in self._answers:
            self._answers[lower] = self._nearest(lower)
        return self._answers[lower]

    def _nearest(self, word: str) -> str | None:
        from difflib import get_close_matches

        if self._prepared is None:
            self._by_lower = {candidate.lower(): candidate for candidate in self._candidates}
            self._prepared = [(len(lower), _letters(lower), lower) for lower in self._by_lower]
        length, letters = len(word), _letters(word)
        # Words of too different length cannot be near: at most the shorter one of both is what they have in common.
        least, most = _CUTOFF / (2 - _CUTOFF) * length, (2 - _CUTOFF) / _CUTOFF * length
        likely = [
            ((letters ^ others).bit_count(), candidate)
            for size, others, candidate in self._prepared
            if least <= size <= most
        ]
        if len(likely) > _MOST:
            likely = sorted(likely, key=lambda entry: entry[0])[:_MOST]
        near = get_close_matches(word, [candidate for _, candidate in likely], n=1, cutoff=_CUTOFF)
        return self._by_lower[near[0]] if near else None


def _letters(word: str) -> int:
    """Return a number in which each bit stands for a letter that occurs in the word."""
    letters = 0
    for letter in word[:100]:
        letters |= 1 << (ord(letter) & 63)
    return letters
