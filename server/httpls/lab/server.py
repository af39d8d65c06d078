"""Runs a lab: two listeners on the loopback address, one with TLS, a thread for each connection."""

import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self

from httpls.lab.connection import serve_connection
from httpls.lab.index import routes
from httpls.lab.keys import CA, SERVER, make_keys
from httpls.lab.message import Request
from httpls.lab.state import Addresses, State

HOST = "127.0.0.1"


class Lab(NamedTuple):
    """A lab that runs: its addresses as origins, and the folder with its certificates and keys."""

    http: str
    https: str
    folder: Path


@contextmanager
def running_lab(
    port: int = 0,
    https_port: int = 0,
    folder: Path | None = None,
    on_request: Callable[[Request, int], None] | None = None,
) -> Generator[Lab]:
    """Run a lab until the block is left. Port 0 takes a free one.

    Without `folder` the keys go to a temporary one, which is removed. `on_request` is told each request with the status
    of its answer (0 for one that is no HTTP), in the thread of its connection. Raises OSError for a port that is taken.
    """
    with tempfile.TemporaryDirectory(prefix="httpls-lab-") as temporary:
        keys = Path(temporary) if folder is None else folder.absolute()
        make_keys(keys)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(keys / SERVER)
        context.load_verify_locations(keys / CA)
        context.verify_mode = ssl.CERT_OPTIONAL
        context.set_alpn_protocols(["http/1.1"])
        with _Listener(port, None) as plain, _Listener(https_port, context) as secured:
            addresses = Addresses(f"http://{HOST}:{plain.port}", f"https://{HOST}:{secured.port}")
            state = State(addresses, keys)
            every = routes()
            for listener in (plain, secured):
                listener.start(lambda connection: serve_connection(connection, every, state, on_request))
            yield Lab(addresses.http, addresses.https, keys)


class _Listener:
    """Accepts connections on the loopback address. The TLS handshake happens in the thread of the connection."""

    def __init__(self, port: int, context: ssl.SSLContext | None) -> None:
        self._socket = socket.create_server((HOST, port), backlog=512)
        self._context = context
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._is_open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening and break all connections, so that their threads end."""
        with self._lock:
            self._is_open = False
            connections = [self._socket, *self._connections]
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._socket.getsockname()[1])

    def start(self, serve: Callable[[socket.socket], None]) -> None:
        """Serve each connection in a thread of its own."""
        threading.Thread(target=self._accept, args=(serve,), daemon=True).start()

    def _accept(self, serve: Callable[[socket.socket], None]) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                if not self._is_open:
                    return
                # A client that was gone before it was accepted, or too many open files: the next one may do better.
                continue
            threading.Thread(target=self._serve, args=(connection, serve), daemon=True).start()

    def _serve(self, connection: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        # A client may go away, or not trust the certificate; there is nobody to tell then.
        with suppress(OSError), ExitStack() as stack:
            stack.callback(connection.close)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._context is not None:
                connection = stack.enter_context(self._context.wrap_socket(connection, server_side=True))
            with self._lock:
                if not self._is_open:
                    return
                self._connections.add(connection)
            try:
                serve(connection)
            finally:
                with self._lock:
                    self._connections.discard(connection)
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
