"""Results made by hand, for tests of what shows them."""

from collections.abc import Iterator, Sequence

from httpls.run.exchange import (
    Assertion,
    ConnectionFacts,
    Exchange,
    Failure,
    Hop,
    Outcome,
    Purpose,
    ReceivedResponse,
    Result,
    SentRequest,
    Timing,
)
from httpls_auth.schemes.message import Field, MemoryBody, ResponseHead
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

_HERE = Provenance(Origination.LITERAL, "test")
ORIGIN = Origin("http", "127.0.0.1", 8080)


class MemoryContent:
    def __init__(self, content: bytes) -> None:
        self._content = content

    @property
    def length(self) -> int:
        return len(self._content)

    def chunks(self) -> Iterator[bytes]:
        yield self._content

    def read(self, limit: int) -> bytes:
        return self._content[:limit]

    def close(self) -> None:
        pass


def plain(text: str) -> Value:
    return Value(text, _HERE)


def secret(text: str) -> Value:
    return Value(text, _HERE, Labels("a password"))


def response(
    body: bytes, content_type: str = "application/json", status: int = 200, reason: str = "OK",
    fields: Sequence[tuple[str, str]] = (),
) -> ReceivedResponse:  # fmt: skip
    every = (("Content-Type", content_type), *fields)
    head = f"HTTP/1.1 {status} {reason}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in every) + "\r\n"
    return ReceivedResponse(
        ResponseHead(status, reason, every), head.encode("latin-1"), MemoryContent(body), len(body)
    )  # fmt: skip


def sent(
    path: str = "/items", fields: Sequence[Field] = (), method: str = "GET", body: bytes | None = None
) -> SentRequest:
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
    head += "".join(f"{field.name}: {field.value.reveal()}\r\n" for field in fields) + "\r\n"
    return SentRequest(
        method, ORIGIN, plain(f"{ORIGIN}{path}"), tuple(fields), head.encode(), len(body or b""),
        MemoryBody(body) if body else None,
    )  # fmt: skip


CONNECTION = ConnectionFacts("HTTP/1.1", "127.0.0.1:50000", "127.0.0.1:8080", False, None, None)
TIMING = Timing(0.0, dns=0.001, connect=0.002, request=0.0001, first_byte=0.004, download=0.0005, total=0.0076)


def hop(
    received: ReceivedResponse | None, request: SentRequest | None = None, purpose: Purpose = Purpose.REQUEST,
    failure: Failure | None = None,
) -> Hop:  # fmt: skip
    return Hop(purpose, "", request or sent(), received, failure, TIMING, CONNECTION)


def result(
    received: ReceivedResponse | None = None,
    *,
    name: str | None = "list",
    outcome: Outcome = Outcome.SENT,
    failures: Sequence[Failure] = (),
    assertions: Sequence[Assertion] = (),
    hops: Sequence[Hop] | None = None,
    is_auth_failure: bool = False,
    required_by: str | None = None,
) -> Result:
    made = tuple(hops) if hops is not None else (hop(received),) if received is not None else ()
    return Result(
        "/project/a.http", 3, 1, name, "GET", f"{ORIGIN}/items", outcome, Exchange(made), tuple(failures),
        tuple(assertions), is_auth_failure=is_auth_failure, required_by=required_by,
    )  # fmt: skip
