"""From the URL as it is filled in to origin and request target, percent-encoded as little as is allowed."""

import re
from functools import cache
from typing import NamedTuple

from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.value import Value, joined


class Destination(NamedTuple):
    """Where a URL leads: origin, target in origin form, the authority as written, and its user information if any.

    `authority` is what the field `Host` says (RFC 9110, section 7.2): without user information.
    """

    origin: Origin
    target: Value
    authority: Value
    user_information: Value | None


def destination(url: Value, encodes: bool) -> Destination:
    """Divide an absolute URL. A fragment is not sent; without a path the path is `/`.

    `encodes` asks for what may not stand in a URI to be percent-encoded; else the target is sent as it is written,
    and only what cannot stand in a request line at all (blanks, control characters, non-ASCII) is encoded.
    Raises `InvalidOriginError`.
    """
    text = url.reveal()
    origin = parse_origin(text)
    start = text.index("://") + 3
    match = _end_of_authority().search(text, start)
    end = match.start() if match else len(text)
    fragment = text.find("#", end)
    stop = fragment if fragment >= 0 else len(text)
    written = url.cut(end, stop)
    if not written.reveal().startswith("/"):
        # `http://host?query` and `http://host\path`: the path is empty.
        written = joined((Value("/", url.provenance), written), url.provenance)
    at = text.rfind("@", start, end)
    user_information = url.cut(start, at) if at >= 0 else None
    authority = url.cut(max(at + 1, start), end)
    if not authority.reveal().isascii():
        authority = Value(_authority(origin), url.provenance, url.labels)
    return Destination(origin, encoded_target(written) if encodes else _unbroken(written), authority, user_information)


def encoded_target(target: Value) -> Value:
    """Percent-encode what may not stand in path or query (RFC 3986); what is encoded already stays as it is."""
    return target.transcribed(_encode) if _illegal().search(target.reveal()) else target


def _unbroken(target: Value) -> Value:
    return target.transcribed(lambda text: _breaking().sub(_percent, text))


def _authority(origin: Origin) -> str:
    return str(origin).partition("://")[2]


def _encode(text: str) -> str:
    return _illegal().sub(_percent, text)


def _percent(match: "re.Match[str]") -> str:
    return "".join([f"%{byte:02X}" for byte in match.group().encode("utf-8", "surrogatepass")])


@cache
def _illegal() -> re.Pattern[str]:
    """What is neither reserved nor unreserved in RFC 3986, nor a percent sign that begins an encoded byte."""
    return re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+|%(?![0-9A-Fa-f]{2})")


@cache
def _breaking() -> re.Pattern[str]:
    return re.compile(r"[^\x21-\x7e]+")


@cache
def _end_of_authority() -> re.Pattern[str]:
    return re.compile(r"[/?#\\]")
