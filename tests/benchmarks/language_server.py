"""How fast the language server answers, over its real pipes: `python -m tests.benchmarks.language_server`.

Files of 100, 1,000 and 10,000 requests. Each row has the median and the 95th percentile in milliseconds, and the target;
ratios compare figures of the same run, since machines differ and are seldom idle. With `--check` the exit code is 1 if a
target is missed.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.benchmarks.parsing import request_file
from tests.support.lsp_client import LspClient, language_server

SIZES = (100, 1_000, 10_000)
URI = "file:///tmp/httpls-benchmark/a.http"
LINES_OF_A_REQUEST = 12


class Row(NamedTuple):
    """A figure: milliseconds, or a ratio. `least` is what is compared with the target."""

    what: str
    shown: str
    figure: float
    target: float | None


class Editor:
    """A client with one open file, that counts versions as an editor does."""

    def __init__(self, client: LspClient, count: int) -> None:
        self.client = client
        self.count = count
        self.version = 1

    def edit(self, line: int, column: int, end: int, text: str) -> None:
        """Replace a stretch of one line, and say so."""
        self.version += 1
        where = {"start": {"line": line, "character": column}, "end": {"line": line, "character": end}}
        self.client.change(URI, self.version, {"range": where, "text": text})

    def diagnostics(self) -> object:
        """Wait for the diagnostics of the newest version."""
        while True:
            params = self.client.wait_for("textDocument/publishDiagnostics")
            if params.get("version") == self.version:
                return params

    def line_of(self, number: int) -> int:
        """The line of the request line of a request."""
        return 3 + number * LINES_OF_A_REQUEST + 2


def timed(work: Callable[[], object]) -> float:
    """Return how many milliseconds something takes."""
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


def p95(samples: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return sorted(samples)[min(int(len(samples) * 0.95), len(samples) - 1)]


def measure(count: int, rounds: int, rows: list[Row]) -> float:
    """Measure one size; return the median from an edit to its diagnostics."""
    text = request_file(count)

    def row(what: str, samples: Sequence[float], target: float | None) -> None:
        median, high = statistics.median(samples), p95(samples)
        rows.append(Row(f"{count:>6}  {what}", f"p50 {median:8.2f}  p95 {high:8.2f}", high, target))

    with language_server() as client:
        capabilities = {"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}}
        row("initialize", [timed(lambda: client.initialize(capabilities))], None)
        # An editor opens its first file a moment later.
        client.response(client.start("httpls/none"))
        editor = Editor(client, count)

        def open_file() -> None:
            client.open(URI, text)
            editor.diagnostics()

        row("open → diagnostics", [timed(open_file)], {100: 20, 1_000: 120, 10_000: 900}[count])
        document = {"textDocument": {"uri": URI}}
        # What is pulled is complete, while what is pushed may come in parts.
        row("then all of it is checked", [timed(lambda: client.request("textDocument/diagnostic", document))], None)

        def edited(number: int) -> float:
            line = editor.line_of(number * 7 % count)

            def work() -> None:
                editor.edit(line, 5, 5, "x")
                editor.diagnostics()

            return timed(work)

        edited(0)
        edits = [edited(number) for number in range(rounds)]
        row("edit → diagnostics", edits, 5)

        def ask(method: str, column: int) -> Callable[[], object]:
            position = {"line": editor.line_of(count // 2), "character": column}
            return lambda: client.request(method, {**document, "position": position})

        for method, column, target in (("completion", 9, 5), ("hover", 9, 5), ("definition", 9, None)):
            ask(f"textDocument/{method}", column)()
            row(method, [timed(ask(f"textDocument/{method}", column)) for _ in range(rounds)], target)

        def then(method: str, column: int) -> float:
            line = editor.line_of(count // 2)

            def work() -> None:
                editor.edit(line + 4, 14, 14, "1")
                ask(method, column)()

            return timed(work)

        row("edit → completion", [then("textDocument/completion", 9) for _ in range(rounds)], 8)
        row("symbols", [timed(lambda: client.request("textDocument/documentSymbol", document)) for _ in range(5)], 50)
        full = client.request("textDocument/semanticTokens/full", document)
        row("tokens, full", [timed(lambda: client.request("textDocument/semanticTokens/full", document))], 100)
        result = full["resultId"]

        def delta() -> None:
            nonlocal result
            editor.edit(editor.line_of(count // 3), 5, 5, "y")
            asked = {**document, "previousResultId": result}
            result = client.request("textDocument/semanticTokens/full/delta", asked)["resultId"]

        row("edit → tokens, delta", [timed(delta) for _ in range(rounds)], 5)

        def burst() -> None:
            for number in range(50):
                editor.edit(editor.line_of(count // 2), 5, 5, str(number % 10))
            editor.diagnostics()

        row("burst of 50 edits", [timed(burst)], 150)
        if sys.platform == "linux":
            with open(f"/proc/{client.process.pid}/status", encoding="ascii") as status:
                kilobytes = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
            peak = kilobytes / 1024
            rows.append(Row(f"{count:>6}  peak memory, MiB", f"{peak:.0f}", peak, {100: 75, 10_000: 250}.get(count)))
    return statistics.median(edits)


def main() -> int:
    """Measure, print, and with `--check` judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    rows: list[Row] = []
    medians = {count: measure(count, options.rounds, rows) for count in options.sizes}
    if {100, 10_000} <= medians.keys():
        ratio = medians[10_000] / medians[100]
        rows.append(Row("        edit → diagnostics, p50 at 10,000 to 100", f"{ratio:.2f}", ratio, 2))
    for row in rows:
        is_met = row.target is None or row.figure <= row.target
        target = "" if row.target is None else f"<= {row.target:g}  {'met' if is_met else 'MISSED'}"
        sys.stdout.write(f"{row.what:<50} {row.shown:<32} {target}\n")
    missed = [row for row in rows if row.target is not None and row.figure > row.target]
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
