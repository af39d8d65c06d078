"""A request as the lab received it, and the answer of an endpoint."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qsl

LARGEST_IN_MEMORY = 16 << 20
"""How many bytes of a body an endpoint may ask for at once."""


class BodyError(Exception):
    """The body of a request cannot be read: it is broken, or too large for what is asked of it."""


@dataclass(frozen=True)
class Request:
    """A request. `target` is as sent; `fields` are in order, with names as sent and values in Latin-1.

    `chunks` yields the body once, without transfer coding. `origin` is the origin that the client meant, by its `Host`.
    `certificate` is the client certificate as `ssl.SSLSocket.getpeercert` gives it, empty without one. `parameters` are
    the pieces of the path that the endpoint's pattern names. `connection` is what endpoints keep for the requests that
    come over the same connection.
    """

    method: str
    target: str
    version: str
    head: bytes
    fields: tuple[tuple[str, str], ...]
    chunks: Iterator[bytes]
    origin: str
    certificate: Mapping[str, object] = field(default_factory=dict[str, object])
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    connection: dict[str, object] = field(default_factory=dict[str, object])

    @property
    def path(self) -> str:
        """The path of the target, as sent."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> list[tuple[str, str]]:
        """The pairs of the query, decoded."""
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)

    def values(self, name: str) -> list[str]:
        """Return the values of all fields of this name; case does not matter."""
        return [value for key, value in self.fields if key.lower() == name.lower()]

    def value(self, name: str, default: str = "") -> str:
        """Return the first value of a field of this name."""
        return next(iter(self.values(name)), default)

    def parameter(self, name: str, default: str = "") -> str:
        """Return the first value of this name in the query."""
        return next((value for key, value in self.query if key == name), default)

    def content(self) -> bytes:
        """Return the rest of the body. Raises `BodyError` for more than `LARGEST_IN_MEMORY` bytes."""
        pieces: list[bytes] = []
        size = 0
        for chunk in self.chunks:
            size += len(chunk)
            if size > LARGEST_IN_MEMORY:
                raise BodyError(f"the body has more than {LARGEST_IN_MEMORY >> 20} MB")
            pieces.append(chunk)
        return b"".join(pieces)


class Answer(NamedTuple):
    """An answer. A body of bytes goes with `Content-Length`, any other one in chunks as they are yielded."""

    status: int
    fields: tuple[tuple[str, str], ...] = ()
    body: bytes | Iterable[bytes] = b""


class Raw(NamedTuple):
    """Bytes that go to the client as they are, whether they are HTTP or not; then the connection is closed."""

    pieces: Iterable[bytes]


def json_answer(content: object, status: int = 200, *fields: tuple[str, str]) -> Answer:
    """Return an answer with JSON, for people to read."""
    body = json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n"
    return Answer(status, (("Content-Type", "application/json"), *fields), body)


def text_answer(text: str, status: int = 200, *fields: tuple[str, str]) -> Answer:
    """Return an answer with plain text."""
    return Answer(status, (("Content-Type", "text/plain; charset=utf-8"), *fields), text.encode())
