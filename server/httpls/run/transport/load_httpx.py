"""Imports httpx without what a plain request has no use for, which takes as long as httpx itself.

That is httpx's own command line (click and rich, where they are installed), SOCKS (ours speaks it itself), libraries
for asynchronous programs, HTTP/2, which is imported when a server agrees on it, and libraries that unpack bodies, which
are imported for a body that needs them.
"""

import sys

_LEFT_OUT = ("httpx._main", "h2", "socksio", "anyio", "trio", "brotli", "brotlicffi", "zstandard")

if "httpx" not in sys.modules and "httpcore" not in sys.modules:
    # A module that is None cannot be imported; httpx and httpcore expect that of each of these, and go on without it.
    _blocked = [name for name in _LEFT_OUT if name not in sys.modules]
    sys.modules.update(dict.fromkeys(_blocked))  # type: ignore[arg-type] # None is what blocks.
    import httpcore
    import httpx

    for _name in _blocked:
        del sys.modules[_name]
else:
    import httpcore
    import httpx

__all__ = ["httpcore", "httpx"]
