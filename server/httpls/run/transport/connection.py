"""A connection to an origin, straight or through a proxy, that speaks HTTP/1 or HTTP/2 as was agreed."""

import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import monotonic
from typing import cast

from httpls.run.errors import ProxyError, TimedOutError, TransportError
from httpls.run.exchange import CertificateFacts, ConnectionFacts, TlsFacts
from httpls.run.transport.attempt import Attempt
from httpls.run.transport.head import Head, Pairs, without_hop_by_hop, written
from httpls.run.transport.http1 import BrokenOffError, Http1
from httpls.run.transport.load_httpx import http2_connection, httpcore
from httpls.run.transport.network import connect
from httpls.run.transport.stream import LostError, Stream
from httpls.run.transport.tunnels import open_socks, open_tunnel
from httpls.run.wire import Proxy, Route
from httpls_auth.tls.choice import TlsChoice

KEPT_FOR = 30.0
"""How long a connection may be idle before it is used no more, in seconds."""

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


class UnprocessedError(LostError):
    """The server ended the connection, or refused the request, and said that it did nothing with it."""


class Connection(httpcore.ConnectionInterface):
    """A connection that opens itself for its first request. It serves one request at a time."""

    def __init__(self, origin: httpcore.Origin, route: Route, contexts: Contexts) -> None:
        """Take the origin, the route that leads to it, and where TLS contexts come from."""
        self._origin = origin
        self._route = route
        self._contexts = contexts
        self._stream: Stream | None = None
        self._http1: Http1 | None = None
        self._http2: httpcore.HTTP2Connection | None = None
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
            attempt.connection = self._facts and self._facts._replace(is_reused=is_reused)
            attempt.certificate = self._certificate
            if self._http2 is not None:
                return self._send_http2(self._http2, request, head, attempt)
            return self._send_http1(request, attempt)
        except BaseException as error:
            self.close()
            if is_reused and isinstance(error, LostError) and not attempt.received_head:
                raise StaleError(error, isinstance(error, UnprocessedError)) from error
            raise

    def close(self) -> None:
        """Close the connection."""
        self._is_closed = True
        if self._http2 is not None:
            self._http2.close()
        elif self._stream is not None:
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
        # Between two requests a server has nothing to say but good-bye; in HTTP/2 it may ping or change settings.
        return self._http1 is not None and self._stream.is_readable()

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
        try:
            return self._open(head, attempt)
        except BaseException:
            # What was opened may be half way through a proxy or a handshake, and nobody else knows it.
            if attempt.stream is not None:
                attempt.stream.close()
            raise

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
            is_http2 = tls is not None and tls.alpn == "h2"
        local, remote = stream.addresses
        version = "2" if is_http2 else "1.0" if route.version == "1.0" else "1.1"
        self._facts = ConnectionFacts(version, local, remote, False, _shown_proxy(proxy), tls)
        self._stream = stream
        if is_http2:
            self._http2 = http2_connection()(self._origin, stream)
        else:
            self._http1 = Http1(stream, version, attempt.limits.head)
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
        if proxy.kind.startswith("socks"):
            open_socks(stream, proxy, host, port, self._route.addresses)
        elif is_secure:
            open_tunnel(stream, proxy, host, port, head.proxy_fields)
        return stream

    def _send_http1(self, request: httpcore.Request, attempt: Attempt) -> httpcore.Response:
        http1 = self._http1
        assert http1 is not None
        body = cast("Iterable[bytes]", request.stream)
        answer = http1.send(request.method, request.url.target, request.headers, body, attempt)
        return httpcore.Response(
            answer.status,
            headers=answer.fields,
            content=_Content(http1.chunks(attempt), self._over),
            extensions={"reason_phrase": answer.reason, "http_version": b"HTTP/" + answer.version.encode("ascii")},
        )

    def _send_http2(
        self, http2: httpcore.HTTP2Connection, request: httpcore.Request, head: Head, attempt: Attempt
    ) -> httpcore.Response:
        headers = without_hop_by_hop(request.headers)
        if head.is_chunked:
            headers.append((b"Content-Length", b"%d" % (head.length or 0)))
        attempt.sent_head = written(request.method, request.url.target, headers, "2")
        attempt.writing_since = monotonic()

        def note(event: str, _: object) -> None:
            if event == "http2.send_request_body.complete":
                attempt.sent_at = monotonic()
                attempt.tell("wait", 0, None)

        sent = httpcore.Request(
            request.method, request.url, headers=headers, content=request.stream, extensions={"trace": note}
        )
        try:
            response = http2.handle_request(sent)
        except httpcore.LocalProtocolError as error:
            raise TransportError("bad-request", f"the request cannot be sent by HTTP/2: {error}") from error
        except (httpcore.RemoteProtocolError, httpcore.ConnectionNotAvailable) as error:
            raise self._http2_failure(error) from error
        attempt.first_byte_at = monotonic()
        attempt.received_head = _written_status(response.status, response.headers)
        stream = cast("Iterable[bytes]", response.stream)
        response.stream = _Content(_http2_chunks(stream, self._peer), self._over, getattr(stream, "close", None))
        return response

    def _http2_failure(self, error: Exception) -> TransportError:
        cause = error.args[0] if error.args else None
        if isinstance(error, httpcore.ConnectionNotAvailable) or getattr(cause, "error_code", None) == _REFUSED_STREAM:
            return UnprocessedError("connection-lost", f"{self._peer} did not take the request", _AGAIN)
        if self._origin.scheme == b"http" and self._uses == 1:
            return TransportError(
                "no-http2",
                f"{self._peer} does not speak HTTP/2 without TLS ({error})",
                "Write `HTTP/1.1` behind the URL, or nothing.",
            )
        return LostError("connection-lost", f"{self._peer} ended the HTTP/2 connection: {error}", _AGAIN)

    def _over(self, is_whole: bool) -> None:
        """The response is read, or will not be: keep the connection if it can be used again."""
        self._is_busy = False
        self._idle_since = monotonic()
        if self._is_closed:
            return
        if self._http1 is not None:
            self._http1.finish()
            self._is_closed = self._http1.is_closed
        elif self._http2 is not None and not (is_whole and self._http2.is_available()):
            self.close()

    @property
    def _peer(self) -> str:
        return self._stream.peer if self._stream is not None else str(self._origin)


