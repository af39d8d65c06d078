"""How requests go through proxies, byte for byte, and what is said when one refuses."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.certificates import authority, issue
from tests.support.literal_server import Conversation, Handler, answering, response, serve
from tests.support.sending import outgoing, secret, send, text, value, wire

from httpls.run.cancel import Cancel
from httpls.run.errors import ProxyError, TlsError
from httpls.run.wire import Limits, Proxy, Route
from httpls_auth.tls.choice import TlsChoice
from httpls_auth.values.value import Value

ROOT = authority()
LOCALHOST = issue("localhost", ROOT, hosts=("localhost", "127.0.0.1"))
LIMITS = Limits(connect=10, read=10)
USER, PASSWORD = value("user"), secret("pässword")


def _tls(folder: Path) -> tuple[ssl.SSLContext, TlsChoice]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    file = folder / "server.pem"
    file.write_bytes(LOCALHOST.key_pem + LOCALHOST.pem)
    context.load_cert_chain(file)
    anchor = folder / "anchor.pem"
    anchor.write_bytes(ROOT.pem)
    return context, TlsChoice(trust_anchors=(str(anchor),), replaces_system=True)


def _answering_inside(tls: ssl.SSLContext, greet: Callable[[Conversation], None], seen: list[bytes]) -> Handler:
    """Return a handler that first talks as a proxy, and then answers as the server behind it."""

    def handle(conversation: Conversation) -> None:
        greet(conversation)
        inside = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = tls.wrap_bio(*inside, server_side=True)

        def step(function: Callable[[], bytes | None]) -> bytes | None:
            while True:
                try:
                    done = function()
                except ssl.SSLWantReadError:
                    conversation.send(inside[1].read())
                    data = conversation.some()
                    if not data:
                        return None
                    inside[0].write(data)
                else:
                    conversation.send(inside[1].read())
                    return done

        step(lambda: server.do_handshake())
        while request := step(lambda: server.read(65536)):
            seen.append(request)
            server.write(response(b"from behind"))
            conversation.send(inside[1].read())

    return handle


def test_plain_http_is_forwarded() -> None:
    with serve(answering(response(b"forwarded"))) as proxy, wire() as made:
        route = Route(proxy=Proxy("http", "127.0.0.1", proxy.port, USER, PASSWORD))
        for path in ("/a?b=c|d", "/"):
            got = made.send(outgoing(f"http://example.com{path}", "GET", "X: y"), route, LIMITS, Cancel())
            assert text(got.response) == "forwarded"
        assert proxy.requests == [
            f"GET http://example.com{path} HTTP/1.1\r\nHost: example.com\r\nX: y\r\n"
            "Proxy-Authorization: Basic dXNlcjpww6Rzc3dvcmQ=\r\n\r\n".encode()
            for path in ("/a?b=c|d", "/")
        ]  # fmt: skip
        assert proxy.connections == 1
        assert got.connection.proxy == f"http://127.0.0.1:{proxy.port}"
        assert got.request.head == proxy.requests[1]
        assert str(got.request.fields[-1].value) == "•••••"
        assert str(got.request.url) == "http://example.com/"


def test_credentials_that_are_written_by_hand_count() -> None:
    with serve(answering(response())) as proxy:
        route = Route(proxy=Proxy("http", "127.0.0.1", proxy.port, USER, PASSWORD))
        send(outgoing("http://example.com:8080/", "GET", "proxy-authorization: Digest x"), route, LIMITS)
        assert proxy.request == (
            b"GET http://example.com:8080/ HTTP/1.1\r\nHost: example.com:8080\r\nproxy-authorization: Digest x\r\n\r\n"
        )


def test_the_server_as_a_whole_through_a_proxy() -> None:
    with serve(answering(response())) as proxy:
        request = outgoing("http://example.com", "OPTIONS")._replace(target=value("*"))
        send(request, Route(proxy=Proxy("http", "127.0.0.1", proxy.port)), LIMITS)
        assert proxy.request.startswith(b"OPTIONS http://example.com HTTP/1.1\r\n")


def _tunnel(conversation: Conversation) -> None:
    conversation.head()
    conversation.send(b"HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n")


def test_https_goes_through_a_tunnel(tmp_path: Path) -> None:
    seen: list[bytes] = []
    context, choice = _tls(tmp_path)
    with serve(_answering_inside(context, _tunnel, seen)) as proxy, wire() as made:
        route = Route(choice, Proxy("http", "127.0.0.1", proxy.port, USER, PASSWORD))
        request = outgoing("https://localhost:4433/x", "GET", "Proxy-Authorization: Basic bXk6b3du", "A: b")
        got = made.send(request, route, LIMITS, Cancel())
        again = made.send(outgoing("https://localhost:4433/y"), route, LIMITS, Cancel())
        assert proxy.requests == [
            b"CONNECT localhost:4433 HTTP/1.1\r\nHost: localhost:4433\r\nProxy-Authorization: Basic bXk6b3du\r\n\r\n"
        ]
    assert seen == [
        b"GET /x HTTP/1.1\r\nHost: localhost:4433\r\nA: b\r\n\r\n",
        b"GET /y HTTP/1.1\r\nHost: localhost:4433\r\n\r\n",
    ]
    assert (text(got.response), text(again.response), again.connection.is_reused) == (
        "from behind",
        "from behind",
        True,
    )
    assert got.request.head == seen[0]
    assert got.response.raw_head == b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n"
    assert got.connection.tls is not None


def test_https_goes_through_a_proxy_with_tls(tmp_path: Path) -> None:
    seen: list[bytes] = []
    context, choice = _tls(tmp_path)
    with serve(_answering_inside(context, _tunnel, seen), context) as proxy:
        route = Route(choice, Proxy("https", "localhost", proxy.port))
        got = send(outgoing("https://localhost:4433/x", "POST", body=b"x" * 300_000), route, LIMITS)
    assert text(got.response) == "from behind"
    assert got.connection.tls is not None
    assert got.connection.tls.peer_chain[0].subject == "CN=localhost"


def test_a_proxy_is_verified_even_where_the_server_is_not(tmp_path: Path) -> None:
    context, _ = _tls(tmp_path)
    with serve(answering(response()), context) as proxy, pytest.raises(TlsError) as failed:
        send(outgoing("http://example.com/"), Route(TlsChoice(verify=False), Proxy("https", "localhost", proxy.port)))
    assert failed.value.code == "unknown-authority"


@pytest.mark.parametrize(
    ("answer", "has_user", "code", "part"),
    [
        (["Proxy-Authenticate: Basic realm=x"], False, "proxy-authentication-required", "a user name and a password"),
        (["Proxy-Authenticate: Basic realm=x"], True, "proxy-authentication-failed", "refused user name or password"),
        (["Proxy-Authenticate: NTLM", "Proxy-Authenticate: Negotiate"], True, "proxy-authentication-unsupported", "NTLM, Negotiate"),
        (['Proxy-Authenticate: Digest realm="x", nonce="y"'], True, "proxy-authentication-unsupported", "demands Digest"),
    ],
)  # fmt: skip
def test_a_proxy_that_demands_a_login(answer: list[str], has_user: bool, code: str, part: str) -> None:
    refusal = response(b"no", answer, "407 Proxy Authentication Required")
    with serve(answering(refusal)) as proxy:
        chosen = Proxy("http", "127.0.0.1", proxy.port, USER if has_user else None, rule="`proxy.url`")
        with pytest.raises(ProxyError) as failed:
            send(outgoing("https://localhost/"), Route(proxy=chosen), LIMITS)
    assert failed.value.code == code
    assert part in str(failed.value)
    assert f"127.0.0.1:{proxy.port}" in str(failed.value)
    assert failed.value.remedy


@pytest.mark.parametrize("status", ["403 Forbidden", "502 Bad Gateway", "200"])
def test_a_proxy_that_does_not_connect(status: str) -> None:
    answer = response(b"", [], status) if status != "200" else b"SOCKS? no.\r\n\r\n"
    with serve(answering(answer)) as proxy, pytest.raises(ProxyError) as failed:
        send(outgoing("https://localhost:4433/"), Route(proxy=Proxy("http", "127.0.0.1", proxy.port)), LIMITS)
    assert failed.value.code == ("no-http-proxy" if status == "200" else "proxy-refused")
    assert status == "200" or f"does not connect to localhost:4433: {status}" in str(failed.value)


def _socks(came: list[bytes], *steps: tuple[int, bytes]) -> Callable[[Conversation], None]:
    """Return what a SOCKS proxy says: it takes so many bytes and answers with these, step by step."""

    def talk(conversation: Conversation) -> None:
        for count, answer in steps:
            came.append(conversation.exactly(count))
            for byte in answer:
                conversation.send(bytes([byte]))

    return talk


CONNECTED = b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50"


@pytest.mark.parametrize(
    ("kind", "host", "addresses", "destination"),
    [
        ("socks5h", "api.example.com", (), b"\x03\x0fapi.example.com"),
        ("socks5h", "10.0.0.1", (), b"\x01\x0a\x00\x00\x01"),
        ("socks5h", "[2001:db8::1]", (), b"\x04\x20\x01\x0d\xb8" + bytes(11) + b"\x01"),
        ("socks5", "api.example.com", (("api.example.com", 80, "10.0.0.2"),), b"\x01\x0a\x00\x00\x02"),
    ],
)
def test_socks(kind: str, host: str, addresses: tuple[tuple[str, int, str], ...], destination: bytes) -> None:
    came: list[bytes] = []
    talk = _socks(came, (3, b"\x05\x00"), (3 + len(destination) + 2, CONNECTED))

    def handle(conversation: Conversation) -> None:
        talk(conversation)
        answering(response(b"behind"))(conversation)

    with serve(handle) as proxy:
        route = Route(proxy=Proxy(kind, "127.0.0.1", proxy.port), addresses=addresses)
        got = send(outgoing(f"http://{host}/"), route, LIMITS)
        assert proxy.request == f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    assert came == [b"\x05\x01\x00", b"\x05\x01\x00" + destination + b"\x00\x50"]
    assert (text(got.response), got.connection.proxy) == ("behind", f"{kind}://127.0.0.1:{proxy.port}")


def test_socks_with_a_login_and_tls(tmp_path: Path) -> None:
    came: list[bytes] = []
    seen: list[bytes] = []
    context, choice = _tls(tmp_path)
    login = b"\x01\x04user\x09p\xc3\xa4ssword"
    talk = _socks(came, (4, b"\x05\x02"), (len(login), b"\x01\x00"), (4 + 10 + 2, b"\x05\x00\x00\x03\x02ab\x00\x50"))
    with serve(_answering_inside(context, talk, seen)) as proxy:
        route = Route(choice, Proxy("socks5h", "127.0.0.1", proxy.port, USER, PASSWORD))
        got = send(outgoing("https://localhost:4433/"), route, LIMITS)
    assert text(got.response) == "from behind"
    assert came == [b"\x05\x02\x00\x02", login, b"\x05\x01\x00\x03\x09localhost\x11\x51"]


@pytest.mark.parametrize(
    ("steps", "has_user", "code", "part"),
    [
        ([(3, b"HT")], False, "no-socks-proxy", "does not speak SOCKS5"),
        ([(3, b"\x05\xff")], False, "proxy-authentication-required", "demands a user name"),
        ([(4, b"\x05\xff")], True, "proxy-authentication-required", "demands a user name"),
        ([(4, b"\x05\x02"), (16, b"\x01\x01")], True, "proxy-authentication-failed", "refused user name or password"),
        ([(3, b"\x05\x00"), (16, b"\x05\x05\x00\x01")], False, "proxy-refused", "localhost:80: connection refused"),
        ([(3, b"\x05\x00"), (16, b"\x05\x02\x00\x01")], False, "proxy-refused", "not allowed by its rules"),
        ([(3, b"\x05\x00"), (16, b"\x05\x99\x00\x01")], False, "proxy-refused", "error 153"),
        ([(3, b"\x05")], False, "proxy-failure", "closed the connection"),
    ],
)
def test_socks_that_refuses(steps: list[tuple[int, bytes]], has_user: bool, code: str, part: str) -> None:
    with serve(_socks([], *steps)) as proxy:
        chosen = Proxy("socks5h", "127.0.0.1", proxy.port, USER if has_user else None, PASSWORD)
        with pytest.raises(ProxyError) as failed:
            send(outgoing("http://localhost/"), Route(proxy=chosen), LIMITS)
    assert failed.value.code == code
    assert part in str(failed.value)
    assert failed.value.remedy


GRANTED = b"\x00\x5a" + bytes(6)


@pytest.mark.parametrize(
    ("kind", "host", "addresses", "user", "asked"),
    [
        ("socks4", "10.0.0.1", (), None, b"\x0a\x00\x00\x01\x00"),
        ("socks4", "10.0.0.1", (), USER, b"\x0a\x00\x00\x01user\x00"),
        ("socks4", "api.example.com", (("api.example.com", 80, "10.0.0.2"),), None, b"\x0a\x00\x00\x02\x00"),
        ("socks4a", "10.0.0.1", (), None, b"\x0a\x00\x00\x01\x00"),
        ("socks4a", "api.example.com", (), USER, b"\x00\x00\x00\x01user\x00api.example.com\x00"),
    ],
)
def test_socks_4(
    kind: str, host: str, addresses: tuple[tuple[str, int, str], ...], user: Value | None, asked: bytes
) -> None:
    came: list[bytes] = []
    expected = b"\x04\x01\x00\x50" + asked
    talk = _socks(came, (len(expected), GRANTED))

    def handle(conversation: Conversation) -> None:
        talk(conversation)
        answering(response(b"behind"))(conversation)

    with serve(handle) as proxy:
        route = Route(proxy=Proxy(kind, "127.0.0.1", proxy.port, user), addresses=addresses)
        got = send(outgoing(f"http://{host}/"), route, LIMITS)
    assert came == [expected]
    assert (text(got.response), got.connection.proxy) == ("behind", f"{kind}://127.0.0.1:{proxy.port}")


@pytest.mark.parametrize(
    ("host", "password", "answer", "code", "part"),
    [
        ("10.0.0.1", None, b"\x00\x5b" + bytes(6), "proxy-refused", "does not connect to 10.0.0.1:80: it refuses"),
        ("10.0.0.1", None, b"\x00\x5d" + bytes(6), "proxy-authentication-failed", "who the user is"),
        ("10.0.0.1", None, b"HTTP/1.1 400", "no-socks-proxy", "does not speak SOCKS4"),
        ("10.0.0.1", None, b"\x00", "proxy-failure", "closed the connection"),
        ("[2001:db8::1]", None, b"", "proxy-refused", "no IPv6 address, as 2001:db8::1 has"),
        ("10.0.0.1", PASSWORD, b"", "proxy-credentials", "no password"),
    ],
)
def test_socks_4_that_refuses(host: str, password: Value | None, answer: bytes, code: str, part: str) -> None:
    with serve(_socks([], *[(9, answer)] * bool(answer))) as proxy:
        chosen = Proxy("socks4", "127.0.0.1", proxy.port, None, password)
        with pytest.raises(ProxyError) as failed:
            send(outgoing(f"http://{host}/"), Route(proxy=chosen), LIMITS)
    assert failed.value.code == code
    assert part in str(failed.value)
    assert failed.value.remedy


def test_a_proxy_that_is_not_there() -> None:
    with serve(answering(response())) as server:
        closed = server.port
    with pytest.raises(ProxyError) as failed:
        send(outgoing("http://localhost/"), Route(proxy=Proxy("http", "127.0.0.1", closed, rule="`proxy.url`")), LIMITS)
    assert failed.value.code == "proxy-unreachable"
    assert f"the proxy of `proxy.url` cannot be reached: nothing listens at 127.0.0.1:{closed}" in str(failed.value)
