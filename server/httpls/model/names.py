"""How requests are addressed: by name, by number, by line."""

from collections.abc import Sequence
from itertools import chain

from httpls_grammar import Document, Request
from httpls_grammar.block import Block
from httpls_grammar.islands.suggestion import did_you_mean
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range

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


def by_known_name(document: Document, name: str) -> Sequence[Request]:
    """Return what `by_name` does, from an index that an edit does not make anew. It parses the whole document."""
    wanted = name.strip()
    found: list[Request] = []
    for number, index in enumerate(document.blocks.summaries(_index_of_names)):
        for inside in index.get(wanted, ()):
            request = Request.of(document.blocks.at_index(document.blocks.chunk_start(number).number + inside))
            if request is not None:
                found.append(request)
    return found


def _index_of_names(blocks: Sequence[Block]) -> dict[str, list[int]]:
    index: dict[str, list[int]] = {}
    for inside, block in enumerate(blocks):
        for name in names_of(block):
            index.setdefault(name, []).append(inside)
    return index


def names_of(block: Block) -> tuple[str, ...]:
    """Return the names by which the request of a block can be found: its tag and its title."""
    request = block.request
    if request is None:
        return ()
    title = block.separator.title if block.separator is not None else ""
    return tuple(dict.fromkeys(name for name in (request.name, title) if name))


def names_of_blocks(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Return the names of the requests of some blocks, each once."""
    return tuple(dict.fromkeys(name for block in blocks for name in names_of(block)))


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
    # Names seldom occur twice, and a set tells that fast.
    every = list(chain.from_iterable(document.blocks.summaries(names_of_tags)))
    if len(every) == len(set(every)):
        return ()
    problems: list[Problem] = []
    seen: dict[str, Request] = {}
    for located, found in document.blocks.having(_name_of_tag):
        assert found is not None
        name, name_range = found
        if name in seen:
            problems.append(DUPLICATE_NAME.at(name_range.shifted(located.offset), name=name, line=seen[name].line))
        else:
            request = Request.of(located)
            assert request is not None
            seen[name] = request
    return problems


def _name_of_tag(block: Block) -> tuple[str, Range] | None:
    request = block.request
    if request is None or request.name is None or request.name_range is None:
        return None
    separator = block.separator
    is_title = separator is not None and separator.title == request.name
    return None if is_title else (request.name, request.name_range)


def names_of_tags(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Return the names that tags give to the requests of some blocks, each as often as it is given."""
    return tuple([found[0] for block in blocks if (found := block.fact(_name_of_tag))])
