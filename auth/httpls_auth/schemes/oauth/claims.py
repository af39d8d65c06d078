"""Reads a JWT (RFC 7519) without verifying it, to know what the token says about itself."""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Mapping

from httpls_auth.schemes.oauth.json_object import json_object

_LARGEST = 256 << 10


def claims_of(token: str) -> Mapping[str, object] | None:
    """Return the claims of a signed JWT, None for any other text. They prove nothing: the signature is not checked."""
    return _part_of(token, 1)


def head_of(token: str) -> Mapping[str, object] | None:
    """Return the header of a signed JWT, None for any other text."""
    return _part_of(token, 0)


def time_of(claims: Mapping[str, object], name: str) -> float | None:
    """Return a claim that is a time, in seconds since the epoch, None if there is none that can be one."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _LATEST:
        return None
    return float(value)


def _part_of(token: str, number: int) -> Mapping[str, object] | None:
    parts = token.split(".")
    if len(parts) != 3 or len(token) > _LARGEST:
        return None
    try:
        content = urlsafe_b64decode(parts[number] + "=" * (-len(parts[number]) % 4))
    except (binascii.Error, ValueError):
        return None
    return json_object(content)


_LATEST = 1e11
"""The year 5138; what is later is no time in seconds."""