class _Content:
    """The body of a response; closing it gives the connection back."""

    def __init__(
        self, chunks: Iterator[bytes], over: Callable[[bool], None], close: Callable[[], None] | None = None
    ) -> None:
        self._chunks = chunks
        self._over: Callable[[bool], None] | None = over
        self._close = close
        self._is_whole = False

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks
        self._is_whole = True

    def close(self) -> None:
        over, self._over = self._over, None
        if over is None:
            return
        if self._close is not None:
            self._close()
        over(self._is_whole)


_REFUSED_STREAM = 7
"""The error code of a server that did not look at a request (RFC 9113, section 8.7)."""

_AGAIN = "Send the request again; if it happens every time, the log of the server tells why."


def _http2_chunks(chunks: Iterable[bytes], peer: str) -> Iterator[bytes]:
    try:
        yield from chunks
    except (httpcore.ProtocolError, LostError) as error:
        raise BrokenOffError("connection-lost", f"{peer} broke the response off: {error}", _AGAIN) from error


def _tls_facts(stream: Stream, choice: TlsChoice) -> tuple[TlsFacts | None, bytes | None]:
    connection = stream.tls
    if connection is None:
        return None, None
    from httpls_auth.tls.facts import peer_facts

    cipher = connection.cipher()
    chain = tuple([CertificateFacts(*facts) for facts in peer_facts(connection)])
    facts = TlsFacts(
        version=connection.version() or "",
        cipher=cipher[0] if cipher else "",
        alpn=connection.selected_alpn_protocol(),
        peer_chain=chain,
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

    facts = client_certificate_facts(choice)
    return CertificateFacts(*facts) if facts is not None else None


def _written_status(status: int, fields: Pairs) -> bytes:
    lines = [b"HTTP/2 %d\r\n" % status, *[b"%b: %b\r\n" % pair for pair in fields], b"\r\n"]
    return b"".join(lines)


def _shown_proxy(proxy: Proxy | None) -> str | None:
    if proxy is None:
        return None
    host = f"[{proxy.host}]" if ":" in proxy.host else proxy.host
    return f"{proxy.kind}://{host}:{proxy.port}"
