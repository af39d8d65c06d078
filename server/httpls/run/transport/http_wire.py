"""The wire: sends one request, receives its response whole, and tells all there is to tell about both."""

import ssl
from collections.abc import Iterator, Sequence
from functools import lru_cache

from httpls.run.cancel import Cancel
from httpls.run.content import receive
from httpls.run.errors import CancelledError, RefusedError, RunError, TimedOutError, TransportError
from httpls.run.exchange import Failure, ReceivedResponse, SentRequest
from httpls.run.transport.answer import AGAIN, BrokenOffError
from httpls.run.transport.attempt import Attempt
from httpls.run.transport.connection import Contexts, StaleError
from httpls.run.transport.head import Head, head_of
from httpls.run.transport.load_httpx import httpx
from httpls.run.transport.pools import Transports
from httpls.run.wire import Limits, Progress, Received, Route, Unanswered
from httpls_auth.errors import BodyChangedError
from httpls_auth.schemes.message import Body, OutgoingRequest, ResponseHead
from httpls_auth.tls.choice import TlsChoice
from httpls_auth.values.origin import Origin


def shared_contexts(choice: TlsChoice, protocols: Sequence[str]) -> ssl.SSLContext:
    """Return the TLS context of a choice; all workers share it."""
    from httpls_auth.tls.context import ssl_context

    return ssl_context(choice, protocols)


class HttpWire:
    """Sends requests over connections of its own; it belongs to one worker thread."""

    def __init__(self, contexts: Contexts = shared_contexts) -> None:
        """Take where TLS contexts come from."""
        self._transports = Transports(contexts)
        self._certificate: bytes | None = None

    def send(
        self, request: OutgoingRequest, route: Route, limits: Limits, cancel: Cancel, progress: Progress | None = None
    ) -> Received:
        """Send and receive, as `Wire` says."""
        head = head_of(request, route)
        attempt = Attempt(limits, cancel, progress)
        forget = cancel.on_set(attempt.break_off)
        try:
            return self._send(request, route, head, attempt)
        except (TransportError, CancelledError) as error:
            # A wait that was broken off by the cancellation looks like a lost connection.
            told = CancelledError() if cancel.is_set else error
            sent = _sent(request, head, attempt)
            told.unanswered = Unanswered(
                sent, attempt.timing(), attempt.connection, bytes(attempt.received_head), attempt.partial
            )
            if told is error:
                raise
            raise told from error
        finally:
            forget()

    def peer_certificate(self) -> bytes | None:
        """Return the certificate (DER) of the server on the connection that was used last."""
        return self._certificate

    def close(self) -> None:
        """Close all connections."""
        self._transports.close()

    def _send(self, request: OutgoingRequest, route: Route, head: Head, attempt: Attempt) -> Received:
        transport = self._transports.of(route, request.origin.scheme == "https")
        while True:
            try:
                response = transport.handle_request(_request(request, head, attempt))
                break
            except StaleError as error:
                if not (error.is_unprocessed or head.may_be_repeated):
                    raise _not_repeated(error.cause, request.method) from error
                attempt.begin_again()
        try:
            received = _received(response, attempt)
        finally:
            response.close()
        self._certificate = attempt.certificate
        assert attempt.connection is not None
        return Received(_sent(request, head, attempt), received, attempt.timing(), attempt.connection)


def _sent(request: OutgoingRequest, head: Head, attempt: Attempt) -> SentRequest:
    length = head.length or 0
    return SentRequest(
        request.method, request.origin, request.url, head.fields, attempt.sent_head, length, request.body
    )


def _request(request: OutgoingRequest, head: Head, attempt: Attempt) -> httpx.Request:
    made = httpx.Request(
        request.method,
        _url(request.origin),
        headers=head.pairs,
        stream=_RequestStream(request.body, attempt),
        extensions={"target": head.target, "attempt": attempt, "head": head},
    )
    # httpx writes methods in capitals; what is sent is what was written.
    made.method = request.method
    return made


@lru_cache(maxsize=256)
def _url(origin: Origin) -> httpx.URL:
    try:
        return httpx.URL(f"{origin}/")
    except httpx.InvalidURL as error:
        raise RefusedError("bad-host", f"`{origin.host}` is no name of a host: {error}", "Check the URL.") from error


class _RequestStream(httpx.SyncByteStream):
    def __init__(self, body: Body | None, attempt: Attempt) -> None:
        self._body = body
        self._attempt = attempt

    def __iter__(self) -> Iterator[bytes]:
        body = self._body
        if body is None:
            return
        sent = 0
        for chunk in body.chunks():
            sent += len(chunk)
            if sent > body.length:
                break
            yield chunk
            self._attempt.tell("upload", sent, body.length)
        if sent != body.length:
            raise BodyChangedError("the body has another length than before", "Send the request again.")


def _received(response: httpx.Response, attempt: Attempt) -> ReceivedResponse:
    fields = tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw])
    reason: bytes = response.extensions.get("reason_phrase", b"")
    head = ResponseHead(response.status_code, reason.decode("latin-1"), fields)
    broken: list[RunError] = []
    content = receive(_chunks(response, head, attempt, broken), head.values("Content-Encoding"), attempt.limits)
    received = ReceivedResponse(
        head,
        bytes(attempt.received_head),
        content.content,
        content.encoded_length,
        shortfall=_shortfall(broken[0]) if broken else None,
        decoding_error=content.decoding_error,
        interim=tuple(attempt.interim),
        trailers=attempt.trailers,
    )
    if broken and not isinstance(broken[0], BrokenOffError):
        attempt.partial = received
        raise broken[0]
    return received


def _chunks(response: httpx.Response, head: ResponseHead, attempt: Attempt, broken: list[RunError]) -> Iterator[bytes]:
    """Yield the body as it comes; what breaks it off is kept, and what came before is good."""
    length = head.value("Content-Length")
    total = int(length) if length is not None and length.isascii() and length.isdigit() else None
    done = 0
    assert isinstance(response.stream, httpx.SyncByteStream)
    try:
        for chunk in response.stream:
            done += len(chunk)
            yield chunk
            attempt.tell("download", done, total)
    except (BrokenOffError, TimedOutError, CancelledError) as error:
        broken.append(CancelledError() if attempt.cancel.is_set else error)


def _shortfall(error: RunError) -> Failure:
    if isinstance(error, TransportError):
        return Failure(error.code, str(error), error.remedy or AGAIN)
    return Failure("interrupted", "the request was interrupted", "")


def _not_repeated(cause: TransportError, method: str) -> TransportError:
    return TransportError(
        cause.code,
        f"{cause}; it is not known whether the {method} request was carried out",
        "See at the server what became of it before you send it again.",
    )
