"""The diagnostics of open documents, kept from edit to edit: each block's are encoded once, and placed by its line."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from lsprotocol import types

from httpls.ide.checks import BlockProblems, FileChecks
from httpls.lsp.documents import OpenDocument, PlainText
from httpls.lsp.encoded import Encoded
from httpls.lsp.features.diagnostics import MOST, diagnostic_of, diagnostics_of_other
from httpls.lsp.session import Snapshot
from httpls.lsp.slices import SLICE
from httpls.lsp.tolerance import tolerant_converter
from httpls.model.severities import AS_DECLARED, displayed
from httpls_grammar.block import Block
from httpls_grammar.problems import Problem
from httpls_grammar.text import Range


class Diagnosis(NamedTuple):
    """A problem of an open document as the protocol says it."""

    diagnostic: types.Diagnostic
    problem: Problem


class _Placed(NamedTuple):
    """A diagnostic of a block: lines from 0 count from its start, `rest` is its JSON but the range."""

    start: int
    start_line: int
    start_column: int
    end_line: int
    end_column: int
    rest: str


class _Told(NamedTuple):
    """What was told of a document last, block by block, and as how bad its problems were to be shown then."""

    severities: Mapping[str, str]
    placed: dict[tuple[Block, tuple[Problem, ...]], list[_Placed]]


_NOTHING = _Told(AS_DECLARED, {})


class Diagnoses:
    """The checks of all open request files. It belongs to the event loop."""

    def __init__(self) -> None:
        """Begin with none."""
        self._checks: dict[str, FileChecks] = {}
        self._told: dict[str, _Told] = {}

    def forget(self, uri: str) -> None:
        """Forget a document that was closed."""
        self._checks.pop(uri, None)
        self._told.pop(uri, None)

    def advance(self, snapshot: Snapshot, document: OpenDocument, seconds: float = SLICE) -> bool:
        """Check a document for about so long; tell whether all is checked."""
        analysis = snapshot.analysis(document)
        if analysis is None:
            return True
        checks = self._checks.setdefault(document.uri, FileChecks())
        checks.begin(analysis)
        return checks.advance(seconds)

    def has_all(self, document: OpenDocument) -> bool:
        """Tell whether there is an answer for all of a document, be it one that is to be looked at again."""
        checks = self._checks.get(document.uri)
        return checks is not None and checks.has_all

    def encoded(self, snapshot: Snapshot, document: OpenDocument, more: Sequence[types.Diagnostic] = ()) -> Encoded:
        """Return the diagnostics that are known of a document as a JSON array, those first that stand first."""
        checks = self._checks.get(document.uri)
        severities = snapshot.severities(document)
        if document.request_file is None or checks is None:
            return Encoded(json.dumps(_converter().unstructure(diagnostics_of_other(snapshot, document))))
        found = [(0, json.dumps(_converter().unstructure(one))) for one in more]
        last = self._told.get(document.uri, _NOTHING)
        before = last.placed if last.severities == severities else {}
        placed: dict[tuple[Block, tuple[Problem, ...]], list[_Placed]] = {}
        for one in checks.in_blocks(MOST):
            key = (one.block, one.problems)
            placed[key] = before[key] if key in before else _of_block(snapshot, one, severities)
            found += [(one.offset + p.start, _shown(p, one.line)) for p in placed[key]]
        # Only what is told is kept: blocks that were edited are gone.
        self._told[document.uri] = _Told(severities, placed)
        for declared in (*checks.in_file(), *snapshot.facts.late(document.path)):
            problem = displayed(declared, severities)
            if problem is None:
                continue
            where = snapshot.positions.range(document.content, problem.range)
            start, end = where.start, where.end
            alone = _Placed(0, start.line, start.character, end.line, end.character, _rest(snapshot, problem))
            found.append((problem.range.start, _shown(alone, 0)))
        found.sort(key=lambda entry: entry[0])
        return Encoded(f"[{','.join(list(dict.fromkeys([text for _, text in found]))[:MOST])}]")

    def in_lines(self, snapshot: Snapshot, document: OpenDocument, first: int, last: int) -> Iterator[Diagnosis]:
        """Yield what is known of some lines, which count from 0; both belong to them."""
        if document.request_file is None:
            return
        self.advance(snapshot, document)
        checks = self._checks[document.uri]
        found: list[Problem] = []
        blocks = document.request_file.blocks
        number = blocks.at_line(first).number
        while number < len(blocks) and (located := blocks.at_index(number)).line <= last:
            found += [problem.shifted(located.offset) for problem in checks.of_block(located).problems]
            number += 1
        severities = snapshot.severities(document)
        late = snapshot.facts.late(document.path)
        for declared in dict.fromkeys((*found, *checks.in_file(), *late)):
            problem = displayed(declared, severities)
            if problem is None:
                continue
            where = snapshot.positions.range(document.content, problem.range)
            if where.start.line <= last and where.end.line >= first:
                yield Diagnosis(diagnostic_of(snapshot, document.content, problem), problem)


def _of_block(snapshot: Snapshot, found: BlockProblems, severities: Mapping[str, str]) -> list[_Placed]:
    lines = PlainText(found.block.text)
    placed: list[_Placed] = []
    for declared in found.problems:
        problem = displayed(declared, severities)
        if problem is None:
            continue
        where = snapshot.positions.range(lines, problem.range)
        start, end = where.start, where.end
        rest = _rest(snapshot, problem)
        placed.append(_Placed(problem.range.start, start.line, start.character, end.line, end.character, rest))
    return placed


def _shown(placed: _Placed, line: int) -> str:
    return (
        f'{{"range":{{"start":{{"line":{placed.start_line + line},"character":{placed.start_column}}},'
        f'"end":{{"line":{placed.end_line + line},"character":{placed.end_column}}}}},{placed.rest}}}'
    )


def _rest(snapshot: Snapshot, problem: Problem) -> str:
    """Return all members of a diagnostic but its range."""
    diagnostic = diagnostic_of(snapshot, PlainText(""), problem._replace(range=Range(0, 0)))
    members: dict[str, object] = _converter().unstructure(diagnostic)
    del members["range"]
    return json.dumps(members)[1:-1]


@cache
def _converter() -> Any:
    return tolerant_converter()
