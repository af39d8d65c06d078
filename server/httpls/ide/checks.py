"""The problems of a file while it is edited: after an edit only what it can have changed is worked out again.

What `check` finds in a block depends on its text, on the files that nobody edits, on what holds for all requests of the
file, and on the variables and requests that it asked for while it was checked. The first is the block itself: an edit
that leaves a block alone leaves it the same object. The names are recorded with each answer. So after an edit the
answers of all blocks stay but those that asked for a name which now means something else.
"""

import time
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from httpls.model.analysis import Analysis
from httpls.model.check import in_environments, united
from httpls.model.definitions import assignments_of, set_names, variables_of
from httpls.model.graphql_fragments import fragments_of
from httpls.model.imports import imported_files, imports_of
from httpls.model.levels import shared_blocks
from httpls.model.names import names_of
from httpls.model.resolve import UNDEFINED_VARIABLE, UNKNOWN_REQUEST
from httpls_grammar.block import Block
from httpls_grammar.blocks import Blocks, Chunk, Located
from httpls_grammar.diagnose import block_problems, document_problems
from httpls_grammar.islands.template import find_templates
from httpls_grammar.nodes import FileVariable, Statement, Trivia
from httpls_grammar.problems import Problem


class BlockProblems(NamedTuple):
    """The problems of one block; their ranges count from its start, which is at `offset` and on `line` from 0."""

    offset: int
    line: int
    block: Block
    problems: tuple[Problem, ...]


