"""A connected socket, with or without TLS, whose waits end at their limits or when the run is cancelled."""

import select
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import cast

from httpls.run.errors import CancelledError
from httpls.run.transport.answer import AGAIN, LostError
from httpls.run.transport.attempt import Attempt
from httpls.run.transport.nested_tls import Connected, NestedTls
from httpls.run.transport.tls_failures import explained

_RECORD = 64 * 1024
"""How many bytes are read at once."""

_SLICE = 0.05
"""How long the peer may take nothing before it is looked whether it says something, in seconds."""

Meanwhile = Callable[[bytes], bool]
"""Is given what comes (nothing at the end) while something is sent, and tells whether the sending goes on."""


class Stream:
    """A connection over which one request goes at a time. `peer` is `host:port`, for messages.

    `attempt` is that of the request under way: its limits are those of every wait.
    """

    def __init__(self, connected: Connected, peer: str, attempt: Attempt) -> None:
        """Take a connected socket."""
        self._socket = connected
        self.peer = peer
        self.attempt = attempt
        attempt.stream = self

    def read(self, count: int = _RECORD) -> bytes:
        """Return what comes, at least one byte; none when the peer closes.

        Raises `TransportError` and `CancelledError`.
        """
        attempt = self.attempt
        try:
            self._socket.settimeout(attempt.longest_wait())
            data = self._socket.recv(count)
        except TimeoutError as error:
            raise attempt.out_of_time(f"{self.peer} sent nothing") from error
        except OSError as error:
            raise self._failure(error) from error
        if not data:
            attempt.cancel.check()
        elif attempt.first_byte_at is None and attempt.sent_at is not None:
            attempt.first_byte_at = monotonic()
        return data

    def write(self, data: bytes, meanwhile: Meanwhile | None = None) -> bool:
        """Send bytes, and tell whether that was all of them. Two sides that both only send would wait for ever.

        Raises `TransportError` and `CancelledError`.
        """
        attempt = self.attempt
        if attempt.writing_since is None:
            attempt.writing_since = monotonic()
        view = memoryview(data)
        silent_since = monotonic()
        while view:
            limit = attempt.longest_wait()
            wait = limit if meanwhile is None else min(_SLICE, _SLICE if limit is None else limit)
            try:
                self._socket.settimeout(wait)
                view = view[self._socket.send(view) :]
                silent_since = monotonic()
            except TimeoutError as error:
                came = self.read_ready() if meanwhile is not None else None
                if came is not None and meanwhile is not None and not meanwhile(came):
                    return False
                silent_since = monotonic() if came else silent_since
                if limit is not None and monotonic() - silent_since >= limit:
                    raise attempt.out_of_time(f"{self.peer} took nothing") from error
            except OSError as error:
                raise self._failure(error) from error
        return True

    def read_ready(self) -> bytes | None:
        """Return what has come, none when the peer closed; None if nothing is there. It does not wait."""
        if not self.wait_until_readable(0):
            return None
        try:
            self._socket.settimeout(0)
            return self._socket.recv(_RECORD)
        except (ssl.SSLWantReadError, BlockingIOError):
            return None
        except OSError as error:
            raise self._failure(error) from error

    def wait_until_readable(self, seconds: float) -> bool:
        """Wait so long, and tell whether bytes have come, or the end; with TLS they may turn out to be its own."""
        if isinstance(self._socket, ssl.SSLSocket | NestedTls) and self._socket.pending():
            return True
        return _is_readable(self._socket, seconds)

    def secure(self, context: ssl.SSLContext, server_name: str) -> "Stream":
        """Return the stream with TLS on top. Raises `TlsError`."""
        attempt = self.attempt
        started = monotonic()
        plain = self._socket
        # Wrapping takes the descriptor away from its socket, so whoever cancels needs one of its own.
        breaker = plain.dup() if type(plain) is socket.socket else None
        forget = attempt.cancel.on_set(lambda: _shut_down(breaker or plain))
        try:
            plain.settimeout(attempt.longest_wait())
            secured: Connected
            if isinstance(plain, ssl.SSLSocket):
                secured = NestedTls(plain, context, server_name)
            else:
                assert isinstance(plain, socket.socket)
                secured = context.wrap_socket(plain, server_hostname=server_name)
        except TimeoutError as error:
            self.close()
            raise attempt.out_of_time(f"{self.peer} did not finish the TLS handshake") from error
        except (OSError, ValueError) as error:
            self.close()
            attempt.cancel.check()
            raise explained(error, self.peer) from error
        finally:
            forget()
            if breaker is not None:
                breaker.close()
        attempt.tls = (attempt.tls or 0.0) + monotonic() - started
        return Stream(secured, self.peer, attempt)

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def break_off(self) -> None:
        """End all waits on this connection, from any thread."""
        _shut_down(self._socket)

    @property
    def tls(self) -> ssl.SSLSocket | ssl.SSLObject | None:
        """The TLS connection, if there is one."""
        if isinstance(self._socket, NestedTls):
            return self._socket.tls
        return self._socket if isinstance(self._socket, ssl.SSLSocket) else None

    @property
    def addresses(self) -> tuple[str, str]:
        """The addresses of this and of the other end, as `host:port`."""
        try:
            return _shown_address(self._socket.getsockname()), _shown_address(self._socket.getpeername())
        except OSError:
            return "?", "?"

    def _failure(self, error: OSError) -> Exception:
        if self.attempt.cancel.is_set:
            return CancelledError()
        if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
            return explained(error, self.peer)
        return LostError("connection-lost", f"{self.peer} closed the connection ({error.strerror or error})", AGAIN)


def _is_readable(connected: Connected, seconds: float) -> bool:
    if connected.fileno() < 0:
        return True
    # `select` knows no descriptors above 1023, and Windows has no `poll`.
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(connected, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    return bool(select.select([connected], [], [], seconds)[0])


def _shut_down(connected: Connected) -> None:
    """End all waits on a socket, in other threads too, without closing it."""
    plain = connected.outer if isinstance(connected, NestedTls) else connected
    # The method of `SSLSocket` would also take the TLS state away, under the feet of the thread that waits.
    with suppress(OSError):
        socket.socket.shutdown(plain, socket.SHUT_RDWR)


def _shown_address(address: object) -> str:
    if not isinstance(address, tuple):
        return str(address)
    host, port = cast("tuple[object, ...]", address)[:2]
    return f"[{host}]:{port}" if ":" in str(host) else f"{host}:{port}"
