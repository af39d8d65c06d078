"""Frames of the base protocol over pipes: whole messages in and out, whatever threads write and whoever prints.

The process's own standard streams are set aside: what anything else prints goes to standard error, and no setting of
the interpreter can make a frame be written in pieces (faults 3, 4 and 9 of pygls 2.1.1).
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO, NamedTuple, Protocol, cast

LARGEST_FRAME = 512 * 1024 * 1024
"""How many bytes a message may have; a client that announces more has lost count."""


class FrameError(Exception):
    """What came is no frame of the base protocol."""


class Writer(Protocol):
    """What pygls asks of a writer."""

    def write(self, data: bytes) -> None:
        """Write all of a frame."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class Pipes(NamedTuple):
    """The two ends of the conversation with the client."""

    reader: BinaryIO
    writer: Writer


class FrameWriter:
    """Writes whole frames, from any thread; it is the `writer` that pygls asks for."""

    def __init__(self, descriptor: int) -> None:
        """Take the file descriptor to write to."""
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def write(self, data: bytes) -> None:
        """Write all of a frame. Raises BrokenPipeError when the client is gone."""
        view = memoryview(data)
        with self._lock:
            while view:
                view = view[os.write(self._descriptor, view) :]

    def close(self) -> None:
        """Close nothing: the process ends right after."""


def take_standard_streams() -> Pipes:
    """Set the standard streams aside for the protocol; standard output goes to standard error from now on."""
    incoming, outgoing = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    if sys.platform == "win32":
        import msvcrt

        for descriptor in (incoming, outgoing):
            msvcrt.setmode(descriptor, os.O_BINARY)
    return Pipes(os.fdopen(incoming, "rb"), FrameWriter(outgoing))


def read_frames(reader: BinaryIO, receive: Callable[[dict[str, object]], None]) -> None:
    """Read messages until the stream ends, and hand each on. Raises `FrameError` for what is no frame."""
    while True:
        length = _read_header(reader)
        if length is None:
            return
        body = reader.read(length)
        if len(body) < length:
            return
        try:
            message: object = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise FrameError("a message is no JSON") from error
        if isinstance(message, dict):
            receive(cast("dict[str, object]", message))


def _read_header(reader: BinaryIO) -> int | None:
    """Return the length of the body that follows, None at the end of the stream."""
    length: int | None = None
    while True:
        line = reader.readline(4096)
        if not line:
            return None
        if not line.strip():
            if length is not None:
                return length
            continue
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            text = value.strip()
            if not text.isdigit() or int(text) > LARGEST_FRAME:
                raise FrameError("a message announces a length that cannot be")
            length = int(text)
