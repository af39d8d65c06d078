"""What refers to what makes no difference to time: it grows with the file, and no depth exhausts a stack."""

import time
from collections.abc import Callable

import pytest
from tests.support.memory_files import analyse

_SHAPES: dict[str, Callable[[int], str]] = {
    "a chain": lambda size: "".join([f"@v{n} = {{{{v{n + 1}}}}}\n" for n in range(size)]) + f"@v{size} = x\nGET http://a/{{{{v0}}}}\n",
    "a chain of texts": lambda size: "".join([f"@v{n} = {{{{v{n + 1}}}}}-\n" for n in range(size)]) + f"@v{size} = x\nGET http://a\nX: {{{{v0}}}}\n",
    "many variables": lambda size: "".join([f"@v{n} = {n}\n" for n in range(size)]) + "GET http://a/" + "".join([f"{{{{v{n}}}}}" for n in range(size)]) + "\n",
    "undefined variables": lambda size: "".join([f"###\nGET http://a/{{{{nothing{n}}}}}\n" for n in range(size)]),
    "references": lambda size: "# @name a\nGET http://a\n" + "".join([f"###\n# @name b{n}\nGET http://a/{{{{a.response.body.$.x{n}}}}}\n" for n in range(size)]),
    "requests that use one variable": lambda size: "@x = {{y}}\n@y = 1\n" + "###\nPOST http://a/{{x}}\nA: {{x}}\n\n{{x}}\n" * size,
    "a circle": lambda size: "".join([f"@v{n} = {{{{v{(n + 1) % size}}}}}\n" for n in range(size)]) + "GET http://a/{{v0}}\n",
}  # fmt: skip


@pytest.mark.parametrize("shape", _SHAPES)
def test_time_grows_no_faster_than_the_file(shape: str) -> None:
    make = _SHAPES[shape]
    small, large = make(100), make(800)
    _seconds(small)
    ratios = [_seconds(large) / max(_seconds(small), 0.002) for _attempt in range(3)]
    # Eight times the file may cost eight times the work; quadratic work would cost sixty-four times.
    assert min(ratios) < 24


def _seconds(text: str) -> float:
    analysis = analyse(text)
    start = time.process_time()
    for problem in analysis.problems():
        assert problem.message
    return time.process_time() - start


def test_a_chain_of_twenty_thousand_variables_is_followed() -> None:
    text = _SHAPES["a chain of texts"](20_000)
    analysis = analyse(text)
    (header,) = analysis.plan(analysis.file.document.requests[0]).headers
    assert str(header.value) == "x" + "-" * 20_000
    assert hash(header.value.pieces) == hash(header.value.pieces)
