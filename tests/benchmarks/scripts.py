"""What scripts cost: `python -m tests.benchmarks.scripts [--rounds N] [--check]`.

Each round sends the same requests without and with a handler, through the engine, to a server in a process of its own;
ratios are taken round by round and the median is told, since machines differ and are seldom idle. With `--check` the
exit code is 1 if a target is missed.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.running import Project, project

from httpls.run.exchange import Outcome

_REQUESTS = 1_000
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

_HANDLER = (
    "> {%\nclient.test('status', () => client.assert(response.status === 200));\n"
    "client.global.set('token', response.body.token);\n%}\n"
)


def _text(port: int, count: int, handler: str) -> str:
    return "".join([f"### r{n}\nGET http://127.0.0.1:{port}/{n}\n\n{handler}\n" for n in range(count)])


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
    ratios: list[float] = []
    milliseconds: list[float] = []
    try:
        with tempfile.TemporaryDirectory() as folder, project(Path(folder)) as files:
            _seconds(files, _text(port, 10, _HANDLER), 10)  # So that modules are loaded and the child is warm.
            for _ in range(rounds):
                bare = _seconds(files, _text(port, _REQUESTS, ""), _REQUESTS)
                scripted = _seconds(files, _text(port, _REQUESTS, _HANDLER), _REQUESTS)
                ratios.append(scripted / bare)
                milliseconds.append((scripted - bare) / _REQUESTS * 1000)
                print(f"{_REQUESTS:,} requests: {bare:.2f} s without, {scripted:.2f} s with a handler each")
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
    ratio, cost = statistics.median(ratios), statistics.median(milliseconds)
    print(f"with a handler each: {ratio:.2f} times the time without (target {_MOST_RATIO:g})")
    print(f"a script costs {cost:.2f} ms above its request (target {_MOST_MILLISECONDS:g})")
    return 1 if is_checked and (ratio > _MOST_RATIO or cost > _MOST_MILLISECONDS) else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    sys.exit(main(arguments.rounds, arguments.check))
