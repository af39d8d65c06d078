"""Times in the format language of Day.js 1.11 (day.js.org, "Format"), without plug-ins but `utc`.

That is what VS Code REST Client and httpyac use: the tokens of AdvancedFormat (`Q`, `Do`, `X`, `k` …) are text.
"""

import re
from datetime import datetime, timedelta

from httpls.model.dynamic.calendar_names import MONTHS, WEEKDAYS

TOKENS = {
    "YYYY": "year",
    "YY": "year, two digits",
    "MMMM": "name of the month",
    "MMM": "name of the month, three letters",
    "MM": "month, two digits",
    "M": "month",
    "DD": "day of the month, two digits",
    "D": "day of the month",
    "dddd": "day of the week",
    "ddd": "day of the week, three letters",
    "dd": "day of the week, two letters",
    "d": "day of the week, 0 (Sunday) to 6",
    "HH": "hour 00–23",
    "H": "hour 0–23",
    "hh": "hour 01–12",
    "h": "hour 1–12",
    "A": "AM or PM",
    "a": "am or pm",
    "mm": "minute, two digits",
    "m": "minute",
    "ss": "second, two digits",
    "s": "second",
    "SSS": "millisecond, three digits",
    "ZZ": "offset from UTC, +0200",
    "Z": "offset from UTC, +02:00",
}
"""All tokens and what they print; `[text]` prints text as it is, and so does everything that is no token."""


def format_dayjs(moment: datetime, pattern: str) -> str:
    """Return `moment`, which has a zone, in the form of `pattern`; English names. Every pattern means something."""
    return _TOKEN.sub(lambda match: match[1] or _token(moment, match[0]), pattern)


def from_dotnet(pattern: str) -> str | None:
    """Return what a pattern of .NET would be for Day.js; None if it is not plainly one of .NET.

    `yyyy` prints itself in Day.js and `dd` the day of the week, so `dd-MM-yyyy` is hardly what was meant.
    """
    tokens = _DOTNET.findall(pattern)
    if not any(token.startswith("y") for token in tokens) and not _DAY_BESIDE_MONTH.search(pattern):
        return None
    return _DOTNET.sub(lambda match: _from_dotnet_token(match[0]), pattern)


_TOKEN = re.compile(r"\[([^\]]+)\]|YYYY|YY|M{1,4}|D{1,2}|d{1,4}|H{1,2}|h{1,2}|a|A|m{1,2}|s{1,2}|Z{1,2}|SSS")
_DOTNET = re.compile(r"\[[^\]]+\]|'[^']*'|y+|d+|f+|t+|z+|K")
_DAY_BESIDE_MONTH = re.compile(r"(?<![dD])d{1,2}[-/. ]M|M[-/. ]d{1,2}(?![dD])")


def _token(moment: datetime, token: str) -> str:
    weekday = WEEKDAYS[moment.weekday()]
    hour = moment.hour % 12 or 12
    match token:
        case "YYYY":
            return f"{moment.year:04}"
        case "YY":
            return str(moment.year)[-2:]
        case "M" | "MM":
            return str(moment.month).zfill(len(token))
        case "MMM":
            return MONTHS[moment.month - 1][:3]
        case "MMMM":
            return MONTHS[moment.month - 1]
        case "D" | "DD":
            return str(moment.day).zfill(len(token))
        case "d":
            return str(moment.isoweekday() % 7)
        case "dd" | "ddd":
            return weekday[: len(token)]
        case "dddd":
            return weekday
        case "H" | "HH":
            return str(moment.hour).zfill(len(token))
        case "h" | "hh":
            return str(hour).zfill(len(token))
        case "a":
            return "am" if moment.hour < 12 else "pm"
        case "A":
            return "AM" if moment.hour < 12 else "PM"
        case "m" | "mm":
            return str(moment.minute).zfill(len(token))
        case "s" | "ss":
            return str(moment.second).zfill(len(token))
        case "SSS":
            return f"{moment.microsecond // 1000:03}"
        case "Z":
            return _utc_offset(moment)
        case _:
            return _utc_offset(moment).replace(":", "")


def _utc_offset(moment: datetime) -> str:
    """Return the offset as `+02:00`, to the nearest quarter of an hour as Day.js gives it."""
    quarters = round((moment.utcoffset() or timedelta()) / timedelta(minutes=15))
    hours, quarter = divmod(abs(quarters), 4)
    return f"{'-' if quarters < 0 else '+'}{hours:02}:{quarter * 15:02}"


def _from_dotnet_token(token: str) -> str:
    match token[0]:
        case "y":
            return "YYYY" if len(token) > 2 else "YY"
        case "d":
            return "D" * len(token) if len(token) < 3 else token[:4]
        case "f":
            return "SSS"
        case "t":
            return "A"
        case "z" | "K":
            return "Z"
        case "'":
            return f"[{token[1:-1]}]" if len(token) > 2 else ""
        case _:
            return token
