"""Times in the format language of .NET, for `DateTimeOffset` and the invariant culture.

Source: Microsoft Learn, "Standard date and time format strings" and "Custom date and time format strings".
Visual Studio formats with the culture of its user; here the result must not depend on the machine.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from httpls.model.dynamic.calendar_names import MONTHS, WEEKDAYS

STANDARD = {
    "d": "MM/dd/yyyy",
    "D": "dddd, dd MMMM yyyy",
    "f": "dddd, dd MMMM yyyy HH:mm",
    "F": "dddd, dd MMMM yyyy HH:mm:ss",
    "g": "MM/dd/yyyy HH:mm",
    "G": "MM/dd/yyyy HH:mm:ss",
    "m": "MMMM dd",
    "M": "MMMM dd",
    "o": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "O": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "t": "HH:mm",
    "T": "HH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ss'Z'",
    "y": "yyyy MMMM",
    "Y": "yyyy MMMM",
}
"""The formats of one letter, as custom formats. `r`, `R` and `u` show the time in UTC."""


class BadFormat(NamedTuple):
    """Why .NET would raise `FormatException`, and what can be done."""

    message: str
    remedy: str


def format_dotnet(moment: datetime, pattern: str) -> str | BadFormat:
    """Return `moment`, which has a zone, in the form of `pattern`; English names.

    Microseconds are followed by a zero where .NET has a seventh digit.
    """
    if len(pattern) != 1:
        return _custom(moment, pattern)
    if pattern not in STANDARD:
        return BadFormat(
            f"`{pattern}` alone is not a standard format of .NET",
            f"Write `%{pattern}` to use it as a custom format, or one of {' '.join(STANDARD)}.",
        )
    return _custom(moment.astimezone(UTC) if pattern in "rRu" else moment, STANDARD[pattern])


def _custom(moment: datetime, pattern: str) -> str | BadFormat:
    pieces: list[str] = []
    position = 0
    while position < len(pattern):
        letter = pattern[position]
        if letter in _SPECIFIERS:
            count = _run(pattern, position)
            if letter in "fF" and count > 7:
                return BadFormat(f"`{letter}` can stand at most seven times", "A second has seven decimals.")
            text = _SPECIFIERS[letter](moment, count)
            if letter == "F" and not text and pieces and pieces[-1].endswith("."):
                pieces[-1] = pieces[-1][:-1]
            pieces.append(text)
            position += count
        elif letter in "'\"":
            quoted = _quoted(pattern, position)
            if isinstance(quoted, BadFormat):
                return quoted
            text, position = quoted
            pieces.append(text)
        elif letter == "%":
            if pattern[position + 1 : position + 2] in ("", "%", "'", '"', "\\"):
                return BadFormat(
                    "`%` stands before nothing that could be formatted", "Write `\\%` for the sign itself."
                )
            following = _custom(moment, pattern[position + 1])
            if isinstance(following, BadFormat):
                return following
            pieces.append(following)
            position += 2
        elif letter == "\\":
            if position + 1 == len(pattern):
                return BadFormat("the format ends in `\\`", "Write `\\\\` for the sign itself.")
            pieces.append(pattern[position + 1])
            position += 2
        else:
            pieces.append(letter)
            position += 1
    return "".join(pieces)


def _run(pattern: str, position: int) -> int:
    """Return how often the letter at `position` is repeated; of `K` there is one at a time."""
    letter = pattern[position]
    end = position + 1
    while letter != "K" and pattern[end : end + 1] == letter:
        end += 1
    return end - position


def _quoted(pattern: str, position: int) -> tuple[str, int] | BadFormat:
    """Return the text between the quote at `position` and the next one, and where the pattern goes on."""
    quote = pattern[position]
    text: list[str] = []
    position += 1
    while position < len(pattern):
        letter = pattern[position]
        if letter == quote:
            return "".join(text), position + 1
        if letter == "\\":
            position += 1
            letter = pattern[position : position + 1]
        text.append(letter)
        position += 1
    return BadFormat(
        f"the quote {quote} has no end", f"Write {quote} after the text, or `\\{quote}` for the sign itself."
    )


def _year(moment: datetime, count: int) -> str:
    year = moment.year % 100 if count <= 2 else moment.year
    return str(year).zfill(count)


def _month(moment: datetime, count: int) -> str:
    if count <= 2:
        return str(moment.month).zfill(count)
    name = MONTHS[moment.month - 1]
    return name[:3] if count == 3 else name


def _day(moment: datetime, count: int) -> str:
    if count <= 2:
        return str(moment.day).zfill(count)
    name = WEEKDAYS[moment.weekday()]
    return name[:3] if count == 3 else name


def _fraction(moment: datetime, count: int) -> str:
    return f"{moment.microsecond:06}0"[:count]


def _designator(moment: datetime, count: int) -> str:
    return ("AM" if moment.hour < 12 else "PM")[: 1 if count == 1 else 2]


def _offset(moment: datetime, count: int) -> str:
    minutes = (moment.utcoffset() or timedelta()) // timedelta(minutes=1)
    sign = "-" if minutes < 0 else "+"
    hours, minutes = divmod(abs(minutes), 60)
    if count == 1:
        return f"{sign}{hours}"
    return f"{sign}{hours:02}" if count == 2 else f"{sign}{hours:02}:{minutes:02}"


_SPECIFIERS: dict[str, Callable[[datetime, int], str]] = {
    "y": _year,
    "M": _month,
    "d": _day,
    "h": lambda moment, count: str(moment.hour % 12 or 12).zfill(min(count, 2)),
    "H": lambda moment, count: str(moment.hour).zfill(min(count, 2)),
    "m": lambda moment, count: str(moment.minute).zfill(min(count, 2)),
    "s": lambda moment, count: str(moment.second).zfill(min(count, 2)),
    "f": _fraction,
    "F": lambda moment, count: _fraction(moment, count).rstrip("0"),
    "t": _designator,
    "z": _offset,
    "K": lambda moment, _: _offset(moment, 3),
    "g": lambda _moment, _count: "A.D.",
}
