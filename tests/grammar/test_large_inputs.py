"""Size alone breaks nothing: time grows with the text and not faster, and no depth exhausts a stack."""

import gc
import time
from collections.abc import Callable

import pytest

from httpls_grammar import parse

_SHAPES: dict[str, Callable[[int], str]] = {
    "separators": lambda size: "###\n" * size,
    "open scripts": lambda size: "GET /a\n" + "> {%\n" * size,
    "open scripts with separators": lambda size: "> {%\n###\n" * size,
    "open braces in lines": lambda size: "POST /a\n\n" + "{{\n" * size,
    "open braces in a line": lambda size: "POST /" + "{{" * size + "\n",
    "closed and open braces": lambda size: "{{\n}}\n" + "{{\n###\n" * size,
    "open comments": lambda size: "/*\n###\n" * size,
    "one long line": lambda size: "POST /a\n\n" + "x" * (100 * size),
    "one long header": lambda size: "GET /a\nX: " + "x " * (50 * size),
    "one long name": lambda size: "x" * (100 * size),
    "hashes": lambda size: "#" * (100 * size),
    "blanks": lambda size: "GET /a\n" + " " * (100 * size) + "x\n",
    "blanks after braces": lambda size: "GET /a\n\n{{" + " " * (20 * size) + "}}\n",
    "words after braces": lambda size: "GET /a\n\n{{+" + "a" * (20 * size) + " " * (20 * size) + "}}\n",
    "blanks before braces": lambda size: ("   " * 10 + "{{") * size,
    "quotes of cURL": lambda size: "curl " + "'a' \"b\" \\\n" * size,
    "open quotes of cURL": lambda size: "###\ncurl 'a\n" * size,
    "headers": lambda size: "GET /a\n" + "X: 1\n" * size,
    "continued targets": lambda size: "GET /a\n" + "  &x=1\n" * size,
    "colons": lambda size: "a:" * (50 * size),
    "dotted names": lambda size: "a." * (50 * size),
    "templates in a name": lambda size: "{{a}}" * (20 * size) + "\n",
    "carriage returns": lambda size: "\r" * (20 * size),
    "tags": lambda size: "# @x y\n" * size,
}


@pytest.mark.parametrize("shape", _SHAPES)
def test_time_grows_no_faster_than_the_text(shape: str) -> None:
    make = _SHAPES[shape]
    small, large = make(500), make(4000)
    _work(small)
    ratios = [_seconds(large) / max(_seconds(small), 0.001) for _attempt in range(3)]
    # Eight times the text may cost eight times the work; quadratic work would cost sixty-four times.
    assert min(ratios) < 24


def _seconds(text: str) -> float:
    start = time.process_time()
    _work(text)
    return time.process_time() - start


def _work(text: str) -> None:
    document = parse(text)
    for block in document.blocks:
        _ = block.nodes, block.request
    _ = document.problems, document.profile


def test_ten_thousand_open_braces_are_read() -> None:
    assert len(parse("POST /a\n\n" + "{" * 10_000 + "\n").requests) == 1
    assert len(parse("POST /a\n\n" + "{{" * 10_000 + "\n").requests) == 1


def test_equal_blocks_share_their_memory() -> None:
    document = parse("###\n" * 50_000)
    assert len(document.blocks) == 50_000
    assert len({id(block) for block in document.blocks}) == 1


def test_a_request_is_made_of_few_objects() -> None:
    # Python looks at all of them again and again while a large file is read: with forty it took half of the time.
    request = '### {0}\n# @name r{0}\nPOST http://a/{0}?b=1 HTTP/1.1\nA: 1\nB: 2\nC: {0}\n\n{{\n  "id": {0}\n}}\n\n'
    text = "".join([request.format(number) for number in range(1_000)])
    _work(text)
    gc.collect()
    before = len(gc.get_objects())
    document = parse(text)
    for block in document.blocks:
        _ = block.nodes, block.request
    gc.collect()
    assert len(gc.get_objects()) - before < 20 * len(document.blocks)
