"""How fast `httpls run` is: `python -m tests.benchmarks.command_line [--rounds N] [--only WORD] [--peers FOLDER …]`.

Every number is a ratio of one run, in which the programs take turns: other machines and busy ones move all of them
alike. The ratios of a table are those to its first program; a target names the program that it is a ratio to, and is
kept if the median ratio of wall or of processor time is not above it. Peers are measured where they are installed:
curl, hurl, httpie, httpyac, newman and bru, on the path or in a FOLDER (such as `node_modules/.bin`).

Run it on an installation with compiled files (`python -m compileall`): where they are missing, Python compiles at
every start. Requests go to a server of ours on this machine.
"""

import argparse
import os
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

from tests.benchmarks.peers import Command, commands, installed

_BARE = """\
import ssl, sys
import httpx
with httpx.Client(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), trust_env=False) as client:
    for number in range({count}):
        sys.stdout.write(client.get("{url}/items/%d" % number).text)
"""
_HUNDRED, _THOUSAND = "100 requests one after the other", "1,000 requests one after the other"


class Measured(NamedTuple):
    """One program in one case: wall and processor time of each round in seconds, and the most memory in MB."""

    wall: list[float]
    processor: list[float]
    memory: float


class Target(NamedTuple):
    """The time of a program is at most so many times that of the one that it is measured against."""

    program: str
    limit: float
    against: str


MEMORY = "memory"
"""The `against` of a target that is a number of MB."""


