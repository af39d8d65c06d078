"""A connection to an origin, straight or through a proxy, that speaks HTTP/1 or HTTP/2 as was agreed."""

import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import monotonic
from typing import TYPE_CHECKING, cast

from httpls.run.errors import ProxyError, TimedOutError, TlsError, TransportError
from httpls.run.exchange import ConnectionFacts, TlsFacts
from httpls.run.transport.answer import AGAIN, LostError, UnprocessedError
from httpls.run.transport.attempt import Attempt
from httpls.run.transport.head import Head
from httpls.run.transport.http1 import Http1
from httpls.run.transport.load_httpx import httpcore
from httpls.run.transport.network import connect
from httpls.run.transport.stream import Stream
from httpls.run.wire import Proxy, Route
from httpls_auth.tls.choice import TlsChoice
from httpls_auth.tls.facts import CertificateFacts

if TYPE_CHECKING:
    from httpls.run.transport.http2 import Http2

KEPT_FOR = 30.0
"""How long a connection may be idle before it is used no more, in seconds."""

_MOMENT = 0.02
"""How long a peer takes that closes after each response, in seconds."""

Contexts = Callable[[TlsChoice, Sequence[str]], ssl.SSLContext]
"""Makes a TLS context of a choice, for the protocols that are offered (ALPN)."""


def offered(route: Route) -> tuple[str, ...]:
    """Return the protocols that are offered to a server (ALPN), the best first."""
    return ("http/1.1",) if route.version in ("1.0", "1.1") else ("h2", "http/1.1")


class StaleError(Exception):
    """A kept connection turned out to be dead before anything came back. `cause` says how.

    `is_unprocessed` tells that the server said that it did nothing with the request.
    """

    def __init__(self, cause: TransportError, is_unprocessed: bool) -> None:
        """Take what happened."""
        super().__init__(str(cause))
        self.cause = cause
        self.is_unprocessed = is_unprocessed


