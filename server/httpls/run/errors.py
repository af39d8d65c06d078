"""The errors of this package. They stay inside it: the outcome of a run is data, with ranges in the files.

RunError
├── CancelledError    somebody cancelled the run
├── RefusedError      a request must not be sent; nothing was
└── TransportError    it was tried to send, and the network, TLS or the peer failed
    ├── TimedOutError        a time limit was reached
    ├── TlsError             the connection could not be secured
    ├── ProxyError           a proxy refused
    └── TooLargeError        a response is larger than is allowed, packed or unpacked
"""

from typing import TYPE_CHECKING

from httpls_grammar.text import Range

if TYPE_CHECKING:
    from httpls.run.wire import Unanswered


class RunError(Exception):
    """Any error of this package."""


class CancelledError(RunError):
    """Somebody cancelled the run. `unanswered` tells how far a request went that was under way."""

    unanswered: "Unanswered | None" = None


class RefusedError(RunError):
    """A request must not be sent. `code` is stable; `range` is where in the file of the request the cause stands."""

    def __init__(self, code: str, message: str, remedy: str, where: Range | None = None) -> None:
        """Take the stable code, what is wrong, what to do, and where."""
        super().__init__(message)
        self.code = code
        self.remedy = remedy
        self.range = where


class TransportError(RunError):
    """The network or the peer failed. `code` is stable, `remedy` one sentence that says what can be done.

    `unanswered` tells how far it went, once the wire has tried to send.
    """

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        """Take the stable code, what went wrong and what to do."""
        super().__init__(message)
        self.code = code
        self.remedy = remedy
        self.unanswered: Unanswered | None = None


class TimedOutError(TransportError):
    """A time limit was reached."""


class TlsError(TransportError):
    """The connection could not be secured: an unknown authority, a wrong name, no common version."""


class ProxyError(TransportError):
    """A proxy refused, or does not speak as a proxy."""


class TooLargeError(TransportError):
    """A response is larger than is allowed, as it came or unpacked."""
