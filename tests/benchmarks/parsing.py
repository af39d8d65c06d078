"""How long parsing takes and how much memory: `python -m tests.benchmarks.parsing`.

Every figure is compared with something measured in the same run, since machines differ and are seldom idle: one round
measures each thing once, ratios are taken round by round, and the median over the rounds is told. The targets are in
the last column. With `--check` the exit code is 1 if one is missed. `--node FOLDER` names a folder in which npm has
installed other parsers of request files to compare with (see `parsing_peers`).
"""

import argparse
import gc
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from lark import Lark
from tests.benchmarks.parsing_peers import MissingError, httpyac_seconds, seconds_of, tree_sitter_parser

from httpls_grammar import Document, parse

_SIZES = (100, 1_000, 10_000)
_PARSE_TARGET = 1.25
"""On the machine on which the targets were set, a bare Lark parse of the lines takes about 50 us a request."""


class Row(NamedTuple):
    """A line of the report. `is_met` is None for a figure without a target."""

    what: str
    figure: str
    target: str = ""
    is_met: bool | None = None


def request_file(count: int) -> str:
    """Return a file with so many requests, like those that people write: a name, three fields, a JSON body."""
    return "@host = https://api.example.com\n@token = abc\n\n" + "".join([_request(number) for number in range(count)])


def _request(number: int) -> str:
    return (
        f"### Create item {number}\n# @name create{number}\n"
        f"POST {{{{host}}}}/items/{number}?page=1 HTTP/1.1\nContent-Type: application/json\n"
        f"Authorization: Bearer {{{{token}}}}\nX-Request-Id: {number}\n\n"
        f'{{\n  "id": {number},\n  "name": "item"\n}}\n\n'
    )


def every_fact(document: Document) -> None:
    """Work out all that a parse can tell: nodes, requests, the profile."""
    for block in document.blocks:
        _ = block.nodes
    _ = document.requests, document.profile


_LINES = r"""
start: (SEPARATOR | COMMENT | VARIABLE | REQUEST | HEADER | BLANK | OTHER)*
SEPARATOR.7: /#{3}[^\n]*\n/
COMMENT.6: /#[^\n]*\n/
VARIABLE.5: /@[^\n]*\n/
REQUEST.4: /[A-Z]+ +[^\n]*\n/
HEADER.3: /[\w-]+:[^\n]*\n/
BLANK.2: /\n/
OTHER: /[^\n]+\n/
"""
"""The smallest grammar of lines: what Lark itself costs for a file when nothing is made of its tokens."""


def bare_lark(text: str) -> object:
    """Read the lines of a text with Lark and make nothing of them."""
    return _bare_lark().parse(text)  # pyright: ignore[reportUnknownMemberType] # Lark's stubs leave its type open.


@cache
def _bare_lark() -> Lark:
    return Lark(_LINES, parser="lalr", lexer="contextual")


def measure_parsing(rounds: int) -> list[Row]:
    """Measure whole files beside what Lark costs for their lines; garbage is collected as Python does it by itself."""
    rows: list[Row] = []
    for count in _SIZES:
        text = request_file(count)
        microseconds: list[float] = []
        diagnosed: list[float] = []
        ratios: list[float] = []
        for _ in range(rounds):
            gc.collect()
            reference = _seconds(bare_lark, text)
            document = parse(text)
            parsed = _seconds(_parse_and_look, text)
            every_fact(document)
            problems = _seconds(getattr, document, "problems")
            microseconds.append(parsed / count * 1e6)
            diagnosed.append(problems / count * 1e6)
            ratios.append(parsed / reference)
        ratio = statistics.median(ratios)
        figure = f"{ratio:.2f} x a bare Lark parse"
        rows.append(Row(f"parse {count:,} requests", figure, f"{_PARSE_TARGET:g} x", ratio <= _PARSE_TARGET))
        median = statistics.median(microseconds)
        rows.append(Row(f"  the same, {count:,}", f"{median:.1f} us a request", "60 us a request", median <= 60))
        rows.append(Row(f"  and its problems, {count:,}", f"{statistics.median(diagnosed):.1f} us a request"))
    return rows


def measure_beside_peers(rounds: int, modules: Path | None) -> list[Row]:
    """Measure whole files beside other parsers, all facts of ours against whatever theirs find, by the clock.

    The best of the rounds counts for each: what else the machine does only makes a round longer.
    """
    text = request_file(10_000)
    encoded = text.encode()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            theirs = min(httpyac_seconds(modules, text, rounds))
            rows.append(_beside("httpyac", _best(lambda: _parse_and_look(text), rounds), theirs, 0.4))
        except MissingError as missing:
            rows.append(Row("parse 10,000, beside httpyac", f"not measured: {missing}"))
        try:
            parser = tree_sitter_parser(modules, Path(folder))
            theirs = _best(lambda: parser(encoded), rounds)
            rows.append(_beside("tree-sitter", _best(lambda: _parse_and_look(text), rounds), theirs, 2.0))
        except MissingError as missing:
            rows.append(Row("parse 10,000, beside tree-sitter", f"not measured: {missing}"))
    return rows


def _best(action: Callable[[], object], rounds: int) -> float:
    times: list[float] = []
    for _ in range(rounds):
        gc.collect()
        times.append(seconds_of(action))
    return min(times)


def _beside(peer: str, ours: float, theirs: float, target: float) -> Row:
    ratio = ours / theirs
    figure = f"{ratio:.2f} x ({ours * 100:.0f} and {theirs * 100:.0f} us a request)"
    return Row(f"parse 10,000, beside {peer}", figure, f"{target:g} x", ratio <= target)


