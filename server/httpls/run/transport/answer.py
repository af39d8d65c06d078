"""What comes of a request on a connection: the head of an answer, or one of the ways in which there is none."""

from typing import NamedTuple

from httpls.run.errors import TransportError
from httpls.run.transport.head import Pairs

AGAIN = "Send the request again; if it happens every time, the log of the server tells why."


class Answer(NamedTuple):
    """The head of a response, with its body still to be read. `version` is as in `HTTP/1.1`."""

    status: int
    reason: bytes
    fields: Pairs
    version: str

    @property
    def is_refusal(self) -> bool:
        """Tell whether the server wants no more of the body (RFC 9112, section 9.3)."""
        return self.status >= 300


class LostError(TransportError):
    """The connection was lost: the peer closed or reset it."""


class UnprocessedError(LostError):
    """The server ended the connection, or refused the request, and said that it did nothing with it."""


class BrokenOffError(TransportError):
    """The body of a response ended too soon; what came before is good."""


class BadResponseError(TransportError):
    """The answer is not what the protocol demands."""


def fields_of(pairs: Pairs) -> tuple[tuple[str, str], ...]:
    """Return fields as text, each byte one character (Latin-1)."""
    return tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs])
