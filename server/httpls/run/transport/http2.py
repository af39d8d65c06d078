"""HTTP/2 over a stream, one request at a time: a worker sends no two at once, so none has to wait for another's window.

The library h2 knows the protocol; what stands here reads, writes and waits.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from time import monotonic

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings

from httpls.run.errors import RunError, TransportError
from httpls.run.transport.answer import (
    AGAIN,
    Answer,
    BadResponseError,
    BrokenOffError,
    LostError,
    UnprocessedError,
    fields_of,
)
from httpls.run.transport.attempt import Attempt
from httpls.run.transport.head import Pairs, without_hop_by_hop, written
from httpls.run.transport.stream import Stream
from httpls_auth.schemes.message import ResponseHead

_WINDOW = 1 << 24
"""How many bytes a server may send before we have read them."""

_REFUSED_STREAM = 7
"""The error code of a server that did not look at a request (RFC 9113, section 8.7)."""


_FRAME_HEAD = 9
"""How many bytes stand before the content of a frame (RFC 9113, section 4.1); the first three are its length."""


class Http2:
    """One connection that speaks HTTP/2. `limit` is how many bytes the fields of a response may have."""

    def __init__(self, stream: Stream, scheme: str, limit: int) -> None:
        """Take a connected stream over which HTTP/2 was agreed on, and the scheme of its origin."""
        self._stream = stream
        self._scheme = scheme.encode("ascii")
        self._h2 = _begun(limit)
        self._id = 0
        self._answer: Answer | None = None
        self._data: deque[tuple[bytes, int]] = deque()
        self._has_ended = False
        self._has_sent_all = False
        self._reset: int | None = None
        self._last_served: int | None = None
        self._was_answered_in_http2 = False
        self._unfinished = b""
        self._failure: BadResponseError | None = None
        self.is_closed = False

    def send(
        self, method: bytes, target: bytes, pairs: Pairs, body: Iterable[bytes] | None, attempt: Attempt
    ) -> Answer:
        """Send a request and return the head of its response; then `chunks` yields the body, and `finish` ends it.

        Raises `TransportError`.
        """
        try:
            return self._send(method, target, pairs, body, attempt)
        except LostError as error:
            if self._was_answered_in_http2 or self._scheme == b"https":
                raise
            raise self._no_http2() from error

    def chunks(self, attempt: Attempt) -> Iterator[bytes]:
        """Yield the body of the response. Raises `BrokenOffError` if it ends too soon."""
        while True:
            while self._data:
                data, counted = self._data.popleft()
                if self._failure is None:
                    # The window of the connection is for all requests, so what ended is acknowledged too.
                    self._h2.acknowledge_received_data(counted, self._id)
                if data:
                    yield data
            if self._has_ended:
                # The response is whole, whatever becomes of the connection now.
                with suppress(TransportError):
                    self._flush(attempt)
                return
            if self._reset is not None:
                what = f"{self._stream.peer} broke the response off (error {self._reset})"
                raise BrokenOffError("connection-lost", what, AGAIN)
            try:
                if self._failure is not None:
                    raise self._failure
                self._flush(attempt)
                self._take(self._stream.read(), attempt)
            except (LostError, BadResponseError) as error:
                raise BrokenOffError(error.code, str(error), error.remedy) from error

    def finish(self) -> None:
        """Make the connection ready for the next request, or close it if it cannot have another."""
        if not (self._has_ended and self._has_sent_all and self._last_served is None and self._failure is None):
            self.close()

    def is_alive(self) -> bool:
        """Tell whether the connection can still be used: between requests a server may ping, or say good-bye."""
        try:
            while (data := self._stream.read_ready()) is not None:
                if not data:
                    return False
                self._take(data, None)
        except RunError:
            return False
        return self._last_served is None

    def close(self) -> None:
        """Close the connection."""
        self.is_closed = True
        self._stream.close()

    def _send(
        self, method: bytes, target: bytes, pairs: Pairs, body: Iterable[bytes] | None, attempt: Attempt
    ) -> Answer:
        pairs = without_hop_by_hop(pairs)
        attempt.sent_head = written(method, target, pairs, "2")
        self._begin()
        authority = next(value for name, value in pairs if name.lower() == b"host")
        pseudo = [(b":method", method), (b":authority", authority), (b":scheme", self._scheme), (b":path", target)]
        rest = [pair for pair in pairs if pair[0].lower() != b"host"]
        try:
            self._h2.send_headers(self._id, [*pseudo, *rest], end_stream=body is None)
        except h2.exceptions.ProtocolError as error:
            raise TransportError("bad-request", f"the request cannot be sent by HTTP/2: {error}") from error
        self._flush(attempt)
        self._has_sent_all = body is None or self._send_body(body, attempt)
        attempt.sent_at = monotonic()
        attempt.tell("wait", 0, None)
        while self._answer is None:
            self._check_that_it_is_served()
            self._take(self._stream.read(), attempt)
        attempt.first_byte_at = monotonic()
        attempt.received_head = bytearray(_written_status(self._answer))
        return self._answer

    def _begin(self) -> None:
        self._answer = None
        self._data.clear()
        self._has_ended = self._has_sent_all = False
        self._reset = None
        try:
            self._id = self._h2.get_next_available_stream_id()
        except h2.exceptions.NoAvailableStreamIDError as error:
            raise UnprocessedError("connection-lost", "the connection has had all the requests it can have") from error

    def _send_body(self, body: Iterable[bytes], attempt: Attempt) -> bool:
        """Send a body as long as the server wants it, and tell whether that was all of it."""
        for chunk in body:
            left = chunk
            while left:
                ready = self._stream.read_ready()
                while ready is not None or (self._wants_more and self._window == 0):
                    self._take(self._stream.read() if ready is None else ready, attempt)
                    ready = self._stream.read_ready()
                if not self._wants_more:
                    return False
                piece = left[: self._window]
                self._h2.send_data(self._id, piece)
                left = left[len(piece) :]
                self._flush(attempt)
        if not self._wants_more:
            return False
        self._h2.end_stream(self._id)
        self._flush(attempt)
        return True

    @property
    def _window(self) -> int:
        """How many bytes may be sent in one frame now."""
        return min(self._h2.local_flow_control_window(self._id), self._h2.max_outbound_frame_size)

    @property
    def _wants_more(self) -> bool:
        """Whether the server still waits for the body of the request."""
        is_refused = self._answer is not None and self._answer.is_refusal
        is_over = self._has_ended or self._reset is not None or self._failure is not None
        return not (is_refused or is_over or self._is_unserved)

    @property
    def _is_unserved(self) -> bool:
        return self._last_served is not None and self._last_served < self._id

    def _check_that_it_is_served(self) -> None:
        if self._is_unserved or self._reset == _REFUSED_STREAM:
            raise UnprocessedError("connection-lost", f"{self._stream.peer} did not take the request", AGAIN)
        if self._reset is not None:
            what = f"{self._stream.peer} broke the request off (error {self._reset})"
            raise LostError("connection-lost", what, AGAIN)

    def _flush(self, attempt: Attempt | None) -> None:
        data = self._h2.data_to_send()
        if data:
            self._stream.write(data, lambda came: self._take_without_answering(came, attempt))

    def _take(self, data: bytes, attempt: Attempt | None) -> None:
        self._take_without_answering(data, attempt)
        self._flush(attempt)

    def _take_without_answering(self, data: bytes, attempt: Attempt | None) -> bool:
        """Understand what came. What is to be said to it (window updates, pings) waits to be written."""
        peer = self._stream.peer
        if not data:
            raise LostError("connection-lost", f"{peer} closed the connection", AGAIN)
        if not self._was_answered_in_http2 and data.startswith(b"HTTP/1."):
            raise self._no_http2()
        for frame in self._frames(data):
            try:
                events = self._h2.receive_data(frame)
            except h2.exceptions.ProtocolError as error:
                self._failure = BadResponseError("bad-response", f"the answer of {peer} is no HTTP/2 ({error})", AGAIN)
                if self._answer is None:
                    raise self._failure from error
                # What came before it is good.
                return False
            self._was_answered_in_http2 = self._was_answered_in_http2 or bool(events)
            for event in events:
                self._handle(event, attempt)
        return True

    def _frames(self, data: bytes) -> Iterator[bytes]:
        """Yield whole frames: h2 tells nothing of what came together with something that it refuses."""
        self._unfinished += data
        start = 0
        while len(self._unfinished) - start >= _FRAME_HEAD:
            length = int.from_bytes(self._unfinished[start : start + 3], "big")
            end = start + _FRAME_HEAD + min(length, self._h2.max_inbound_frame_size)
            if len(self._unfinished) < end:
                break
            yield self._unfinished[start:end]
            start = end
        self._unfinished = self._unfinished[start:]

    def _no_http2(self) -> BadResponseError:
        return BadResponseError(
            "no-http2",
            f"{self._stream.peer} does not speak HTTP/2 here",
            "Write `HTTP/1.1` behind the URL, or nothing.",
        )

    def _handle(self, event: h2.events.Event, attempt: Attempt | None) -> None:
        if isinstance(event, h2.events.ConnectionTerminated):
            self._last_served = event.last_stream_id or 0
            return
        if getattr(event, "stream_id", None) != self._id:
            return
        match event:
            case h2.events.ResponseReceived():
                self._answer = _answer(event.headers or ())
            case h2.events.InformationalResponseReceived():
                if attempt is not None:
                    interim = _answer(event.headers or ())
                    attempt.interim.append(ResponseHead(interim.status, "", fields_of(interim.fields)))
            case h2.events.DataReceived():
                self._data.append((event.data or b"", event.flow_controlled_length or 0))
            case h2.events.TrailersReceived():
                if attempt is not None:
                    attempt.trailers = fields_of(_answer(event.headers or ()).fields)
            case h2.events.StreamEnded():
                self._has_ended = True
            case h2.events.StreamReset():
                self._reset = int(event.error_code or 0)
            case _:
                pass


def _begun(limit: int) -> h2.connection.H2Connection:
    made = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding=None))
    codes = h2.settings.SettingCodes
    made.local_settings = h2.settings.Settings(
        client=True,
        initial_values={
            codes.ENABLE_PUSH: 0,
            codes.INITIAL_WINDOW_SIZE: _WINDOW,
            codes.MAX_HEADER_LIST_SIZE: limit,
        },
    )
    # Some servers stumble over settings that they do not know, though they are to ignore them.
    del made.local_settings[codes.ENABLE_CONNECT_PROTOCOL]
    made.decoder.max_header_list_size = limit
    made.initiate_connection()
    made.increment_flow_control_window(_WINDOW)
    return made


def _answer(headers: Iterable[tuple[bytes, bytes]]) -> Answer:
    status = 0
    fields: Pairs = []
    for name, value in headers:
        if name == b":status":
            status = int(value)
        elif not name.startswith(b":"):
            fields.append((bytes(name), bytes(value)))
    return Answer(status, b"", fields, "2")


def _written_status(answer: Answer) -> bytes:
    lines = [b"HTTP/2 %d\r\n" % answer.status, *[b"%b: %b\r\n" % pair for pair in answer.fields], b"\r\n"]
    return b"".join(lines)
