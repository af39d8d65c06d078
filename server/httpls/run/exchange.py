"""What came of a run, as plain data: every request as it was sent, every response, what connection it came over."""

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from httpls_auth.schemes.flow import Note
from httpls_auth.schemes.message import Body, Field, ResponseHead
from httpls_auth.tls.facts import CertificateFacts
from httpls_auth.values.origin import Origin
from httpls_auth.values.value import Value

if TYPE_CHECKING:
    from httpls_auth.refusal import Refusal


class Timing(NamedTuple):
    """How long the phases of one request took, in seconds; None for a phase that did not happen.

    `request` is the time until the last byte was sent, `first_byte` that from then to the first byte of the response,
    `download` that from then to the last one.
    """

    started_at: float
    """Seconds since the epoch."""
    queue: float | None = None
    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    request: float | None = None
    first_byte: float | None = None
    download: float | None = None
    total: float = 0.0


class TlsFacts(NamedTuple):
    """A TLS session: protocol such as `TLSv1.3`, cipher, ALPN protocol, the peer's chain, how the choice was made."""

    version: str
    cipher: str
    alpn: str | None
    peer_chain: tuple[CertificateFacts, ...]
    is_verified: bool
    verify_rule: str
    client_certificate: CertificateFacts | None
    client_certificate_rule: str


class ConnectionFacts(NamedTuple):
    """A connection: addresses as `host:port`, whether it was used before, the proxy (without credentials) if any."""

    http_version: str
    local_address: str
    remote_address: str
    is_reused: bool
    proxy: str | None
    tls: TlsFacts | None


class Content(Protocol):
    """The bytes of a response's body: in memory when small, else in a private file that goes when it is closed."""

    @property
    def length(self) -> int:
        """The number of bytes."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes from the start, as often as wanted."""
        ...

    def read(self, limit: int) -> bytes:
        """Return the first bytes, at most `limit`."""
        ...

    def close(self) -> None:
        """Remove the file, if there is one."""
        ...


class SentRequest(NamedTuple):
    """A request as it was sent. `head` is its start line and header fields byte for byte (for HTTP/2, as HTTP/1.1
    would have written them); it may hold secrets and is shown redacted. `body_length` counts bytes. `body` is what was
    sent after the head, to be read again, None if there was nothing.
    """

    method: str
    origin: Origin
    url: Value
    fields: tuple[Field, ...]
    head: bytes
    body_length: int
    body: Body | None = None


class ReceivedResponse(NamedTuple):
    """A response. `content` is unpacked (gzip and so on) where that was possible; `encoded_length` is what came.

    `shortfall` says why there is no more of it; `decoding_error` says why the content is still packed.
    `interim` are the heads of the responses before it (1xx), `trailers` the fields that came after the body.
    """

    head: ResponseHead
    raw_head: bytes
    content: Content
    encoded_length: int
    shortfall: "Failure | None" = None
    decoding_error: str | None = None
    interim: tuple[ResponseHead, ...] = ()
    trailers: tuple[tuple[str, str], ...] = ()

    @property
    def is_complete(self) -> bool:
        """Tell whether the whole body came."""
        return self.shortfall is None


class Purpose(Enum):
    """Why a hop happened."""

    REQUEST = "request"
    REDIRECT = "redirect"
    CHALLENGE = "challenge"
    AUTHENTICATION = "authentication"


class CookieEvent(NamedTuple):
    """What became of one `Set-Cookie`: `refused_because` is None if it was stored. The value is not in it."""

    name: str
    domain: str
    path: str
    refused_because: str | None


class Failure(NamedTuple):
    """Why a request was refused or failed. `code` is stable; `path`, `line`, `column` (from 1) say where, if known."""

    code: str
    message: str
    remedy: str
    path: str | None = None
    line: int | None = None
    column: int | None = None


class Hop(NamedTuple):
    """One request with its response. `cookies_sent` are names. `dropped` are the fields that did not come along."""

    purpose: Purpose
    label: str
    request: SentRequest
    response: ReceivedResponse | None
    failure: Failure | None
    timing: Timing
    connection: ConnectionFacts | None
    cookies_sent: tuple[str, ...] = ()
    cookies: tuple[CookieEvent, ...] = ()
    dropped: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


class Exchange(NamedTuple):
    """All hops of one request of a file, those of its authentication among them, in order."""

    hops: tuple[Hop, ...]

    @property
    def final(self) -> Hop | None:
        """The last hop that is not one of authentication's own: its response is the response of the request."""
        for hop in reversed(self.hops):
            if hop.purpose is not Purpose.AUTHENTICATION:
                return hop
        return None

    @property
    def response(self) -> ReceivedResponse | None:
        """The response of the request."""
        final = self.final
        return final.response if final is not None else None


class Outcome(Enum):
    """What became of a request."""

    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    SKIPPED = "skipped"
    INTERRUPTED = "interrupted"


class Assertion(NamedTuple):
    """One assertion or test and whether it held; `expected` and `found` are shown redacted. Line and column from 1."""

    name: str
    holds: bool
    message: str
    expected: str | None = None
    found: str | None = None
    path: str | None = None
    line: int | None = None
    column: int | None = None


class Result(NamedTuple):
    """What became of one request of a file.

    `path` is absolute, `line` that of the request line, `number` counts from 1 in the file. `required_by` is the name
    of the request for which this one was run first. `failures` say why it was refused or failed. `saved` are files
    that were written (`>>`). `is_auth_failure` tells that the server refused the credentials. `refusal` explains a
    401, 403 or 407 that nobody expected. What is not `is_logged` (`# @no-log`) is kept out of history and log.
    """

    path: str
    line: int
    number: int
    name: str | None
    method: str
    shown_url: str
    outcome: Outcome
    exchange: Exchange
    failures: tuple[Failure, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    logs: tuple[str, ...] = ()
    saved: tuple[str, ...] = ()
    required_by: str | None = None
    is_auth_failure: bool = False
    iteration: int = 0
    refusal: "Refusal | None" = None
    is_logged: bool = True

    @property
    def duration(self) -> float:
        """Seconds over all hops."""
        return sum(hop.timing.total for hop in self.exchange.hops)


class Report(NamedTuple):
    """What came of a run: results in the order of the files, and what each exit code needs to know."""

    results: Sequence[Result]
    was_interrupted: bool = False
