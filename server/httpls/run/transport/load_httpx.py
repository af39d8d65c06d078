"""Imports httpx without its own command line, which costs as much again where click and rich are installed."""

import sys

if "httpx" not in sys.modules:
    # A module that is None cannot be imported; httpx expects that of this one, and goes on without it.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    import httpx

    del sys.modules["httpx._main"]
else:
    import httpx

__all__ = ["httpx"]
