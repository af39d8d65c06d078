"""Finds user name and password of a host in the text of a `.netrc` file, as curl and ftp read it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


class NetrcEntry(NamedTuple):
    """What a file says about a host. `machine` is None for the entry `default`."""

    machine: str | None
    login: str
    password: str


def netrc_entry(text: str, host: str) -> NetrcEntry | None:
    """Return the first entry for a host (in lower case), else the one named `default`, else None."""
    default: NetrcEntry | None = None
    for entry in _entries(text):
        if entry.machine == host:
            return entry
        if entry.machine is None and default is None:
            default = entry
    return default


def _entries(text: str) -> Iterator[NetrcEntry]:
    current: NetrcEntry | None = None
    words = _words(text)
    for word in words:
        if word in ("machine", "default"):
            if current is not None:
                yield current
            current = NetrcEntry(next(words, "").lower() if word == "machine" else None, "", "")
        elif word in ("login", "password", "account"):
            given = next(words, "")
            if current is not None and word != "account":
                current = current._replace(**{word: given})
    if current is not None:
        yield current


def _words(text: str) -> Iterator[str]:
    """Yield the words, without comments, and without macros, which go on to the next empty line."""
    in_macro = False
    for line in text.splitlines():
        if in_macro:
            in_macro = bool(line.strip())
            continue
        for match in _TOKEN.finditer(line):
            quoted: str | None = match.group(1)
            bare: str | None = match.group(2)
            if bare is not None and bare.startswith("#") and not line[: match.start()].strip().endswith("password"):
                break
            if bare == "macdef":
                in_macro = True
                break
            yield bare if bare is not None else re.sub(r"\\(.)", r"\1", quoted or "")
