"""Named pieces of GraphQL that httpyac's files keep outside of requests: `fragment … on … { … }`, `gql name < path`."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from httpls_grammar import Document
from httpls_grammar.block import Block
from httpls_grammar.nodes import GraphqlFragment
from httpls_grammar.text import Range


class Fragment(NamedTuple):
    """A piece of GraphQL under a name: its text, or the path of a file; `range` counts from the start of the file."""

    name: str
    text: str
    path: str | None
    range: Range


def fragments_of(document: Document) -> Sequence[Fragment]:
    """Return the fragments of a file in order."""
    return [
        fragment._replace(range=fragment.range.shifted(located.offset))
        for located, fragments in document.blocks.having(fragments_in)
        for fragment in fragments
    ]


def used_fragments(query: str, fragments: Sequence[Fragment]) -> Sequence[Fragment]:
    """Return the fragments that a query spreads, those that these spread among them, each once."""
    by_name = {fragment.name: fragment for fragment in fragments}
    found: dict[str, Fragment] = {}
    waiting = [query]
    for text in waiting:
        for match in _spread().finditer(text):
            fragment = by_name.get(match.group(1))
            if fragment is not None and fragment.name not in found:
                found[fragment.name] = fragment
                waiting.append(fragment.text)
    return list(found.values())


def file_of_query(line: str) -> tuple[str, str, int] | None:
    """Return name, path and the offset of the path of a line `gql name < path`, None for any other line."""
    match = _of_file().fullmatch(line)
    return (match.group(1), match.group(2), match.start(2)) if match else None


def fragments_in(block: Block) -> tuple[Fragment, ...]:
    """Return the fragments that a block defines; their ranges count from its start."""
    return tuple(_of_nodes(block)) if "fragment" in block.text or "gql" in block.text else ()


def _of_nodes(block: Block) -> Iterator[Fragment]:
    for node in block.nodes:
        if not isinstance(node, GraphqlFragment):
            continue
        text = node.range.of(block.text).strip()
        named = _inline().match(text)
        if named is not None:
            yield Fragment(named.group(1), text, None, node.range)
        elif (of_file := file_of_query(text)) is not None:
            yield Fragment(of_file[0], "", of_file[1], node.range)


@cache
def _inline() -> re.Pattern[str]:
    return re.compile(r"fragment[ \t]+(\w+)[ \t]+on\b")


@cache
def _of_file() -> re.Pattern[str]:
    return re.compile(r"[ \t]*gql[ \t]+(\w+)[ \t]*<@?[ \t]*(\S(?:.*\S)?)[ \t]*")


@cache
def _spread() -> re.Pattern[str]:
    return re.compile(r"\.\.\.[ \t]*(\w+)")
