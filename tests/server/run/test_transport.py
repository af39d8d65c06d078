"""What goes over the wire, byte for byte, and what is made of what comes back."""

import threading
from collections.abc import Iterator

import pytest
from tests.support.literal_server import Conversation, answering, response, serve
from tests.support.sending import USUAL, outgoing, send, text, value, wire

from httpls.run.cancel import Cancel
from httpls.run.errors import RefusedError, TimedOutError, TooLargeError, TransportError
from httpls.run.exchange import ReceivedResponse
from httpls.run.wire import Limits, Route
from httpls_auth.errors import BodyChangedError
from httpls_auth.schemes.message import MemoryBody, OutgoingRequest

NO_LIMITS = Limits()


def _sent(method: str = "GET", target: str = "/", *fields: str, body: bytes | None = None, version: str = "1.1") -> str:
    """Return the bytes that a server received, with `PORT` for its port."""
    with serve(answering(response())) as server:
        request = outgoing(f"http://127.0.0.1:{server.port}{target}", method, *fields, body=body)
        received = send(request, Route(version=version))
        assert received.request.head + (body or b"") == server.request or "chunked" in "".join(fields)
        return server.request.decode("utf-8").replace(str(server.port), "PORT")


@pytest.mark.parametrize(
    ("method", "target", "fields", "body", "sent"),
    [
        pytest.param("GET", "/", [], None, "GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n", id="nothing is added"),
        pytest.param(
            "GET", "/a/../b//c/%zz?q={x}|[1]&&a=%2f%2F;'\"", [], None,
            "GET /a/../b//c/%zz?q={x}|[1]&&a=%2f%2F;'\" HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n", id="the target as it is",
        ),
        pytest.param(
            "pUrGe", "/", ["x-B: 1", "X-a: 2", "HOST: example.com", "X-A: 3", "x-empty:"], None,
            "pUrGe / HTTP/1.1\r\nx-B: 1\r\nX-a: 2\r\nHOST: example.com\r\nX-A: 3\r\nx-empty:\r\n\r\n",
            id="case, order and repetition as they are",
        ),
        pytest.param(
            "GET", "/", ["X-Name: Zoë 中"], None,
            "GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nX-Name: Zoë 中\r\n\r\n", id="UTF-8 in a field",
        ),
        pytest.param(
            "POST", "/", ["A: 1"], b"body",
            "POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nA: 1\r\nContent-Length: 4\r\n\r\nbody", id="the length is added",
        ),
        pytest.param(
            "POST", "/", ["Content-Length: 99", "A: 1", "content-length: 3"], b"body",
            "POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: 4\r\nA: 1\r\n\r\nbody", id="a wrong length is put right",
        ),
        pytest.param(
            "POST", "/", ["Transfer-Encoding: chunked", "Content-Length: 4"], b"body",
            "POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
            id="chunks never stand beside a length",
        ),
        pytest.param(
            "POST", "/", [], None,
            "POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: 0\r\n\r\n", id="a POST says that it has no body",
        ),
        pytest.param(
            "GET", "/", [], b"x",
            "GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: 1\r\n\r\nx", id="a GET may have a body",
        ),
    ],
)  # fmt: skip
def test_a_request_as_it_is_sent(method: str, target: str, fields: list[str], body: bytes | None, sent: str) -> None:
    assert _sent(method, target, *fields, body=body) == sent


def test_a_request_about_the_server_as_a_whole() -> None:
    with serve(answering(response())) as server:
        send(outgoing(f"http://127.0.0.1:{server.port}", "OPTIONS")._replace(target=value("*")))
        assert server.request.startswith(b"OPTIONS * HTTP/1.1\r\n")


def test_http_1_0_has_neither_chunks_nor_a_second_request() -> None:
    with serve(answering(response(), response())) as server, wire() as made:
        for _ in range(2):
            request = outgoing(
                f"http://127.0.0.1:{server.port}/", "POST", "Host: a", "Transfer-Encoding: chunked", body=b"body"
            )
            made.send(request, Route(version="1.0"), NO_LIMITS, Cancel())
        assert server.requests == [b"POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"] * 2
        assert server.connections == 2


