"""A run that is cancelled ends within 200 ms, whatever it is waiting for."""

import socket
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest
from tests.support.literal_server import Conversation, serve
from tests.support.sending import outgoing, value, wire

from httpls.run.cancel import Cancel
from httpls.run.errors import CancelledError, TimedOutError
from httpls.run.wire import Limits, Proxy, Route
from httpls_auth.schemes.message import MemoryBody, OutgoingRequest

AT_ONCE = 0.2
PATIENT = Limits(connect=60, read=60)


class _Endless:
    length = 1 << 40
    labels = MemoryBody(b"").labels

    def chunks(self) -> Iterator[bytes]:
        while True:
            yield bytes(1 << 16)


def _seconds_after_cancel(request: OutgoingRequest, route: Route, waits: threading.Event) -> float:
    """Send, cancel when `waits` is set, and return how long the sending went on."""
    cancel = Cancel()
    cancelled_at: list[float] = []

    def cancel_when_it_waits() -> None:
        waits.wait(10)
        # That was seen from outside: the thread still has to enter the call in which it waits.
        threading.Event().wait(0.03)
        cancelled_at.append(time.monotonic())
        cancel.set()

    canceller = threading.Thread(target=cancel_when_it_waits)
    canceller.start()
    try:
        with wire() as made, pytest.raises(CancelledError):
            made.send(request, route, PATIENT, cancel)
        return time.monotonic() - cancelled_at[0]
    finally:
        canceller.join()


def test_while_a_name_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, released = threading.Event(), threading.Event()

    def never_answers(*_: object, **__: object) -> list[object]:
        asked.set()
        released.wait(20)
        raise socket.gaierror("the test is over")

    monkeypatch.setattr(socket, "getaddrinfo", never_answers)
    try:
        assert _seconds_after_cancel(outgoing("http://slow.example/"), Route(), asked) < AT_ONCE
    finally:
        released.set()


