"""HTTP/1.0 and HTTP/1.1 over a stream: the head goes out as it is written, h11 reads what comes back."""

import re
from collections.abc import Iterable, Iterator
from time import monotonic

from httpls.run.errors import RunError, TooLargeError, TransportError
from httpls.run.transport.answer import AGAIN, Answer, BadResponseError, BrokenOffError, LostError, fields_of
from httpls.run.transport.attempt import Attempt
from httpls.run.transport.head import Pairs, written
from httpls.run.transport.load_httpx import h11
from httpls.run.transport.stream import Stream
from httpls_auth.schemes.message import ResponseHead

_CONTINUE_AFTER = 1.0
"""How long a server may take to answer `Expect: 100-continue` before the body is sent anyway, in seconds."""

_FRAMING = frozenset((b"content-length", b"transfer-encoding", b"connection", b"upgrade", b"expect"))
"""Fields of a request that bear on how the connection goes on; h11 need not know the others."""


class Http1:
    """One connection that speaks HTTP/1. `limit` is how many bytes a head may have."""

    def __init__(self, stream: Stream, version: str, limit: int) -> None:
        """Take a connected stream; `version` is `1.0` or `1.1`."""
        self._stream = stream
        self._version = version
        self._limit = limit
        self._h11 = h11.Connection(our_role=h11.CLIENT, max_incomplete_event_size=limit)
        self._received = 0
        self._answer: Answer | None = None
        self.is_closed = False

    def send(
        self, method: bytes, target: bytes, pairs: Pairs, body: Iterable[bytes] | None, attempt: Attempt
    ) -> Answer:
        """Send a request and return the head of its response; then `chunks` yields the body, and `finish` ends it.

        Raises `TransportError`.
        """
        self._received = 0
        self._answer = None
        attempt.sent_head = written(method, target, pairs, self._version)
        framing = [pair for pair in pairs if pair[0].lower() in _FRAMING]
        if self._version == "1.0":
            framing.append((b"Connection", b"close"))
        # h11 is told what decides over the answer and the connection; the bytes of the head are ours.
        self._h11.send(h11.Request(method=method, target="/", headers=[(b"Host", b"-"), *framing]))
        try:
            self._send(attempt, body or ())
        except LostError:
            # A server may refuse a body by answering and closing; its answer is worth more than our error.
            if not self._has_answered_all_the_same(attempt):
                raise
        except h11.LocalProtocolError as error:
            raise TransportError("bad-request", f"the request cannot be sent: {error}") from error
        attempt.sent_at = attempt.sent_at or monotonic()
        if self._answer is None:
            attempt.tell("wait", 0, None)
        while self._answer is None:
            self._take(self._stream.read(), attempt)
        attempt.first_byte_at = attempt.first_byte_at or attempt.sent_at
        return self._answer

    def chunks(self, attempt: Attempt) -> Iterator[bytes]:
        """Yield the body of the response. Raises `BrokenOffError` if it ends too soon."""
        while True:
            try:
                event = self._event()
            except LostError as error:
                raise BrokenOffError(error.code, str(error), error.remedy) from error
            except h11.RemoteProtocolError as error:
                raise self._broken_off(_reason(error)) from error
            if isinstance(event, h11.Data):
                yield bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                attempt.trailers = fields_of(event.headers.raw_items())
                return
            else:
                return

    def finish(self) -> None:
        """Make the connection ready for the next request, or close it if it cannot have another."""
        is_done = self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE
        # What came after the end of a response would be taken for the answer to the next request.
        if is_done and not self._h11.trailing_data[0] and not self.is_closed:
            self._h11.start_next_cycle()
        else:
            self.close()

    def is_alive(self) -> bool:
        """Tell whether the connection can still be used: between requests a server has nothing to say but good-bye."""
        try:
            # TLS itself may have something to say (tickets for other connections); that is no data.
            return self._stream.read_ready() is None
        except RunError:
            return False

    def close(self) -> None:
        """Close the connection."""
        self.is_closed = True
        self._stream.close()

    def _send(self, attempt: Attempt, body: Iterable[bytes]) -> None:
        """Send head and body, as long as the server does not refuse them."""

        def take(data: bytes) -> bool:
            self._take(data, attempt)
            return self._wants_more

        self._stream.write(attempt.sent_head)
        if self._h11.client_is_waiting_for_100_continue:
            self._wait_for_100_continue(attempt)
        for chunk in body:
            ready = self._stream.read_ready()
            if ready is not None:
                take(ready)
            if not self._wants_more:
                return
            for piece in self._h11.send_with_data_passthrough(h11.Data(data=chunk)) or ():
                if not self._stream.write(piece, take):
                    return
        if self._wants_more:
            end = self._h11.send(h11.EndOfMessage())
            if end:
                self._stream.write(end, take)

    @property
    def _wants_more(self) -> bool:
        """Whether the server still waits for the body of the request."""
        return self._answer is None or not self._answer.is_refusal

    def _wait_for_100_continue(self, attempt: Attempt) -> None:
        deadline = monotonic() + _CONTINUE_AFTER
        while self._h11.client_is_waiting_for_100_continue and self._answer is None:
            left = deadline - monotonic()
            attempt.cancel.check()
            if left <= 0:
                return
            if self._stream.wait_until_readable(min(left, 0.05)):
                ready = self._stream.read_ready()
                if ready is not None:
                    self._take(ready, attempt)

    def _has_answered_all_the_same(self, attempt: Attempt) -> bool:
        attempt.sent_at = monotonic()
        try:
            while self._answer is None:
                self._take(self._stream.read(), attempt)
        except (LostError, BadResponseError):
            return False
        return True

    def _take(self, data: bytes, attempt: Attempt) -> None:
        """Understand what came, up to the head of the answer; its body waits until it is asked for."""
        if not data and self._received == 0:
            raise LostError("no-response", f"{self._stream.peer} closed the connection without an answer", AGAIN)
        self._received += len(data)
        self._h11.receive_data(data)
        if self._answer is None:
            attempt.received_head += data
            self._answer = self._answer_among_events(attempt)

    def _answer_among_events(self, attempt: Attempt) -> Answer | None:
        while True:
            try:
                event = self._h11.next_event()
            except h11.RemoteProtocolError as error:
                raise self._bad_response(error, attempt) from error
            if event is h11.NEED_DATA:
                return None
            if isinstance(event, h11.InformationalResponse | h11.Response):
                left = len(self._h11.trailing_data[0])
                raw = attempt.received_head[: len(attempt.received_head) - left]
                fields = event.headers.raw_items()
                if isinstance(event, h11.InformationalResponse) and event.status_code != 101:
                    reason = event.reason.decode("latin-1")
                    attempt.interim.append(ResponseHead(event.status_code, reason, fields_of(fields)))
                    del attempt.received_head[: len(raw)]
                    continue
                attempt.received_head = raw
                return Answer(event.status_code, event.reason, fields, event.http_version.decode("ascii"))
            raise BadResponseError("bad-response", f"{self._stream.peer} closed the connection without an answer")

    def _event(self) -> object:
        while True:
            event = self._h11.next_event()
            if event is not h11.NEED_DATA:
                return event
            self._h11.receive_data(self._stream.read())

    def _broken_off(self, reason: str) -> BrokenOffError:
        is_closed, _, detail = reason.partition(" without sending complete message body")
        if is_closed == "peer closed connection":
            what = f"{self._stream.peer} closed the connection before the end of the body{detail}"
            return BrokenOffError("incomplete-body", what)
        return BrokenOffError("bad-response-body", f"the body of the response is broken: {reason}")

    def _bad_response(self, error: h11.RemoteProtocolError, attempt: Attempt) -> TransportError:
        peer = self._stream.peer
        came = bytes(attempt.received_head)
        if error.error_status_hint == 431 or len(came) > self._limit:
            return TooLargeError(
                "head-too-large",
                f"the header fields of the response from {peer} are larger than {self._limit:,} bytes",
                "See why the server sends so many; this limit is the same for all servers.",
            )
        if came.startswith((b"\x15\x03", b"\x16\x03")):
            return BadResponseError("speaks-tls", f"{peer} speaks TLS at this port", "Use `https://`.")
        if len(came) >= 9 and came[3:5] == b"\x04\x00":
            return BadResponseError("speaks-http2", f"{peer} speaks only HTTP/2", "Write `HTTP/2` behind the URL.")
        # h11 has no other mark for a connection that ended too soon.
        if b"HTTP/".startswith(came[:5]) and "closed connection" in str(error):
            return LostError(
                "no-response",
                f"{peer} closed the connection in the middle of the response's header fields",
                AGAIN,
            )
        return BadResponseError(
            "bad-response",
            f"the answer of {peer} is no HTTP ({_reason(error)}); it begins with {came[:60]!r}",
            "Check that the port is one for HTTP.",
        )


def _reason(error: h11.RemoteProtocolError) -> str:
    """Return what h11 says, without the names of its types."""
    return re.sub(r"bytearray\((b(['\"]).*?\2)\)", r"\1", str(error))[:200]
