"""What limits one request on its way down to the socket, and what is noted about it there."""

from time import monotonic, time
from typing import Protocol

from httpls.run.cancel import Cancel
from httpls.run.errors import TimedOutError
from httpls.run.exchange import ConnectionFacts, ReceivedResponse, Timing
from httpls.run.wire import Limits, Progress
from httpls_auth.schemes.message import ResponseHead

_PROGRESS_EVERY = 0.1


class Breakable(Protocol):
    """A connection whose waits can be ended from another thread."""

    def break_off(self) -> None:
        """End them."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class Attempt:
    """A request that is being sent. The times are those of a clock that only grows, in seconds."""

    def __init__(self, limits: Limits, cancel: Cancel, progress: Progress | None = None) -> None:
        """Begin now."""
        self.limits = limits
        self.cancel = cancel
        self._progress = progress
        self._told = ""
        self._told_at = 0.0
        self._began = time()
        self.started = monotonic()
        self._deadline = None if limits.total is None else self.started + limits.total
        self._connected_by: float | None = None
        self.is_connecting = False
        self.stream: Breakable | None = None
        self.begin_again()

    def begin_again(self) -> None:
        """Forget what was noted; the time limits go on."""
        self.dns: float | None = None
        self.connect: float | None = None
        self.tls: float | None = None
        self.connection: ConnectionFacts | None = None
        self.certificate: bytes | None = None
        self.forget_messages()

    def forget_messages(self) -> None:
        """Forget what was sent and came, such as the talk with a proxy; how long the connection took stays."""
        self.writing_since: float | None = None
        self.sent_at: float | None = None
        self.first_byte_at: float | None = None
        self.sent_head = b""
        self.received_head = bytearray()
        self.interim: list[ResponseHead] = []
        self.trailers: tuple[tuple[str, str], ...] = ()
        self.partial: ReceivedResponse | None = None

    def break_off(self) -> None:
        """End the wait that is under way; the next one sees the cancellation by itself."""
        stream = self.stream
        if stream is not None:
            stream.break_off()

    def begin_connecting(self) -> None:
        """Begin what the limit `connect` is for: names, connection, proxy and TLS, all together."""
        self.is_connecting = True
        limit = self.limits.connect
        self._connected_by = None if limit is None else monotonic() + limit

    def end_connecting(self) -> None:
        """Begin what the limit `read` is for."""
        self.is_connecting = False

    def longest_wait(self) -> float | None:
        """Return how long a wait that begins now may last, None if without limit.

        Raises `TimedOutError` if the time is over, and `CancelledError`.
        """
        self.cancel.check()
        now = monotonic()
        waits = [] if self._deadline is None else [self._deadline - now]
        if not self.is_connecting:
            waits += [] if self.limits.read is None else [self.limits.read]
        elif self._connected_by is not None:
            waits.append(self._connected_by - now)
        if not waits:
            return None
        if min(waits) <= 0:
            raise self.out_of_time("the time is over")
        return min(waits)

    def out_of_time(self, what: str) -> TimedOutError:
        """Return the error for a wait that was too long; `what` says what did not come of it."""
        if self._deadline is not None and monotonic() >= self._deadline - 0.001:
            return TimedOutError(
                "total-timeout",
                f"the request took longer than {_seconds(self.limits.total)}",
                "Raise the limit, or ask the server for less.",
            )
        if self.is_connecting:
            return TimedOutError(
                "connect-timeout",
                f"there was no connection after {_seconds(self.limits.connect)}: {what}",
                "Check host and port (is it one for https?), and whether a firewall or a missing proxy is in the way.",
            )
        return TimedOutError(
            "read-timeout",
            f"{what} for {_seconds(self.limits.read)}",
            "Raise the limit with `# @timeout`, or see why the server is slow.",
        )

    def tell(self, phase: str, done: int, total: int | None) -> None:
        """Tell about the progress, unless that was done a moment ago; another phase is always told."""
        if self._progress is None:
            return
        now = monotonic()
        if phase != self._told or now - self._told_at >= _PROGRESS_EVERY:
            self._told, self._told_at = phase, now
            self._progress(phase, done, total)

    def timing(self) -> Timing:
        """Return how long the phases took; the request is over."""
        ended = monotonic()
        return Timing(
            started_at=self._began,
            dns=self.dns,
            connect=self.connect,
            tls=self.tls,
            request=_between(self.writing_since, self.sent_at),
            first_byte=_between(self.sent_at, self.first_byte_at),
            download=_between(self.first_byte_at, ended),
            total=ended - self.started,
        )


def _between(start: float | None, end: float | None) -> float | None:
    return None if start is None or end is None else max(end - start, 0.0)


def _seconds(limit: float | None) -> str:
    return f"{limit or 0:g} s"
