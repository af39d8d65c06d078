"""How fast `httpls run` is: `python -m tests.benchmarks.command_line [--rounds N] [--only WORD] [--node FOLDER]`.

Every number is a ratio of one run, in which the programs take turns, to a bare script with httpx that sends the same;
other machines and busy ones move all of them alike. Peers are measured where they are installed: curl, hurl, and
httpyac and newman, also below `node_modules/.bin` of FOLDER. A target is kept if the median ratio is not above it.

Run it on an installation with compiled files (`python -m compileall`): where they are missing, Python compiles at
every start. Requests go to a server of ours on this machine.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_BARE = """\
import ssl, sys
import httpx
with httpx.Client(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), trust_env=False) as client:
    for number in range({count}):
        sys.stdout.write(client.get("{url}/items/%d" % number).text)
"""


class Measured(NamedTuple):
    """One program in one case: wall and processor time of each round in seconds, and the most memory in MB."""

    wall: list[float]
    processor: list[float]
    memory: float


class Case(NamedTuple):
    """Commands that do the same, the first of which is what the others are compared to; targets by command."""

    title: str
    commands: Mapping[str, Sequence[str]]
    targets: Mapping[str, float] = {}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--only", default="", help="only cases whose title has this word")
    parser.add_argument("--node", type=Path, help="a folder in which npm has installed peers")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, _server(0.0) as url, _server(0.01) as slow_url:
        folder = Path(temporary)
        os.environ["HTTPLS_STATE_HOME"] = str(folder / "state")
        for case in _cases(folder, url, slow_url, _peers(options.node)):
            if options.only in case.title:
                _print(case, _measure(case, options.rounds, folder))


def _cases(folder: Path, url: str, slow_url: str, peers: Mapping[str, str]) -> Iterator[Case]:
    httpls = str(Path(sysconfig.get_path("scripts")) / "httpls")
    one, hundred, thousand, many = (_files(folder, count, url) for count in (1, 100, 1000, 10_000))
    yield Case(
        "start with one request",
        {"bare httpx": _bare(folder, 1, url), "httpls": [httpls, "run", one], **_of_peers(peers, folder, 1, url)},
        {"httpls": 1.25},
    )
    refused = folder / "refused.http"
    refused.write_text("GET http://127.0.0.1/{{nowhere}}\n")
    yield Case(
        "nothing is sent",
        {
            "httpls run": [httpls, "run", one],
            "refused": [httpls, "run", str(refused)],
            "run --help": [httpls, "run", "--help"],
            "--version": [httpls, "--version"],
        },
        {"refused": 0.6, "run --help": 0.6, "--version": 0.6},
    )
    for count, file in ((100, hundred), (1000, thousand)):
        yield Case(
            f"{count:,} requests one after the other",
            {
                "bare httpx": _bare(folder, count, url),
                "httpls": [httpls, "run", "--all", file],
                **_of_peers(peers, folder, count, url),
            },
            {"httpls": 1.6} if count == 1000 else {},
        )
    slow = _files(folder, 1000, slow_url, "slow")
    yield Case(
        "1,000 requests to a server that takes 10 ms",
        {
            "one at a time": [httpls, "run", "--all", slow],
            "10 at a time": [httpls, "run", "--all", "--parallel", "10", slow],
            "50 at a time": [httpls, "run", "--all", "--parallel", "50", slow],
        },
        {"10 at a time": 0.14, "50 at a time": 0.09},
    )
    yield Case(
        "one named request of 10,000",
        {
            "httpls, file of one": [httpls, "run", one],
            "httpls": [httpls, "run", many, "--name", "request 7654"],
            **({"httpyac": [peers["httpyac"], "send", many, "--name", "request 7654"]} if "httpyac" in peers else {}),
        },
        {"httpls": 2.2},
    )


def _files(folder: Path, count: int, url: str, word: str = "file") -> str:
    path = folder / f"{word}-{count}.http"
    blocks = [
        f"### request {number}\nGET {{{{base}}}}/items/{number}\nAccept: application/json\n" for number in range(count)
    ]
    path.write_text(f"@base = {url}\n\n" + "\n".join(blocks))
    return str(path)


def _bare(folder: Path, count: int, url: str) -> Sequence[str]:
    path = folder / f"bare-{count}.py"
    path.write_text(_BARE.format(count=count, url=url))
    return [sys.executable, str(path)]


def _peers(node: Path | None) -> dict[str, str]:
    """Return the programs that are installed, by name."""
    found: dict[str, str] = {}
    for name in ("curl", "hurl", "httpyac", "newman"):
        path = node / "node_modules/.bin" / name if node is not None else None
        program = str(path) if path is not None and path.exists() else shutil.which(name)
        if program is not None:
            found[name] = program
    return found


def _of_peers(peers: Mapping[str, str], folder: Path, count: int, url: str) -> dict[str, Sequence[str]]:
    urls = [f"{url}/items/{number}" for number in range(count)]
    commands: dict[str, Sequence[str]] = {}
    if "curl" in peers:
        commands["curl"] = [peers["curl"], "-s", *urls]
    if "hurl" in peers:
        path = folder / f"{count}.hurl"
        path.write_text("\n\n".join(f"GET {one}" for one in urls))
        commands["hurl"] = [peers["hurl"], "--test", str(path)]
    if "httpyac" in peers:
        commands["httpyac"] = [peers["httpyac"], "send", str(folder / f"file-{count}.http"), "--all", "-o", "body"]
    if "newman" in peers:
        path = folder / f"{count}.postman_collection.json"
        items = [{"name": str(number), "request": {"method": "GET", "url": one}} for number, one in enumerate(urls)]
        schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
        path.write_text(json.dumps({"info": {"name": "all", "schema": schema}, "item": items}))
        commands["newman"] = [peers["newman"], "run", str(path)]
    return commands


def _measure(case: Case, rounds: int, folder: Path) -> dict[str, Measured]:
    found = {name: Measured([], [], 0.0) for name in case.commands}
    for number in range(rounds + 1):
        for name, command in case.commands.items():
            wall, processor, memory = _run(command, folder)
            if number:  # The first round fills the caches of the disk.
                found[name].wall.append(wall)
                found[name].processor.append(processor)
                found[name] = found[name]._replace(memory=max(found[name].memory, memory))
    return found


def _run(command: Sequence[str], folder: Path) -> tuple[float, float, float]:
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, _, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = 0  # It was waited for already.
    per_megabyte = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / per_megabyte


def _print(case: Case, found: Mapping[str, Measured]) -> None:
    print(f"\n{case.title} ({len(next(iter(found.values())).wall)} rounds)")
    print(f"  {'':22} {'ratio':>7} {'min':>7} {'max':>7} {'cpu':>7}   {'ms':>8} {'MB':>6}  target")
    base = next(iter(found.values()))
    for name, measured in found.items():
        ratios = [one / other for one, other in zip(measured.wall, base.wall, strict=True)]
        processor = statistics.median(
            one / other for one, other in zip(measured.processor, base.processor, strict=True)
        )
        middle = statistics.median(ratios)
        target = case.targets.get(name)
        verdict = "" if target is None else f"{target:4.2f} {'kept' if min(middle, processor) <= target else 'MISSED'}"
        print(
            f"  {name:22} {middle:7.2f} {min(ratios):7.2f} {max(ratios):7.2f} {processor:7.2f}   "
            f"{statistics.median(measured.wall) * 1000:8.1f} {measured.memory:6.1f}  {verdict}"
        )
    sys.stdout.flush()


@contextmanager
def _server(delay: float) -> Generator[str]:
    command = [sys.executable, "-m", "tests.benchmarks.server", str(delay)]
    root = Path(__file__).parent.parent.parent
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


if __name__ == "__main__":
    if os.name != "posix":
        sys.exit("this needs wait4, which Windows does not have")
    main()