@contextmanager
def _full_listener() -> Generator[int]:
    """Yield the port of a listener that accepts no more connections, so that a further one waits."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port: int = listener.getsockname()[1]
        fillers: list[socket.socket] = []
        for _ in range(8):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
            fillers.append(filler)
        try:
            yield port
        finally:
            for filler in fillers:
                filler.close()


def test_while_it_connects() -> None:
    with _full_listener() as port:
        started = threading.Event()
        threading.Timer(0.05, started.set).start()
        assert _seconds_after_cancel(outgoing(f"http://127.0.0.1:{port}/"), Route(), started) < AT_ONCE


def test_a_connection_that_is_not_accepted_has_a_limit() -> None:
    with _full_listener() as port, wire() as made, pytest.raises(TimedOutError) as failed:
        made.send(outgoing(f"http://127.0.0.1:{port}/"), Route(), Limits(connect=0.1), Cancel())
    assert failed.value.code == "connect-timeout"
    assert "after 0.1 s" in str(failed.value)


@contextmanager
def _silent_after(needed: int) -> Generator[tuple[int, threading.Event]]:
    """Run a server that takes so many bytes and then does nothing; tell when it has them."""
    came = threading.Event()
    released = threading.Event()

    def handle(conversation: Conversation) -> None:
        conversation.exactly(needed)
        came.set()
        released.wait(20)

    with serve(handle) as server:
        try:
            yield server.port, came
        finally:
            released.set()


def test_while_it_shakes_hands() -> None:
    with _silent_after(10) as (port, is_waiting):
        assert _seconds_after_cancel(outgoing(f"https://127.0.0.1:{port}/"), Route(), is_waiting) < AT_ONCE


def test_a_handshake_has_a_limit() -> None:
    with _silent_after(10) as (port, _), wire() as made, pytest.raises(TimedOutError) as failed:
        made.send(outgoing(f"https://127.0.0.1:{port}/"), Route(), Limits(connect=0.1), Cancel())
    assert failed.value.code == "connect-timeout"
    assert f"127.0.0.1:{port} did not finish the TLS handshake" in str(failed.value)


@pytest.mark.parametrize("kind", ["http", "https", "socks5"])
def test_a_proxy_that_thinks_too_long(kind: str) -> None:
    with _silent_after(3) as (port, _), wire() as made:
        route = Route(proxy=Proxy(kind, "127.0.0.1", port))
        with pytest.raises(TimedOutError) as failed:
            made.send(outgoing("https://127.0.0.1:1/"), route, Limits(connect=0.1), Cancel())
    assert failed.value.code == "connect-timeout"


@pytest.mark.parametrize("kind", ["http", "https", "socks5"])
def test_while_a_proxy_thinks(kind: str) -> None:
    with _silent_after(3) as (port, is_waiting):
        route = Route(proxy=Proxy(kind, "127.0.0.1", port))
        assert _seconds_after_cancel(outgoing("https://127.0.0.1:1/"), route, is_waiting) < AT_ONCE


def test_while_it_waits_for_the_answer() -> None:
    with _silent_after(10) as (port, is_waiting):
        assert _seconds_after_cancel(outgoing(f"http://127.0.0.1:{port}/"), Route(), is_waiting) < AT_ONCE


def test_while_it_sends_a_body() -> None:
    with _silent_after(1000) as (port, is_waiting):
        request = outgoing(f"http://127.0.0.1:{port}/", "POST", body=_Endless())
        assert _seconds_after_cancel(request, Route(), is_waiting) < AT_ONCE


def test_while_it_waits_for_100_continue() -> None:
    with _silent_after(10) as (port, is_waiting):
        request = outgoing(f"http://127.0.0.1:{port}/", "POST", "Expect: 100-continue", body=b"x")
        assert _seconds_after_cancel(request, Route(), is_waiting) < AT_ONCE


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1"])
def test_while_it_receives(head: bytes) -> None:
    sent, released = threading.Event(), threading.Event()

    def handle(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(head)
        sent.set()
        released.wait(20)

    with serve(handle) as server:
        try:
            assert _seconds_after_cancel(outgoing(f"http://127.0.0.1:{server.port}/"), Route(), sent) < AT_ONCE
        finally:
            released.set()


def test_before_anything_happens() -> None:
    cancel = Cancel()
    cancel.set()
    with serve(lambda _: None) as server, wire() as made:
        with pytest.raises(CancelledError):
            made.send(outgoing(f"http://127.0.0.1:{server.port}/"), Route(), PATIENT, cancel)
        assert server.connections == 0


def test_a_cancelled_connection_is_not_used_again() -> None:
    first = threading.Event()

    def handle(conversation: Conversation) -> None:
        while conversation.request():
            if first.is_set():
                conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            first.set()

    with serve(handle) as server, wire() as made:
        cancel = Cancel()

        def cancel_after_the_first() -> None:
            first.wait(10)
            cancel.set()

        waiter = threading.Thread(target=cancel_after_the_first)
        waiter.start()
        with pytest.raises(CancelledError):
            made.send(outgoing(f"http://127.0.0.1:{server.port}/"), Route(), PATIENT, cancel)
        waiter.join()
        made.send(outgoing(f"http://127.0.0.1:{server.port}/"), Route(), PATIENT, Cancel())
        assert server.connections == 2


def test_the_first_address_that_answers_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that does not answer costs a moment, not the whole limit (RFC 8305)."""
    with _full_listener() as port, serve(lambda conversation: _answer(conversation)) as server:
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port)),
        ]

        def two_addresses(*_: object, **__: object) -> list[object]:
            return [*found]

        monkeypatch.setattr(socket, "getaddrinfo", two_addresses)
        with wire() as made:
            started = time.monotonic()
            got = made.send(outgoing("http://two-addresses.example/"), Route(), PATIENT, Cancel())
            assert time.monotonic() - started < 5
        assert got.connection.remote_address == f"127.0.0.1:{server.port}"
        assert value(server.request.decode()).reveal().startswith("GET / HTTP/1.1\r\nHost: two-addresses.example\r\n")


def _answer(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
