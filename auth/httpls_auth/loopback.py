"""The listener to which the browser comes back after a login: on this machine only, for one callback (RFC 8252, 7.3).

A callback counts only if it carries the state of the login; whatever else comes is answered and forgotten, so that no
other page in the browser can end the wait. The answer page holds nothing of the callback.
"""

import errno
import ipaddress
import os
import secrets
import selectors
import socket
import sys
import time
from contextlib import suppress
from hmac import compare_digest
from types import TracebackType
from typing import NamedTuple, Self, cast
from urllib.parse import SplitResult, parse_qs, urlsplit

from httpls_auth.cancellation import Cancellation
from httpls_auth.errors import TokenError

TIME_LIMIT = 300.0
"""Seconds that a person has for a login."""


def can_listen(redirect_url: str) -> bool:
    """Tell whether a listener can stand at this redirect URL: `http` on a loopback address or `localhost`."""
    return _place(redirect_url) is not None


def pasted_callback(text: str, redirect_url: str) -> str:
    """Return the callback URL that a person pasted: the whole address, or only its query or fragment."""
    pasted = text.strip().strip("<>\"'")
    if "://" in pasted:
        return pasted
    return f"{redirect_url.partition('?')[0]}?{pasted.lstrip('?#')}"


def is_callback(url: str) -> bool:
    """Tell whether a URL may be that of a callback: its query or its fragment has a `state`."""
    parts = urlsplit(url)
    return any("state" in parse_qs(text, keep_blank_values=True) for text in (parts.query, parts.fragment))


