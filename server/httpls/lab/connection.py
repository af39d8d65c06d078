"""One connection: reads requests (HTTP/1.1, RFC 9112) and writes answers until one of the two ends it."""

import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from email.utils import formatdate
from http import HTTPStatus
from io import BufferedIOBase
from socket import socket

from httpls.lab.endpoint import Found, Routes
from httpls.lab.message import Answer, BodyError, Raw, Request, json_answer
from httpls.lab.state import State

_LARGEST_HEAD = 1 << 20
_IDLE = 120.0
_BLOCK = 1 << 18


class _BadRequestError(Exception):
    """What came is no HTTP/1.1."""


def serve_connection(
    connection: socket,
    routes: Routes,
    state: State,
    on_request: Callable[[Request, int], None] | None = None,
) -> None:
    """Answer requests until the client closes, is silent for two minutes, or an answer ends the connection."""
    connection.settimeout(_IDLE)
    is_secure = isinstance(connection, ssl.SSLSocket)
    certificate = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    memory: dict[str, object] = {}
    with connection.makefile("rb") as stream:
        while True:
            try:
                request = _read(stream, connection, "https" if is_secure else "http", certificate or {})
            except _BadRequestError as error:
                _write(connection, "GET", json_answer({"error": str(error)}, 400), True)
                return
            if request is None:
                return
            answer = _answer(replace(request, connection=memory), routes, state)
            if isinstance(answer, Raw):
                for piece in answer.pieces:
                    connection.sendall(piece)
                if on_request is not None:
                    on_request(request, 0)
                return
            # What the endpoint did not look at has to be read before the next request; a large rest is not worth it.
            is_last = request.version == "HTTP/1.0" or request.value("connection").lower() == "close"
            is_last = not _drained(request) or is_last
            if on_request is not None:
                on_request(request, answer.status)
            _write(connection, request.method, answer, is_last)
            if is_last:
                return


def _answer(request: Request, routes: Routes, state: State) -> Answer | Raw:
    found = routes.find(request.method, request.path)
    if not isinstance(found, Found):
        if not found:
            return json_answer({"error": f"there is nothing at {request.path}; / lists what there is"}, 404)
        allowed = ", ".join(dict.fromkeys(found))
        return json_answer({"error": f"{request.path} is for {allowed}"}, 405, ("Allow", allowed))
    try:
        return found.endpoint.respond(replace(request, parameters=found.parameters), state)
    except BodyError as error:
        return json_answer({"error": str(error)}, 400)
    except Exception as error:  # noqa: BLE001 - a defect of one endpoint ends one request, and says so to the client
        return json_answer({"error": f"{type(error).__name__}: {error}"}, 500)


def _read(stream: BufferedIOBase, connection: socket, scheme: str, certificate: Mapping[str, object]) -> Request | None:
    """Read the head of a request; None if the client closed the connection."""
    lines: list[bytes] = []
    size = 0
    while True:
        line = stream.readline(_LARGEST_HEAD + 1)
        size += len(line)
        if not line:
            return None
        if size > _LARGEST_HEAD:
            raise _BadRequestError("the head of the request is larger than 1 MB")
        if line in (b"\r\n", b"\n"):
            if lines:
                break
            continue
        lines.append(line)
    words = lines[0].decode("latin-1").strip("\r\n").split(" ")
    if len(words) != 3 or words[2] not in ("HTTP/1.0", "HTTP/1.1"):
        raise _BadRequestError(f"this is no start line: {lines[0][:100]!r}")
    fields = tuple(map(_field, lines[1:]))
    by_name = {name.lower(): value for name, value in fields}
    host = by_name.get("host", "")
    target = words[1]
    if not target.startswith("/"):
        # The absolute form of a proxy's client; what stands before the path says the same as Host.
        _, separator, rest = target.partition("://")
        target = "/" + rest.partition("/")[2] if separator else target
    return Request(
        words[0], target, words[2], b"".join(lines) + b"\r\n", fields, _body(stream, connection, by_name),
        f"{scheme}://{host}", certificate,
    )  # fmt: skip


def _field(line: bytes) -> tuple[str, str]:
    name, separator, value = line.decode("latin-1").partition(":")
    if not separator or not name or name != name.strip():
        raise _BadRequestError(f"this is no header field: {line[:100]!r}")
    return name, value.strip()


def _body(stream: BufferedIOBase, connection: socket, fields: dict[str, str]) -> Iterator[bytes]:
    if "100-continue" in fields.get("expect", "").lower():
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    if "transfer-encoding" in fields:
        if fields["transfer-encoding"].lower() != "chunked" or "content-length" in fields:
            raise BodyError("Transfer-Encoding is not `chunked`, or stands beside Content-Length")
        yield from _chunks(stream)
        return
    text = fields.get("content-length", "0")
    if not text.isascii() or not text.isdigit():
        raise BodyError(f"Content-Length is no number: {text}")
    left = int(text)
    while left:
        block = stream.read(min(left, _BLOCK))
        if not block:
            raise BodyError(f"the body ends {left} bytes too early")
        left -= len(block)
        yield block


def _chunks(stream: BufferedIOBase) -> Iterator[bytes]:
    while True:
        line = stream.readline(1000)
        try:
            left = int(line.partition(b";")[0].strip() or b"-", 16)
        except ValueError:
            raise BodyError(f"this is no size of a chunk: {line[:100]!r}") from None
        if not left:
            while stream.readline(_LARGEST_HEAD).strip():
                pass
            return
        while left:
            block = stream.read(min(left, _BLOCK))
            if not block:
                raise BodyError("the body ends in a chunk")
            left -= len(block)
            yield block
        if stream.readline(3).strip():
            raise BodyError("a chunk is longer than it says")


def _drained(request: Request, limit: int = 1 << 20) -> bool:
    """Read the rest of a body; tell whether the connection can be used on."""
    try:
        for chunk in request.chunks:
            limit -= len(chunk)
            if limit < 0:
                return False
    except BodyError:
        return False
    return True


def _write(connection: socket, method: str, answer: Answer, is_last: bool) -> None:
    phrase = HTTPStatus(answer.status).phrase if answer.status in _PHRASES else "No Name"
    names = {name.lower() for name, _ in answer.fields}
    has_body = answer.status not in (204, 304)
    fields = [("Date", formatdate(usegmt=True)), ("Server", "httpls-lab"), *answer.fields]
    if has_body and "content-length" not in names:
        if isinstance(answer.body, bytes):
            fields.append(("Content-Length", str(len(answer.body))))
        else:
            fields.append(("Transfer-Encoding", "chunked"))
    if is_last:
        fields.append(("Connection", "close"))
    lines = [f"HTTP/1.1 {answer.status} {phrase}", *[f"{name}: {value}" for name, value in fields], "", ""]
    head = "\r\n".join(lines).encode("latin-1", "replace")
    if method == "HEAD" or not has_body:
        connection.sendall(head)
    elif isinstance(answer.body, bytes):
        connection.sendall(head + answer.body)
    else:
        connection.sendall(head)
        _write_pieces(connection, answer.body, "content-length" not in names)


def _write_pieces(connection: socket, pieces: Iterable[bytes], is_chunked: bool) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):
        for piece in pieces:
            if piece:
                connection.sendall(b"%x\r\n%b\r\n" % (len(piece), piece) if is_chunked else piece)
        if is_chunked:
            connection.sendall(b"0\r\n\r\n")


_PHRASES = frozenset(status.value for status in HTTPStatus)
