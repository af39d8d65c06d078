"""A sequence of blocks answers after changes as one that was made anew."""

import random

import pytest

from httpls_grammar.block import Block
from httpls_grammar.blocks import Blocks

TEXTS = ("x\n", "y\n\n", "zz\n", "")


def _with_x(block: Block) -> str:
    return block.text if "x" in block.text else ""


def _length(block: Block) -> int:
    return len(block.text)


def _some(chance: random.Random, most: int) -> list[Block]:
    return [
        Block(chance.choice(TEXTS) * chance.randrange(1, 3), is_open=False) for _ in range(chance.randrange(1, most))
    ]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_known_of_blocks_is_right_after_any_changes(seed: int) -> None:
    chance = random.Random(seed)
    blocks = Blocks.of(_some(chance, 400))
    for _ in range(30):
        if chance.random() < 0.7:
            blocks.having(_with_x)
        if chance.random() < 0.5:
            blocks.having(_length)
        first = chance.randrange(len(blocks))
        end = min(len(blocks), first + chance.randrange(1, 90))
        blocks = blocks.replaced(first, end, _some(chance, 100))
        fresh = Blocks.of(list(blocks))
        assert blocks.having(_with_x) == fresh.having(_with_x)
        if chance.random() < 0.5:
            assert blocks.having(_length) == fresh.having(_length)
