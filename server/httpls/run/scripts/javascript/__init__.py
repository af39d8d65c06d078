"""What scripts find in their world, in JavaScript: a prelude, and parts that are compiled when they are asked for."""

from functools import cache
from pathlib import Path

PARTS = (
    "assertions", "crypto", "document", "headers", "random", "request", "response", "stream", "timers", "web",
)  # fmt: skip
"""The parts that the prelude may ask for."""


@cache
def javascript(name: str) -> str:
    """Return the text of the prelude or of a part."""
    return (Path(__file__).parent / f"{name}.js").read_text(encoding="utf-8")
