"""Offsets such as `1 d` or `-3 M`: how far a time lies from now, added as Day.js adds."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

UNITS = {
    "y": "years",
    "Q": "quarters",
    "M": "months",
    "w": "weeks",
    "d": "days",
    "h": "hours",
    "m": "minutes",
    "s": "seconds",
    "ms": "milliseconds",
}
"""The units, as they are written and in words. `M` and `m` differ, so case counts."""


class Offset(NamedTuple):
    """A whole number of a unit; negative for the past."""

    amount: int
    unit: str


def is_amount(text: str) -> bool:
    """Tell whether `text` is the number of an offset: a whole number of at most 15 digits."""
    return _AMOUNT.fullmatch(text) is not None


def unit_meant(text: str) -> str | None:
    """Return the unit that `text` probably means: `days`, `Day`, `D` and `hrs` are no units, but nearly."""
    lowered = text.lower()
    exact = {"yr": "y", "qtr": "Q", "mo": "M", "mon": "M", "wk": "w", "hr": "h", "min": "m", "sec": "s", "msec": "ms"}
    words = exact | {word.removesuffix("s"): unit for unit, word in UNITS.items()}
    singular = lowered if lowered in UNITS else lowered.removesuffix("s")
    return words.get(singular) or next((unit for unit in UNITS if unit.lower() == singular), None)


def add(moment: datetime, offset: Offset) -> datetime | None:
    """Return the time that lies `offset` from `moment`, in the zone of `moment`; None if no calendar has it.

    Years, quarters and months keep the day and the time of day; where the month is too short, its last day is taken
    (31 January + 1 month = 28 or 29 February). Weeks and days keep the time of day. The other units are exact spans.
    A time of day that the zone skips moves on by what is skipped; of two that are the same, it is the first.
    """
    amount, unit = offset
    try:
        if unit in _MONTHS:
            return _months_later(moment, amount * _MONTHS[unit])
        if unit in _DAYS:
            wall = moment.replace(tzinfo=None) + timedelta(days=amount * _DAYS[unit])
            return _in_zone(wall, moment)
        span = timedelta(milliseconds=amount * _MILLISECONDS[unit])
        return (moment.astimezone(UTC) + span).astimezone(moment.tzinfo)
    except (OverflowError, ValueError):
        return None


_AMOUNT = re.compile(r"[+-]?[0-9]{1,15}")
_MONTHS = {"y": 12, "Q": 3, "M": 1}
_DAYS = {"w": 7, "d": 1}
_MILLISECONDS = {"h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    leap = month == 1 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    last = _LENGTHS[month] + leap
    wall = moment.replace(tzinfo=None, year=year, month=month + 1, day=min(moment.day, last))
    return _in_zone(wall, moment)


def _in_zone(wall: datetime, moment: datetime) -> datetime:
    """Return the time at which clocks in the zone of `moment` show `wall`."""
    there = wall.replace(tzinfo=moment.tzinfo, fold=0)
    return there.astimezone(UTC).astimezone(moment.tzinfo)
