"""A server that answers every request with the same small JSON, as fast as Python can: what is measured are clients.

`python -m tests.benchmarks.server [DELAY [CERTIFICATE]]` prints its port; it waits DELAY seconds before each answer.
With the file of a certificate and its key it speaks TLS.
"""

import asyncio
import ssl
import sys

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


async def _serve(delay: float, certificate: str | None) -> None:
    context: ssl.SSLContext | None = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    server = await asyncio.get_running_loop().create_server(
        lambda: _Connection(delay), "127.0.0.1", 0, backlog=512, ssl=context
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0, sys.argv[2] if len(sys.argv) > 2 else None))
