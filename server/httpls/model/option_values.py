"""What the values of tags and options mean: lengths of time, numbers, lists."""

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import cast

from httpls_grammar.profile import Profile

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


def duration(text: str, profile: Profile, unit_of_httpyac: str = "ms") -> tuple[float, bool] | None:
    """Return a length of time in seconds, and whether its unit had to be guessed; None for what is none.

    Without a unit it is in seconds in the profiles `jetbrains` and `kulala`, in milliseconds in `httpyac`; else in
    seconds if it is less than 1000.
    """
    match = _time().fullmatch(text.strip().lower())
    if match is None:
        return None
    number, unit = float(match.group(1)), match.group(2)
    if unit:
        return number * _UNITS[unit], False
    if profile in (Profile.JETBRAINS, Profile.KULALA):
        return number, True
    if profile is Profile.HTTPYAC:
        return number * _UNITS[unit_of_httpyac], True
    return (number if number < 1000 else number / 1000), True


def seconds(text: str) -> float | None:
    """Return a number of seconds without a unit, as cURL takes it; None for what is none."""
    return float(text) if re.fullmatch(r"\d{1,9}(?:\.\d{1,6})?", text.strip()) else None


def count(text: str) -> int | None:
    """Return a number of at most six digits; None for what is none."""
    return int(text) if re.fullmatch(r"\d{1,6}", text.strip()) else None


def address(text: str) -> tuple[tuple[str, int, str], ...] | None:
    """Return host, port and address of `--resolve` of cURL; None for what is none."""
    match = re.fullmatch(r"\+?([^:]+):(\d{1,5}):\[?([^\],]+)\]?.*", text.strip())
    return ((match.group(1), int(match.group(2)), match.group(3)),) if match else None


def words(text: str) -> Sequence[str]:
    """Return what is divided by spaces or commas."""
    return [word for word in re.split(r"[\s,]+", text) if word]


def unquoted(text: str) -> str:
    """Return a text without the quotes around it, if there are some."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def json_array(text: str) -> Sequence[str] | None:
    """Return the items of an array in JSON, those that are no texts as JSON; None for what is none."""
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list):
        return None
    items = cast("list[object]", found)
    return [item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in items]


@cache
def _time() -> re.Pattern[str]:
    return re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*(ms|s|min|m|h|)")
