"""The head of a request as bytes: target, header fields and framing, checked so that nothing can be smuggled in."""

import re
from base64 import b64encode
from collections.abc import Sequence
from typing import NamedTuple

from httpls.run.errors import RefusedError
from httpls.run.wire import Proxy, Route
from httpls_auth.schemes.message import Body, Field, FieldSource, OutgoingRequest
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value, joined

_COMPUTED = Provenance(Origination.SETTING, "the transport")

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_TARGET = re.compile(r"[^\x00-\x20\x7f]+")
_FORBIDDEN_IN_VALUE = re.compile(r"[\x00\r\n]")

_HOP_BY_HOP = frozenset(("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"))
"""Fields that HTTP/2 forbids (RFC 9113, section 8.2.2)."""

Pairs = list[tuple[bytes, bytes]]


class Head(NamedTuple):
    """What is sent before the body. `target` is in the form that the peer expects: absolute for a forwarding proxy.

    `proxy_fields` go to a proxy that makes a tunnel, with its CONNECT request. `is_chunked` tells how the body is
    framed, `length` how long it is, None without one. `may_be_repeated` tells that sending the request twice does no
    more than sending it once (RFC 9110, section 9.2.2).
    """

    method: str
    target: bytes
    fields: tuple[Field, ...]
    proxy_fields: tuple[Field, ...]
    is_chunked: bool
    length: int | None
    may_be_repeated: bool

    @property
    def pairs(self) -> Pairs:
        """The fields in bytes, in order, as httpx and httpcore take them."""
        return in_bytes(self.fields)


def head_of(request: OutgoingRequest, route: Route) -> Head:
    """Return the head of a request: the fields as they are, `Host` and `Content-Length` where they are missing.

    `Content-Length` is always the real one, and never stands beside `Transfer-Encoding` (RFC 9112, section 6.2).
    Raises `RefusedError` for what cannot be said in HTTP without meaning something else.
    """
    _check_start_line(request)
    for field in request.fields:
        _check_field(field)
    fields = _with_host(request)
    fields, is_chunked = _framed(fields, request.method, request.body, route.version)
    target = request.target.reveal().encode("utf-8", "surrogateescape")
    proxy_fields: tuple[Field, ...] = ()
    if route.proxy is not None and route.proxy.kind in ("http", "https"):
        given = [field for field in fields if field.name.lower() == "proxy-authorization"]
        credentials = given or _proxy_authorization(route.proxy)
        if request.origin.scheme == "https":
            fields = [field for field in fields if field not in given]
            proxy_fields = tuple(credentials)
        else:
            target = str(request.origin).encode("ascii") + (b"" if target == b"*" else target)
            fields = fields if given else [*fields, *credentials]
    length = request.body.length if request.body is not None else None
    may_be_repeated = request.method.upper() in _IDEMPOTENT or request.value("Idempotency-Key") is not None
    return Head(request.method, target, tuple(fields), proxy_fields, is_chunked, length, may_be_repeated)


def written(method: bytes, target: bytes, pairs: Sequence[tuple[bytes, bytes]], version: str) -> bytes:
    """Return the bytes of a head. `version` is as the start line writes it, without `HTTP/`."""
    lines = [b"%b %b HTTP/%b\r\n" % (method, target, version.encode("ascii"))]
    lines += [b"%b: %b\r\n" % pair if pair[1] else b"%b:\r\n" % pair[0] for pair in pairs]
    return b"".join([*lines, b"\r\n"])


def in_bytes(fields: Sequence[Field]) -> Pairs:
    """Return fields as pairs of name and value in bytes."""
    return [(field.name.encode("ascii"), field.value.reveal().encode("utf-8", "surrogateescape")) for field in fields]


def without_hop_by_hop(pairs: Sequence[tuple[bytes, bytes]]) -> Pairs:
    """Return the fields that HTTP/2 allows."""
    return [
        (name, value)
        for name, value in pairs
        if (lower := name.lower().decode("ascii")) not in _HOP_BY_HOP
        and (lower != "te" or value.strip().lower() == b"trailers")
    ]