@pytest.mark.parametrize(
    ("method", "target", "fields", "code"),
    [
        ("GET /x", "/", [], "bad-method"),
        ("", "/", [], "bad-method"),
        ("GET", "/a b", [], "bad-request-target"),
        ("GET", "/a\r\nX: y", [], "bad-request-target"),
        ("GET", "a", [], "bad-request-target"),
        ("GET", "/\ud800", [], "bad-request-target"),
        ("GET", "/", ["X: a\r\nY: b"], "bad-field-value"),
        ("GET", "/", ["X: a\nY"], "bad-field-value"),
        ("GET", "/", ["X: a\0"], "bad-field-value"),
        ("GET", "/", ["X Y: a"], "bad-field-name"),
        ("GET", "/", ["Ä: a"], "bad-field-name"),
        ("GET", "/", ["Host: a", "host: b"], "several-hosts"),
        ("POST", "/", ["Transfer-Encoding: gzip"], "bad-transfer-encoding"),
    ],
)
def test_what_http_cannot_say_is_refused_before_anything_is_sent(
    method: str, target: str, fields: list[str], code: str
) -> None:
    with serve(answering(response())) as server:
        request = outgoing(f"http://127.0.0.1:{server.port}/", method, *fields)
        with pytest.raises(RefusedError) as refused:
            send(request._replace(target=value(target)))
        assert refused.value.code == code
        assert refused.value.remedy
        assert server.connections == 0


def test_connections_are_kept() -> None:
    with serve(answering(response(b"1"), response(b"2"))) as server, wire() as made:
        answers = [
            made.send(outgoing(f"http://127.0.0.1:{server.port}/"), Route(), NO_LIMITS, Cancel()) for _ in range(3)
        ]
        assert [text(answer.response) for answer in answers] == ["1", "2", "2"]
        assert [answer.connection.is_reused for answer in answers] == [False, True, True]
        assert server.connections == 1


def test_each_route_has_connections_of_its_own() -> None:
    with serve(answering(response())) as server, wire() as made:
        for pin in (None, "alice", "bob", "alice", None):
            made.send(outgoing(f"http://127.0.0.1:{server.port}/"), Route(pin=pin), NO_LIMITS, Cancel())
        assert server.connections == 3


