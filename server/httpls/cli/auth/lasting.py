"""Lengths of time as people say them."""


def lasting(seconds: float) -> str:
    """Return a length of time in one unit: `45 s`, `12 min`, `3 h`, `2 days`."""
    for limit, size, unit in ((90, 1, "s"), (90 * 60, 60, "min"), (36 * 3600, 3600, "h")):
        if seconds < limit:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86400:.0f} days"
