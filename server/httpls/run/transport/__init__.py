"""Sends requests: our transport on httpcore's connection pool, with exact heads, timings and cancellation.

`HttpWire` is what others use. From top to bottom: `http_wire` (one request), `pools` (an httpx transport over one pool
per route), `connection` (a connection with its protocol), `http1` (HTTP/1 over h11), `tunnels` (through a proxy),
`network` and `stream` (names, sockets, TLS). `attempt` is passed through all of them: what limits a request, and what
is noted about it.
"""

from httpls.run.transport.http_wire import HttpWire

__all__ = ["HttpWire"]