class FileChecks:
    """Checks one file again and again. It belongs to one thread."""

    def __init__(self) -> None:
        """Begin with nothing checked."""
        self._found: dict[Block, _Found] = {}
        self._chunks: dict[Chunk, _InChunk] = {}
        self._blocks: Blocks | None = None
        self._world: tuple[object, ...] | None = None
        self._analyses: Sequence[tuple[str, Analysis]] = ()
        self._analysis: Analysis | None = None
        self._in_file: Sequence[Problem] | None = None
        self._is_foreign: Sequence[Problem] | None = None

    def begin(self, analysis: Analysis) -> None:
        """Look at the file as it is now; what can have changed is forgotten."""
        if self._analysis is analysis:
            return
        self._analysis = analysis
        self._in_file = None
        self._is_foreign = document_problems(analysis.file.document.blocks)
        if analysis.chosen_environments or not analysis.environments.names:
            self._analyses = [("", analysis)]
        else:
            self._analyses = in_environments(analysis.workspace, analysis.file, analysis.environments.names)
        world = tuple([item for _, one in self._analyses for item in _world(one)])
        blocks = analysis.file.document.blocks
        if self._blocks is None or world != self._world:
            self._found.clear()
            self._chunks.clear()
        else:
            self._forget(self._blocks, blocks)
        self._blocks, self._world = blocks, world

    def advance(self, seconds: float) -> bool:
        """Check for about so long; tell whether all is checked now."""
        assert self._analysis is not None
        assert self._blocks is not None
        if self._is_foreign is not None:
            return True
        end = time.monotonic() + seconds
        if self._in_file is None:
            self._in_file = self._united([(name, analysis.file_problems()) for name, analysis in self._analyses])
        for number, chunk in enumerate(self._blocks.chunks):
            if chunk in self._chunks:
                continue
            start = self._blocks.chunk_start(number)
            for located in chunk.located():
                if located.block not in self._found:
                    if time.monotonic() > end:
                        return False
                    inside, block, offset, line = located
                    place = Located(start.number + inside, block, start.offset + offset, start.line + line)
                    self._found[block] = self._check(place)
            self._chunks[chunk] = self._of_chunk(chunk)
        self._tidy()
        return True

    def in_blocks(self, most: int) -> Iterator[BlockProblems]:
        """Yield what is known of the blocks, in order, until there are `most` problems."""
        assert self._blocks is not None
        if self._is_foreign is not None:
            yield BlockProblems(0, 0, self._blocks[0], tuple(self._is_foreign))
            return
        yield from self._in_shared_blocks()
        count = 0
        for number, chunk in enumerate(self._blocks.chunks):
            start = self._blocks.chunk_start(number)
            in_chunk = self._chunks.get(chunk)
            for found in in_chunk.problems if in_chunk is not None else ():
                yield found._replace(offset=found.offset + start.offset, line=found.line + start.line)
                count += len(found.problems)
                if count >= most:
                    return

    def of_block(self, located: Located) -> BlockProblems:
        """Return the problems of one block, checked now if that was not done yet."""
        if located.block not in self._found:
            self._found[located.block] = self._check(located)
        problems = dict.fromkeys((*block_problems(located.block), *self._found[located.block].problems))
        return BlockProblems(located.offset, located.line, located.block, tuple(problems))

    def in_file(self) -> Sequence[Problem]:
        """Return the problems that no block has alone; their ranges count from the start of the file."""
        return self._in_file or ()

    def _in_shared_blocks(self) -> Iterator[BlockProblems]:
        every = {one for found in self._chunks.values() for one in found.elsewhere}
        if every and self._analysis is not None:
            for located in shared_blocks(self._analysis.file):
                problems = [problem for block, problem in every if block is located.block]
                if problems:
                    yield BlockProblems(located.offset, located.line, located.block, tuple(problems))

    def _check(self, located: Located) -> "_Found":
        asked: set[str] = set()
        requests: set[str] = set()
        every: list[tuple[str, list[Problem]]] = []
        for name, analysis in self._analyses:
            analysis.asked.clear()
            analysis.requests.asked.clear()
            every.append((name, list(analysis.block_problems(located))))
            asked |= analysis.asked
            requests |= analysis.requests.asked
        problems = [*dict.fromkeys(self._united(every))]
        codes = {problem.code for problem in problems}
        if UNDEFINED_VARIABLE.code in codes or UNKNOWN_REQUEST.code in codes:
            # The name that may be meant can be any, and is remembered by others than this block.
            asked.add("*")
            requests.add("*")
        end = located.offset + len(located.block.text)
        inside = [one for one in problems if located.offset <= one.range.start and one.range.end <= end]
        elsewhere = [one for one in problems if not (located.offset <= one.range.start and one.range.end <= end)]
        assert self._blocks is not None
        blocks = self._blocks
        there = [(blocks.at_offset(problem.range.start), problem) for problem in elsewhere]
        return _Found(
            tuple([problem.shifted(-located.offset) for problem in inside]),
            frozenset(asked),
            frozenset(requests),
            frozenset([(one.block, problem.shifted(-one.offset)) for one, problem in there]),
        )

    def _united(self, every: "Sequence[tuple[str, Iterator[Problem] | list[Problem]]]") -> list[Problem]:
        assert self._analysis is not None
        if len(every) == 1:
            return list(every[0][1])
        return united(every, self._analysis.file.source)

    def _of_chunk(self, chunk: Chunk) -> "_InChunk":
        found: list[BlockProblems] = []
        elsewhere: set[tuple[Block, Problem]] = set()
        for located in chunk.located():
            elsewhere |= self._found[located.block].elsewhere
            problems = dict.fromkeys((*block_problems(located.block), *self._found[located.block].problems))
            if problems:
                ordered = tuple(sorted(problems, key=lambda problem: problem.range))
                found.append(BlockProblems(located.offset, located.line, located.block, ordered))
        return _InChunk(found, frozenset(elsewhere))

    def _forget(self, before: Blocks, after: Blocks) -> None:
        """Forget the answers that asked for a name whose meaning is another one now."""
        kept = set(before.chunks) & set(after.chunks)
        removed = [block for chunk in before.chunks if chunk not in kept for block in chunk.blocks]
        added = [block for chunk in after.chunks if chunk not in kept for block in chunk.blocks]
        removed, added = _without_common_ends(removed, added)
        names = _changed([_variables(block) for block in removed], [_variables(block) for block in added])
        requests = _changed([_requests(block) for block in removed], [_requests(block) for block in added])
        self._chunks = {chunk: found for chunk, found in self._chunks.items() if chunk in kept}
        if not names and not requests:
            return
        names = self._with_dependents(names)
        stale = [
            block for block, found in self._found.items()
            if not found.asked.isdisjoint(names) or not found.requests.isdisjoint(requests)
            or (names and "*" in found.asked) or (requests and "*" in found.requests)
        ]  # fmt: skip
        for block in stale:
            del self._found[block]
        gone = set(stale)
        self._chunks = {
            chunk: found for chunk, found in self._chunks.items() if not gone or gone.isdisjoint(chunk.blocks)
        }  # fmt: skip

    def _with_dependents(self, names: set[str]) -> set[str]:
        """Add the variables whose values refer to one of these, whatever lies between."""
        if not names:
            return names
        uses: dict[str, list[str]] = {}
        for _, analysis in self._analyses:
            for scope in analysis.scopes(None).scopes:
                for name, definition in scope.definitions.items():
                    if isinstance(definition.text, str) and "{{" in definition.text:
                        for word in _words(definition.text):
                            uses.setdefault(word, []).append(name)
        found = set(names)
        waiting = list(names)
        for name in waiting:
            for user in uses.get(name, ()):
                if user not in found:
                    found.add(user)
                    waiting.append(user)
        return found

    def _tidy(self) -> None:
        """Forget the blocks that are gone, when they are many."""
        assert self._blocks is not None
        if len(self._found) > 2 * len(self._blocks) + 100:
            present = set(self._blocks)
            self._found = {block: found for block, found in self._found.items() if block in present}


