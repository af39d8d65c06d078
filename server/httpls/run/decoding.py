"""Unpacks bodies piece by piece (RFC 9110, section 8.4): no step makes more than a piece of what may be a bomb."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import Protocol, cast

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
    """Unpack gzip (RFC 1952), whose members may follow one another; what else follows is ignored, as gzip does."""
    unpacker = zlib.decompressobj(wbits=_GZIP)
    members = 0
    is_new = True
    for chunk in chunks:
        data = chunk
        while data:
            if unpacker.eof:
                unpacker = zlib.decompressobj(wbits=_GZIP)
                is_new = True
            try:
                piece = unpacker.decompress(data, PIECE)
            except zlib.error as error:
                if members and is_new:
                    return
                raise BadDataError(f"the body is no valid gzip: {error}") from error
            if piece:
                is_new = False
                yield piece
            members += unpacker.eof
            data = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    if not unpacker.eof and not (members and is_new):
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
    """Unpack zstd (RFC 8878), whose frames may follow one another."""
    import zstandard

    # RFC 9659 forbids larger windows in HTTP; they would take the memory even of small bodies.
    library = zstandard.ZstdDecompressor(max_window_size=8 << 20)
    unpacker = library.decompressobj()
    is_whole = True
    try:
        for chunk in chunks:
            for start in range(0, len(chunk), _SLICE):
                data = chunk[start : start + _SLICE]
                while data:
                    if unpacker.eof:
                        unpacker = library.decompressobj()
                    piece = unpacker.decompress(data)
                    if piece:
                        yield piece
                    is_whole = unpacker.eof
                    data = unpacker.unused_data if is_whole else b""
    except zstandard.ZstdError as error:
        raise BadDataError(f"the body is no valid zstd: {error}") from error
    if not is_whole:
        raise BadDataError("the body is zstd that ends too soon")


class _BrotliUnpacker(Protocol):
    def process(self, data: bytes, output_buffer_limit: int) -> bytes: ...

    def is_finished(self) -> bool: ...

    def can_accept_more_data(self) -> bool: ...


class _Brotli(Protocol):
    """What is used of the library, which says nothing about its types."""

    error: type[Exception]

    def Decompressor(self) -> _BrotliUnpacker: ...  # noqa: N802 - it is the library's name.


_GZIP = 31
"""What tells zlib to expect the header of gzip."""

_SLICE = 256
"""How many bytes of zstd are unpacked at once. The library sets no limit to what comes out: it is up to 128 kB for a
block, and a block can be as short as 4 bytes.
"""
