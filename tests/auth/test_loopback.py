"""The listener takes the callback of its login and nothing else."""

import socket
import threading
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from tests.support.waits import CancelledInTestError, TestCancellation

from httpls_auth.cancellation import NEVER
from httpls_auth.errors import TokenError
from httpls_auth.loopback import Listener, can_listen, pasted_callback


@contextmanager
def _listening(redirect_url: str = "http://127.0.0.1:0/callback") -> Generator[tuple[str, "Future[str]"]]:
    """A listener that waits for the state `s-1` in a thread."""
    cancellation = TestCancellation()
    with Listener(redirect_url) as listener, ThreadPoolExecutor(1) as pool:
        found = pool.submit(listener.wait, "s-1", cancellation, 10)
        try:
            yield listener.redirect_url, found
        finally:
            cancellation.set()


def test_the_callback_comes_back_whole() -> None:
    with _listening() as (url, found):
        page = httpx.get(f"{url}?code=c%2B1&state=s-1&iss=https%3A%2F%2Fidp")
        assert found.result(5) == f"{url}?code=c%2B1&state=s-1&iss=https%3A%2F%2Fidp"
    assert page.status_code == 200
    assert "close this window" in page.text
    assert "c%2B1" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("?code=x&state=forged", {}, 400),
        ("?code=x", {}, 400),
        ("?error=access_denied", {}, 400),
        ("/../other?state=s-1", {}, 404),
        ("?code=x&state=s-1", {"Host": "evil.example"}, 403),
    ],
)
def test_what_is_not_the_callback_ends_nothing(path: str, headers: dict[str, str], status: int) -> None:
    with _listening() as (url, found):
        assert httpx.get(url + path, headers=headers).status_code == status
        assert not found.done()
        httpx.get(f"{url}?code=good&state=s-1")
        assert found.result(5).endswith("?code=good&state=s-1")


def test_other_methods_and_paths_are_refused() -> None:
    with _listening() as (url, found):
        assert httpx.delete(url).status_code == 405
        assert httpx.get(url.replace("/callback", "/favicon.ico")).status_code == 404
        assert not found.done()


def test_a_refusal_is_a_callback_too() -> None:
    with _listening() as (url, found):
        page = httpx.get(f"{url}?error=access_denied&error_description=%3Cscript%3E&state=s-1")
        assert "error=access_denied" in found.result(5)
    assert "refused" in page.text
    assert "script" not in page.text


def test_a_fragment_is_handed_in_by_the_page_itself() -> None:
    with _listening() as (url, found):
        page = httpx.get(url)
        assert "location.hash" in page.text
        assert "connect-src 'self'" in page.headers["Content-Security-Policy"]
        httpx.post(
            url, content="access_token=t&state=s-1", headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
        assert found.result(5) == f"{url}?access_token=t&state=s-1"


def test_a_connection_that_says_nothing_holds_up_nobody() -> None:
    with _listening() as (url, found):
        parts = urlsplit(url)
        silent = [socket.create_connection((parts.hostname or "", parts.port or 0)) for _ in range(40)]
        slow = socket.create_connection((parts.hostname or "", parts.port or 0))
        slow.sendall(b"GET /call")
        httpx.get(f"{url}?code=c&state=s-1")
        assert found.result(5)
        for one in (*silent, slow):
            one.close()


def test_a_request_in_pieces_is_understood() -> None:
    with _listening() as (url, found):
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname or "", parts.port or 0)) as client:
            for piece in (b"POST /callback HTTP/1.1\r\nHost: ", parts.netloc.encode(), b"\r\nContent-Length: 16\r\n\r\n",
                          b"code=c&", b"state=s-1"):  # fmt: skip
                client.sendall(piece)
            assert client.recv(12) == b"HTTP/1.1 200"
        assert found.result(5) == f"{url}?code=c&state=s-1"


def test_a_huge_request_is_refused() -> None:
    with _listening() as (url, found):
        assert httpx.post(url, content=b"x" * 300_000).status_code == 400
        assert not found.done()


def test_with_port_0_a_free_port_is_taken() -> None:
    with Listener("http://127.0.0.1:0/a?b=c") as one, Listener("http://localhost:0/a") as other:
        assert urlsplit(one.redirect_url).port not in (0, None, urlsplit(other.redirect_url).port)
        assert one.redirect_url.endswith("/a?b=c")
        assert other.redirect_url.startswith("http://localhost:")


def test_localhost_is_listened_at_on_both_addresses() -> None:
    with Listener("http://localhost:0/") as listener:
        port = urlsplit(listener.redirect_url).port or 0
        socket.create_connection(("127.0.0.1", port)).close()
        if socket.has_ipv6 and _has_ipv6_loopback():
            socket.create_connection(("::1", port)).close()


def test_a_port_that_somebody_has_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(TokenError, match=f"port {port}") as told:
            Listener(f"http://127.0.0.1:{port}/callback")
        assert "port 0" in told.value.remedy


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:0/callback", True),
        ("http://127.0.0.1", True),
        ("http://localhost:3000", True),
        ("http://[::1]:0/", True),
        ("http://127.1.2.3:80/x", True),
        ("https://localhost:3000", False),
        ("http://example.com/callback", False),
        ("http://192.168.0.1/", False),
        ("http://localhost.evil.example/", False),
        ("com.example.app:/callback", False),
        ("http://127.0.0.1:99999/", False),
        ("http://user@127.0.0.1/", False),
        ("urn:ietf:wg:oauth:2.0:oob", False),
        ("", False),
    ],
)
def test_where_a_listener_can_stand(url: str, expected: bool) -> None:
    assert can_listen(url) is expected
    if not expected:
        with pytest.raises(TokenError):
            Listener(url)


def test_the_wait_ends_after_its_time() -> None:
    with Listener("http://127.0.0.1:0/") as listener, pytest.raises(TokenError, match="in time"):
        listener.wait("s", NEVER, 0.01)


def test_the_wait_can_be_cancelled() -> None:
    cancellation = TestCancellation()

    def cancel() -> None:
        cancellation.await_waits(1)
        cancellation.set()

    with Listener("http://127.0.0.1:0/") as listener:
        timer = threading.Thread(target=cancel)
        timer.start()
        with pytest.raises(CancelledInTestError):
            listener.wait("s", cancellation, 60)
        timer.join()


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("http://127.0.0.1:1/cb?code=c&state=s\n", "http://127.0.0.1:1/cb?code=c&state=s"),
        ("<http://127.0.0.1:1/cb#code=c>", "http://127.0.0.1:1/cb#code=c"),
        ("code=c&state=s", "http://127.0.0.1:1/cb?code=c&state=s"),
        ("?code=c", "http://127.0.0.1:1/cb?code=c"),
        ("#code=c", "http://127.0.0.1:1/cb?code=c"),
    ],
)
def test_what_a_person_pastes(pasted: str, expected: str) -> None:
    assert pasted_callback(pasted, "http://127.0.0.1:1/cb") == expected


def _has_ipv6_loopback() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
