"""Unpacks bodies piece by piece (RFC 9110, section 8.4): no step makes more than a piece of what may be a bomb."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import IO, Protocol, cast

PIECE = 1 << 16
"""The largest piece that is made at once, about."""


class BadDataError(Exception):
    """The data is not what its encoding says."""


class UnknownEncodingError(Exception):
    """There is no such encoding here."""


def decoded(chunks: Iterable[bytes], codings: Sequence[str]) -> Iterator[bytes]:
    """Unpack. `codings` are in the order in which they were applied, so the last one is undone first.

    Raises `BadDataError` and `UnknownEncodingError`.
    """
    for coding in reversed(codings):
        match coding:
            case "gzip" | "x-gzip":
                chunks = _gunzip(chunks)
            case "deflate":
                chunks = _inflate(chunks)
            case "br":
                chunks = _unbrotli(chunks)
            case "zstd":
                chunks = _unzstd(chunks)
            case _:
                raise UnknownEncodingError(f"`{coding}` is no encoding that is known here")
    return iter(chunks)


def _gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip (RFC 1952), whose members may follow one another; what follows the last is ignored, as by gzip."""
    unpacker = zlib.decompressobj(wbits=31)
    is_begun = False
    members = 0
    for chunk in chunks:
        data = chunk
        while data or unpacker.unconsumed_tail:
            if unpacker.eof:
                unpacker = zlib.decompressobj(wbits=31)
                is_begun = False
            is_begun = True
            try:
                piece = unpacker.decompress(unpacker.unconsumed_tail or data, PIECE)
            except zlib.error as error:
                if members and not unpacker.unconsumed_tail:
                    return
                raise BadDataError(f"the body is no valid gzip: {error}") from error
            if piece:
                yield piece
            data = unpacker.unused_data if unpacker.eof else b""
            members += unpacker.eof
    if is_begun and not unpacker.eof and not members:
        raise BadDataError("the body is gzip that ends too soon")


def _inflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack zlib (RFC 1950), or the bare deflate (RFC 1951) that some servers send instead."""
    unpacker = zlib.decompressobj()
    is_first = True
    for chunk in chunks:
        data = chunk
        while data and not unpacker.eof:
            try:
                piece = unpacker.decompress(data, PIECE)
            except zlib.error as error:
                if not is_first:
                    raise BadDataError(f"the body is no valid deflate: {error}") from error
                unpacker = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
                is_first = False
                continue
            is_first = False
            if piece:
                yield piece
            data = unpacker.unconsumed_tail
    if not unpacker.eof:
        raise BadDataError("the body is deflate that ends too soon")


def _unbrotli(chunks: Iterable[bytes]) -> Iterator[bytes]:
    brotli = cast("_Brotli", import_module("brotli"))
    unpacker = brotli.Decompressor()
    try:
        for chunk in chunks:
            data = chunk
            while True:
                piece = unpacker.process(data, output_buffer_limit=PIECE)
                if piece:
                    yield piece
                data = b""
                if unpacker.is_finished() or (unpacker.can_accept_more_data() and len(piece) < PIECE):
                    break
            if unpacker.is_finished():
                return
    except brotli.error as error:
        raise BadDataError(f"the body is no valid brotli: {error}") from error
    raise BadDataError("the body is brotli that ends too soon")


def _unzstd(chunks: Iterable[bytes]) -> Iterator[bytes]:
    import zstandard

    source = _Source(chunks)
    # RFC 9659 forbids larger windows in HTTP; they would take the memory even of small bodies.
    unpacker = zstandard.ZstdDecompressor(max_window_size=8 << 20)
    try:
        with unpacker.stream_reader(cast("IO[bytes]", source), read_across_frames=True, closefd=False) as reader:
            while piece := reader.read(PIECE):
                yield piece
    except zstandard.ZstdError as error:
        raise BadDataError(f"the body is no valid zstd: {error}") from error


class _BrotliUnpacker(Protocol):
    def process(self, data: bytes, output_buffer_limit: int) -> bytes: ...

    def is_finished(self) -> bool: ...

    def can_accept_more_data(self) -> bool: ...


class _Brotli(Protocol):
    """What is used of the library, which says nothing about its types."""

    error: type[Exception]

    def Decompressor(self) -> _BrotliUnpacker: ...  # noqa: N802 - it is the library's name.


class _Source:
    """Chunks as a file that can be read."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = next(self._chunks, b"")
        if size < 0 or size >= len(self._rest):
            data, self._rest = self._rest, b""
            return data
        data, self._rest = self._rest[:size], self._rest[size:]
        return data
