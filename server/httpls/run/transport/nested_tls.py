"""TLS inside TLS, which `ssl` cannot do with sockets: https through a proxy to which TLS is spoken as well."""

import socket
import ssl
from contextlib import suppress

_RECORD = 64 * 1024


class NestedTls:
    """A TLS connection that runs inside another one, with those methods of a socket that a stream uses."""

    def __init__(self, outer: ssl.SSLSocket, context: ssl.SSLContext, server_name: str) -> None:
        """Shake hands. Raises OSError, `TimeoutError` at the limit that `outer` has."""
        self.outer = outer
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._unsent = b""
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)
        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                self._exchange()
            else:
                self._flush()
                return

    def recv(self, count: int) -> bytes:
        """Return what has come, nothing at the end."""
        while True:
            try:
                return self.tls.read(count)
            except ssl.SSLWantReadError:
                self._exchange()
            except ssl.SSLZeroReturnError:
                return b""

    def send(self, data: memoryview) -> int:
        """Send some of the data, and return how much. Raises `TimeoutError` if none of it was taken."""
        self._flush()
        count = self.tls.write(data[:_RECORD])
        # What TLS has taken is sent sooner or later, and must not be given to it again.
        with suppress(TimeoutError):
            self._flush()
        return count

    def pending(self) -> int:
        """Return how many bytes can be read without waiting, at least."""
        return self.tls.pending() or self._incoming.pending

    def settimeout(self, seconds: float | None) -> None:
        """Limit the next wait."""
        self.outer.settimeout(seconds)

    def fileno(self) -> int:
        """Return the descriptor of the connection."""
        return self.outer.fileno()

    def getsockname(self) -> object:
        """Return the address of this end."""
        return self.outer.getsockname()

    def getpeername(self) -> object:
        """Return the address of the other end: that of the proxy."""
        return self.outer.getpeername()

    def close(self) -> None:
        """Close the connection."""
        self.outer.close()

    def _exchange(self) -> None:
        self._flush()
        data = self.outer.recv(_RECORD)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    def _flush(self) -> None:
        self._unsent += self._outgoing.read()
        while self._unsent:
            self._unsent = self._unsent[self.outer.send(self._unsent) :]


Connected = socket.socket | NestedTls
"""What a stream reads and writes."""
