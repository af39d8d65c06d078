"""What limits one request on its way down to the socket, and what is noted about it there."""

from time import monotonic, time
from typing import Protocol

from httpls.run.cancel import Cancel
from httpls.run.errors import TimedOutError
from httpls.run.exchange import ConnectionFacts, Timing
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
        self._told_at = 0.0
        self._began = time()
        self.started = monotonic()
        self._deadline = None if limits.total is None else self.started + limits.total
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
        self.received_head = b""
        self.interim: list[ResponseHead] = []
        self.trailers: tuple[tuple[str, str], ...] = ()

    def break_off(self) -> None:
        """End the wait that is under way; the next one sees the cancellation by itself."""
        stream = self.stream
        if stream is not None:
            stream.break_off()

    def remaining(self, limit: float | None) -> float | None:
        """Return how long one wait may last that has a limit of its own. Raises `TimedOutError` at the end of all."""
        self.cancel.check()
        if self._deadline is None:
            return limit
        left = self._deadline - monotonic()
        if left <= 0:
            raise self.out_of_time("read")
        return left if limit is None else min(left, limit)

    def out_of_time(self, phase: str) -> TimedOutError:
        """Return the error for a wait that was too long; `phase` is `connect`, `read` or `write`."""
        if self._deadline is not None and monotonic() >= self._deadline - 0.001:
            return TimedOutError(
                "total-timeout",
                f"the request took longer than {_seconds(self.limits.total)}",
                "Raise the limit, or ask the server for less.",
            )
        if phase == "connect":
            return TimedOutError(
                "connect-timeout",
                f"there was no connection after {_seconds(self.limits.connect)}",
                "Check host and port, and whether a firewall or a missing proxy is in the way.",
            )
        waited_for = "the server took nothing" if phase == "write" else "nothing came"
        return TimedOutError(
            "read-timeout",
            f"{waited_for} for {_seconds(self.limits.read)}",
            "Raise the limit with `# @timeout`, or see why the server is slow.",
        )

    def tell(self, phase: str, done: int, total: int | None) -> None:
        """Tell about the progress, unless that was done a moment ago."""
        if self._progress is None:
            return
        now = monotonic()
        if now - self._told_at >= _PROGRESS_EVERY:
            self._told_at = now
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
