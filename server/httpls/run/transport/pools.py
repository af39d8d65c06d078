"""An httpx transport over httpcore's connection pool, and the transports of one worker: one per route."""

import ssl
from collections.abc import Iterable, Iterator
from typing import cast

from httpls.run.transport.connection import Connection, Contexts, offered
from httpls.run.transport.load_httpx import httpcore, httpx
from httpls.run.wire import Route

_MOST_CONNECTIONS = 20
_MOST_ROUTES = 50


class Transports:
    """The transports of one worker. A route that was not used for long is closed when there are too many."""

    def __init__(self, contexts: Contexts) -> None:
        """Take where TLS contexts come from."""
        self._contexts = contexts
        self._by_route: dict[Route, RouteTransport] = {}

    def of(self, route: Route, is_secure: bool) -> "RouteTransport":
        """Return the transport of a route. Where a file of its TLS choice has changed, its connections are new.

        Raises `KeyMaterialError` for a client certificate or an authority that cannot be used.
        """
        context = self._contexts(route.tls, offered(route)) if is_secure else None
        found = self._by_route.pop(route, None)
        if found is not None and context is not None and found.context not in (None, context):
            found.close()
            found = None
        if found is None:
            found = RouteTransport(route, self._contexts)
        found.context = context or found.context
        self._by_route[route] = found
        if len(self._by_route) > _MOST_ROUTES:
            oldest = next(iter(self._by_route))
            self._by_route.pop(oldest).close()
        return found

    def close(self) -> None:
        """Close all connections."""
        while self._by_route:
            self._by_route.popitem()[1].close()


class RouteTransport(httpx.BaseTransport):
    """Sends requests by one route. The extensions of a request must hold its `attempt`, its `head` and its `target`."""

    def __init__(self, route: Route, contexts: Contexts) -> None:
        """Take the route, and where TLS contexts come from."""
        self._pool = _Pool(route, contexts)
        self.context: ssl.SSLContext | None = None
        """The TLS context of its connections, once there was one."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its response, whose body is still to be read.

        Raises `TransportError`, `CancelledError` and `StaleError`.
        """
        url = request.url
        response = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/"),
                headers=request.headers.raw,
                content=cast("Iterable[bytes]", request.stream),
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_ResponseStream(response),
            extensions=cast("dict[str, object]", response.extensions),  # pyright: ignore[reportUnknownMemberType] - open type
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _Pool(httpcore.ConnectionPool):
    """httpcore's pool with connections of ours. That of a pinned route has one connection only."""

    def __init__(self, route: Route, contexts: Contexts) -> None:
        super().__init__(max_connections=_MOST_CONNECTIONS if route.pin is None else 1)
        self._route = route
        self._contexts = contexts

    def create_connection(self, origin: httpcore.Origin) -> Connection:
        return Connection(origin, self._route, self._contexts)


class _ResponseStream(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._stream = cast("Iterable[bytes]", response.stream)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def close(self) -> None:
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()