def measure_edits(rounds: int) -> list[Row]:
    """Measure one edit in the middle of each file, with the problems of the blocks that it touches."""
    rows: list[Row] = []
    medians: dict[str, list[float]] = {}
    for count in _SIZES:
        text = request_file(count)
        document = parse(text)
        every_fact(document)
        middle = text.index("X-Request-Id", len(text) // 2)
        for what, (start, end, piece) in _edits(text, middle).items():
            times = sorted([_edit_seconds(document, start, end, piece) for _ in range(rounds * 20)])
            medians.setdefault(what, []).append(times[len(times) // 2])
            late = times[int(len(times) * 0.95)] * 1e3
            limit = 40.0 if "paste" in what else 5.0
            rows.append(
                Row(f"{what}, {count:,}", f"{times[len(times) // 2] * 1e3:.3f} ms, 95th percentile {late:.3f} ms",
                    f"{limit:g} ms", late <= limit)
            )  # fmt: skip
    for what, times in medians.items():
        ratio = times[-1] / times[0]
        rows.append(Row(f"{what}, {_SIZES[-1]:,} to {_SIZES[0]}", f"{ratio:.1f} x", "2.0 x", ratio <= 2.0))
    return rows


def _edits(text: str, middle: int) -> dict[str, tuple[int, int, str]]:
    hundred_lines = middle
    for _ in range(100):
        found = text.find("\n", hundred_lines)
        hundred_lines = found + 1 if found >= 0 else hundred_lines
    return {
        "one character": (middle, middle, "x"),
        "a new line": (middle, middle, "\n"),
        "a new separator": (middle, middle, "\n###\n"),
        "delete 100 lines": (middle, hundred_lines, ""),
        "paste 100 requests": (middle, middle, "\n".join(["", *[_request(number) for number in range(100)]])),
    }


def _edit_seconds(document: Document, start: int, end: int, piece: str) -> float:
    begin = time.perf_counter()
    edited = document.edited(start, end, piece)
    first, last = edited.blocks.at_offset(start).number, edited.blocks.at_offset(start + len(piece)).number
    for number in range(first, last + 1):
        _ = edited.blocks[number].nodes
    return time.perf_counter() - begin


def measure_memory() -> list[Row]:
    """Measure what a parsed request costs in memory, its text not counted."""
    text = request_file(10_000)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    document = parse(text)
    cut = tracemalloc.get_traced_memory()[0] - before
    every_fact(document)
    _ = document.problems
    parsed = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return [
        Row("memory of a request that was not looked at", f"{cut / 10_000:,.0f} bytes"),
        Row("memory of a request with all its facts", f"{parsed / 10_000:,.0f} bytes", "8,000 bytes", parsed <= 80e6),
    ]


def measure_separators() -> list[Row]:
    """Measure a million `###` lines, all equal and all different, and the memory of a tenth of them."""
    rows: list[Row] = []
    for what, text in (
        ("a million equal blocks", "###\n" * 1_000_000),
        ("a million different blocks", "".join([f"### {number}\n" for number in range(1_000_000)])),
    ):
        document = parse(text)
        cut = _seconds(parse, text)
        facts = _seconds(every_fact, document)
        rows.append(Row(what, f"{cut + facts:.1f} us a block", "60 us a block", cut + facts <= 60))
        del document
        size = _memory(text[: len(text) // 10]) / 100_000
        rows.append(Row("  their memory", f"{size:,.0f} bytes a block", "1,000 bytes", size <= 1_000))
    return rows


def _memory(text: str) -> int:
    """Return how many bytes a document takes with all that it knows, its text not counted."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    document = parse(text)
    every_fact(document)
    _ = document.problems
    size = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return size


def measure_import(rounds: int) -> list[Row]:
    """Measure what importing costs, beside an interpreter that imports nothing and one that imports Lark."""
    commands = {"nothing": "pass", "lark": "import lark", "httpls_grammar": "import httpls_grammar"}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds + 2):
        for name, command in commands.items():
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-c", command], check=True)
            times[name].append(time.perf_counter() - begin)
    nothing, lark, ours = (statistics.median(values) for values in times.values())
    ratios = [own / other for own, other in zip(times["httpls_grammar"], times["lark"], strict=True)]
    return [
        Row(
            "import httpls_grammar",
            f"{(ours - nothing) * 1e3:.0f} ms, {statistics.median(ratios):.2f} x an interpreter with Lark "
            f"({(lark - nothing) * 1e3:.0f} ms)",
            "1.5 x",
            statistics.median(ratios) <= 1.5,
        )
    ]


def _parse_and_look(text: str) -> None:
    every_fact(parse(text))


def _seconds(action: Callable[..., object], *arguments: object) -> float:
    begin = time.process_time()
    action(*arguments)
    return time.process_time() - begin


def report(rows: Sequence[Row]) -> bool:
    """Print the rows; return whether every target is met."""
    width = max(len(row.what) for row in rows)
    for row in rows:
        target = f"   target {row.target}: {'met' if row.is_met else 'MISSED'}" if row.target else ""
        print(f"{row.what:{width}}  {row.figure}{target}", flush=True)
    return all(row.is_met is not False for row in rows)


def main() -> int:
    """Run all measurements."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks.parsing", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each thing is measured")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a target is missed")
    parser.add_argument("--node", type=Path, help="a folder in which npm has installed other parsers")
    options = parser.parse_args()
    modules: Path | None = options.node / "node_modules" if options.node is not None else None
    rows = [
        *measure_parsing(options.rounds),
        *measure_beside_peers(options.rounds, modules),
        *measure_edits(options.rounds),
        *measure_memory(),
        *measure_separators(),
        *measure_import(options.rounds),
    ]
    is_met = report(rows)
    return 1 if options.check and not is_met else 0


if __name__ == "__main__":
    sys.exit(main())
