"""How fast the language server answers, over its real pipes: `python -m tests.benchmarks.language_server`.

Files of 100, 1,000 and 10,000 requests. Each row has the median and the 95th percentile in milliseconds, as a clock says
and as processor time of the server (on Linux), and the target. With `--check` the exit code is 1 if a target is missed.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.parsing import request_file
from tests.support.lsp_client import LspClient, language_server

SIZES = (100, 1_000, 10_000)
URI = "file:///tmp/httpls-benchmark/a.http"
LINES_OF_A_REQUEST = 12


class Row(NamedTuple):
    """A figure: milliseconds, or a ratio. `cpu` is what is compared with the target by `--cpu`, if it is there."""

    what: str
    shown: str
    figure: float
    target: float | None
    cpu: float | None = None


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

    def replace(self, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
        """Replace a stretch, from line and column to line and column."""
        self.version += 1
        first, last = ({"line": line, "character": column} for line, column in (start, end))
        self.client.change(URI, self.version, {"range": {"start": first, "end": last}, "text": text})

    def diagnostics(self) -> object:
        """Wait for the diagnostics of the newest version."""
        while True:
            params = self.client.wait_for("textDocument/publishDiagnostics")
            if params.get("version") == self.version:
                return params

    def line_of(self, number: int) -> int:
        """The line of the request line of a request."""
        return 3 + number * LINES_OF_A_REQUEST + 2


class Sample(NamedTuple):
    """How long something took, in milliseconds: until it was there, and for how long the server worked meanwhile."""

    wall: float
    cpu: float


class Meter:
    """Times what is asked of one server."""

    def __init__(self, client: LspClient) -> None:
        self.client = client

    def timed(self, work: Callable[[], object]) -> Sample:
        """Time a piece of work that ends when something has come from the server."""
        cpu, begin = self._cpu(), time.perf_counter()
        work()
        return Sample((time.perf_counter() - begin) * 1000, self._cpu() - cpu)

    def answered(self, method: str, params: object) -> Sample:
        """Time a request until all of the response has come, whatever it takes to read it."""
        cpu, begin = self._cpu(), time.perf_counter()
        identity = self.client.start(method, params)
        self.client.response(identity)
        return Sample((self.client.arrivals[identity] - begin) * 1000, self._cpu() - cpu)

    def _cpu(self) -> float:
        """Return how many milliseconds the server has worked; 0 where the system does not tell."""
        threads = Path(f"/proc/{self.client.process.pid}/task")
        if sys.platform != "linux":
            return 0
        return sum([int((thread / "schedstat").read_text().split()[0]) for thread in threads.iterdir()]) / 1e6


def waits(count: int, rows: list[Row]) -> None:
    """Measure how long a small request waits while the server is busy with all that an editor asks of a new file."""
    document = {"textDocument": {"uri": URI}}
    with language_server() as client:
        client.initialize({"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}})
        client.response(client.start("httpls/none"))
        client.open(URI, request_file(count))
        methods = ("documentSymbol", "semanticTokens/full", "foldingRange", "diagnostic")
        large = [client.start(f"textDocument/{method}", document) for method in methods]
        position = {"line": 5, "character": 9}
        meter = Meter(client)
        samples: list[Sample] = []
        while not all(identity in client.arrivals for identity in large):
            samples.append(meter.answered("textDocument/hover", {**document, "position": position}))
            time.sleep(0.005)
    rows.append(_row(f"{count:>6}  hover while a new file is worked on", samples, 50, 0.99))


def _row(what: str, samples: Sequence[Sample], target: float | None, part: float = 0.95) -> Row:
    walls, cpus = [sample.wall for sample in samples], [sample.cpu for sample in samples]
    high, high_cpu = _percentile(walls, part), _percentile(cpus, part)
    shown = (
        f"p50 {statistics.median(walls):8.2f}  p{100 * part:.0f} {high:8.2f}   "
        f"cpu p50 {statistics.median(cpus):8.2f}  p{100 * part:.0f} {high_cpu:8.2f}"
    )
    return Row(what, shown, high, target, high_cpu)


def _percentile(samples: Sequence[float], part: float) -> float:
    return sorted(samples)[min(int(len(samples) * part), len(samples) - 1)]


def measure(count: int, rounds: int, rows: list[Row]) -> float:
    """Measure one size; return the median from an edit to its diagnostics."""
    text = request_file(count)

    def row(what: str, samples: Sequence[Sample], target: float | None) -> None:
        rows.append(_row(f"{count:>6}  {what}", samples, target))

    with language_server() as client:
        meter = Meter(client)
        timed, answered = meter.timed, meter.answered
        capabilities = {"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}}
        row("initialize", [timed(lambda: client.initialize(capabilities))], None)
        # An editor opens its first file a moment later.
        client.response(client.start("httpls/none"))
        editor = Editor(client, count)

        def open_file() -> None:
            client.open(URI, text)
            editor.diagnostics()

        row(
            "open → diagnostics, the first that are told", [timed(open_file)], {100: 20, 1_000: 120, 10_000: 900}[count]
        )
        document = {"textDocument": {"uri": URI}}
        # What is pulled is complete, while what is pushed may come in parts.
        row("then all of it is checked", [timed(lambda: client.request("textDocument/diagnostic", document))], None)

        def edited(number: int) -> Sample:
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

        def then(method: str, column: int) -> Sample:
            line = editor.line_of(count // 2)

            def work() -> None:
                editor.edit(line + 4, 14, 14, "1")
                ask(method, column)()

            return timed(work)

        row("edit → completion", [then("textDocument/completion", 9) for _ in range(rounds)], 8)
        row("symbols, the first time", [answered("textDocument/documentSymbol", document)], None)

        def symbols(number: int) -> Sample:
            editor.edit(editor.line_of(number * 11 % count) + 4, 14, 14, "1")
            return answered("textDocument/documentSymbol", document)

        row("edit → symbols", [symbols(number) for number in range(rounds // 4)], 50)
        row("tokens, full, the first time", [answered("textDocument/semanticTokens/full", document)], None)
        row("tokens, full", [answered("textDocument/semanticTokens/full", document) for _ in range(5)], 100)
        result = client.request("textDocument/semanticTokens/full", document)["resultId"]

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

        row("burst of 50 edits", [timed(burst) for _ in range(3)], 150)

        def told(work: Callable[[], None]) -> Sample:
            def both() -> None:
                work()
                editor.diagnostics()

            return timed(both)

        middle = editor.line_of(count // 2) - 2
        here = (middle, 0)
        row("newline", [told(lambda: editor.replace(here, here, "\n")) for _ in range(5)], 5)
        pasted = request_file(100).replace("create", "pasted").partition("\n\n")[2]
        row("paste 100 requests", [told(lambda: editor.replace(here, here, pasted))], 40)
        row("delete 100 lines", [told(lambda: editor.replace(here, (middle + 100, 0), ""))], 5)
        row("change a variable that all use", [told(lambda: editor.edit(0, 8, 8, "a")) for _ in range(5)], None)
        row("remove a variable that all use", [told(lambda: editor.edit(0, 1, 5, "hoster"))], None)
        if sys.platform == "linux":
            with open(f"/proc/{client.process.pid}/status", encoding="ascii") as status:
                kilobytes = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
            peak = kilobytes / 1024
            rows.append(Row(f"{count:>6}  peak memory, MiB", f"{peak:.0f}", peak, {100: 75, 10_000: 250}.get(count)))
    return statistics.median([sample.cpu or sample.wall for sample in edits])


def main() -> int:
    """Measure, print, and with `--check` judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--cpu", action="store_true", help="judge by processor time, on a machine that others use too")
    options = parser.parse_args()
    rows: list[Row] = []
    medians = {count: measure(count, options.rounds, rows) for count in options.sizes}
    waits(max(options.sizes), rows)
    if {100, 10_000} <= medians.keys():
        ratio = medians[10_000] / medians[100]
        rows.append(Row("        edit → diagnostics, p50 at 10,000 to 100", f"{ratio:.2f}", ratio, 2))
    if options.cpu:
        rows = [row._replace(figure=row.figure if row.cpu is None else row.cpu) for row in rows]
    for row in rows:
        is_met = row.target is None or row.figure <= row.target
        target = "" if row.target is None else f"<= {row.target:g}  {'met' if is_met else 'MISSED'}"
        sys.stdout.write(f"{row.what:<54} {row.shown:<62} {target}\n")
    missed = [row for row in rows if row.target is not None and row.figure > row.target]
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