def _check_start_line(request: OutgoingRequest) -> None:
    if not _TOKEN.fullmatch(request.method):
        raise RefusedError(
            "bad-method", f"`{request.method}` is no method of HTTP", "Use letters, such as `GET`, without blanks."
        )
    target = request.target.reveal()
    if not (target.startswith("/") or target == "*") or not _TARGET.fullmatch(target) or not _is_text(target):
        raise RefusedError(
            "bad-request-target",
            "the request target holds blanks or control characters, which end it",
            "Percent-encode them: a blank is `%20`.",
        )


def _check_field(field: Field) -> None:
    if not _TOKEN.fullmatch(field.name):
        raise RefusedError(
            "bad-field-name",
            f"{field.name!r} is no name of a header field",
            "Use letters, digits and `-`, without blanks.",
        )
    value = field.value.reveal()
    if _FORBIDDEN_IN_VALUE.search(value) or not _is_text(value):
        raise RefusedError(
            "bad-field-value",
            f"the value of `{field.name}` holds a line break or a NUL, which would begin another header field",
            "See where the value comes from, and remove it there.",
        )


def _is_text(text: str) -> bool:
    """Tell whether UTF-8 can say it: half of a surrogate pair cannot be sent, a byte that is no UTF-8 (PEP 383) can."""
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def _with_host(request: OutgoingRequest) -> list[Field]:
    given = [field for field in request.fields if field.name.lower() == "host"]
    if len(given) > 1:
        raise RefusedError("several-hosts", "the request has several fields `Host`", "Keep one of them.")
    if given:
        return list(request.fields)
    authority = str(request.origin).partition("://")[2]
    return [Field("Host", Value(authority, _COMPUTED), FieldSource.DEFAULT), *request.fields]


def _framed(fields: list[Field], method: str, body: Body | None, version: str) -> tuple[list[Field], bool]:
    """Return the fields with those that say where the body ends, and whether it goes in chunks."""
    encodings = [field.value.reveal() for field in fields if field.name.lower() == "transfer-encoding"]
    codings = [coding.strip().lower() for value in encodings for coding in value.split(",") if coding.strip()]
    if codings and codings[-1] not in ("chunked", "identity"):
        raise RefusedError(
            "bad-transfer-encoding",
            f"`Transfer-Encoding: {encodings[-1]}` does not say where the body ends",
            "Use `chunked`, or remove the field.",
        )
    is_chunked = bool(codings) and codings[-1] == "chunked" and version in ("auto", "1.1")
    if is_chunked:
        return [field for field in fields if field.name.lower() != "content-length"], True
    fields = [field for field in fields if field.name.lower() != "transfer-encoding"]
    length = None if body is None else body.length
    if length is None and (method.upper() in _EXPECTS_BODY or _position(fields, "content-length") is not None):
        length = 0
    if length is None:
        return fields, False
    position = _position(fields, "content-length")
    position = len(fields) if position is None else position
    source = fields[position].source if position < len(fields) else FieldSource.DEFAULT
    name = fields[position].name if position < len(fields) else "Content-Length"
    others = [field for field in fields if field.name.lower() != "content-length"]
    others.insert(position, Field(name, Value(str(length), _COMPUTED), source))
    return others, False


def _position(fields: Sequence[Field], name: str) -> int | None:
    return next((index for index, field in enumerate(fields) if field.name.lower() == name), None)


def _proxy_authorization(proxy: Proxy) -> list[Field]:
    if proxy.username is None:
        return []
    password = proxy.password or Value("", _COMPUTED)
    pair = joined((proxy.username, Value(":", _COMPUTED), password), password.provenance)
    value = pair.derived(lambda text: f"Basic {b64encode(text.encode('utf-8')).decode('ascii')}")
    return [Field("Proxy-Authorization", value, FieldSource.AUTHENTICATION)]


_EXPECTS_BODY = frozenset(("POST", "PUT", "PATCH"))
"""Methods that say so if they have no body (RFC 9110, section 8.6)."""

_IDEMPOTENT = frozenset(("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PROPFIND", "REPORT", "SEARCH", "QUERY"))
"""Methods that may be repeated."""
