"""A request as it leaves and the head of a response as it comes back: what schemes read, sign and answer.

A request is whole before it is signed: its target, its header fields and its body are the bytes that are sent.
"""

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.origin import Origin
from httpls_auth.values.value import Value, joined


class FieldSource(Enum):
    """Who put a header field into a request; what authentication put there does not follow to another origin."""

    USER = "user"
    DEFAULT = "default"
    AUTHENTICATION = "authentication"
    COOKIE_JAR = "cookie jar"


class Field(NamedTuple):
    """A header field, with its name in the case in which it is sent. The value is sent in UTF-8."""

    name: str
    value: Value
    source: FieldSource = FieldSource.USER


class Body(Protocol):
    """A body: bytes that can be read again and again, whose length is known. `labels` unite those of its pieces."""

    @property
    def length(self) -> int:
        """The number of bytes."""
        ...

    @property
    def labels(self) -> Labels:
        """What must be known about the content."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes from the start. Raises `BodyChangedError` for a file that is not what it was before."""
        ...


class MemoryBody:
    """A body that is held in memory."""

    __slots__ = ("_content", "labels")

    def __init__(self, content: bytes, labels: Labels = PLAIN) -> None:
        """Take the bytes as they are sent."""
        self._content = content
        self.labels = labels

    @property
    def length(self) -> int:
        """The number of bytes."""
        return len(self._content)

    def chunks(self) -> Iterator[bytes]:
        """Yield the content in one piece."""
        if self._content:
            yield self._content


class OutgoingRequest(NamedTuple):
    """A request as it is sent.

    `target` is the request target in origin form, `/path?query`, percent-encoded; absolute form and CONNECT are the
    transport's affair. It is a `Value` because a query may hold a secret. Of a field name there may be several.
    """

    method: str
    origin: Origin
    target: Value
    fields: tuple[Field, ...]
    body: Body | None = None

    @property
    def url(self) -> Value:
        """The absolute URL."""
        return joined((Value(str(self.origin), self.target.provenance), self.target), self.target.provenance)

    @property
    def path(self) -> str:
        """The path of the target as sent, in clear; at least `/`."""
        return self.target.reveal().partition("?")[0] or "/"

    @property
    def query(self) -> str:
        """The query as sent, in clear, without the question mark; empty if there is none."""
        return self.target.reveal().partition("?")[2]

    @property
    def host(self) -> str:
        """What the server is told as its host and port: the field `Host`, else the origin's, as RFC 9112, 3.2 says."""
        return self.value("Host") or str(self.origin).partition("://")[2]

    def values(self, name: str) -> Sequence[Value]:
        """Return the values of all fields of this name; case does not matter."""
        return [field.value for field in self.fields if field.name.lower() == name.lower()]

    def value(self, name: str) -> str | None:
        """Return the first value of this name in clear, None without one."""
        values = self.values(name)
        return values[0].reveal() if values else None

    def with_field(self, name: str, value: Value) -> "OutgoingRequest":
        """Return the request with this field, put there by authentication, in place of all others of the name."""
        return self.without_field(name)._replace(
            fields=(*self.without_field(name).fields, Field(name, value, FieldSource.AUTHENTICATION))
        )

    def without_field(self, name: str) -> "OutgoingRequest":
        """Return the request without fields of this name; case does not matter."""
        return self._replace(fields=tuple([field for field in self.fields if field.name.lower() != name.lower()]))

    def with_target(self, target: Value) -> "OutgoingRequest":
        """Return the request with another request target."""
        return self._replace(target=target)

    def with_body(self, body: Body) -> "OutgoingRequest":
        """Return the request with another body; a `Content-Length` that it has follows."""
        fields = [
            field._replace(value=Value(str(body.length), field.value.provenance))
            if field.name.lower() == "content-length"
            else field
            for field in self.fields
        ]
        return self._replace(fields=tuple(fields), body=body)

    def digest(self, algorithm: str) -> bytes:
        """Return the hash of the body's bytes by an algorithm of `hashlib`; of no bytes if there is no body."""
        from hashlib import new

        state = new(algorithm)
        for chunk in self.body.chunks() if self.body is not None else ():
            state.update(chunk)
        return state.digest()

    def content(self, limit: int = 1 << 20) -> bytes | None:
        """Return the bytes of the body, None if there are more than `limit`."""
        if self.body is None:
            return b""
        return None if self.body.length > limit else b"".join(self.body.chunks())


class ResponseHead(NamedTuple):
    """Status and header fields of a response. Values are decoded as Latin-1, so that every byte is kept."""

    status: int
    reason: str
    fields: tuple[tuple[str, str], ...]

    def values(self, name: str) -> Sequence[str]:
        """Return the values of all fields of this name, in order."""
        return [value for key, value in self.fields if key.lower() == name.lower()]

    def value(self, name: str) -> str | None:
        """Return the first value of this name."""
        return next(iter(self.values(name)), None)


class Response(NamedTuple):
    """A response with its body, for the small answers of token endpoints; `content` is decoded, up to 1 MB."""

    head: ResponseHead
    content: bytes
