"""Imports httpx, httpcore and h11 without what a plain request has no use for, which takes as long as they do.

Some of it is left out: httpx's own command line (click and rich, where they are installed), SOCKS (ours speaks it
itself), libraries for asynchronous programs, HTTP/2, which is imported when a server agrees on it, and libraries that
unpack bodies, which are imported for a body that needs them. The rest is put off until somebody uses it.
"""

import sys
from importlib import import_module
from types import ModuleType

_LEFT_OUT = ("httpx._main", "h2", "socksio", "anyio", "trio", "brotli", "brotlicffi", "zstandard")
_PUT_OFF = (
    "certifi", "idna", "inspect", "linecache", "locale", "mimetypes", "shutil", "textwrap", "tokenize", "traceback",
)  # fmt: skip
"""Modules that these libraries, and what they use of Python, import as a whole and use in functions only."""


class _Later(ModuleType):
    """Stands for a module until it is asked for something; from then on it passes everything on."""

    def __getattr__(self, name: str) -> object:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


if "httpx" not in sys.modules and "httpcore" not in sys.modules:
    # A module that is None cannot be imported; httpx and httpcore expect that of each of these, and go on without it.
    _stand_ins: dict[str, ModuleType | None] = {name: None for name in _LEFT_OUT if name not in sys.modules}
    _stand_ins.update({name: _Later(name) for name in _PUT_OFF if name not in sys.modules})
    sys.modules.update(_stand_ins)  # type: ignore[arg-type] # None is what blocks.
    _inspect = vars(_stand_ins.get("inspect") or _Later("inspect"))
    # A dataclass without a docstring gets its signature for one, which a single class of h11, a private one, asks for.
    _inspect["signature"] = str
    import h11
    import httpcore
    import httpx

    del _inspect["signature"]
    for _name, _stand_in in _stand_ins.items():
        if sys.modules.get(_name, _Later) is _stand_in:
            del sys.modules[_name]
else:
    import h11
    import httpcore
    import httpx

__all__ = ["h11", "httpcore", "httpx"]
