"""Texts that nobody wrote: seeds cut, joined, doubled and spoilt at random, for a bounded time.

`HTTPLS_FUZZ_SECONDS=600 python -m pytest tests/grammar/test_fuzz.py` looks longer. A failure names the number from
which the same text comes again.
"""

import os
import random
import time
from collections.abc import Callable
from itertools import count

import pytest
from tests.support.memory_files import ROOT, MemoryFiles
from tests.support.peculiar_files import PECULIAR

from httpls.model.analysis import Analysis
from httpls.model.body import BodyPiece, TextPiece
from httpls.model.check import check_file
from httpls.model.plan import Plan
from httpls.model.source import Source, decode
from httpls.model.workspace import RequestFile, Workspace
from httpls_grammar import Document, parse
from httpls_grammar.format import format_text

_SECONDS = float(os.environ.get("HTTPLS_FUZZ_SECONDS", "2"))
_LONGEST = 2.0
"""How many seconds of computing a text of a few kilobytes may cost, with much room for a busy machine."""

_SEEDS = [text for text, _ in PECULIAR.values()]
_SPICES = (
    "\n", "\r\n", "\r", "###", "\n###\n", "{{", "}}", "{%", "%}", "/*", "*/", "<", ">", "< {%", "> {%", "# @", "@x = ",
    "{", "}", '"', "'", "\\", ":", "&", "?", "=", " ", "\t", "\x00", "\ud800", "\ufeff", "\u2028", "HTTP/1.1 200 OK",
    "curl ", "run #", "import ", "# @dialect httpyac\n", "GET ", "{{$", "{{a.response.", "===", "?? ", ">>", "<>",
)  # fmt: skip


def _mutated(random_: random.Random) -> str:
    text = random_.choice(_SEEDS)
    for _ in range(random_.randint(1, 8)):
        start = random_.randint(0, len(text))
        end = min(start + random_.choice((0, 0, 1, 3, 20, 200)), len(text))
        kind = random_.randrange(5)
        if kind == 0:
            piece = random_.choice(_SPICES) * random_.choice((1, 1, 2, 30))
        elif kind == 1:
            piece = random_.choice(_SEEDS)
        elif kind == 2:
            piece = text[start:end] * random_.choice((2, 3, 50))
        elif kind == 3:
            piece = "".join(
                chr(random_.choice((random_.randrange(128), random_.randrange(0x110000)))) for _ in range(4)
            )
        else:
            piece = ""
        text = (text[:start] + piece + text[end:])[:20_000]
    return text


def _tree(document: Document) -> list[object]:
    return [(block.text, block.is_open, block.nodes) for block in document.blocks]


def _for_a_while(check: Callable[[str, random.Random], None], base: int) -> None:
    end = time.monotonic() + _SECONDS
    for number in count():
        text = _mutated(random.Random(base + number))
        start = time.process_time()
        try:
            check(text, random.Random(number))
        except BaseException:
            print(f"the text of number {base + number}: {text!r}")
            raise
        assert time.process_time() - start < _LONGEST, f"the text of number {base + number} takes too long"
        if time.monotonic() > end:
            break


def _parses(text: str, random_: random.Random) -> None:
    document = parse(text)
    assert document.text == text
    for block in document.blocks:
        assert "".join(node.range.of(block.text) for node in block.nodes) == block.text
    for problem in document.problems:
        assert 0 <= problem.range.start <= problem.range.end <= len(text)
    _ = document.profile, [(request.method, request.target, request.line) for request in document.requests]


def _edits(text: str, random_: random.Random) -> None:
    start = random_.randint(0, len(text))
    end = min(start + random_.choice((0, 1, 50)), len(text))
    piece = random_.choice((*_SPICES, *_SEEDS))
    edited = parse(text).edited(start, end, piece)
    assert _tree(edited) == _tree(parse(text[:start] + piece + text[end:]))


def _formats(text: str, random_: random.Random) -> None:
    formatted = format_text(parse(text))
    document = parse(formatted)
    assert format_text(document) == formatted
    assert _planned(formatted) == _planned(text)


def _planned(text: str) -> list[object]:
    """What would be sent of each request, as far as it is known; a hole counts by its name."""
    workspace = Workspace(MemoryFiles({"a.http": text.encode("utf-8", "surrogatepass")}), {})
    analysis = Analysis(workspace, RequestFile(Source(ROOT / "a.http", text), parse(text)))
    return [_sent(analysis.plan(request)) for request in analysis.file.document.requests]


def _sent(plan: Plan) -> object:
    body = plan.body
    messages = [[_piece(piece) for piece in message] for message in body.messages] if body is not None else []
    return (
        plan.method, str(plan.target), plan.version, [(str(field.name), str(field.value)) for field in plan.headers],
        body.kind if body is not None else None, messages,
    )  # fmt: skip


def _piece(piece: BodyPiece) -> object:
    if isinstance(piece, TextPiece):
        return str(piece.text)
    return str(piece.written), piece.is_substituted, piece.encoding


def _means_something(text: str, random_: random.Random) -> None:
    files = MemoryFiles({"a.http": text.encode("utf-8", "surrogatepass"), "http-client.env.json": '{"d": {"a": 1}}'})
    for finding in check_file(Workspace(files, {}), ROOT / "a.http"):
        assert finding.problem.message
        assert finding.problem.remedy


@pytest.mark.parametrize("check", [_parses, _edits, _formats, _means_something])
def test_no_text_is_too_much(check: Callable[[str, random.Random], None]) -> None:
    _for_a_while(check, base=int(os.environ.get("HTTPLS_FUZZ_BASE", "0")))


def test_no_bytes_are_too_much() -> None:
    random_ = random.Random(1)
    for _ in range(200):
        content = random_.randbytes(random_.randrange(3000))
        source = decode(ROOT / "a.http", content)
        document = parse(source.text)
        _ = document.problems, document.requests
        assert document.text == source.text
