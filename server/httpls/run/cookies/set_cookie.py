"""Reads the field `Set-Cookie` as user agents do (RFC 6265bis, section 5.6)."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from httpls.run.cookies.cookie import SameSite

_LONGEST_PAIR = 4096
_LONGEST_ATTRIBUTE = 1024
_LONGEST_LIFE = 400 * 24 * 60 * 60
"""No cookie lives longer than 400 days (section 5.5), in seconds."""

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_WHITESPACE = " \t"


class Attributes(NamedTuple):
    """What a response asks for. `path` is None if there is none of use; `domain` is empty if it asks for the host.

    `expires_at` is in seconds since the epoch, None for the session.
    """

    name: str
    value: str
    domain: str = ""
    path: str | None = None
    expires_at: float | None = None
    is_secure: bool = False
    is_http_only: bool = False
    same_site: SameSite = SameSite.UNSPECIFIED


def parse(text: str, now: float) -> Attributes | str:
    """Return what a field asks for, or the reason why it cannot be understood."""
    if _CONTROL.search(text):
        return "it holds a control character"
    pair, *attributes = text.split(";")
    name, separator, value = pair.partition("=")
    if not separator:
        name, value = "", name
    name, value = name.strip(_WHITESPACE), value.strip(_WHITESPACE)
    if not name and not value:
        return "it has neither a name nor a value"
    if len((name + value).encode("utf-8", "surrogateescape")) > _LONGEST_PAIR:
        return f"name and value are longer than {_LONGEST_PAIR} bytes"
    read = Attributes(name, value)
    expires: float | None = None
    max_age: float | None = None
    for attribute in attributes:
        key, _, content = attribute.partition("=")
        key, content = key.strip(_WHITESPACE).lower(), content.strip(_WHITESPACE)
        if len(content.encode("utf-8", "surrogateescape")) > _LONGEST_ATTRIBUTE:
            continue
        match key:
            case "expires":
                date = parse_date(content)
                expires = expires if date is None else min(date, now + _LONGEST_LIFE)
            case "max-age":
                max_age = max_age if (end := _end(content, now)) is None else end
            case "domain":
                read = read._replace(domain=content.removeprefix(".").lower())
            case "path":
                read = read._replace(path=content if content.startswith("/") else None)
            case "secure":
                read = read._replace(is_secure=True)
            case "httponly":
                read = read._replace(is_http_only=True)
            case "samesite":
                read = read._replace(same_site=_SAME_SITE.get(content.lower(), SameSite.UNSPECIFIED))
            case _:
                pass
    return read._replace(expires_at=expires if max_age is None else max_age)


def parse_date(text: str) -> float | None:
    """Return the time that a date means, in seconds since the epoch, by the tolerant rules of section 5.1.1."""
    clock: tuple[int, int, int] | None = None
    day = month = year = None
    for token in _DELIMITER.split(text):
        if clock is None and (match := _TIME.match(token)):
            clock = (int(match[1]), int(match[2]), int(match[3]))
        elif day is None and (match := _DAY.match(token)):
            day = int(match[1])
        elif month is None and token[:3].lower() in _MONTHS:
            month = _MONTHS.index(token[:3].lower()) + 1
        elif year is None and (match := _YEAR.match(token)):
            year = int(match[1])
    if clock is None or day is None or month is None or year is None:
        return None
    if 70 <= year <= 99:
        year += 1900
    elif 0 <= year <= 69:
        year += 2000
    if year < 1601 or clock[0] > 23 or clock[1] > 59 or clock[2] > 59:
        return None
    try:
        return datetime(year, month, day, *clock, tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _end(text: str, now: float) -> float | None:
    """Return when a life of so many seconds ends; 0 (long ago) if there is none left."""
    if not _AGE.fullmatch(text):
        return None
    # More digits than that are more seconds than any cookie lives.
    seconds = -1 if text.startswith("-") else int(text[:12])
    return 0.0 if seconds <= 0 else now + min(seconds, _LONGEST_LIFE)


_SAME_SITE = {"strict": SameSite.STRICT, "lax": SameSite.LAX, "none": SameSite.NONE}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DELIMITER = re.compile(r"[\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D.*)?$", re.ASCII)
_DAY = re.compile(r"(\d{1,2})(?:\D.*)?$", re.ASCII)
_YEAR = re.compile(r"(\d{2,4})(?:\D.*)?$", re.ASCII)
_AGE = re.compile(r"-?\d+", re.ASCII)
