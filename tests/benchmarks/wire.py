"""How fast the wire is: `python -m tests.benchmarks.wire [--rounds N] [--check]`.

Each round measures ours and a bare httpx client in turn, against the same server in a process of its own; ratios are
taken round by round and the median is told, since machines differ and are seldom idle. With `--check` the exit code
is 1 if a target is missed.
"""

import argparse
import gc
import hashlib
import os
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
from tests.support.certificates import authority, issue
from tests.support.sending import outgoing

from httpls.run.cancel import Cancel
from httpls.run.file_body import FileBody
from httpls.run.transport import HttpWire
from httpls.run.wire import Limits, Route
from httpls_auth.tls.choice import TlsChoice

_REQUESTS = 1_000
_LARGE = 256 << 20

_SERVER = r"""
import os, socket, ssl, sys, threading
certificate = sys.argv[1]
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
context = None
if certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: %d\r\n\r\n"
SMALL = (HEAD % 54).encode() + b"x" * 54
PIECE = bytes(1 << 20)

def talk(connection):
    if context is not None:
        connection = context.wrap_socket(connection, server_side=True)
    data = b""
    while True:
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return
            data += more
        head, _, data = data.partition(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        left = length - len(data)
        data = data[length:]
        while left > 0:
            left -= len(connection.recv(min(left, 1 << 20)))
        size = int(head.split(b" ")[1].rpartition(b"/")[2] or 0)
        if not size:
            connection.sendall(SMALL)
            continue
        connection.sendall((HEAD % size).encode())
        for _ in range(size // len(PIECE)):
            connection.sendall(PIECE)

while True:
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=talk, args=(connection,), daemon=True).start()
"""


class Row(NamedTuple):
    """A line of the report; a target of 0 is none."""

    what: str
    ratio: float
    figure: str
    target: float = 0.0


class Way(NamedTuple):
    """One way to a server: a wire and a bare client that trust it."""

    url: str
    wire: HttpWire
    route: Route
    bare: httpx.Client


@contextmanager
def _way(folder: Path, is_secure: bool) -> Generator[Way]:
    root = authority()
    server = issue("localhost", root, hosts=("localhost",))
    (folder / "root.pem").write_bytes(root.pem)
    (folder / "server.pem").write_bytes(server.key_pem + server.pem)
    certificate = str(folder / "server.pem") if is_secure else ""
    process = subprocess.Popen([sys.executable, "-c", _SERVER, certificate], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    context = ssl.create_default_context(cafile=str(folder / "root.pem"))
    wire = HttpWire()
    route = Route(TlsChoice(trust_anchors=(str(folder / "root.pem"),), replaces_system=True), version="1.1")
    try:
        with httpx.Client(verify=context, trust_env=False, timeout=None) as bare:
            yield Way(f"{'https' if is_secure else 'http'}://localhost:{port}", wire, route, bare)
    finally:
        wire.close()
        process.kill()
        process.wait()
        process.stdout.close()


def measure_requests(way: Way, rounds: int, what: str) -> Row:
    """Measure small requests, one after the other over one connection."""
    fields = ("Accept: */*", "Accept-Encoding: gzip, deflate, br, zstd", "User-Agent: a-benchmark")
    request = outgoing(f"{way.url}/", "GET", *fields)
    limits, cancel = Limits(), Cancel()

    def ours() -> None:
        for _ in range(_REQUESTS):
            way.wire.send(request, way.route, limits, cancel)

    def bare() -> None:
        for _ in range(_REQUESTS):
            way.bare.get(f"{way.url}/")

    ratio, seconds = _compared(ours, bare, rounds)
    return Row(what, ratio, f"{seconds / _REQUESTS * 1e6:.0f} us a request", 1.0)


def measure_download(way: Way, rounds: int, what: str) -> Row:
    """Measure a large body; ours goes into a private file, the bare client's into one that it is told."""
    request = outgoing(f"{way.url}/{_LARGE}")

    def ours() -> None:
        way.wire.send(request, way.route, Limits(), Cancel()).response.content.close()

    def bare() -> None:
        with tempfile.TemporaryFile() as file, way.bare.stream("GET", f"{way.url}/{_LARGE}") as response:
            for chunk in response.iter_bytes():
                file.write(chunk)

    ratio, seconds = _compared(ours, bare, rounds)
    return Row(what, ratio, f"{_LARGE / seconds / 1e6:.0f} MB/s", 1.25)


def measure_upload(way: Way, rounds: int, what: str, path: Path) -> Row:
    """Measure a large file that is hashed before it is sent."""

    def ours() -> None:
        request = outgoing(f"{way.url}/", "PUT", body=FileBody(path))
        request.digest("sha256")
        way.wire.send(request, way.route, Limits(), Cancel())

    def bare() -> None:
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256")
            file.seek(0)
            way.bare.put(f"{way.url}/", content=file, headers={"Content-Length": str(_LARGE)})

    ratio, seconds = _compared(ours, bare, rounds)
    return Row(what, ratio, f"{_LARGE / seconds / 1e6:.0f} MB/s", 1.25)


def _compared(ours: Callable[[], None], bare: Callable[[], None], rounds: int) -> tuple[float, float]:
    """Return the median ratio of processor times, and the median wall time of ours in seconds."""
    ratios: list[float] = []
    walls: list[float] = []
    # What only the first request does (imports, connections) is measured by the benchmark of the command line.
    ours()
    bare()
    for _ in range(rounds):
        gc.collect()
        started, begun = time.perf_counter(), time.process_time()
        ours()
        walls.append(time.perf_counter() - started)
        mine = time.process_time() - begun
        begun = time.process_time()
        bare()
        ratios.append(mine / (time.process_time() - begun))
    return statistics.median(ratios), statistics.median(walls)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        large = folder / "large"
        large.touch()
        os.truncate(large, _LARGE)
        for is_secure in (False, True):
            scheme = "https" if is_secure else "http"
            with _way(folder, is_secure) as way:
                rows.append(measure_requests(way, options.rounds, f"{_REQUESTS:,} requests, {scheme}"))
                rows.append(measure_download(way, max(options.rounds // 2, 1), f"256 MB down, {scheme}"))
                rows.append(measure_upload(way, max(options.rounds // 2, 1), f"256 MB hashed and up, {scheme}", large))
    print("processor time, ours / a bare httpx client")
    for row in rows:
        print(f"{row.what:32} {row.ratio:5.2f} x   (target {row.target:g} x)   {row.figure}")
    missed = [row for row in rows if row.target and row.ratio > row.target]
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