class Listener:
    """Listens at a redirect URL until it is closed; with port 0, at a free port. A context manager.

    `redirect_url` is the address at which it really listens. A URL without port means port 80, as it does elsewhere.
    """

    def __init__(self, redirect_url: str) -> None:
        """Listen. Raises `TokenError` if the URL is not one of this machine, or somebody else has the port."""
        place = _place(redirect_url)
        if place is None:
            raise TokenError(
                f"nobody can listen at `{redirect_url.partition('?')[0]}`: it is no http address of this machine",
                "Use a redirect URL such as `http://127.0.0.1:0/callback`, or log in with `--no-browser` and paste the "
                "address back.",
            )
        self._sockets, port = _listening(place)
        self._path = place.path
        self._hosts = {f"{host}:{port}" for host in ("127.0.0.1", "localhost", "[::1]", place.shown_host)}
        if port == 80:
            self._hosts |= {host.removesuffix(":80") for host in self._hosts}
        parts = urlsplit(redirect_url)
        # A fixed redirect URL is compared by the server letter by letter, so it stays as it was written.
        self.redirect_url = redirect_url
        if place.port == 0:
            self.redirect_url = parts._replace(netloc=f"{place.shown_host}:{port}").geturl()

    def wait(self, state: str, cancellation: Cancellation, seconds: float = TIME_LIMIT) -> str:
        """Return the whole URL of the callback that carries `state`; what came in a fragment or a form is its query.

        Raises `TokenError` after so many seconds, and what the cancellation raises.
        """
        ours, theirs = socket.socketpair()
        take_back = cancellation.on_set(lambda: _wake(theirs))
        try:
            cancellation.check()
            return self._wait(state, cancellation, time.monotonic() + seconds, ours)
        finally:
            take_back()
            ours.close()
            theirs.close()

    def close(self) -> None:
        """Stop listening."""
        for listening in self._sockets:
            listening.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop listening."""
        self.close()

    def _wait(self, state: str, cancellation: Cancellation, end: float, waker: socket.socket) -> str:
        clients: dict[socket.socket, bytes] = {}
        with selectors.DefaultSelector() as selector:
            for each in (*self._sockets, waker):
                each.setblocking(False)
                selector.register(each, selectors.EVENT_READ)
            try:
                while True:
                    ready = selector.select(max(end - time.monotonic(), 0))
                    cancellation.check()
                    if not ready and time.monotonic() >= end:
                        raise TokenError(
                            "nobody came back from the browser in time",
                            "Try again; if the browser runs on another machine, use `--no-browser` and paste the "
                            "address back.",
                        )
                    for key, _ in ready:
                        found = self._serve(cast("socket.socket", key.fileobj), clients, selector, state)
                        if found is not None:
                            return found
            finally:
                for client in clients:
                    client.close()

    def _serve(
        self, ready: socket.socket, clients: dict[socket.socket, bytes], selector: selectors.BaseSelector, state: str
    ) -> str | None:
        """Read from one socket; return the callback URL if the request is complete and is the one."""
        if ready in self._sockets:
            with suppress(OSError):
                client, _ = ready.accept()
                client.setblocking(False)
                clients[client] = b""
                selector.register(client, selectors.EVENT_READ)
                if len(clients) > _MOST_CLIENTS:
                    # Browsers open connections that they never use; the oldest one goes.
                    _drop(next(iter(clients)), clients, selector)
            return None
        if ready not in clients:
            return None
        try:
            received = ready.recv(65536)
        except BlockingIOError:
            return None
        except OSError:
            received = b""
        clients[ready] += received
        request = _request(clients[ready])
        if received and request is None and len(clients[ready]) <= _LARGEST_REQUEST:
            return None
        answer, found = self._answer(request, state)
        if received:
            with suppress(OSError):
                ready.settimeout(_ANSWER_TIME)
                ready.sendall(answer)
                ready.shutdown(socket.SHUT_WR)
        _drop(ready, clients, selector)
        return found

    def _answer(self, request: "_Request | None", state: str) -> tuple[bytes, str | None]:
        """Return the bytes of the response, and the callback URL if this was it."""
        if request is None:
            return _page(400, "This is no request that httpls understands."), None
        if request.host not in self._hosts:
            # A page of another site that has its name resolved to this machine must not talk to the listener.
            return _page(403, "httpls answers only under the address that it listens at."), None
        path, _, query = request.target.partition("?")
        if path != self._path:
            return _page(404, "There is nothing here."), None
        if request.method == "POST":
            query = request.content
        elif request.method != "GET":
            return _page(405, "httpls waits for a browser that comes back from a login."), None
        members = parse_qs(query, keep_blank_values=True)
        if request.method == "GET" and not members.keys() & {"state", "code", "error", "access_token", "id_token"}:
            return _fragment_page(), None
        given = members.get("state", [""])[0]
        if not compare_digest(given.encode("utf-8", "replace"), state.encode("utf-8", "replace")):
            return _page(400, "This is not the login that httpls waits for. Start it again from httpls."), None
        if "error" in members:
            page = _page(200, "The login was refused. httpls says why; you can close this window.")
        else:
            page = _page(200, "Back to httpls: you can close this window.")
        return page, f"{self.redirect_url.partition('?')[0]}?{query}"


_MOST_CLIENTS = 32
_LARGEST_REQUEST = 256 << 10
_ANSWER_TIME = 2.0


class _Place(NamedTuple):
    """Where to listen: `addresses` are the IP addresses to bind, `shown_host` is the host as a URL has it."""

    addresses: tuple[str, ...]
    shown_host: str
    port: int
    path: str


class _Request(NamedTuple):
    method: str
    target: str
    host: str
    content: str


def _place(redirect_url: str) -> _Place | None:
    try:
        parts: SplitResult = urlsplit(redirect_url)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if parts.scheme.lower() != "http" or parts.username is not None or parts.fragment:
        return None
    if host == "localhost":
        # Browsers take either address for this name, so nobody else may have the port at the other one.
        addresses: tuple[str, ...] = ("127.0.0.1", "::1")
    else:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return None
        if not address.is_loopback:
            return None
        addresses = (str(address),)
    shown = f"[{host}]" if ":" in host else host
    return _Place(addresses, shown, 80 if port is None else port, parts.path or "/")


def _listening(place: _Place) -> tuple[list[socket.socket], int]:
    for attempt in range(_ATTEMPTS):
        found: list[socket.socket] = []
        port = place.port
        try:
            for address in place.addresses:
                try:
                    one = _bound(address, port)
                except OSError as error:
                    if found and error.errno in _NO_SUCH_FAMILY:
                        continue
                    raise
                found.append(one)
                port = one.getsockname()[1]
        except OSError as error:
            for one in found:
                one.close()
            if place.port == 0 and attempt < _ATTEMPTS - 1:
                continue
            raise TokenError(
                f"port {place.port} of this machine cannot be listened at: {os.strerror(error.errno or 0)}",
                "End the program that has it, or use another redirect URL; with port 0 a free one is taken.",
            ) from error
        else:
            return found, port
    raise AssertionError("the last attempt returns or raises")


_ATTEMPTS = 8
_NO_SUCH_FAMILY = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT)


def _bound(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    one = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            one.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # Lets the same port be taken again at once; it does not let two listen at it.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind((address, port))
        one.listen(16)
    except BaseException:
        one.close()
        raise
    return one


def _wake(waker: socket.socket) -> None:
    with suppress(OSError):
        waker.send(b"\0")


def _drop(client: socket.socket, clients: dict[socket.socket, bytes], selector: selectors.BaseSelector) -> None:
    selector.unregister(client)
    del clients[client]
    client.close()


def _request(received: bytes) -> _Request | None:
    """Read a request, None as long as it is not complete, or if it is none."""
    head, separator, content = received.partition(b"\r\n\r\n")
    if not separator:
        return None
    start, *lines = head.decode("latin-1").split("\r\n")
    words = start.split(" ")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = fields.get("content-length", "0")
    if len(words) != 3 or not words[1].startswith("/") or not (length.isascii() and length.isdigit()):
        return None
    if len(content) < int(length):
        return None
    return _Request(words[0], words[1], fields.get("host", "").lower(), content[: int(length)].decode("latin-1"))


_REASONS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed"}
_STYLE = (
    "html{color-scheme:light dark;font:1.1rem/1.5 system-ui,sans-serif}"
    "body{max-width:32rem;margin:20vh auto;padding:0 1rem}"
)
# The fragment never leaves the browser by itself. It goes in the body of a request, since an address would stay in the
# history, and the address with the fragment is replaced there.
_SCRIPT = """\
const says = document.querySelector("p");
const fragment = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
if (fragment) {
  fetch(location.pathname, {
    method: "POST", body: fragment, headers: {"Content-Type": "application/x-www-form-urlencoded"},
  }).then(answer => answer.text()).then(page => {
    says.textContent = new DOMParser().parseFromString(page, "text/html").querySelector("p").textContent;
  }, () => { says.textContent = "httpls does not listen any more. Start the login again from httpls."; });
} else {
  says.textContent = "The login server sent nothing. Start the login again from httpls.";
}
"""


def _page(status: int, text: str, script: str = "") -> bytes:
    nonce = secrets.token_urlsafe(16)
    element = f'<script nonce="{nonce}">\n{script}</script>' if script else ""
    content = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>httpls</title>'
        f'<style nonce="{nonce}">{_STYLE}</style><h1>httpls</h1><p>{text}</p>{element}</html>\n'
    ).encode()
    policy = f"default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'none'; base-uri 'none'"
    if script:
        policy += f"; script-src 'nonce-{nonce}'; connect-src 'self'"
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(content)}\r\n"
        f"Content-Security-Policy: {policy}\r\n"
        "Cache-Control: no-store\r\n"
        "Referrer-Policy: no-referrer\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Connection: close\r\n"
        "\r\n"
    )
    return head.encode("ascii") + content


def _fragment_page() -> bytes:
    return _page(200, "One moment …", _SCRIPT)