class _Found(NamedTuple):
    problems: tuple[Problem, ...]
    asked: frozenset[str]
    requests: frozenset[str]
    elsewhere: frozenset[tuple[Block, Problem]]
    """What is wrong in a block that holds for all requests: it is found with each of them, and told once, there."""


class _InChunk(NamedTuple):
    problems: list[BlockProblems]
    elsewhere: frozenset[tuple[Block, Problem]]


def _world(analysis: Analysis) -> Iterator[object]:
    """Yield all but names that the problems of every block may depend on."""
    file = analysis.file
    workspace = analysis.workspace
    yield workspace.outside
    yield workspace.choices
    yield analysis.explicit_profile
    yield analysis.profile
    yield tuple(analysis.chosen_environments)
    yield file.path
    yield tuple(imported_files(workspace, file))
    yield tuple(analysis.shared)
    yield [(line.keyword, line.written) for line in imports_of(file)]
    yield [(one.name, one.text, one.path) for one in fragments_of(file.document)]
    yield [part for located in shared_blocks(file) for part in _shared_lines(located)]


def _shared_lines(located: Located) -> Iterator[tuple[int, str]]:
    """Yield the lines of a block that holds for all requests, with their numbers, which messages may name."""
    text = located.block.text
    for node in located.block.nodes:
        if not isinstance(node, Trivia | FileVariable):
            yield located.line + text.count("\n", 0, node.range.start), node.range.of(text)


def _variables(block: Block) -> Sequence[tuple[str, Hashable]]:
    """Return the names of variables that a block gives a meaning to, with the meaning."""
    if "@" not in block.text and not set_names(block) and not assignments_of(block):
        return ()
    return [
        *[(variable.name, variable.value) for variable in variables_of(block)],
        *[(name, None) for name, _ in set_names(block)],
        *[(name, None) for name, _ in assignments_of(block)],
    ]


def _requests(block: Block) -> Sequence[tuple[str, Hashable]]:
    """Return the names of the request of a block, with all that may say which requests it needs itself."""
    names = names_of(block)
    if not names:
        return ()
    needs = block.fact(_needs)
    return [(name, needs) for name in names]


def _needs(block: Block) -> tuple[str, ...]:
    text = block.text
    found = [template.inner for template in find_templates(text)] if "{{" in text else []
    found += [one.value for one in block.directives if one.key in ("ref", "forceref", "auth") or "auth" in one.key]
    found += [node.text_range.of(text) for node in block.nodes if isinstance(node, Statement)]
    return tuple(found)


def _without_common_ends(before: Sequence[Block], after: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """Leave out the blocks that both begin with, and those that both end with."""
    start = 0
    shorter = min(len(before), len(after))
    while start < shorter and before[start] is after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] is after[-1 - end]:
        end += 1
    return list(before[start : len(before) - end]), list(after[start : len(after) - end])


def _changed(
    before: Sequence[Sequence[tuple[str, Hashable]]], after: Sequence[Sequence[tuple[str, Hashable]]]
) -> set[str]:
    """Return the names that have another meaning than before."""
    old = [one for block in before for one in block]
    new = [one for block in after for one in block]
    if old == new:
        return set()
    difference = (Counter(old) - Counter(new)) + (Counter(new) - Counter(old))
    # Where one name is defined twice the order counts.
    return {name for name, _ in difference} or {name for name, _ in old}


def _words(text: str) -> Iterator[str]:
    """Yield the words of templates that may be names, those before a dot among them."""
    for template in find_templates(text):
        for word in template.inner.replace("%", " ").replace("(", " ").replace(")", " ").split():
            yield word
            yield from (word[:at] for at, character in enumerate(word) if character in ".[")
