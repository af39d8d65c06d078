"""What scripts cost: `python -m tests.benchmarks.scripts [--rounds N] [--check]`.

Each round sends the same requests without and with a handler to a server in a process of its own: 1,000 of each by the
command line, as a user does, and 100 at a time in turn through the engine alone, without start, parsing and report. A
script has to wait for another process, which on a busy machine is as good as waiting for all others; what is judged is
therefore the quietest run of each kind, and the median is told beside it. With `--check` the exit code is 1 if a target
is missed: the ratio of the command line, the milliseconds of the engine.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.support.running import Project, project

from httpls.run.exchange import Outcome

_REQUESTS = 1_000
_BATCH = 100
_MOST_RATIO = 2.0
_MOST_MILLISECONDS = 5.0

_SERVER = r"""
import socket, threading
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
BODY = b'{"token": "t-1", "items": [{"id": 7}]}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY

def talk(connection):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    data = b""
    while True:
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return
            data += more
        data = data.partition(b"\r\n\r\n")[2]
        connection.sendall(ANSWER)

while True:
    threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()
"""

# No two handlers are the same, as in real files.
_HANDLER = (
    "> {%\nclient.test('status', () => client.assert(response.status === 200));\n"
    "client.global.set('token', response.body.token);\n// NUMBER\n%}\n"
)


def _text(port: int, first: int, count: int, handler: str) -> str:
    return "".join([
        f"### r{n}\nGET http://127.0.0.1:{port}/{n}\n\n{handler.replace('NUMBER', str(n))}\n"
        for n in range(first, first + count)
    ])  # fmt: skip


def _seconds(files: Project, text: str, count: int) -> float:
    started = time.perf_counter()
    report = files.run(text)
    seconds = time.perf_counter() - started
    assert len(report.results) == count
    assert all(one.outcome is Outcome.SENT and all(a.holds for a in one.assertions) for one in report.results)
    return seconds


def main(rounds: int, is_checked: bool) -> int:
    """Print the ratios; return 1 if a target is missed and that is asked for."""
    server = subprocess.Popen([sys.executable, "-c", _SERVER], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    port = int(server.stdout.readline())
    commands: list[tuple[float, float]] = []
    bare: list[float] = []
    scripted: list[float] = []
    try:
        with tempfile.TemporaryDirectory() as folder, project(Path(folder)) as files:
            _seconds(files, _text(port, 0, 10, _HANDLER), 10)  # So that modules are loaded and the child is warm.
            commands += [
                (_command_seconds(files.root, port, ""), _command_seconds(files.root, port, _HANDLER))
                for _ in range(rounds)
            ]
            for first in range(10, 10 + rounds * _REQUESTS, _BATCH):
                bare.append(_seconds(files, _text(port, first, _BATCH, ""), _BATCH))
                scripted.append(_seconds(files, _text(port, first, _BATCH, _HANDLER), _BATCH))
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
    ratio = _told("by the command line", *zip(*commands, strict=True))
    _told("by the engine alone", bare, scripted)
    cost = (min(scripted) - min(bare)) / _BATCH * 1000
    median_cost = (statistics.median(scripted) - statistics.median(bare)) / _BATCH * 1000
    print(f"a script costs {cost:.2f} ms, median {median_cost:.2f} ms (target {_MOST_MILLISECONDS:g})")
    return 1 if is_checked and (ratio > _MOST_RATIO or cost > _MOST_MILLISECONDS) else 0


def _told(what: str, bare: Sequence[float], scripted: Sequence[float]) -> float:
    ratio = min(scripted) / min(bare)
    median = statistics.median([two / one for one, two in zip(bare, scripted, strict=True)])
    print(f"with a handler, {what}: {ratio:.2f} times the time without, median {median:.2f} (target {_MOST_RATIO:g})")
    return ratio


def _command_seconds(folder: Path, port: int, handler: str) -> float:
    """Return how long `httpls run` takes for all requests of a file."""
    (folder / "all.http").write_text(_text(port, 0, _REQUESTS, handler), encoding="utf-8")
    command = [sys.executable, "-P", "-m", "httpls", "run", "all.http", "--all"]
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    sys.exit(main(arguments.rounds, arguments.check))
