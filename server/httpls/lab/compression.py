"""Compressed answers: gzip, deflate, br, zstd; one that is broken, and one that grows a thousandfold."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from importlib import import_module

from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request, json_answer
from httpls.lab.state import State


def _compressed(request: Request, _state: State) -> Answer:
    coding = request.parameters["coding"]
    text = json.dumps({"coding": coding, "accepted": request.value("accept-encoding")}, indent=2).encode() + b"\n"
    if coding not in _CODINGS:
        return json_answer({"error": f"`{coding}` is none of {', '.join(_CODINGS)}"}, 404)
    fields = (("Content-Type", "application/json"), ("Content-Encoding", coding), ("Vary", "Accept-Encoding"))
    return Answer(200, fields, _CODINGS[coding](text))


def _broken(_request: Request, _state: State) -> Answer:
    fields = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    return Answer(200, fields, gzip.compress(b'{"whole": true}' * 20)[:40])


def _bomb(request: Request, _state: State) -> Answer:
    text = request.parameters["megabytes"]
    megabytes = min(int(text), 100_000) if text.isdecimal() else 1
    return Answer(200, (("Content-Type", "text/plain"), ("Content-Encoding", "gzip")), _zeros(megabytes))


def _zeros(megabytes: int) -> Iterator[bytes]:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    for _ in range(megabytes):
        packed = packer.compress(block)
        if packed:
            yield packed
    yield packer.flush()


def _brotli(content: bytes) -> bytes:
    packed: bytes = import_module("brotli").compress(content)  # The library has no types.
    return packed


def _zstandard(content: bytes) -> bytes:
    import zstandard

    return zstandard.ZstdCompressor().compress(content)


_CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": _brotli,
    "zstd": _zstandard,
}

GROUP = Group("Compression", (
    Endpoint("/compressed/{coding}", f"an answer in {', '.join(_CODINGS)}", _compressed, ("GET",)),
    Endpoint("/compressed-broken", "an answer in gzip that ends too early", _broken, ("GET",)),
    Endpoint("/bomb/{megabytes}", "so many megabytes, a thousand times smaller on the way", _bomb, ("GET",)),
))  # fmt: skip
"""The endpoints of this module."""
