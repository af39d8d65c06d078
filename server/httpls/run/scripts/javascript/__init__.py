"""What scripts find in their world, in JavaScript: a prelude, and parts that are compiled when they are asked for."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

PARTS = (
    "assertions", "crypto", "document", "encodings", "headers", "modes", "modules", "random", "request", "response",
    "selectors", "storages", "stream", "subtle", "telling", "texts", "timers", "web",
)  # fmt: skip
"""The parts that the prelude may ask for."""


def _names() -> Mapping[str, str]:
    names = {
        "kit": "assert test log",
        "crypto": "crypto jwt",
        "document": "DOMParser xpath jsonPath",
        "encodings": "btoa atob Base64 window Window",
        "random": "$random $uuid $guid $timestamp $isoTimestamp $randomInt",
        "request": "request",
        "storages": "$global $kulala",
        "telling": "console",
        "timers": "setTimeout setInterval clearTimeout clearInterval queueMicrotask sleep require",
        "web": "Buffer URLSearchParams URL TextEncoder TextDecoder",
    }
    return {name: part for part, words in names.items() for name in words.split()}


NAMES = _names()
"""The part in which a name of the world of scripts stands, for those names that are not in every world."""


@cache
def javascript(name: str) -> str:
    """Return the prelude, or a part, as an expression that the engine compiles quickly.

    At a parenthesis it looks ahead to the other one, for an arrow, so that everything would be read twice; and it looks
    at each character of comments and indents.
    """
    text = (Path(__file__).parent / f"{name}.js").read_text(encoding="utf-8")
    lines = [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("//")]
    return "\n".join(["0, " + lines[0].removeprefix("("), *lines[1:-1], lines[-1].replace("})", "}", 1)])
