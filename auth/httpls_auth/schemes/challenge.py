"""Challenges: what a server or a proxy asks for, and what it says after it was answered (RFC 9110, section 11)."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from httpls_auth.schemes.message import ResponseHead


class Challenge(NamedTuple):
    """One challenge. `scheme` is as written; names of `parameters` are in lower case, values without quotes.

    `token` is the `token68` that stands in place of parameters (NTLM, Negotiate), None without one.
    """

    scheme: str
    parameters: tuple[tuple[str, str], ...] = ()
    token: str | None = None

    def value(self, name: str) -> str | None:
        """Return the value of a parameter, the first one of this name; the name is in lower case."""
        return next((value for key, value in self.parameters if key == name), None)

    def is_for(self, *schemes: str) -> bool:
        """Tell whether the scheme is one of these, given in lower case."""
        return self.scheme.lower() in schemes


class Side(NamedTuple):
    """Who asks: the server or a proxy. The status of a challenge, and the names of the fields on both ways."""

    name: str
    status: int
    challenge: str
    credentials: str
    information: str


SERVER = Side("server", 401, "WWW-Authenticate", "Authorization", "Authentication-Info")
PROXY = Side("proxy", 407, "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Authentication-Info")


def challenges_of(response: ResponseHead, side: Side = SERVER) -> Sequence[Challenge]:
    """Return the challenges of a response, in its order."""
    return parse_challenges(response.values(side.challenge))


def parse_challenges(values: Iterable[str]) -> Sequence[Challenge]:
    """Parse the values of all fields `WWW-Authenticate` or `Proxy-Authenticate`. Never fails.

    A field may have several challenges, and the comma divides both these and their parameters. What is no part of a
    challenge is passed over; a quoted string that is not closed goes on to the end of its field.
    """
    found: list[Challenge] = []
    for value in values:
        found += _parse(value)
    return found


def parse_parameters(value: str) -> Sequence[tuple[str, str]]:
    """Parse `name=value, name="value"`, such as the field `Authentication-Info`; names in lower case. Never fails."""
    challenges = _parse("x " + value)
    return challenges[0].parameters if challenges else ()


def quoted(text: str) -> str:
    """Return a text as a quoted string (RFC 9110, section 5.6.4)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _parse(text: str) -> list[Challenge]:
    patterns = _patterns()
    found: list[Challenge] = []
    parameters: list[tuple[str, str]] = []
    offset = 0

    def close() -> None:
        if found:
            found[-1] = found[-1]._replace(parameters=tuple(parameters))
        parameters.clear()

    while offset < len(text):
        offset = _end(patterns.divider, text, offset)
        name = patterns.token.match(text, offset)
        if name is None:
            offset += 1
            continue
        equals = patterns.equals.match(text, name.end())
        if equals is not None:
            value, offset = _value(text, equals.end())
            if found and found[-1].token is None:
                parameters.append((name.group().lower(), value))
            continue
        close()
        found.append(Challenge(name.group()))
        offset = name.end()
        token = patterns.token68.match(text, offset)
        if token is not None:
            found[-1] = found[-1]._replace(token=token.group(1))
            offset = token.end()
    close()
    return found


def _value(text: str, offset: int) -> tuple[str, int]:
    patterns = _patterns()
    string = patterns.string.match(text, offset)
    if string is not None:
        return patterns.escape.sub(r"\1", string.group(1)), string.end()
    bare = patterns.bare.match(text, offset)
    return (bare.group(), bare.end()) if bare is not None else ("", offset)


def _end(pattern: re.Pattern[str], text: str, offset: int) -> int:
    match = pattern.match(text, offset)
    return match.end() if match is not None else offset


class _Patterns(NamedTuple):
    divider: re.Pattern[str]
    token: re.Pattern[str]
    equals: re.Pattern[str]
    token68: re.Pattern[str]
    string: re.Pattern[str]
    escape: re.Pattern[str]
    bare: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    return _Patterns(
        re.compile(r"[\s,]+"),
        re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"),
        re.compile(r"[ \t]*=(?!=*[ \t]*(?:,|\Z))[ \t]*|[ \t]*=[ \t]*(?=,|\Z)"),
        re.compile(r"[ \t]+([A-Za-z0-9._~+/-]+=*)[ \t]*(?=,|\Z)"),
        re.compile(r'"((?:[^"\\]|\\.)*+)(?:"|\\?\Z)', re.DOTALL),
        re.compile(r"\\(.)", re.DOTALL),
        re.compile(r"[^\s,]+"),
    )
