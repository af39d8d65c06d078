"""What can be done with each request, beside it: send it, and see what came of it last."""

from collections.abc import Sequence
from typing import NamedTuple

from httpls_grammar import Document, Request
from httpls_grammar.text import Range


class Lens(NamedTuple):
    """One request: its line, the stretch of its request line, its name, and the key of its last result.

    `is_named` tells that others can refer to it.
    """

    line: int
    range: Range
    title: str
    key: str
    is_named: bool = False


def lenses(document: Document) -> Sequence[Lens]:
    """Return a lens for each request; those without a method of HTTP, which send nothing, have none."""
    return [lens_of(request) for request in document.requests if request.method != "NOP"]


def lens_of(request: Request) -> Lens:
    """Return the lens of a request."""
    where = request.syntax.line.range.shifted(request.offset)
    title = request.name or f"{request.method} {request.target}"
    return Lens(request.line, where, title, request.name or str(request.line), request.name is not None)


def shown_age(seconds: float) -> str:
    """Return how long ago something was, in words."""
    if seconds < 5:
        return "just now"
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{int(seconds // length)} {unit} ago"
    return f"{int(seconds)} s ago"
