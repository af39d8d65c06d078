"""The problems of a file while it is edited: after an edit only what it can have changed is worked out again.

What `check` finds in a block depends on its text, on the files that nobody edits, on what holds for all requests of the
file, and on the variables and requests that it asked for while it was checked. The first is the block itself: an edit
that leaves a block alone leaves it the same object. The names are recorded with each answer. So after an edit the
answers of all blocks stay but those that asked for a name which now means something else.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from httpls.ide.changed_names import changed_names, with_dependents, world_of
from httpls.model.analysis import Analysis, FileWords
from httpls.model.check import in_environments, united
from httpls.model.definitions import assignments_of, set_names, variables_of
from httpls.model.graphql_fragments import fragments_in
from httpls.model.imports import may_import
from httpls.model.levels import may_be_shared, shared_blocks
from httpls.model.names import names_of_blocks, names_of_tags
from httpls.model.resolve import UNDEFINED_VARIABLE, UNKNOWN_REQUEST
from httpls.model.variable_problems import used_names
from httpls_grammar.block import Block
from httpls_grammar.blocks import Blocks, Chunk, Located
from httpls_grammar.diagnose import block_problems, document_problems
from httpls_grammar.document import evidence_of
from httpls_grammar.problems import Problem


class BlockProblems(NamedTuple):
    """The problems of one block; their ranges count from its start, which is at `offset` and on `line` from 0."""

    offset: int
    line: int
    block: Block
    problems: tuple[Problem, ...]


class FileChecks:
    """Checks one file again and again. It belongs to one thread.

    An answer that may have changed is kept, and told, until the block is checked again.
    """

    def __init__(self) -> None:
        """Begin with nothing checked."""
        self._found: dict[Block, _Found] = {}
        self._stale: set[Block] = set()
        self._chunks: dict[Chunk, _InChunk] = {}
        self._stale_chunks: set[Chunk] = set()
        self._parsed: set[Chunk] = set()
        self._blocks: Blocks | None = None
        self._words = _WordCounts()
        self._sets: dict[frozenset[str], frozenset[str]] = {}
        self._world: tuple[object, ...] | None = None
        self._analyses: Sequence[tuple[str, Analysis]] = ()
        self._analysis: Analysis | None = None
        self._is_begun = False
        self._has_all = False
        self._in_file: Sequence[Problem] | None = None
        self._is_foreign: Sequence[Problem] | None = None

    def begin(self, analysis: Analysis) -> None:
        """Take the file as it is now; what can have changed is found out when there is time (`advance`)."""
        if self._analysis is not analysis:
            self._analysis = analysis
            self._is_begun = False
            self._is_foreign = document_problems(analysis.file.document.blocks)

    def advance(self, seconds: float) -> bool:
        """Check for about so long; tell whether all is checked now."""
        assert self._analysis is not None
        if self._is_foreign is not None:
            return True
        end = time.monotonic() + seconds
        if not self._is_begun:
            if not self._parse(self._analysis.file.document.blocks, end):
                return False
            self._begin()
        assert self._blocks is not None
        if self._in_file is None:
            words = FileWords(self._words.has_duplicates, self._words.used)
            self._in_file = self._united([(name, analysis.file_problems(words)) for name, analysis in self._analyses])
        return self._check_new(end) and self._check_stale(end)

    @property
    def has_all(self) -> bool:
        """Tell whether there is an answer for each block, be it one that is to be looked at again."""
        return self._is_foreign is not None or (self._is_begun and self._has_all)

    def in_blocks(self, most: int) -> Iterator[BlockProblems]:
        """Yield what is known of the blocks, in order, until there are `most` problems.

        Of blocks that were parsed and not checked yet that is what their text alone shows.
        """
        assert self._analysis is not None
        blocks = self._analysis.file.document.blocks
        if self._is_foreign is not None:
            yield BlockProblems(0, 0, blocks[0], tuple(self._is_foreign))
            return
        yield from self._in_shared_blocks()
        count = 0
        for number, chunk in enumerate(blocks.chunks):
            in_chunk = self._chunks.get(chunk)
            known: Sequence[BlockProblems] = ()
            if in_chunk is not None:
                known = in_chunk.problems
            elif chunk in self._parsed:
                known = chunk.fact(_by_text)
            if not known:
                continue
            start = blocks.chunk_start(number)
            for found in known:
                yield found._replace(offset=found.offset + start.offset, line=found.line + start.line)
                count += len(found.problems)
                if count >= most:
                    return

    def of_block(self, located: Located) -> BlockProblems:
        """Return the problems of one block, checked now if that was not done yet."""
        if not self._is_begun:
            self._begin()
        if located.block not in self._found or located.block in self._stale:
            self._check(located)
        problems = dict.fromkeys((*block_problems(located.block), *self._found[located.block].problems))
        return BlockProblems(located.offset, located.line, located.block, tuple(problems))

    def in_file(self) -> Sequence[Problem]:
        """Return the problems that no block has alone; their ranges count from the start of the file."""
        return self._in_file or ()

    def _check_new(self, end: float) -> bool:
        """Check the blocks for which there is no answer; tell whether that could be done in time."""
        assert self._blocks is not None
        if self._has_all:
            return True
        for number, chunk in enumerate(self._blocks.chunks):
            if chunk in self._chunks:
                continue
            if not self._check_in(number, chunk, end, lambda block: block not in self._found):
                return False
            self._chunks[chunk] = self._of_chunk(chunk)
            if not self._stale.isdisjoint(chunk.blocks):
                self._stale_chunks.add(chunk)
        self._has_all = True
        self._tidy()
        return True

    def _check_stale(self, end: float) -> bool:
        """Check the blocks again whose answers may have changed; tell whether that could be done in time."""
        assert self._blocks is not None
        for number, chunk in enumerate(self._blocks.chunks) if self._stale_chunks else ():
            if chunk in self._stale_chunks:
                if not self._check_in(number, chunk, end, lambda block: block in self._stale):
                    return False
                self._chunks[chunk] = self._of_chunk(chunk)
                self._stale_chunks.discard(chunk)
        return True

    def _check_in(self, number: int, chunk: Chunk, end: float, is_meant: Callable[[Block], bool]) -> bool:
        assert self._blocks is not None
        start = self._blocks.chunk_start(number)
        for inside, block, offset, line in chunk.located():
            if is_meant(block):
                if time.monotonic() > end:
                    return False
                self._check(Located(start.number + inside, block, start.offset + offset, start.line + line))
        return True

    def _parse(self, blocks: Blocks, end: float) -> bool:
        """Parse what is new; tell whether that could be done in time. What the file says as a whole needs all of it."""
        if len(self._parsed) > len(blocks.chunks) + 10:
            self._parsed.intersection_update(blocks.chunks)
        for chunk in blocks.chunks:
            if chunk not in self._parsed:
                for block in chunk.blocks:
                    if time.monotonic() > end:
                        return False
                    _ = block.nodes
                for summary in _SUMMARIES:
                    chunk.fact(summary)
                for fact in _FACTS:
                    chunk.having(fact)
                self._parsed.add(chunk)
        return True

    def _begin(self) -> None:
        """Find out what can have changed since the file was looked at last."""
        analysis = self._analysis
        assert analysis is not None
        self._is_begun, self._has_all = True, False
        self._in_file = None
        if analysis.chosen_environments or not analysis.environments.names:
            self._analyses = [("", analysis)]
        else:
            self._analyses = in_environments(analysis.workspace, analysis.file, analysis.environments.names)
        world = tuple([item for _, one in self._analyses for item in world_of(one)])
        blocks = analysis.file.document.blocks
        kept = set(self._blocks.chunks if self._blocks is not None else ()).intersection(blocks.chunks)
        removed = [chunk for chunk in self._blocks.chunks if chunk not in kept] if self._blocks is not None else []
        added = [chunk for chunk in blocks.chunks if chunk not in kept]
        self._words.change(removed, added)
        for chunk in removed:
            self._chunks.pop(chunk, None)
            self._stale_chunks.discard(chunk)
        if world != self._world:
            self._stale.update(self._found)
            self._stale_chunks.update(self._chunks)
        else:
            self._forget(removed, added)
        self._blocks, self._world = blocks, world

    def _in_shared_blocks(self) -> Iterator[BlockProblems]:
        every = {one for found in self._chunks.values() for one in found.elsewhere}
        if every and self._analysis is not None:
            for located in shared_blocks(self._analysis.file):
                problems = [problem for block, problem in every if block is located.block]
                if problems:
                    yield BlockProblems(located.offset, located.line, located.block, tuple(problems))

    def _check(self, located: Located) -> None:
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
        self._found[located.block] = _Found(
            tuple([problem.shifted(-located.offset) for problem in inside]),
            self._same(frozenset(asked)),
            self._same(frozenset(requests)),
            frozenset([(one.block, problem.shifted(-one.offset)) for one, problem in there]),
        )
        self._stale.discard(located.block)

    def _same(self, names: frozenset[str]) -> frozenset[str]:
        """Return the one set that stands for all sets like it: most requests of a file ask for the same names."""
        return self._sets.setdefault(names, names)

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

    def _forget(self, removed: Sequence[Chunk], added: Sequence[Chunk]) -> None:
        """Mark the answers as stale that asked for a name whose meaning is another one now."""
        names, requests = changed_names(removed, added)
        if not names and not requests:
            return
        names = with_dependents(names, [analysis for _, analysis in self._analyses])
        if names:
            names.add("*")
        if requests:
            requests.add("*")
        asked = {one for one in self._sets if not one.isdisjoint(names)}
        asked_requests = {one for one in self._sets if not one.isdisjoint(requests)}
        stale = [
            block for block, found in self._found.items() if found.asked in asked or found.requests in asked_requests
        ]
        if stale:
            self._stale.update(stale)
            self._stale_chunks.update([chunk for chunk in self._chunks if not self._stale.isdisjoint(chunk.blocks)])

    def _tidy(self) -> None:
        """Forget the blocks that are gone, when they are many."""
        assert self._blocks is not None
        if len(self._found) > len(self._blocks) + len(self._blocks) // 8 + 200:
            present = set(self._blocks)
            self._found = {block: found for block, found in self._found.items() if block in present}
            self._stale &= present
            self._sets = {one: one for found in self._found.values() for one in (found.asked, found.requests)}


class _WordCounts:
    """The words of a file, counted, so that an edit costs what it changes.

    `used` are those that may be names of variables, with the number of chunks that use them.
    """

    def __init__(self) -> None:
        self.used: Counter[str] = Counter()
        self._names: Counter[str] = Counter()
        self._duplicates = 0

    @property
    def has_duplicates(self) -> bool:
        """Tell whether tags give one name to two requests."""
        return self._duplicates > 0

    def change(self, removed: Iterable[Chunk], added: Iterable[Chunk]) -> None:
        """Count what was removed and added."""
        for chunk in removed:
            self.used.subtract(chunk.fact(used_names))
            for name in chunk.fact(names_of_tags):
                self._names[name] -= 1
                self._duplicates -= self._names[name] == 1
        for chunk in added:
            self.used.update(chunk.fact(used_names))
            for name in chunk.fact(names_of_tags):
                self._names[name] += 1
                self._duplicates += self._names[name] == 2
        for chunk in removed:
            for counts, words in ((self.used, chunk.fact(used_names)), (self._names, chunk.fact(names_of_tags))):
                for word in words:
                    if not counts[word]:
                        del counts[word]


class _Found(NamedTuple):
    problems: tuple[Problem, ...]
    asked: frozenset[str]
    requests: frozenset[str]
    elsewhere: frozenset[tuple[Block, Problem]]
    """What is wrong in a block that holds for all requests: it is found with each of them, and told once, there."""


class _InChunk(NamedTuple):
    problems: list[BlockProblems]
    elsewhere: frozenset[tuple[Block, Problem]]


_SUMMARIES: Sequence[Callable[[Sequence[Block]], object]] = (
    evidence_of, used_names, names_of_tags, names_of_blocks,
)  # fmt: skip
_FACTS: Sequence[Callable[[Block], object]] = (
    variables_of, set_names, assignments_of, may_be_shared, may_import, fragments_in,
)  # fmt: skip
"""What is asked of all blocks of a file before any can be checked; it is worked out chunk by chunk."""


def _by_text(blocks: Sequence[Block]) -> Sequence[BlockProblems]:
    """Return what the texts of the blocks of a chunk show."""
    found: list[BlockProblems] = []
    offset = line = 0
    for block in blocks:
        problems = block_problems(block)
        if problems:
            found.append(BlockProblems(offset, line, block, tuple(problems)))
        offset += len(block.text)
        line += block.line_breaks
    return found
