"""A long sequence of blocks that can be changed in one place without copying or counting the rest."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, chain, count
from typing import NamedTuple, TypeVar, cast

from httpls_grammar.block import Block

_CHUNK = 64

Fact = TypeVar("Fact")


class Located(NamedTuple):
    """A block with its place: its number from 0, and where it starts in the text, as offset and as line from 0."""

    number: int
    block: Block
    offset: int
    line: int


class Blocks:
    """An immutable sequence of blocks, kept in chunks, so that a change copies one chunk and a list of chunks."""

    __slots__ = ("_before", "_chunks", "_counts", "_found", "_lengths", "_lines")

    def __init__(self, chunks: "Sequence[Chunk]", before: "_Before | None" = None) -> None:
        """Take the chunks; none of them may be empty. Use `of` to make a sequence from blocks.

        `before` is what is known from the sequence that this one differs from in a few chunks.
        """
        self._chunks = chunks
        self._before = before
        self._found: dict[object, Sequence[tuple[Located, object]]] = {}
        self._counts = list(accumulate([len(chunk.blocks) for chunk in chunks], initial=0))
        self._lengths = list(accumulate([chunk.length for chunk in chunks], initial=0))
        self._lines = list(accumulate([chunk.line_breaks for chunk in chunks], initial=0))

    @classmethod
    def of(cls, blocks: Iterable[Block]) -> "Blocks":
        """Make a sequence of these blocks."""
        return cls(_chunked(blocks))

    def __len__(self) -> int:
        """Return how many blocks there are."""
        return self._counts[-1]

    @property
    def length(self) -> int:
        """The number of code points in all blocks."""
        return self._lengths[-1]

    def __iter__(self) -> Iterator[Block]:
        """Yield the blocks in order."""
        return chain.from_iterable(chunk.blocks for chunk in self._chunks)

    def located(self) -> Iterator[Located]:
        """Yield the blocks in order, with their places."""
        offset = line = 0
        for index, block in enumerate(self):
            yield Located(index, block, offset, line)
            offset += len(block.text)
            line += block.line_breaks

    @property
    def chunks(self) -> "Sequence[Chunk]":
        """The chunks; those that an edit does not touch are the same objects before and after it."""
        return self._chunks

    def chunk_start(self, number: int) -> "ChunkStart":
        """Return where the chunk `number`, from 0, begins."""
        return ChunkStart(self._counts[number], self._lengths[number], self._lines[number])

    def summaries(self, compute: "Callable[[Sequence[Block]], Fact]") -> "Iterator[Fact]":
        """Yield `compute(blocks)` for each chunk, worked out once for it; `compute` must be a pure function."""
        return (chunk.fact(compute) for chunk in self._chunks)

    def having(self, compute: "Callable[[Block], Fact]") -> "Sequence[tuple[Located, Fact]]":
        """Return the blocks whose `compute(block)` is true or not empty, with places, in order.

        The answers are kept, so that after an edit only those of one or two chunks are looked for anew. `compute` must
        be a pure function of the text of the block.
        """
        if compute not in self._found:
            before = self._before
            if before is None or compute not in before.found:
                found = self._having(compute, 0, len(self._chunks))
            else:
                known = before.found[compute]
                first = bisect_left(known, before.first, key=_number_of)
                end = bisect_left(known, before.end, key=_number_of)
                fresh = self._having(compute, before.first_chunk, before.end_chunk)
                found = [*known[:first], *fresh, *self._moved(known[end:], before)]
            self._found[compute] = found
        return cast("Sequence[tuple[Located, Fact]]", self._found[compute])

    def _having(self, compute: "Callable[[Block], Fact]", first: int, end: int) -> "list[tuple[Located, object]]":
        found: list[tuple[Located, object]] = []
        for number in range(first, end):
            for located, fact in self._chunks[number].having(compute):
                before, length, line = self._counts[number], self._lengths[number], self._lines[number]
                inside, block, offset, lines = located
                found.append((Located(before + inside, block, length + offset, line + lines), fact))
        return found

    def _moved(
        self, known: "Sequence[tuple[Located, object]]", before: "_Before"
    ) -> "Sequence[tuple[Located, object]]":
        """Return what is known of the blocks behind those that were replaced, at the places that they have now."""
        numbers = self._counts[before.end_chunk] - before.end
        offsets = self._lengths[before.end_chunk] - before.end_offset
        lines = self._lines[before.end_chunk] - before.end_line
        if not (numbers or offsets or lines):
            return known
        return [
            (Located(one.number + numbers, one.block, one.offset + offsets, one.line + lines), fact)
            for one, fact in known
        ]

    def __getitem__(self, index: int) -> Block:
        """Return the block at `index`, which counts from 0."""
        chunk = bisect_right(self._counts, index) - 1
        return self._chunks[chunk].blocks[index - self._counts[chunk]]

    def at_index(self, index: int) -> Located:
        """Return the block at `index` with its place."""
        chunk = bisect_right(self._counts, index) - 1
        return self._located(chunk, index - self._counts[chunk])

    def at_offset(self, offset: int) -> Located:
        """Return the block that holds the code point at `offset`; the last block for the end of the text."""
        chunk = min(bisect_right(self._lengths, offset), len(self._chunks)) - 1
        starts = self._chunks[chunk].offsets
        return self._located(chunk, min(bisect_right(starts, offset - self._lengths[chunk]), len(starts)) - 1)

    def at_line(self, number: int) -> Located:
        """Return the block in which line `number` (from 0) begins; the last block for a line after the end."""
        chunk = min(bisect_right(self._lines, number), len(self._chunks)) - 1
        # A block without a line break is the last one of the text, or empty; its line begins in the one before it.
        starts = self._chunks[chunk].lines
        return self._located(chunk, min(bisect_right(starts, number - self._lines[chunk]), len(starts)) - 1)

    def _located(self, chunk: int, inside: int) -> Located:
        found = self._chunks[chunk]
        offset = self._lengths[chunk] + found.offsets[inside]
        line = self._lines[chunk] + found.lines[inside]
        return Located(self._counts[chunk] + inside, found.blocks[inside], offset, line)

    def replaced(self, first: int, end: int, blocks: Sequence[Block]) -> "Blocks":
        """Return a sequence in which `blocks` stand in place of those from `first` to before `end`."""
        from_chunk = bisect_right(self._counts, first) - 1
        to_chunk = min(bisect_right(self._counts, max(end - 1, first)), len(self._chunks))
        before = self._chunks[from_chunk].blocks[: first - self._counts[from_chunk]]
        after = self._chunks[to_chunk - 1].blocks[end - self._counts[to_chunk - 1] :]
        fresh = _chunked([*before, *blocks, *after])
        known = _Before(
            self._found, self._counts[from_chunk], self._counts[to_chunk], self._lengths[to_chunk],
            self._lines[to_chunk], from_chunk, from_chunk + len(fresh),
        )  # fmt: skip
        return Blocks([*self._chunks[:from_chunk], *fresh, *self._chunks[to_chunk:]], known)


class _Before(NamedTuple):
    """What is known of a sequence from before some of its chunks were replaced.

    `first` to `end` are the blocks that stood in them, which ended at `end_offset` and `end_line`; `first_chunk` to
    `end_chunk` are the chunks that stand there now.
    """

    found: "dict[object, Sequence[tuple[Located, object]]]"
    first: int
    end: int
    end_offset: int
    end_line: int
    first_chunk: int
    end_chunk: int


def _number_of(found: tuple[Located, object]) -> int:
    return found[0].number


class ChunkStart(NamedTuple):
    """Where a chunk begins: how many blocks, code points and line breaks stand before it."""

    number: int
    offset: int
    line: int


class Chunk:
    """Some blocks that follow each other. It is immutable, and remembers what was asked of its blocks."""

    __slots__ = ("_facts", "_having", "blocks", "length", "line_breaks", "lines", "offsets")

    def __init__(self, blocks: tuple[Block, ...]) -> None:
        """Take the blocks, of which there is at least one."""
        self.blocks = blocks
        *self.offsets, self.length = accumulate([len(block.text) for block in blocks], initial=0)
        *self.lines, self.line_breaks = accumulate([block.line_breaks for block in blocks], initial=0)
        self._facts: dict[object, object] | None = None
        self._having: dict[object, object] | None = None

    def fact(self, compute: "Callable[[Sequence[Block]], Fact]") -> "Fact":
        """Return `compute(blocks)`, worked out once."""
        if self._facts is None:
            self._facts = {}
        if compute not in self._facts:
            self._facts[compute] = compute(self.blocks)
        return cast("Fact", self._facts[compute])

    def having(self, compute: "Callable[[Block], Fact]") -> "Sequence[tuple[Located, Fact]]":
        """Return the blocks whose `compute(block)` is true or not empty; their places count from this chunk."""
        if self._having is None:
            self._having = {}
        if compute not in self._having:
            self._having[compute] = [(located, fact) for located in self.located() if (fact := compute(located.block))]
        return cast("Sequence[tuple[Located, Fact]]", self._having[compute])

    def located(self) -> "Iterator[Located]":
        """Yield the blocks with their places, which count from the start of the chunk."""
        return map(Located, count(), self.blocks, self.offsets, self.lines)


def _chunked(blocks: Iterable[Block]) -> list[Chunk]:
    """Cut the blocks into chunks of about the same size, so that a growing chunk splits in halves."""
    every = list(blocks)
    parts = -(-len(every) // _CHUNK)
    chunks: list[Chunk] = []
    for number in range(parts):
        run = tuple(every[number * len(every) // parts : (number + 1) * len(every) // parts])
        chunks.append(Chunk(run))
    return chunks
