"""The body of a response: received into memory or a private file, and unpacked within limits."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, NamedTuple, cast

from httpls.run.decoding import BadDataError, UnknownEncodingError, decoded
from httpls.run.errors import TooLargeError, TransportError
from httpls.run.exchange import Content
from httpls.run.wire import Limits

IN_MEMORY = 1 << 20
"""How many bytes of a body are held in memory; a larger one goes into a file."""

_PIECE = 1 << 16


class ReceivedContent(NamedTuple):
    """A body as it came or unpacked, how many bytes came, and why it is still packed if that was not possible."""

    content: Content
    encoded_length: int
    decoding_error: str | None


def receive(chunks: Iterable[bytes], encodings: Sequence[str], limits: Limits) -> ReceivedContent:
    """Take a body as it comes, and unpack it. `encodings` are the values of the field `Content-Encoding`.

    Raises `TooLargeError`, and whatever `chunks` raises.
    """
    packed = _stored(chunks, limits.encoded, _TOO_LONG)
    codings = [coding.strip().lower() for value in encodings for coding in value.split(",")]
    codings = [coding for coding in codings if coding not in ("", "identity")]
    if not codings or not packed.length:
        return ReceivedContent(packed, packed.length, None)
    try:
        unpacked = _stored(decoded(packed.chunks(), codings), limits.decoded, _BOMB)
    except (BadDataError, UnknownEncodingError) as error:
        return ReceivedContent(packed, packed.length, str(error))
    except BaseException:
        packed.close()
        raise
    packed.close()
    return ReceivedContent(unpacked, packed.length, None)


class MemoryContent:
    """Content in memory."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        """Take the bytes."""
        self._data = data

    @property
    def length(self) -> int:
        """The number of bytes."""
        return len(self._data)

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in one piece."""
        if self._data:
            yield self._data

    def read(self, limit: int) -> bytes:
        """Return the first bytes, at most `limit`."""
        return self._data[:limit]

    def close(self) -> None:
        """Do nothing: memory needs no care."""


class FileContent:
    """Content in a file without a name, which nobody else can open and which goes when it is closed."""

    def __init__(self, file: "IO[bytes]", length: int) -> None:
        """Take the file, from the beginning of which so many bytes count."""
        self._file = file
        self._lock = threading.Lock()
        self.length = length

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes from the start, as often as wanted, from any thread."""
        position = 0
        while position < self.length:
            piece = self._at(position, min(_PIECE, self.length - position))
            if not piece:
                return
            position += len(piece)
            yield piece

    def read(self, limit: int) -> bytes:
        """Return the first bytes, at most `limit`."""
        return self._at(0, min(limit, self.length))

    def close(self) -> None:
        """Remove the file."""
        self._file.close()

    def _at(self, position: int, count: int) -> bytes:
        with self._lock:
            self._file.seek(position)
            return self._file.read(count)


class _Limit(NamedTuple):
    code: str
    message: str
    remedy: str


_TOO_LONG = _Limit(
    "response-too-large",
    "the response has more than {limit:,} bytes",
    "Raise `response.maximum-download` in `httpls.toml`.",
)
_BOMB = _Limit(
    "decompressed-too-large",
    "the response has more than {limit:,} bytes once it is decompressed",
    "Raise `response.maximum-decompressed` in `httpls.toml`, if that is no attack.",
)


def _stored(chunks: Iterable[bytes], limit: int, exceeded: _Limit) -> "MemoryContent | FileContent":
    limited = _limited(chunks, limit, exceeded)
    held: list[bytes] = []
    length = 0
    for chunk in limited:
        held.append(chunk)
        length += len(chunk)
        if length > IN_MEMORY:
            return _in_file(held, limited)
    return MemoryContent(b"".join(held))


def _limited(chunks: Iterable[bytes], limit: int, exceeded: _Limit) -> Iterator[bytes]:
    length = 0
    for chunk in chunks:
        length += len(chunk)
        if length > limit:
            raise TooLargeError(exceeded.code, exceeded.message.format(limit=limit), exceeded.remedy)
        yield chunk


def _in_file(held: list[bytes], rest: Iterable[bytes]) -> FileContent:
    import tempfile

    try:
        file = cast("IO[bytes]", tempfile.TemporaryFile(prefix="httpls-"))  # noqa: SIM115 - it outlives this function.
    except OSError as error:
        raise _no_room(error) from error
    try:
        length = sum([_write(file, chunk) for chunk in held])
        held.clear()
        for chunk in rest:
            length += _write(file, chunk)
    except BaseException:
        file.close()
        raise
    return FileContent(file, length)


def _write(file: "IO[bytes]", chunk: bytes) -> int:
    try:
        return file.write(chunk)
    except OSError as error:
        raise _no_room(error) from error


def _no_room(error: OSError) -> TransportError:
    return TransportError(
        "no-room", f"the response cannot be kept on the disk: {error.strerror or error}", "Make room, or set TMPDIR."
    )
