"""Reads a folder of real request files and compares it with what is expected of them.

`python -m tests.support.corpus FOLDER` prints the figures and every difference. The folder has a file
`expected.jsonl`: one object a line with `file` (a path in the folder), `verdict` and `requests`, each of which has
`line`, `method`, `url` and `headers` (pairs of name and value, null where the parsers that made the expectation did
not agree). Only the verdicts `strict` and `adjudicated` are compared; of every file it is asked that it is read
without a crash, without loss, without an error and in time.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from httpls.host.files import DiskFiles
from httpls.model.check import check_file
from httpls.model.source import decode
from httpls.model.workspace import Workspace
from httpls_grammar import Document, Request, parse
from httpls_grammar.problems import Severity

LONGEST = 1.0
"""How many seconds a file may take to be parsed and diagnosed."""

NOT_COMPARED = frozenset(("content-length",))
"""Fields that the other parsers leave out because they are computed; here they are in the tree, with a warning."""

SAME_WORDS = {"WEBSOCKET": "WS", "WSS": "WS", "EVENTSOURCE": "SSE"}
"""Words for one protocol: the other parsers give one of them, whatever is written."""

NEEDS_OTHER_FILES = frozenset((
    "undefined-variable", "unknown-request", "missing-dotenv-variable", "missing-os-variable", "missing-import",
    "relative-target", "missing-auth-parameter",
))  # fmt: skip
"""Errors of a file that its own tool reports too when it stands alone, without environments, imports and sessions."""


class Comparison(NamedTuple):
    """One file: its verdict, what differs from the expectation, and what is wrong with it in any case."""

    name: str
    verdict: str
    differences: tuple[str, ...]
    faults: tuple[str, ...]


def compare(folder: Path) -> Iterator[Comparison]:
    """Yield the comparison of every file of a corpus."""
    with (folder / "expected.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield _compare_file(folder, json.loads(line))


def _compare_file(folder: Path, expected: Mapping[str, Any]) -> Comparison:
    path = (folder / expected["file"]).absolute()
    content = path.read_bytes()
    faults: list[str] = []
    start = time.perf_counter()
    source = decode(path, content)
    document = parse(source.text)
    problems = document.problems
    seconds = time.perf_counter() - start
    if seconds > LONGEST:
        faults.append(f"takes {seconds:.2f} s")
    if document.text != source.text or any(_is_lossy(block.text, block.nodes) for block in document.blocks):
        faults.append("is not read without loss")
    faults += [f"has the error {problem.code}" for problem in problems if problem.severity is Severity.ERROR]
    faults += _errors_of_meaning(path)
    compared = expected["verdict"] in ("strict", "adjudicated")
    differences = tuple(_differences(document, expected["requests"])) if compared else ()
    return Comparison(expected["file"], expected["verdict"], differences, tuple(faults))


def _errors_of_meaning(path: Path) -> Iterator[str]:
    for finding in check_file(Workspace(DiskFiles(), {}), path):
        is_expected = finding.problem.code in NEEDS_OTHER_FILES
        if finding.problem.severity is Severity.ERROR and not is_expected:
            yield f"has the error {finding.problem.code} in line {finding.start.line}: {finding.problem.message}"


def _is_lossy(text: str, nodes: Any) -> bool:
    return "".join(node.range.of(text) for node in nodes) != text


def _differences(document: Document, expected: list[Mapping[str, Any]]) -> Iterator[str]:
    # A placeholder sends nothing, and no other tool counts it.
    found = [request for request in document.requests if request.method != "NOP"]
    if len(found) != len(expected):
        yield f"{len(found)} requests instead of {len(expected)}"
        return
    for request, wanted in zip(found, expected, strict=True):
        yield from _differences_of_request(request, wanted)


def _differences_of_request(request: Request, wanted: Mapping[str, Any]) -> Iterator[str]:
    method = wanted["method"].upper()
    if SAME_WORDS.get(request.method, request.method) != SAME_WORDS.get(method, method):
        yield f"line {request.line}: method {request.method} instead of {method}"
    if request.target != wanted["url"]:
        yield f"line {request.line}: target {request.target!r} instead of {wanted['url']!r}"
    if request.line != wanted["line"]:
        yield f"line {request.line} instead of {wanted['line']}"
    if wanted.get("headers") is not None:
        headers = [(header.name.lower(), header.value) for header in request.headers]
        agreed = [(name.lower(), value) for name, value in wanted["headers"]]
        if [field for field in headers if field[0] not in NOT_COMPARED] != agreed:
            yield f"line {request.line}: fields {headers} instead of {agreed}"


def main(folder: Path) -> int:
    """Print the figures of a corpus and every difference; return 1 if something is wrong with a file in any case."""
    comparisons = list(compare(folder))
    for comparison in comparisons:
        for text in (*comparison.differences, *comparison.faults):
            print(f"{comparison.name}: {text}")
    compared = [comparison for comparison in comparisons if comparison.verdict in ("strict", "adjudicated")]
    equal = sum(not comparison.differences for comparison in compared)
    print(f"{len(comparisons)} files: {dict(Counter(comparison.verdict for comparison in comparisons))}")
    print(f"{equal} of {len(compared)} files are read as expected ({100 * equal / len(compared):.1f} %)")
    return 1 if any(comparison.faults for comparison in comparisons) else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
