"""A TLS server of the standard library in a thread: it says who the client is."""

import socket
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.certificates import Issued

from httpls_auth.tls.facts import peer_facts


class TlsServer:
    """Listens on a free port; `seen` are the subjects of the client certificates, None for a client without one."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.context = context
        self.seen: list[str | None] = []
        self.errors: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(10)
            try:
                with self.context.wrap_socket(connection, server_side=True) as secured:
                    certificates = peer_facts(secured)
                    name = certificates[0].subject.removeprefix("CN=") if certificates else None
                    self.seen.append(name)
                    secured.recv(1024)
                    body = str(name).encode()
                    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
                    secured.sendall(head + body)
                    with suppress(OSError):
                        secured.unwrap()
            except OSError as error:
                self.errors.append(str(error))
            finally:
                connection.close()


@contextmanager
def tls_server(folder: Path, server: Issued, clients: Issued | None = None, chain: bytes = b"") -> Generator[TlsServer]:
    """Run a server with this certificate; with `clients`, it demands a certificate of that authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    file = folder / "server-with-key.pem"
    file.write_bytes(server.key_pem + server.pem + chain)
    context.load_cert_chain(file)
    context.set_alpn_protocols(["h2", "http/1.1"])
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=clients.pem.decode())
    running = TlsServer(context)
    try:
        yield running
    finally:
        running.close()


@contextmanager
def connected(context: ssl.SSLContext, port: int, name: str = "localhost") -> Generator[ssl.SSLSocket]:
    """Connect, and end the conversation properly."""
    plain = socket.create_connection(("127.0.0.1", port), timeout=10)
    with plain, context.wrap_socket(plain, server_hostname=name) as secured:
        yield secured
        secured.sendall(b"GET / HTTP/1.1\r\n\r\n")
        while secured.recv(4096):
            pass


def converse(context: ssl.SSLContext, port: int, name: str = "localhost") -> str:
    """Connect, send a request, and return what the server said."""
    plain = socket.create_connection(("127.0.0.1", port), timeout=10)
    with plain, context.wrap_socket(plain, server_hostname=name) as secured:
        secured.sendall(b"GET / HTTP/1.1\r\n\r\n")
        content = b""
        while chunk := secured.recv(4096):
            content += chunk
        return content.partition(b"\r\n\r\n")[2].decode()
