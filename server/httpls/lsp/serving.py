"""How the server is reached: standard streams, or a port of this machine with a token; and where its log goes."""

import json
import logging
import os
import secrets
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import cast

from httpls.lsp.frames import Pipes, take_standard_streams
from httpls.lsp.server import build

TOKEN_MEMBER = "token"  # noqa: S105 - the name of a member
"""The member of `initializationOptions` in which a client at a port has to give the token."""


class SocketWriter:
    """Writes whole frames to a socket, from any thread."""

    def __init__(self, connection: socket.socket) -> None:
        """Take the connection."""
        self._connection = connection
        self._lock = threading.Lock()

    def write(self, data: bytes) -> None:
        """Write all of a frame. Raises BrokenPipeError when the client is gone."""
        with self._lock:
            try:
                self._connection.sendall(data)
            except OSError as error:
                raise BrokenPipeError from error

    def close(self) -> None:
        """Close nothing: the process ends right after."""


def serve_standard_streams() -> int:
    """Serve the client at standard input and output; return the exit code. The process should end right after."""
    return build().serve(take_standard_streams())


def serve_socket(port: int) -> int:
    """Serve the first client that connects to a port of this machine and knows the token; for debugging.

    What is printed to standard output is one line of JSON with `port` and `token`.
    """
    token = secrets.token_urlsafe(24)
    with socket.create_server(("127.0.0.1", port)) as listener:
        sys.stdout.write(json.dumps({"port": listener.getsockname()[1], "token": token}) + "\n")
        sys.stdout.flush()
        connection, _ = listener.accept()
    with connection:
        # Each small message is an answer that somebody waits for.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        pipes = Pipes(connection.makefile("rb"), SocketWriter(connection))
        return build().serve(pipes, admits=_knows(token))


def write_log(path: str | None) -> None:
    """Send the log to a file that only this person can read, or to standard error."""
    # What pygls logs has the bodies of messages in it, and tokens with them (fault 10).
    logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
    layout = "%(asctime)s %(levelname)s %(name)s: %(message)s" if path else "%(levelname)s %(name)s: %(message)s"
    if path is None:
        logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format=layout)
        return
    Path(path).touch(0o600)
    logging.basicConfig(filename=path, encoding="utf-8", level=logging.INFO, format=layout)


def end_process(code: int) -> None:
    """End at once: threads that wait for a slow server must not keep an editor from closing (fault 8)."""
    sys.stderr.flush()
    logging.shutdown()
    os._exit(code)


def _knows(token: str) -> Callable[[dict[str, object]], bool]:
    def admits(message: dict[str, object]) -> bool:
        params = message.get("params")
        options = cast("dict[str, object]", params).get("initializationOptions") if isinstance(params, dict) else None
        given = cast("dict[str, object]", options).get(TOKEN_MEMBER) if isinstance(options, dict) else None
        return isinstance(given, str) and secrets.compare_digest(given.encode(), token.encode())

    return admits
