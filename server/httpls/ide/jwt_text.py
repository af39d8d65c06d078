"""What a JSON Web Token says, for people: its header and claims, and how long it is valid. Nothing is verified."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

TOKEN = re.compile(r"\beyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*")
"""A JSON Web Token in a text; `eyJ` is `{"` in Base64."""
_LARGEST = 1e300


def described_token(text: str, now: float) -> list[str] | None:
    """Return lines of Markdown about a token, without its signature; None for what is no token.

    `now` is in seconds since the epoch.
    """
    parts = text.strip().removeprefix("Bearer ").strip().split(".")
    if len(parts) != 3:
        return None
    header, claims = _decoded(parts[0]), _decoded(parts[1])
    if header is None or claims is None or "alg" not in header:
        return None
    lines = ["JSON Web Token, not verified:", "", "```json", json.dumps(header), json.dumps(claims, indent=2), "```"]
    expiry = _expiry(claims)
    if expiry is not None:
        lines += ["", shown_expiry(expiry, now)]
    return lines


def shown_expiry(expiry: float, now: float) -> str:
    """Return when something expires or did, in words; both in seconds since the epoch."""
    left = expiry - now
    told = f"expires in {span(left)}" if left > 0 else f"**expired {span(-left)} ago**"
    return f"{told} ({_date(expiry)})"


def expiry_of(text: str) -> float | None:
    """Return until when a JSON Web Token is valid, in seconds since the epoch; None for what says nothing of it."""
    parts = text.strip().removeprefix("Bearer ").strip().split(".")
    claims = _decoded(parts[1]) if len(parts) == 3 and parts[0].startswith("eyJ") else None
    return _expiry(claims) if claims is not None else None


def _expiry(claims: Mapping[str, object]) -> float | None:
    """Return when a token ends by its claims; a number that no clock can show, such as `1e999`, says nothing."""
    expiry = claims.get("exp")
    if not isinstance(expiry, int | float) or isinstance(expiry, bool) or not abs(expiry) < _LARGEST:
        return None
    return float(expiry)


def _decoded(part: str) -> Mapping[str, object] | None:
    try:
        found: object = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, object]", found) if isinstance(found, dict) else None


def _date(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, OSError, ValueError):
        return "a time that no calendar has"


def span(seconds: float) -> str:
    """Return a length of time in words."""
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{int(seconds // length)} {unit}"
    return f"{int(seconds)} seconds"