def test_a_connection_that_was_closed_meanwhile_is_not_used_again() -> None:
    closed: list[threading.Event] = []

    def handle(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(response())
        conversation.connection().close()
        closed[-1].set()

    with serve(handle) as server, wire() as made:
        for method in ("GET", "POST", "GET"):
            closed.append(threading.Event())
            request = outgoing(f"http://127.0.0.1:{server.port}/", method)
            assert text(made.send(request, Route(), NO_LIMITS, Cancel()).response) == "ok"
            assert closed[-1].wait(10)
        assert server.connections == 3


def _closing_at_the_second_request(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(response())
    conversation.request()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_a_dead_connection_is_replaced_where_that_is_safe(method: str) -> None:
    with serve(_closing_at_the_second_request) as server, wire() as made:
        for _ in range(2):
            made.send(outgoing(f"http://127.0.0.1:{server.port}/", method), Route(), NO_LIMITS, Cancel())
        assert server.connections == 2
        assert len(server.requests) == 3


def test_a_post_waits_a_moment_for_a_server_that_closes_without_saying_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("httpls.run.transport.connection._MOMENT", 10.0)

    def handle(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(response())

    with serve(handle) as server, wire() as made:
        for _ in range(5):
            made.send(outgoing(f"http://127.0.0.1:{server.port}/", "POST"), Route(), NO_LIMITS, Cancel())
        assert (server.connections, len(server.requests)) == (5, 5)


def test_a_post_on_a_dead_connection_is_not_repeated() -> None:
    with serve(_closing_at_the_second_request) as server, wire() as made:
        request = outgoing(f"http://127.0.0.1:{server.port}/", "POST")
        made.send(request, Route(), NO_LIMITS, Cancel())
        with pytest.raises(TransportError, match="not known whether the POST request was carried out") as failed:
            made.send(request, Route(), NO_LIMITS, Cancel())
        assert failed.value.code == "no-response"
        assert len(server.requests) == 2


def test_a_post_with_an_idempotency_key_is_repeated() -> None:
    with serve(_closing_at_the_second_request) as server, wire() as made:
        request = outgoing(f"http://127.0.0.1:{server.port}/", "POST", "Idempotency-Key: 1")
        for _ in range(2):
            made.send(request, Route(), NO_LIMITS, Cancel())
        assert len(server.requests) == 3


def _answered(answer: bytes, method: str = "GET", limits: Limits = USUAL) -> ReceivedResponse:
    def handle(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(answer)

    with serve(handle) as server:
        return send(outgoing(f"http://127.0.0.1:{server.port}/", method), limits=limits).response


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\nall of it", 200, "all of it", id="up to the end of the connection"),
        pytest.param(b"HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx", 200, "x", id="no reason"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", 204, "", id="no content"),
        pytest.param(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, "", id="a length without a body"),
        pytest.param(b"HTTP/1.1 200 OK\nContent-Length: 1\n\nx", 200, "x", id="bare line feeds"),
        pytest.param(b"HTTP/1.1 299 What Ever\r\nContent-Length: 0\r\n\r\n", 299, "", id="an unknown status"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 200, "abcde",
            id="chunks",
        ),
        pytest.param(
            b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x",
            id="interim responses",
        ),
    ],
)  # fmt: skip
def test_a_response(answer: bytes, status: int, body: str) -> None:
    got = _answered(answer)
    assert (got.head.status, text(got), got.is_complete) == (status, body, True)


def test_the_version_is_that_of_the_answer() -> None:
    with serve(answering(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")) as server:
        assert send(outgoing(f"http://127.0.0.1:{server.port}/")).connection.http_version == "1.0"


def test_an_answer_to_head_has_no_body() -> None:
    got = _answered(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nContent-Encoding: gzip\r\n\r\n", "HEAD")
    assert (got.content.length, got.is_complete, got.decoding_error) == (0, True, None)


def test_the_head_of_a_response_is_kept_byte_for_byte() -> None:
    got = _answered(
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        b"HTTP/1.1 200 Fine\r\nx-B:  1 \r\nX-b: \xe4\r\nContent-Length: 2\r\nTransfer-encoding: chunked\r\n\r\n"
        b"2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n"
    )
    assert got.raw_head == (
        b"HTTP/1.1 200 Fine\r\nx-B:  1 \r\nX-b: \xe4\r\nContent-Length: 2\r\nTransfer-encoding: chunked\r\n\r\n"
    )
    assert got.head.reason == "Fine"
    assert got.head.fields == (("x-B", "1"), ("X-b", "ä"), ("Content-Length", "2"), ("Transfer-encoding", "chunked"))
    assert [(one.status, one.fields) for one in got.interim] == [(103, (("Link", "</a>"),))]
    assert got.trailers == (("X-Sum", "7"),)
    assert text(got) == "ok"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "half"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n5\r\nx", "halfx"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nrubbish\r\n", "half"),
    ],
)
def test_what_came_of_a_body_that_was_broken_off_is_kept(answer: bytes, body: str) -> None:
    got = _answered(answer)
    assert (text(got), got.is_complete) == (body, False)


@pytest.mark.parametrize(
    ("answer", "code", "part"),
    [
        (b"", "no-response", "closed the connection without an answer"),
        (b"HTTP/1.1 200 OK\r\nX: ", "no-response", "in the middle of the response's header fields"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "bad-response", "begins with b'SSH-2.0-OpenSSH_9.2"),
        (b"HTTP/1.1 abc\r\n\r\n", "bad-response", "illegal status line"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "bad-response", "Content-Length"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "speaks-tls", "speaks TLS at this port"),
        (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03", "speaks-http2", "speaks only HTTP/2"),
    ],
)
def test_what_is_no_http_is_told(answer: bytes, code: str, part: str) -> None:
    with pytest.raises(TransportError) as failed:
        _answered(answer)
    assert failed.value.code == code
    assert part in str(failed.value)
    assert failed.value.remedy


def test_a_huge_head_is_refused() -> None:
    with pytest.raises(TooLargeError) as failed:
        _answered(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", limits=Limits(head=100_000))
    assert failed.value.code == "head-too-large"
    assert _answered(response(fields=["X: " + "x" * 200_000])).head.value("X") == "x" * 200_000


def test_a_body_that_is_too_long_is_refused() -> None:
    with pytest.raises(TooLargeError) as failed:
        _answered(response(b"x" * 100_001), limits=Limits(encoded=100_000))
    assert failed.value.code == "response-too-large"
    assert _answered(response(b"x" * 100_000), limits=Limits(encoded=100_000)).content.length == 100_000


def test_what_comes_after_a_response_is_not_taken_for_the_next_one() -> None:
    with serve(answering(response(b"1") + response(b"injected"), response(b"2"))) as server, wire() as made:
        for _ in range(2):
            got = made.send(outgoing(f"http://127.0.0.1:{server.port}/"), Route(), NO_LIMITS, Cancel())
            assert text(got.response) == "1"
        assert server.connections == 2


def test_a_server_that_answers_before_the_body_is_sent() -> None:
    def handle(conversation: Conversation) -> None:
        conversation.head()
        conversation.send(response(b"too large", ["Connection: close"], "413 Content Too Large"))
        conversation.wait_for_end()

    with serve(handle) as server:
        request = outgoing(f"http://127.0.0.1:{server.port}/", "POST", body=_Endless())
        got = send(request)
        assert (got.response.head.status, text(got.response)) == (413, "too large")


def test_a_server_that_closes_while_it_is_sent_a_body() -> None:
    def handle(conversation: Conversation) -> None:
        conversation.head()
        conversation.reset()

    with serve(handle) as server, pytest.raises(TransportError) as failed:
        send(outgoing(f"http://127.0.0.1:{server.port}/", "POST", body=_Endless()))
    assert failed.value.code in ("connection-lost", "no-response")


class _Endless:
    """A body that is far too long for the buffers of any socket."""

    length = 1 << 30
    labels = MemoryBody(b"").labels

    def chunks(self) -> Iterator[bytes]:
        while True:
            yield bytes(1 << 16)


def test_the_body_waits_for_100_continue() -> None:
    def handle(conversation: Conversation) -> None:
        conversation.head()
        conversation.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        assert conversation.exactly(4) == b"body"
        conversation.send(response())

    with serve(handle) as server:
        got = send(outgoing(f"http://127.0.0.1:{server.port}/", "POST", "Expect: 100-continue", body=b"body"))
        assert text(got.response) == "ok"
        assert [one.status for one in got.response.interim] == [100]


def test_the_body_is_kept_back_if_the_server_refuses() -> None:
    came: list[bytes] = []

    def handle(conversation: Conversation) -> None:
        conversation.head()
        conversation.send(response(b"no", ["Connection: close"], "417 Expectation Failed"))
        came.append(conversation.exactly(1))

    with serve(handle) as server:
        got = send(outgoing(f"http://127.0.0.1:{server.port}/", "POST", "Expect: 100-continue", body=b"body"))
        assert got.response.head.status == 417
    assert came == [b""]


class _Shorter:
    length = 4
    labels = MemoryBody(b"").labels

    def chunks(self) -> Iterator[bytes]:
        yield b"abc"


def test_a_body_that_is_not_as_long_as_it_said_is_an_error() -> None:
    with serve(answering(response())) as server, pytest.raises(BodyChangedError):
        send(outgoing(f"http://127.0.0.1:{server.port}/", "POST", body=_Shorter()))


def test_a_failure_tells_how_far_it_went() -> None:
    def handle(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(b"HTTP/1.1 200 OK\r\nX: ")

    with serve(handle) as server, pytest.raises(TransportError) as failed:
        send(outgoing(f"http://127.0.0.1:{server.port}/"))
    unanswered = failed.value.unanswered
    assert unanswered is not None
    assert unanswered.request.head == server.request
    assert unanswered.received == b"HTTP/1.1 200 OK\r\nX: "
    assert unanswered.connection is not None
    assert unanswered.connection.remote_address == f"127.0.0.1:{server.port}"
    assert unanswered.timing.first_byte is not None
    with pytest.raises(TransportError) as failed:
        send(outgoing("http://no-such-host.invalid/"))
    assert failed.value.unanswered is not None
    assert (failed.value.unanswered.request.head, failed.value.unanswered.connection) == (b"", None)


def test_silence_has_a_limit() -> None:
    def handle(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(b"HTTP/1.1 200 OK\r\n")
        conversation.wait_for_end()

    with serve(handle) as server, pytest.raises(TimedOutError) as failed:
        send(outgoing(f"http://127.0.0.1:{server.port}/"), limits=Limits(read=0.05))
    assert failed.value.code == "read-timeout"
    assert f"127.0.0.1:{server.port} sent nothing for 0.05 s" in str(failed.value)


def test_the_whole_has_a_limit_even_if_something_comes_all_the_time() -> None:
    def handle(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            conversation.send(b"x")

    with serve(handle) as server, pytest.raises(TimedOutError) as failed:
        send(outgoing(f"http://127.0.0.1:{server.port}/"), limits=Limits(read=5, total=0.1))
    assert failed.value.code == "total-timeout"


def test_a_host_that_is_not_there() -> None:
    with pytest.raises(TransportError) as failed:
        send(outgoing("http://no-such-host.invalid/"))
    assert failed.value.code == "host-not-found"
    with serve(answering(response())) as server:
        closed = server.port
    with pytest.raises(TransportError) as failed:
        send(outgoing(f"http://127.0.0.1:{closed}/"))
    assert failed.value.code == "connection-refused"
    assert str(closed) in str(failed.value)


def test_an_address_given_by_hand() -> None:
    with serve(answering(response())) as server:
        request: OutgoingRequest = outgoing(f"http://api.example.com:{server.port}/")
        got = send(request, Route(addresses=(("api.example.com", server.port, "127.0.0.1"),)))
        assert got.connection.remote_address == f"127.0.0.1:{server.port}"
        assert f"Host: api.example.com:{server.port}\r\n".encode() in server.request


def test_ipv6() -> None:
    with serve(answering(response()), host="::1") as server:
        got = send(outgoing(f"http://[::1]:{server.port}/"))
        assert got.connection.remote_address == f"[::1]:{server.port}"
        assert f"Host: [::1]:{server.port}\r\n".encode() in server.request


def test_phases_are_timed() -> None:
    with serve(answering(response())) as server, wire() as made:
        request = outgoing(f"http://localhost:{server.port}/")
        first = made.send(request, Route(), NO_LIMITS, Cancel()).timing
        again = made.send(request, Route(), NO_LIMITS, Cancel()).timing
    for phase in (first.dns, first.connect, first.request, first.first_byte, first.download):
        assert phase is not None
        assert 0 <= phase <= first.total
    assert (first.tls, again.dns, again.connect) == (None, None, None)


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int | None]] = []
    with serve(answering(response(b"x" * 5_000_000))) as server, wire() as made:
        got = made.send(
            outgoing(f"http://127.0.0.1:{server.port}/", "POST", body=b"y" * 10),
            Route(),
            NO_LIMITS,
            Cancel(),
            lambda phase, done, total: told.append((phase, done, total)),
        )
        got.response.content.close()
    assert told[0][0] == "connect"
    assert all(total in (None, 10, 5_000_000) for _, _, total in told)
