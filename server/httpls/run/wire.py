"""How one request reaches its origin, and the port through which it is sent. Redirects and retries stand elsewhere."""

from typing import NamedTuple, Protocol

from httpls.run.cancel import Cancel
from httpls.run.exchange import ConnectionFacts, ReceivedResponse, SentRequest, Timing
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.tls.choice import DEFAULT, TlsChoice
from httpls_auth.values.value import Value


class Proxy(NamedTuple):
    """A proxy. `kind` is `http`, `https` (TLS to the proxy itself), `socks4` or `socks5` (names are looked up here),
    `socks4a` or `socks5h` (by the proxy); `rule` says where it comes from.
    """

    kind: str
    host: str
    port: int
    username: Value | None = None
    password: Value | None = None
    rule: str = ""


class Route(NamedTuple):
    """What decides over which connections a request may go; equal routes share connections within one worker.

    `version` is `auto` (HTTP/2 where TLS agrees on it, else HTTP/1.1), `1.0`, `1.1` or `2`. `pin` names the user whose
    credential a connection carries (NTLM): such a connection serves nobody else, and only one is open at a time.
    `addresses` say to which address a `host:port` is to be connected, as curl's `--resolve`.
    """

    tls: TlsChoice = DEFAULT
    proxy: Proxy | None = None
    version: str = "auto"
    pin: str | None = None
    addresses: tuple[tuple[str, int, str], ...] = ()


class Limits(NamedTuple):
    """Limits of one request. Times are in seconds, None for no limit; sizes in bytes.

    `read` is the longest silence, `total` the time for all of it. `encoded` is the largest body as it comes,
    `decoded` the largest one unpacked; `head` the largest start line with header fields.
    """

    connect: float | None = 30.0
    read: float | None = 300.0
    total: float | None = None
    encoded: int = 4 << 30
    decoded: int = 4 << 30
    head: int = 1 << 20


class Received(NamedTuple):
    """A request as it went over the wire, with what came back."""

    request: SentRequest
    response: ReceivedResponse
    timing: Timing
    connection: ConnectionFacts


class Unanswered(NamedTuple):
    """How far a request went that was not answered in full: for the trace of a failure.

    The head of `request` is empty if nothing was sent; `connection` is None if there was none. `received` is what came
    instead of a response, up to its size; `response` is one that came in part before the time was over, or before
    somebody cancelled.
    """

    request: SentRequest
    timing: Timing
    connection: ConnectionFacts | None
    received: bytes
    response: ReceivedResponse | None = None


class Progress(Protocol):
    """Told while bytes go and come, at most every 100 ms; it must return at once."""

    def __call__(self, phase: str, done: int, total: int | None) -> None:
        """Phase is `connect`, `upload`, `wait` or `download`; `done` and `total` count bytes."""
        ...


class Wire(Protocol):
    """Sends one request. It belongs to one worker thread; closing it closes its connections."""

    def send(
        self, request: OutgoingRequest, route: Route, limits: Limits, cancel: Cancel, progress: Progress | None = None
    ) -> Received:
        """Send and receive. A request on a kept connection that turns out to be dead is sent again on a new one, if
        that is safe (RFC 9110, section 9.2.2).

        Raises `RefusedError` for what cannot be said in HTTP (a line break in a field), before anything is sent;
        `TransportError` and `CancelledError`; of `httpls_auth`, `BodyChangedError` for a body that is not what it was,
        and `KeyMaterialError` for a client certificate or an authority that cannot be used.
        """
        ...

    def peer_certificate(self) -> bytes | None:
        """Return the certificate (DER) of the server on the connection that was used last, for channel binding."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...
