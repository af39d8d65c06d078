"""Bodies of responses: kept in memory or a private file, unpacked within limits, never lost."""

import gzip
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from importlib import import_module
from typing import Any, cast

import pytest
import zstandard

from httpls.run.content import IN_MEMORY, FileContent, MemoryContent, ReceivedContent, receive
from httpls.run.errors import TooLargeError, TransportError
from httpls.run.exchange import Content
from httpls.run.wire import Limits

TEXT = b"".join(b"line %d of a text that can be packed\n" % number for number in range(5000))
LIMITS = Limits()
brotli = cast("Any", import_module("brotli"))
"""The library, which says nothing about its types."""


def _deflate_bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def _brotli(data: bytes) -> bytes:
    return bytes(brotli.compress(data))


PACKED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "br": _brotli(TEXT),
    "zstd": zstandard.compress(TEXT),
}


def _all(content: Content) -> bytes:
    return b"".join(content.chunks())


def _in_pieces(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def _received(data: bytes, *encodings: str, limits: Limits = LIMITS, size: int = 1000) -> ReceivedContent:
    return receive(_in_pieces(data, size), encodings, limits)


@pytest.mark.parametrize("size", [1, 7, 1000, 1 << 20])
@pytest.mark.parametrize("encoding", PACKED)
def test_a_body_is_unpacked_however_it_is_cut(encoding: str, size: int) -> None:
    got = _received(PACKED[encoding], encoding, size=size)
    assert (_all(got.content) == TEXT, got.decoding_error, got.encoded_length) == (True, None, len(PACKED[encoding]))


@pytest.mark.parametrize(
    ("packed", "encodings"),
    [
        pytest.param(_deflate_bare(TEXT), ["deflate"], id="bare deflate"),
        pytest.param(gzip.compress(TEXT[:900]) + gzip.compress(TEXT[900:]), ["gzip"], id="several members"),
        pytest.param(gzip.compress(TEXT) + bytes(512), ["gzip"], id="zeros behind"),
        pytest.param(gzip.compress(TEXT) + b"rubbish", ["gzip"], id="rubbish behind"),
        pytest.param(zstandard.compress(TEXT[:900]) + zstandard.compress(TEXT[900:]), ["zstd"], id="several frames"),
        pytest.param(_brotli(gzip.compress(TEXT)), ["gzip, br"], id="packed twice"),
        pytest.param(_brotli(gzip.compress(TEXT)), ["gzip", "BR"], id="in two fields"),
        pytest.param(TEXT, ["identity"], id="identity"),
        pytest.param(gzip.compress(TEXT), [" , GZip ,"], id="empty elements"),
    ],
)
def test_what_servers_send(packed: bytes, encodings: list[str]) -> None:
    got = _received(packed, *encodings)
    assert (_all(got.content) == TEXT, got.decoding_error) == (True, None)


@pytest.mark.parametrize(
    ("packed", "encoding", "reason"),
    [
        (b"this is no gzip", "gzip", "the body is no valid gzip"),
        (PACKED["gzip"][:-500], "gzip", "the body is gzip that ends too soon"),
        (PACKED["gzip"][:-6] + b"\0\0\0\0\0\0", "gzip", "the body is no valid gzip"),
        (b"this is no deflate", "deflate", "the body is no valid deflate"),
        (PACKED["deflate"][:-500], "deflate", "the body is deflate that ends too soon"),
        (b"\xff\xff this is no brotli", "br", "the body is no valid brotli"),
        (PACKED["br"][:-5], "br", "the body is brotli that ends too soon"),
        (b"this is no zstd", "zstd", "the body is no valid zstd"),
        (PACKED["zstd"][:-5], "zstd", "the body is zstd that ends too soon"),
        (b"whatever", "compress", "`compress` is no encoding that is known here"),
        (gzip.compress(b"not brotli"), "br, gzip", "the body is no valid brotli"),
    ],
    ids=lambda part: "packed" if isinstance(part, bytes) else part,
)
def test_bad_data_stays_as_it_came(packed: bytes, encoding: str, reason: str) -> None:
    got = _received(packed, encoding)
    assert _all(got.content) == packed
    assert got.decoding_error is not None
    assert reason in got.decoding_error


def test_an_empty_body_is_not_unpacked() -> None:
    got = _received(b"", "gzip")
    assert (got.content.length, got.encoded_length, got.decoding_error) == (0, 0, None)


def _bomb(encoding: str, size: int) -> bytes:
    """Return what unpacks to so many zeros."""
    zeros = bytes(1 << 20)
    if encoding == "gzip":
        packer = zlib.compressobj(9, wbits=31)
        return b"".join([packer.compress(zeros) for _ in range(size >> 20)]) + packer.flush()
    if encoding == "br":
        squeezer = brotli.Compressor(quality=5)
        return b"".join([*[bytes(squeezer.process(zeros)) for _ in range(size >> 20)], bytes(squeezer.finish())])
    wringer = zstandard.ZstdCompressor().compressobj()
    return b"".join([wringer.compress(zeros) for _ in range(size >> 20)]) + wringer.flush()


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_a_decompression_bomb_is_stopped_in_time(encoding: str) -> None:
    import tracemalloc

    packed = _bomb(encoding, 256 << 20)
    assert len(packed) < 1 << 20
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError) as stopped:
            _received(packed, encoding, limits=Limits(decoded=1 << 20), size=1 << 16)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert stopped.value.code == "decompressed-too-large"
    assert "1,048,576 bytes" in str(stopped.value)
    assert peak < 16 << 20


