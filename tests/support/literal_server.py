"""A server whose every byte is written in the test, and that keeps every byte it is sent."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress


class Conversation:
    """One connection, as the server sees it."""

    def __init__(self, connection: socket.socket, server: "LiteralServer") -> None:
        self._connection = connection
        self._server = server
        self._buffer = b""
        connection.settimeout(20)

    def request(self) -> bytes:
        """Return the next request, head and body, exactly as it came; nothing at the end of the connection."""
        head = self.until(b"\r\n\r\n")
        if not head:
            return b""
        fields = {
            name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])
        }
        body = b""
        if b"chunked" in fields.get(b"transfer-encoding", b""):
            body = self.until(b"0\r\n\r\n")
        else:
            body = self.exactly(int(fields.get(b"content-length", b"0")))
        self._server.requests.append(head + body)
        return head + body

    def head(self) -> bytes:
        """Return the head of the next request, and leave its body where it is."""
        head = self.until(b"\r\n\r\n")
        self._server.requests.append(head)
        return head

    def until(self, end: bytes) -> bytes:
        """Return what comes up to and with `end`; nothing if the connection ends before."""
        while end not in self._buffer:
            data = self._connection.recv(65536)
            if not data:
                return b""
            self._buffer += data
        found, _, self._buffer = self._buffer.partition(end)
        return found + end

    def exactly(self, count: int) -> bytes:
        """Return so many bytes, or what came until the connection ended."""
        while len(self._buffer) < count:
            data = self._connection.recv(65536)
            if not data:
                break
            self._buffer += data
        found, self._buffer = self._buffer[:count], self._buffer[count:]
        return found

    def some(self) -> bytes:
        """Return what comes next; nothing at the end of the connection."""
        found, self._buffer = self._buffer, b""
        return found or self._connection.recv(65536)

    def taken(self) -> bytes:
        """Return what came already and was not asked for yet."""
        taken, self._buffer = self._buffer, b""
        return taken

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self._connection.sendall(data)

    def reset(self) -> None:
        """End the connection with a reset instead of a farewell."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()

    def wait_for_end(self) -> None:
        """Wait until the other side closes."""
        with suppress(OSError):
            while self._connection.recv(65536):
                pass

    def connection(self) -> socket.socket:
        """Return the socket, for a server that does more with it."""
        return self._connection


Handler = Callable[[Conversation], None]


class LiteralServer:
    """What is running, and what it was sent."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.requests: list[bytes] = []
        self.connections = 0
        self.errors: list[BaseException] = []
        self.released = threading.Event()
        """Set when the test is over: a handler that never answers waits for it."""

    @property
    def request(self) -> bytes:
        """The only request that came."""
        (only,) = self.requests
        return only


@contextmanager
def serve(handler: Handler, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Generator[LiteralServer]:
    """Run a server on a free port; `handler` is called for each connection, in a thread of its own."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, 0))
        listener.listen(50)
        server = LiteralServer(listener.getsockname()[1])
        threads: list[threading.Thread] = []
        connections: list[socket.socket] = []
        is_over = threading.Event()

        def talk(connection: socket.socket) -> None:
            try:
                with connection:
                    if tls is not None:
                        connection.settimeout(20)
                        connection = tls.wrap_socket(connection, server_side=True)
                        connections.append(connection)
                    with connection:
                        handler(Conversation(connection, server))
            except OSError:
                # The client ended the connection: tests look at what it was sent and what came back.
                return
            except BaseException as error:
                server.errors.append(error)
                raise

        def accept() -> None:
            while not is_over.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                server.connections += 1
                connections.append(connection)
                thread = threading.Thread(target=talk, args=(connection,), daemon=True)
                threads.append(thread)
                thread.start()

        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield server
        finally:
            is_over.set()
            server.released.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            acceptor.join(5)
            for connection in connections:
                # A client may keep its connection: nothing more comes on it. What came already can still be read.
                with suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RD)
            for thread in threads:
                thread.join(5)
    assert not server.errors, server.errors


def answering(*answers: bytes) -> Handler:
    """Return a handler that answers each request with the next of these, the last one again and again."""

    def handle(conversation: Conversation) -> None:
        remaining = list(answers)
        while conversation.request():
            conversation.send(remaining[0])
            if len(remaining) > 1:
                remaining.pop(0)

    return handle


def silent(arrived: threading.Event) -> Handler:
    """Return a handler that says when a request has come, and never answers it."""

    def handle(conversation: Conversation) -> None:
        conversation.request()
        arrived.set()
        conversation.request()

    return handle


def response(body: bytes = b"ok", fields: Sequence[str] = (), status: str = "200 OK") -> bytes:
    """Return a response with its length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body
