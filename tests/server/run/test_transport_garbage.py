"""Whatever a server sends, what comes of it is a response or a clear error."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.literal_server import Conversation, LiteralServer, serve
from tests.support.sending import outgoing, wire

from httpls.run.cancel import Cancel
from httpls.run.errors import TransportError
from httpls.run.exchange import ReceivedResponse
from httpls.run.wire import Limits, Route

HTTP1 = [
    b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 302 \r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 101 X\r\n", b"HTTP/2 200\r\n",
    b"HTTP/1.1 204\r\n", b"\r\n", b"\n", b"\0", b" ", b":", b"Content-Length: 5\r\n", b"Content-Length: -1\r\n",
    b"Content-Length: 99999999999999999999999\r\n", b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: gzip\r\n",
    b"Content-Encoding: gzip\r\n", b"Content-Encoding: br, zstd\r\n", b"Connection: close\r\n", b"5\r\nhello\r\n", b"0\r\n\r\n",
    b"ffffffffffffffffff\r\n", b"hello", b"\xff\xfe", b"Set-Cookie: a=b\r\n", b"X: " + b"y" * 3000 + b"\r\n", b" folded\r\n",
]  # fmt: skip
HTTP2 = [
    b"\x00\x00\x00\x04\x00\x00\x00\x00\x00", b"\x00\x00\x00\x04\x01\x00\x00\x00\x00", b"\x00\x00\x01\x01\x05\x00\x00\x00\x01\x88",
    b"\x00\x00\x01\x01\x04\x00\x00\x00\x01\x88", b"\x00\x00\x05\x00\x00\x00\x00\x00\x01hello", b"\x00\x00\x00\x00\x01\x00\x00\x00\x01",
    b"\x00\x00\x04\x03\x00\x00\x00\x00\x01\x00\x00\x00\x07", b"\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    b"\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00", b"\x00\x00\x08\x06\x00\x00\x00\x00\x0012345678",
    b"\xff\xff\xff\x00\x00\x00\x00\x00\x01", b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x05\x00\x00\x00\x01", b"\x00", b"HTTP/1.1 200\r\n",
]  # fmt: skip


def _outcome(server: LiteralServer, version: str, body: bytes | None) -> ReceivedResponse | TransportError:
    with wire() as made:
        request = outgoing(f"http://127.0.0.1:{server.port}/", "POST" if body is not None else "GET", body=body)
        try:
            limits = Limits(read=5, head=2000, encoded=10_000)
            return made.send(request, Route(version=version), limits, Cancel()).response
        except TransportError as error:
            return error


@pytest.mark.parametrize(("version", "alphabet"), [("auto", HTTP1), ("2", HTTP2)])
def test_garbage(version: str, alphabet: list[bytes]) -> None:
    answers: list[bytes] = []

    def handle(conversation: Conversation) -> None:
        conversation.some()
        conversation.send(answers[-1])

    pieces = st.lists(
        st.one_of(st.sampled_from(alphabet), st.sampled_from(alphabet), st.binary(max_size=5)), max_size=12
    )

    with serve(handle) as server:

        @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(pieces, st.sampled_from([None, b"", b"x" * 100]))
        def try_it(pieces: list[bytes], body: bytes | None) -> None:
            answers.append(b"".join(pieces))
            outcome = _outcome(server, version, body)
            if isinstance(outcome, TransportError):
                assert str(outcome)
                assert outcome.code
                assert outcome.unanswered is not None
            else:
                assert 100 <= outcome.head.status <= 999
                assert b"".join(outcome.content.chunks()) == outcome.content.read(1 << 20)

        try_it()
