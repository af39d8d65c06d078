"""Requests and answers of the wire, in few words."""

from collections.abc import Generator
from contextlib import contextmanager

from httpls.run.cancel import Cancel
from httpls.run.exchange import ReceivedResponse
from httpls.run.transport import HttpWire
from httpls.run.wire import Limits, Received, Route
from httpls_auth.schemes.message import Body, Field, MemoryBody, OutgoingRequest
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import parse_origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

STRAIGHT = Route()
USUAL = Limits(connect=10, read=10)
HERE = Provenance(Origination.LITERAL, "the test")


def value(text: str) -> Value:
    """Return a text that is no secret."""
    return Value(text, HERE)


def secret(text: str) -> Value:
    """Return a text that is a secret, free to go anywhere."""
    return Value(text, HERE, Labels("a test"))


def outgoing(url: str, method: str = "GET", *fields: str, body: bytes | Body | None = None) -> OutgoingRequest:
    """Return a request; fields are written as on the wire."""
    origin = parse_origin(url)
    rest = url.partition("://")[2]
    target = "/" + rest.partition("/")[2] if "/" in rest else "/"
    made = [
        Field(name, value(content.removeprefix(" "))) for name, _, content in (field.partition(":") for field in fields)
    ]
    content = MemoryBody(body) if isinstance(body, bytes) else body
    return OutgoingRequest(method, origin, value(target), tuple(made), content)


@contextmanager
def wire() -> Generator[HttpWire]:
    """Return a wire that is closed in the end."""
    made = HttpWire()
    try:
        yield made
    finally:
        made.close()


def send(request: OutgoingRequest, route: Route = STRAIGHT, limits: Limits = USUAL) -> Received:
    """Send one request over a connection of its own."""
    with wire() as made:
        return made.send(request, route, limits, Cancel())


def text(response: ReceivedResponse) -> str:
    """Return the body of a response."""
    return response.content.read(1 << 20).decode("latin-1")
