"""Which scripts and assertions belong to a request, where they stand, and when they run.

Those of its own block; those of the levels around it (a `### Shared` block, the first block of a file, the
`_shared.http` of its folders), for every request; and httpyac's `{{+` blocks, for every request of their file.
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from httpls.model.analysis import Analysis
from httpls.model.levels import shared_blocks
from httpls.model.workspace import RequestFile
from httpls_grammar import Request
from httpls_grammar.block import Block
from httpls_grammar.islands.directive import Directive
from httpls_grammar.nodes import Assertion, Body, Script
from httpls_grammar.text import Range


class Moment(Enum):
    """When a script runs."""

    BEFORE = "before"
    AFTER = "after"
    NEVER = "never"
    """Blocks of httpyac for streams and logs, which have no counterpart here."""


class Placed(NamedTuple):
    """A script or an assertion in its file: the text of its block, and where the block begins in the file."""

    file: RequestFile
    text: str
    offset: int
    node: "Script | Assertion | Directive"
    moment: Moment

    def place(self, where: Range) -> tuple[str, int, int]:
        """Return path, line and column of a range of the block."""
        position = self.file.source.position(self.offset + where.start)
        return str(self.file.path), position.line, position.column


def parts_of(analysis: Analysis, request: Request) -> Sequence[Placed]:
    """Return what belongs to a request, in the order in which it runs: the outermost level first."""
    found: list[Placed] = []
    for file in (*reversed(analysis.shared), analysis.file):
        found += _of_file(file)
    nodes = request.block.fact(_nodes)
    if nodes:
        line = request.syntax.line.range.start
        found += [
            Placed(analysis.file, request.block.text, request.offset, node, _moment(node, node.range.start < line))
            for node in nodes
            if not _is_for_every_request(node)
        ]
    return found


def has_parts(analysis: Analysis, request: Request) -> bool:
    """Tell whether a request has any script or assertion."""
    return bool(request.block.fact(_nodes)) or any(_of_file(file) for file in (analysis.file, *analysis.shared))


def has_scripts(analysis: Analysis, request: Request) -> bool:
    """Tell whether a request has a script."""
    return any(isinstance(part.node, Script) for part in parts_of(analysis, request))


@lru_cache(maxsize=64)
def _of_file(file: RequestFile) -> tuple[Placed, ...]:
    """Return what a file gives to all its requests."""
    found: list[Placed] = []
    for located in shared_blocks(file):
        found += [
            Placed(file, located.block.text, located.offset, node, _moment(node, is_before=True))
            for node in located.block.fact(_nodes)
        ]
    if "{{+" in file.source.text:
        for located in file.document.blocks.located():
            if located.block.request is not None:
                found += [
                    Placed(file, located.block.text, located.offset, node, _moment(node, is_before=True))
                    for node in located.block.fact(_nodes)
                    if _is_for_every_request(node)
                ]
    return tuple(found)


def _nodes(block: Block) -> "tuple[Script | Assertion | Directive, ...]":
    return tuple(_flat(block))


def _flat(block: Block) -> "Iterator[Script | Assertion | Directive]":
    for node in block.nodes:
        for part in node.parts if isinstance(node, Body) else (node,):
            if isinstance(part, Script | Assertion) or (isinstance(part, Directive) and part.key == "assert"):
                yield part


def _is_for_every_request(node: "Script | Assertion | Directive") -> bool:
    return isinstance(node, Script) and node.moment == "block" and node.modifier.startswith("+")


def _moment(node: "Script | Assertion | Directive", is_before: bool) -> Moment:
    if not isinstance(node, Script):
        return Moment.AFTER
    if node.moment != "block":
        return Moment.BEFORE if node.moment == "before" else Moment.AFTER
    word = re.sub(r"\W", "", node.modifier).lower()
    if word in ("streaming", "responselogging"):
        return Moment.NEVER
    if word in ("response", "after"):
        return Moment.AFTER
    return Moment.BEFORE if word == "request" or is_before else Moment.AFTER
