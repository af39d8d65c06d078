"""The language server beside others: `python -m tests.benchmarks.language_server_peers FOLDER`.

In the folder are a virtual environment `venv` with `jedi-language-server` and `ruff`, and `node_modules` with
`yaml-language-server` and `vscode-json-languageserver`; those that are missing are left out. The servers take turns in
each round, ratios are taken round by round, and the median over the rounds is told, with its target. With `--check` the
exit code is 1 if one is missed.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks.parsing import request_file
from tests.support.lsp_client import LspClient, started

SYMBOLS = {"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}}


class Peer(NamedTuple):
    """A language server with a file that it understands: `text(count)` has so many items, the last one is wrong."""

    name: str
    command: Sequence[str]
    language: str
    suffix: str
    text: Callable[[int], str]
    options: Mapping[str, object] = {}


def ours(count: int) -> str:
    """Return requests, the last of which uses a variable that is not there."""
    return request_file(count) + "### last\nGET https://h/{{nothing}}\n"


def python(count: int) -> str:
    """Return functions, the last line of which uses a name that is not there."""
    function = "def function_{0}(first: int, second: str) -> str:\n    return f'{{first}} {{second}} of number {0}, which is long enough'\n\n\n"
    return "".join([function.format(number) for number in range(count)]) + "nothing_of_that_name\n"


def yaml(count: int) -> str:
    """Return a list, behind which stands a line that means nothing."""
    item = (
        "- id: {0}\n  name: item\n  url: https://api.example.com/items/{0}?page=1\n  headers:\n    accept: text/plain\n"
    )
    return "".join([item.format(number) for number in range(count)]) + "nothing: [\n"


def json(count: int) -> str:
    """Return a list of objects, with a comma too many."""
    item = (
        '  {{"id": {0}, "name": "item", "url": "https://api.example.com/items/{0}?page=1", "accept": "text/plain"}},\n'
    )
    return "[\n" + "".join([item.format(number) for number in range(count)]) + "]\n"


def peers(folder: Path) -> dict[str, Peer]:
    """Return the servers that are there."""
    programs = folder / "venv" / "bin"
    modules = folder / "node_modules" / ".bin"
    every = (
        Peer("httpls", [sys.executable, "-m", "httpls", "lsp"], "http", "http", ours),
        Peer("jedi", [str(programs / "jedi-language-server")], "python", "py", python),
        Peer("ruff", [str(programs / "ruff"), "server"], "python", "py", python),
        Peer("yaml", [str(modules / "yaml-language-server"), "--stdio"], "yaml", "yaml", yaml),
        Peer("json", [str(modules / "vscode-json-languageserver"), "--stdio"], "json", "json", json),
    )
    return {peer.name: peer for peer in every if Path(peer.command[0]).exists()}


def initialized(peer: Peer) -> float:
    """Return after how many seconds a new process has answered `initialize`."""
    begin = time.perf_counter()
    with started(peer.command) as client:
        client.initialize(SYMBOLS, **peer.options)
        return time.perf_counter() - begin


def opened(peer: Peer, count: int, folder: Path) -> dict[str, float]:
    """Return after how many seconds things come for a file of so many items."""
    path = folder / f"a.{peer.suffix}"
    uri = path.as_uri()
    text = peer.text(count)
    path.write_text(text)
    with started(peer.command) as client:
        client.initialize(SYMBOLS, rootUri=folder.as_uri(), **peer.options)
        client.response(client.start("tests/none"))
        begin = time.perf_counter()
        client.open(uri, text, peer.language)
        _diagnostics(client, uri)
        found = {"open": time.perf_counter() - begin}
        document = {"textDocument": {"uri": uri}}
        last = text.count("\n") - 1
        samples: list[float] = []
        for version in range(2, 12):
            begin = time.perf_counter()
            where = {"line": last, "character": 0}
            # A blank line before the last one moves what is wrong there.
            change = {"range": {"start": where, "end": where}, "text": "\n"}
            client.change(uri, version, change)
            last += 1
            _diagnostics(client, uri)
            samples.append(time.perf_counter() - begin)
        found["edit"] = statistics.median(samples)
        if peer.name in ("httpls", "json", "yaml"):
            samples = []
            for _ in range(5):
                begin = time.perf_counter()
                identity = client.start("textDocument/documentSymbol", document)
                client.response(identity)
                samples.append(client.arrivals[identity] - begin)
            found["symbols"] = statistics.median(samples)
    return found


def _diagnostics(client: LspClient, uri: str) -> None:
    while True:
        params: dict[str, Any] = client.wait_for("textDocument/publishDiagnostics")
        if params["uri"] == uri and params["diagnostics"]:
            return


def _ratio(what: str, mine: Sequence[float], other: Sequence[float], target: float | None) -> bool:
    """Print a line; tell whether the target is met."""
    ratio = statistics.median([one / two for one, two in zip(mine, other, strict=True)])
    is_met = target is None or ratio <= target
    shown = "" if target is None else f"<= {target:g}  {'met' if is_met else 'MISSED'}"
    times = f"{statistics.median(mine) * 1000:9.1f} {statistics.median(other) * 1000:9.1f} ms"
    sys.stdout.write(f"{what:<56} {times}  ratio {ratio:5.2f}  {shown}\n")
    return is_met


def main() -> int:
    """Measure, print, and with `--check` judge."""
    from tempfile import TemporaryDirectory

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    there = peers(options.folder)
    starts: dict[str, list[float]] = {}
    sizes: dict[tuple[str, int, str], list[float]] = {}
    with TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            for name, peer in there.items():
                starts.setdefault(name, []).append(initialized(peer))
                # jedi-language-server waits a second before it tells anything, and yaml-language-server needs minutes.
                for count in {"jedi": (), "yaml": (1_000,)}.get(name, (1_000, 10_000)):
                    for what, seconds in opened(peer, count, Path(folder)).items():
                        sizes.setdefault((name, count, what), []).append(seconds)
    targets: dict[tuple[str, int, str], float] = {("yaml", 1_000, "open"): 0.3, ("ruff", 10_000, "edit"): 0.1}
    met = [
        _ratio(f"initialize, beside {name}", starts["httpls"], found, 1.1 if name == "jedi" else None)
        for name, found in starts.items()
        if name != "httpls"
    ]
    met += [
        _ratio(
            f"{what}, {count} items, beside {name}",
            sizes["httpls", count, what],
            found,
            targets.get((name, count, what)),
        )
        for (name, count, what), found in sizes.items()
        if name != "httpls" and ("httpls", count, what) in sizes
    ]
    return 1 if options.check and not all(met) else 0


if __name__ == "__main__":
    sys.exit(main())