def test_a_bomb_in_a_bomb_is_stopped_in_time() -> None:
    packed = gzip.compress(_bomb("gzip", 128 << 20))
    assert len(packed) < 100_000
    with pytest.raises(TooLargeError):
        _received(packed, "gzip, gzip", limits=Limits(decoded=1 << 20))


def test_what_is_longer_than_allowed_is_not_kept() -> None:
    with pytest.raises(TooLargeError, match="more than 99 bytes"):
        _received(b"x" * 100, limits=Limits(encoded=99))
    assert _received(b"x" * 100, limits=Limits(encoded=100)).content.length == 100


def test_a_small_body_is_in_memory_and_a_large_one_in_a_file() -> None:
    small, large = _received(bytes(IN_MEMORY)).content, _received(bytes(IN_MEMORY) + b"!").content
    assert isinstance(small, MemoryContent)
    assert isinstance(large, FileContent)
    assert (large.length, large.read(10), large.read(1 << 30)[-1:]) == (IN_MEMORY + 1, bytes(10), b"!")
    assert _all(large) == bytes(IN_MEMORY) + b"!"
    first, second = large.chunks(), large.chunks()
    assert next(first) == next(second)
    large.close()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_file_is_private_and_has_no_name() -> None:
    content = _received(bytes(IN_MEMORY) + b"a very private body").content
    content.read(1)
    opened = [path for number in os.listdir("/proc/self/fd") if os.path.exists(path := f"/proc/self/fd/{number}")]
    found = [os.stat(path) for path in opened]
    mine = [one for one in found if one.st_size == content.length]
    assert [(one.st_nlink, stat.S_IMODE(one.st_mode)) for one in mine] == [(0, 0o600)]
    content.close()


def test_no_room_for_a_large_body(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr("tempfile.tempdir", f"{tmp_path}/missing")
    with pytest.raises(TransportError, match="cannot be kept on the disk"):
        _received(bytes(IN_MEMORY + 1))


def test_what_the_connection_raises_goes_through() -> None:
    def broken() -> Iterator[bytes]:
        yield bytes(IN_MEMORY + 1)
        raise TransportError("x", "broken")

    with pytest.raises(TransportError, match="broken"):
        receive(broken(), (), LIMITS)