class Connection(httpcore.ConnectionInterface):
    """A connection that opens itself for its first request. It serves one request at a time."""

    def __init__(self, origin: httpcore.Origin, route: Route, contexts: Contexts) -> None:
        """Take the origin, the route that leads to it, and where TLS contexts come from."""
        self._origin = origin
        self._route = route
        self._contexts = contexts
        self._stream: Stream | None = None
        self._speaker: Http1 | Http2 | None = None
        self._facts: ConnectionFacts | None = None
        self._certificate: bytes | None = None
        self._is_closed = False
        self._is_busy = False
        self._uses = 0
        self._idle_since = monotonic()

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request. Raises `TransportError`, `CancelledError` and `StaleError`."""
        extensions = cast("dict[str, object]", request.extensions)  # pyright: ignore[reportUnknownMemberType] - open type
        attempt = cast("Attempt", extensions["attempt"])
        head = cast("Head", extensions["head"])
        is_reused = self._uses > 0
        self._uses += 1
        self._is_busy = True
        try:
            stream = self._stream
            if stream is None:
                stream = self._opened(head, attempt)
            stream.attempt = attempt
            attempt.stream = stream
            if self._uses == 2 and not head.may_be_repeated:
                self._check_that_it_is_kept(stream)
            attempt.connection = self._facts and self._facts._replace(is_reused=is_reused)
            attempt.certificate = self._certificate
            return self._send(request, head, attempt)
        except BaseException as error:
            self.close()
            if is_reused and isinstance(error, LostError) and not attempt.received_head:
                raise StaleError(error, isinstance(error, UnprocessedError)) from error
            raise

    def close(self) -> None:
        """Close the connection."""
        self._is_closed = True
        if self._stream is not None:
            self._stream.close()

    def can_handle_request(self, origin: httpcore.Origin) -> bool:
        """Tell whether it leads to this origin."""
        return origin == self._origin

    def is_available(self) -> bool:
        """Tell whether it can take a request now."""
        return self._stream is not None and not self._is_busy and not self._is_closed

    def has_expired(self) -> bool:
        """Tell whether it should not be used any more: it was idle for long, or the peer closed it."""
        if self._stream is None or self._is_busy or self._is_closed:
            return False
        if monotonic() - self._idle_since > KEPT_FOR:
            return True
        return self._speaker is not None and not self._speaker.is_alive()

    def is_idle(self) -> bool:
        """Tell whether no request is under way."""
        return self._stream is not None and not self._is_busy

    def is_closed(self) -> bool:
        """Tell whether it was closed."""
        return self._is_closed

    def info(self) -> str:
        """Describe the connection."""
        return f"{self._origin}, {self._uses} requests, {'closed' if self._is_closed else 'open'}"

    def _opened(self, head: Head, attempt: Attempt) -> Stream:
        attempt.stream = None
        attempt.begin_connecting()
        try:
            stream = self._open(head, attempt)
        except BaseException:
            # What was opened may be half way through a proxy or a handshake, and nobody else knows it.
            if attempt.stream is not None:
                attempt.stream.close()
            raise
        attempt.end_connecting()
        return stream

    def _open(self, head: Head, attempt: Attempt) -> Stream:
        route = self._route
        host = self._origin.host.decode("ascii")
        port = self._origin.port
        is_secure = self._origin.scheme == b"https"
        proxy = route.proxy
        if proxy is None:
            stream = connect(host, port, route.addresses, attempt)
        else:
            stream = self._through(proxy, host, port, head, attempt, is_secure)
        is_http2 = not is_secure and route.version == "2"
        tls: TlsFacts | None = None
        if is_secure:
            context = self._contexts(route.tls, offered(route))
            stream = stream.secure(context, route.tls.server_name or host)
            tls, self._certificate = _tls_facts(stream, route.tls)
            if route.tls.pins:
                _check_pin(self._certificate, route.tls.pins, f"{host}:{port}")
            is_http2 = tls is not None and tls.alpn == "h2"
        local, remote = stream.addresses
        version = "2" if is_http2 else "1.0" if route.version == "1.0" else "1.1"
        self._facts = ConnectionFacts(version, local, remote, False, _shown_proxy(proxy), tls)
        self._stream = stream
        if is_http2:
            # Few servers are spoken to by it in one run, and the library takes a while to load.
            from httpls.run.transport.http2 import Http2

            self._speaker = Http2(stream, "https" if is_secure else "http", attempt.limits.head)
        else:
            self._speaker = Http1(stream, version, attempt.limits.head)
        return stream

    def _through(self, proxy: Proxy, host: str, port: int, head: Head, attempt: Attempt, is_secure: bool) -> Stream:
        try:
            stream = connect(proxy.host, proxy.port, self._route.addresses, attempt)
        except TimedOutError:
            raise
        except TransportError as error:
            raise ProxyError(
                "proxy-unreachable",
                f"the proxy{f' of {proxy.rule}' if proxy.rule else ''} cannot be reached: {error}",
                "Check its host and port, or do without it (`# @no-proxy`).",
            ) from error
        if proxy.kind == "https":
            # What is chosen for the origin (no verification, a client certificate) is not chosen for the proxy.
            tls = self._route.tls
            choice = TlsChoice(trust_anchors=tls.trust_anchors, replaces_system=tls.replaces_system)
            stream = stream.secure(self._contexts(choice, ("http/1.1",)), proxy.host)
        # Few requests go through a proxy.
        if proxy.kind.startswith("socks"):
            from httpls.run.transport.socks import open_socks

            open_socks(stream, proxy, host, port, self._route.addresses)
        elif is_secure:
            from httpls.run.transport.tunnels import open_tunnel

            open_tunnel(stream, proxy, host, port, head.proxy_fields)
        return stream

    def _check_that_it_is_kept(self, stream: Stream) -> None:
        """Give the peer a moment to close, before the first request after another that may not be repeated.

        Some servers and proxies close after each response without saying so in it.
        """
        is_gone = stream.wait_until_readable(_MOMENT) and self._speaker is not None and not self._speaker.is_alive()
        if is_gone:
            raise UnprocessedError("connection-lost", f"{stream.peer} closed the connection", AGAIN)

    def _send(self, request: httpcore.Request, head: Head, attempt: Attempt) -> httpcore.Response:
        speaker = self._speaker
        assert speaker is not None
        body = cast("Iterable[bytes]", request.stream) if head.length is not None or head.is_chunked else None
        pairs = request.headers
        if head.is_chunked and not isinstance(speaker, Http1):
            # HTTP/2 has no chunks of this kind, and tells the length instead.
            pairs = [*pairs, (b"Content-Length", b"%d" % (head.length or 0))]
        answer = speaker.send(request.method, request.url.target, pairs, body, attempt)
        if attempt.connection is not None:
            # Servers say what they could speak; what is spoken is the lower of both versions.
            spoken = min(attempt.connection.http_version, answer.version)
            attempt.connection = attempt.connection._replace(http_version=spoken)
        return httpcore.Response(
            answer.status,
            headers=answer.fields,
            content=_Content(speaker.chunks(attempt), self._over),
            extensions={"reason_phrase": answer.reason, "http_version": b"HTTP/" + answer.version.encode("ascii")},
        )

    def _over(self) -> None:
        """The response is read, or will not be: keep the connection if it can be used again."""
        self._is_busy = False
        self._idle_since = monotonic()
        if self._speaker is not None and not self._is_closed:
            self._speaker.finish()
            self._is_closed = self._speaker.is_closed


class _Content:
    """The body of a response; closing it gives the connection back."""

    def __init__(self, chunks: Iterator[bytes], over: Callable[[], None]) -> None:
        self._chunks = chunks
        self._over: Callable[[], None] | None = over

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        over, self._over = self._over, None
        if over is not None:
            over()


def _check_pin(certificate: bytes | None, pins: Sequence[str], peer: str) -> None:
    """Raise `TlsError` unless the server has one of the public keys that it has to have."""
    from httpls_auth.tls.pins import checked_pins, public_key_pin

    pin = public_key_pin(certificate) if certificate is not None else ""
    if pin not in checked_pins(pins):
        raise TlsError(
            "wrong-public-key",
            f"{peer} has another public key than those that are pinned for it: its own is `{pin}`",
            "Somebody else may answer in its place; if it has a new key, write that down (`pin-sha256`).",
        )


def _tls_facts(stream: Stream, choice: TlsChoice) -> tuple[TlsFacts | None, bytes | None]:
    connection = stream.tls
    if connection is None:
        return None, None
    from httpls_auth.tls.facts import peer_facts

    cipher = connection.cipher()
    facts = TlsFacts(
        version=connection.version() or "",
        cipher=cipher[0] if cipher else "",
        alpn=connection.selected_alpn_protocol(),
        peer_chain=peer_facts(connection),
        is_verified=choice.verify,
        verify_rule=choice.verify_rule,
        client_certificate=_client_certificate(choice),
        client_certificate_rule=choice.client_certificate.rule if choice.client_certificate else "",
    )
    return facts, connection.getpeercert(binary_form=True)


def _client_certificate(choice: TlsChoice) -> CertificateFacts | None:
    if choice.client_certificate is None:
        return None
    from httpls_auth.tls.context import client_certificate_facts

    return client_certificate_facts(choice)


def _shown_proxy(proxy: Proxy | None) -> str | None:
    if proxy is None:
        return None
    host = f"[{proxy.host}]" if ":" in proxy.host else proxy.host
    return f"{proxy.kind}://{host}:{proxy.port}"
