"""HTTP/1.0 and HTTP/1.1 over a stream: the head goes out as it is written, h11 reads what comes back."""

from collections.abc import Iterable, Iterator
from time import monotonic
from typing import NamedTuple

import h11

from httpls.run.errors import TooLargeError, TransportError
from httpls.run.transport.attempt import Attempt
from httpls.run.transport.head import Pairs, written
from httpls.run.transport.stream import LostError, Stream
from httpls_auth.schemes.message import ResponseHead

_CONTINUE_AFTER = 1.0
"""How long a server may take to answer `Expect: 100-continue` before the body is sent anyway, in seconds."""

_FRAMING = frozenset((b"content-length", b"transfer-encoding", b"connection", b"upgrade", b"expect"))
"""Fields of a request that bear on how the connection goes on; h11 need not know the others."""


class BrokenOffError(TransportError):
    """The body of a response ended too soon; what came before is good."""


class BadResponseError(TransportError):
    """The answer is no HTTP."""


class Answer(NamedTuple):
    """The head of a response as it came, with its body still to be read."""

    status: int
    reason: bytes
    fields: Pairs
    version: str


class Http1:
    """One connection that speaks HTTP/1. `limit` is how many bytes a head may have."""

    def __init__(self, stream: Stream, version: str, limit: int) -> None:
        """Take a connected stream; `version` is `1.0` or `1.1`."""
        self._stream = stream
        self._version = version
        self._limit = limit
        self._h11 = h11.Connection(our_role=h11.CLIENT, max_incomplete_event_size=limit)
        self._received = 0
        self._body: Iterator[bytes] | None = None
        self.is_closed = False
        self.is_idle = True

    def send(self, method: bytes, target: bytes, pairs: Pairs, body: Iterable[bytes], attempt: Attempt) -> Answer:
        """Send a request and return the head of its response; then `chunks` yields the body, and `finish` ends it.

        Raises `TransportError`.
        """
        self.is_idle = False
        self._received = 0
        attempt.sent_head = written(method, target, pairs, self._version)
        framing = [pair for pair in pairs if pair[0].lower() in _FRAMING]
        if self._version == "1.0":
            framing.append((b"Connection", b"close"))
        # h11 is told what decides over the answer and the connection; the bytes of the head are ours.
        self._h11.send(h11.Request(method=method, target="/", headers=[(b"Host", b"-"), *framing]))
        try:
            answer = self._send(attempt, body)
            if answer is None:
                attempt.sent_at = monotonic()
                attempt.tell("wait", 0, None)
                answer = self._answer(attempt)
        except h11.LocalProtocolError as error:
            raise TransportError("bad-request", f"the request cannot be sent: {error}") from error
        return answer

    def chunks(self, attempt: Attempt) -> Iterator[bytes]:
        """Yield the body of the response. Raises `BrokenOffError` if it ends too soon."""
        while True:
            try:
                event = self._event()
            except LostError as error:
                raise BrokenOffError(error.code, str(error), error.remedy) from error
            except h11.RemoteProtocolError as error:
                raise BrokenOffError("bad-response-body", f"the body of the response is broken: {error}") from error
            if isinstance(event, h11.Data):
                yield bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                attempt.trailers = _fields(event.headers.raw_items())
                return
            else:
                return

    def finish(self) -> None:
        """Make the connection ready for the next request, or close it if it cannot have another."""
        is_done = self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE
        # What came after the end of a response would be taken for the answer to the next request.
        if is_done and not self._h11.trailing_data[0] and not self.is_closed:
            self._h11.start_next_cycle()
            self.is_idle = True
        else:
            self.close()

    def close(self) -> None:
        """Close the connection."""
        self.is_closed = True
        self._stream.close()

    def _send(self, attempt: Attempt, body: Iterable[bytes]) -> Answer | None:
        """Send the request; return the answer if it comes before all of the body is sent."""
        stream = self._stream
        try:
            stream.write(attempt.sent_head)
            if self._h11.client_is_waiting_for_100_continue:
                answer = self._early(attempt, _CONTINUE_AFTER)
                if answer is not None:
                    return answer
            is_first = True
            for chunk in body:
                if not is_first:
                    answer = self._early(attempt, 0)
                    if answer is not None:
                        return answer
                is_first = False
                for piece in self._h11.send_with_data_passthrough(h11.Data(data=chunk)) or ():
                    stream.write(piece)
            end = self._h11.send(h11.EndOfMessage())
            if end:
                stream.write(end)
        except LostError:
            # A server may refuse a body by answering and closing; its answer is worth more than our error.
            answer = self._after_loss(attempt)
            if answer is None:
                raise
            return answer
        return None

    def _early(self, attempt: Attempt, seconds: float) -> Answer | None:
        """Return the answer if it has come within so many seconds; it ends the sending of the body."""
        deadline = monotonic() + seconds
        while True:
            left = max(deadline - monotonic(), 0.0)
            attempt.cancel.check()
            if not self._stream.wait_until_readable(min(left, 0.05)):
                if left <= 0:
                    return None
                continue
            data = self._stream.read_ready()
            if data is None:
                if left <= 0:
                    return None
                continue
            self._take(data, attempt)
            answer = self._answer_among_events(attempt)
            if answer is not None:
                attempt.sent_at = attempt.first_byte_at = monotonic()
                return answer
            if not self._h11.client_is_waiting_for_100_continue:
                return None

    def _after_loss(self, attempt: Attempt) -> Answer | None:
        attempt.sent_at = monotonic()
        try:
            return self._answer(attempt)
        except (LostError, BadResponseError):
            return None

    def _answer(self, attempt: Attempt) -> Answer:
        while True:
            answer = self._answer_among_events(attempt)
            if answer is not None:
                return answer
            self._take(self._stream.read(), attempt)

    def _take(self, data: bytes, attempt: Attempt) -> None:
        if not data and self._received == 0:
            raise LostError(
                "no-response",
                f"{self._stream.peer} closed the connection without an answer",
                "Send the request again; if it happens every time, the log of the server tells why.",
            )
        self._received += len(data)
        attempt.received_head += data
        self._h11.receive_data(data)

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
                if isinstance(event, h11.InformationalResponse) and event.status_code != 101:
                    reason = event.reason.decode("latin-1")
                    attempt.interim.append(ResponseHead(event.status_code, reason, _fields(event.headers.raw_items())))
                    attempt.received_head = attempt.received_head[len(raw) :]
                    continue
                attempt.received_head = raw
                version = event.http_version.decode("ascii")
                return Answer(event.status_code, event.reason, event.headers.raw_items(), version)
            raise BadResponseError("bad-response", f"{self._stream.peer} closed the connection without an answer")

    def _event(self) -> object:
        while True:
            event = self._h11.next_event()
            if event is not h11.NEED_DATA:
                return event
            self._h11.receive_data(self._stream.read())

    def _bad_response(self, error: h11.RemoteProtocolError, attempt: Attempt) -> TransportError:
        peer = self._stream.peer
        came = attempt.received_head
        if error.error_status_hint == 431 or len(came) > self._limit:
            return TooLargeError(
                "head-too-large",
                f"the header fields of the response from {peer} are larger than {self._limit:,} bytes",
                "Raise the limit, or see why the server sends so many.",
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
                "Send the request again; if it happens every time, the log of the server tells why.",
            )
        return BadResponseError(
            "bad-response",
            f"the answer of {peer} is no HTTP ({error}); it begins with {came[:60]!r}",
            "Check that the port is one for HTTP.",
        )


def _fields(pairs: Pairs) -> tuple[tuple[str, str], ...]:
    return tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs])
