"""A server that answers every request with the same small JSON, as fast as Python can: what is measured are clients.

`python -m tests.benchmarks.server [DELAY [FOLDER]]` prints its port; it waits DELAY seconds before each answer. With a
FOLDER it speaks TLS as localhost, and writes the authority to trust there, as `root.pem`.
"""

import asyncio
import ssl
import sys
from pathlib import Path

_BODY = b'{"id": 1, "name": "a lamp", "price": 19.5, "ok": true}'
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(_BODY), _BODY)


class _Connection(asyncio.Protocol):
    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            self._received = self._received[end + 4 :]
            if self._delay:
                asyncio.get_running_loop().call_later(self._delay, self._transport.write, _ANSWER)
            else:
                self._transport.write(_ANSWER)


async def _serve(delay: float, folder: Path | None) -> None:
    context = _context(folder) if folder is not None else None
    server = await asyncio.get_running_loop().create_server(
        lambda: _Connection(delay), "127.0.0.1", 0, backlog=512, ssl=context
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _context(folder: Path) -> ssl.SSLContext:
    from tests.support.certificates import authority, issue

    root = authority()
    (folder / "root.pem").write_bytes(root.pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*issue("localhost", root, hosts=("localhost",)).write(folder, "server"))
    return context


if __name__ == "__main__":
    delay = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    asyncio.run(_serve(delay, Path(sys.argv[2]) if len(sys.argv) > 2 else None))