class Case(NamedTuple):
    """Commands that do the same, the first of which is what the others are compared to."""

    title: str
    commands: Mapping[str, Command]
    targets: Sequence[Target]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--only", default="", help="only cases whose title has this word")
    parser.add_argument("--peers", type=Path, action="append", default=[], help="a folder with programs of peers")
    options = parser.parse_args()
    measured: dict[str, dict[str, Measured]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        os.environ["HTTPLS_STATE_HOME"] = str(folder / "state")
        with _server(0.0) as port, _server(0.01) as slow_port, _server(0.0, folder) as secure_port:
            urls = (f"http://127.0.0.1:{port}", f"http://127.0.0.1:{slow_port}", f"https://localhost:{secure_port}")
            for case in _cases(folder, urls, installed([one.absolute() for one in options.peers])):
                if options.only in case.title:
                    measured[case.title] = _measure(case, options.rounds, folder)
                    _print(case, measured[case.title])
    if {_HUNDRED, _THOUSAND} <= measured.keys():
        _print_growth(measured[_HUNDRED], measured[_THOUSAND])


def _cases(folder: Path, urls: tuple[str, str, str], peers: Mapping[str, str]) -> Iterator[Case]:
    url, slow_url, secure_url = urls
    httpls = str(Path(sysconfig.get_path("scripts")) / "httpls")
    one, many = _file(folder, 1, url), _file(folder, 10_000, url)
    yield Case(
        "start with one request",
        {
            "bare httpx": _bare(folder, 1, url),
            "httpls": Command([httpls, "run", one]),
            **commands(peers, folder, _urls(1, url), one),
        },
        [
            Target("httpls", 1.25, "bare httpx"), Target("httpls", 0.25, "httpyac"), Target("httpls", 0.18, "newman"),
            Target("httpls", 0.33, "httpie"), Target("httpls", 14, "curl"), Target("httpls", 36, MEMORY),
        ],
    )  # fmt: skip
    refused = folder / "refused.http"
    refused.write_text("GET http://127.0.0.1/{{nowhere}}\n")
    yield Case(
        "nothing is sent",
        {
            "httpls run": Command([httpls, "run", one]),
            "refused": Command([httpls, "run", str(refused)], code=3),
            "run --help": Command([httpls, "run", "--help"]),
            "--version": Command([httpls, "--version"]),
        },
        [Target(program, 0.6, "httpls run") for program in ("refused", "run --help", "--version")],
    )
    trusting = [httpls, "run", "--cacert", str(folder / "root.pem")]
    yield Case(
        "TLS",
        {"http": Command([*trusting, one]), "https": Command([*trusting, _file(folder, 1, secure_url, "secure")])},
        [],
    )
    for title, count in ((_HUNDRED, 100), (_THOUSAND, 1000)):
        file = _file(folder, count, url)
        of_peers = commands(peers, folder, _urls(count, url), file)
        limits = {"httpyac": 0.18, "newman": 0.12} if count == 100 else _LIMITS_OF_A_THOUSAND
        yield Case(
            title,
            {"bare httpx": _bare(folder, count, url), "httpls": Command([httpls, "run", "--all", file]), **of_peers},
            [Target("httpls", limit, against) for against, limit in limits.items()],
        )
    slow = _file(folder, 1000, slow_url, "slow")
    yield Case(
        "1,000 requests to a server that takes 10 ms",
        {
            "one at a time": Command([httpls, "run", "--all", slow]),
            "10 at a time": Command([httpls, "run", "--all", "--parallel", "10", slow]),
            "50 at a time": Command([httpls, "run", "--all", "--parallel", "50", slow]),
        },
        [Target("10 at a time", 0.14, "one at a time"), Target("50 at a time", 0.09, "one at a time")],
    )
    of_one = {"httpls, file of one": Command([httpls, "run", one])}
    of_many = {"httpls": Command([httpls, "run", many, "--name", "request 7654"])}
    if "httpyac" in peers:
        of_many["httpyac"] = Command([peers["httpyac"], "send", many, "--name", "request 7654"])
    yield Case(
        "one named request of 10,000",
        {**of_one, **of_many},
        [Target("httpls", 2.2, "httpls, file of one"), Target("httpls", 0.1, "httpyac")],
    )


_LIMITS_OF_A_THOUSAND = {"bare httpx": 1.6, "httpyac": 0.06, "newman": 0.06, "bru": 0.15, "hurl": 7, MEMORY: 48}


def _urls(count: int, url: str) -> Sequence[str]:
    return [f"{url}/items/{number}" for number in range(count)]


def _file(folder: Path, count: int, url: str, word: str = "file") -> str:
    path = folder / f"{word}-{count}.http"
    blocks = [
        f"### request {number}\nGET {{{{base}}}}/items/{number}\nAccept: application/json\n" for number in range(count)
    ]
    path.write_text(f"@base = {url}\n\n" + "\n".join(blocks))
    return str(path)


def _bare(folder: Path, count: int, url: str) -> Command:
    path = folder / f"bare-{count}.py"
    path.write_text(_BARE.format(count=count, url=url))
    return Command([sys.executable, str(path)])


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


def _run(command: Command, folder: Path) -> tuple[float, float, float]:
    started = time.perf_counter()
    with subprocess.Popen(
        command.words, cwd=command.folder or folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != command.code:
        # What fails is fast, and says nothing.
        sys.exit(f"{' '.join(command.words)[:200]} has ended with {process.returncode}, not with {command.code}")
    per_megabyte = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / per_megabyte


def _print(case: Case, found: Mapping[str, Measured]) -> None:
    print(f"\n{case.title} ({len(next(iter(found.values())).wall)} rounds)")
    print(f"  {'':22} {'ratio':>7} {'min':>7} {'max':>7} {'cpu':>7}   {'ms':>8} {'cpu ms':>8} {'MB':>6}")
    base = next(iter(found.values()))
    for name, measured in found.items():
        ratios = _ratios(measured.wall, base.wall)
        print(
            f"  {name:22} {statistics.median(ratios):7.2f} {min(ratios):7.2f} {max(ratios):7.2f} "
            f"{statistics.median(_ratios(measured.processor, base.processor)):7.2f}   "
            f"{statistics.median(measured.wall) * 1000:8.1f} {statistics.median(measured.processor) * 1000:8.1f} "
            f"{measured.memory:6.1f}"
        )
    for target in case.targets:
        if target.against == MEMORY:
            memory = found[target.program].memory
            print(f"  target  {target.program} at most {target.limit:g} MB: {memory:.1f}, {_verdict(memory, target)}")
        elif target.against in found:
            mine, theirs = found[target.program], found[target.against]
            wall = statistics.median(_ratios(mine.wall, theirs.wall))
            processor = statistics.median(_ratios(mine.processor, theirs.processor))
            print(
                f"  target  {target.program} at most {target.limit:g} x {target.against}: "
                f"{wall:.3f}, cpu {processor:.3f}, {_verdict(min(wall, processor), target)}"
            )
    sys.stdout.flush()


def _ratios(mine: Sequence[float], theirs: Sequence[float]) -> list[float]:
    return [one / other for one, other in zip(mine, theirs, strict=True)]


def _verdict(found: float, target: Target) -> str:
    return "kept" if found <= target.limit else "MISSED"


def _print_growth(hundred: Mapping[str, Measured], thousand: Mapping[str, Measured]) -> None:
    """Print what one more request costs, by processor time."""
    print("\none more request, between 100 and 1,000")
    slopes = {
        name: (statistics.median(thousand[name].processor) - statistics.median(hundred[name].processor)) / 900
        for name in hundred
    }
    for name, slope in slopes.items():
        print(f"  {name:22} {slope / slopes['bare httpx']:7.2f}   {slope * 1000:8.3f} ms cpu")


@contextmanager
def _server(delay: float, folder: Path | None = None) -> Generator[str]:
    """Start a server that waits before each answer, with a folder by TLS; give its port."""
    command = [sys.executable, "-m", "tests.benchmarks.server", str(delay)]
    command += [str(folder)] if folder is not None else []
    root = Path(__file__).parent.parent.parent
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


if __name__ == "__main__":
    if os.name != "posix":
        sys.exit("this needs wait4, which Windows does not have")
    main()
