"""How requests are addressed: by name, by number, by line."""

from collections.abc import Sequence

from httpls_grammar import Document, Request
from httpls_grammar.islands.suggestion import did_you_mean
from httpls_grammar.problems import Problem, ProblemKind, Severity

DUPLICATE_NAME = ProblemKind(
    "duplicate-name", Severity.WARNING,
    "another request in this file is called `{name}` too (line {line}); references mean the one that was sent last",
    "Give one of them another name.",
)  # fmt: skip


def by_name(document: Document, name: str) -> Sequence[Request]:
    """Return the requests of this name, tag or title, in order. Case matters; blanks at the ends do not.

    Blocks that cannot have the name are not parsed, so that one request of a large file is found at once.
    """
    wanted = name.strip()
    return [
        request
        for located in document.blocks.located()
        if wanted in located.block.text and (request := Request.of(located)) is not None
        if wanted in (request.name, request.title)
    ]


def by_number(document: Document, number: int) -> Request | None:
    """Return the request of this number, from 1 in the order of the file."""
    requests = document.requests
    return requests[number - 1] if 0 < number <= len(requests) else None


def by_line(document: Document, line: int) -> Request | None:
    """Return the request in whose block the line (from 1) stands."""
    return Request.of(document.blocks.at_line(max(line - 1, 0)))


def find(document: Document, word: str) -> Sequence[Request]:
    """Return the requests that a word means: `#3` or `3` a number, anything else a name."""
    named = by_name(document, word.removeprefix("#"))
    if named:
        return named
    digits = word.removeprefix("#")
    if digits.isascii() and digits.isdigit():
        request = by_number(document, int(digits))
        return [request] if request else []
    return []


def suggest(document: Document, name: str) -> str | None:
    """Return the name of a request that was most likely meant."""
    return did_you_mean(name, [request.name for request in document.requests if request.name])


def duplicate_names(document: Document) -> Sequence[Problem]:
    """Return a problem for each request whose tag gives it a name that an earlier one has. Equal titles are common."""
    problems: list[Problem] = []
    seen: dict[str, Request] = {}
    for request in document.requests:
        name_range = request.syntax.name_range
        if request.name is None or name_range is None or request.name == request.title:
            continue
        if request.name in seen:
            where = name_range.shifted(request.offset)
            problems.append(DUPLICATE_NAME.at(where, name=request.name, line=seen[request.name].line))
        else:
            seen[request.name] = request
    return problems
