"""https: what is told about a connection, why one cannot be secured, and HTTP/2."""

import ssl
from pathlib import Path

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived
from tests.support.certificates import Issued, authority, issue
from tests.support.http2_server import Answerer, Asked, plainly, speaking_http2
from tests.support.literal_server import Conversation, LiteralServer, answering, response, serve
from tests.support.sending import outgoing, send, text, wire

from httpls.run.cancel import Cancel
from httpls.run.errors import TlsError, TransportError
from httpls.run.exchange import ReceivedResponse
from httpls.run.wire import Limits, Route
from httpls_auth.errors import KeyMaterialError
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.tls.choice import ClientCertificate, TlsChoice

ROOT = authority()
LOCALHOST = issue("localhost", ROOT, hosts=("localhost", "127.0.0.1"))
LIMITS = Limits(connect=10, read=10)


def _context(folder: Path, issued: Issued, *protocols: str, chain: bytes = b"") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    file = folder / f"{issued.certificate.serial_number}.pem"
    file.write_bytes(issued.key_pem + issued.pem + chain)
    context.load_cert_chain(file)
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


def _trusting(folder: Path, *issued: Issued) -> TlsChoice:
    paths: list[str] = []
    for one in issued:
        path = folder / f"trusted-{one.certificate.serial_number}.pem"
        path.write_bytes(one.pem)
        paths.append(str(path))
    return TlsChoice(trust_anchors=tuple(paths), replaces_system=True)


def _url(server: LiteralServer, host: str = "localhost") -> str:
    return f"https://{host}:{server.port}/x"


def test_what_is_told_about_a_connection(tmp_path: Path) -> None:
    with serve(answering(response()), _context(tmp_path, LOCALHOST), "127.0.0.1") as server:
        got = send(outgoing(_url(server, "127.0.0.1")), Route(_trusting(tmp_path, ROOT)), LIMITS)
    assert text(got.response) == "ok"
    assert got.timing.tls is not None
    tls = got.connection.tls
    assert tls is not None
    assert (tls.version, tls.alpn, tls.is_verified, tls.client_certificate) == ("TLSv1.3", None, True, None)
    assert tls.cipher.startswith("TLS_")
    assert tls.peer_chain[0].subject == "CN=localhost"
    assert tls.peer_chain[0].issuer == "CN=Test Authority"
    assert set(tls.peer_chain[0].names) == {"localhost", "127.0.0.1"}


def test_the_certificate_of_the_server_can_be_bound_to(tmp_path: Path) -> None:
    with serve(answering(response()), _context(tmp_path, LOCALHOST)) as server, wire() as made:
        assert made.peer_certificate() is None
        made.send(outgoing(_url(server)), Route(_trusting(tmp_path, ROOT)), LIMITS, Cancel())
        assert made.peer_certificate() == LOCALHOST.der
    with serve(answering(response())) as server, wire() as made:
        made.send(outgoing(f"http://127.0.0.1:{server.port}/"), Route(), LIMITS, Cancel())
        assert made.peer_certificate() is None


def test_a_server_that_is_not_verified(tmp_path: Path) -> None:
    itself = issue("localhost", hosts=("localhost",))
    route = Route(TlsChoice(verify=False, verify_rule="`# @insecure` of line 1"))
    with serve(answering(response()), _context(tmp_path, itself)) as server:
        tls = send(outgoing(_url(server)), route, LIMITS).connection.tls
    assert tls is not None
    assert (tls.is_verified, tls.verify_rule) == (False, "`# @insecure` of line 1")
    assert tls.peer_chain[0].subject == "CN=localhost"


def _failure(server: LiteralServer, choice: TlsChoice, host: str = "localhost") -> TransportError:
    with pytest.raises(TransportError) as failed:
        send(outgoing(_url(server, host)), Route(choice), LIMITS)
    assert failed.value.remedy
    return failed.value


@pytest.mark.parametrize(
    ("issued", "host", "code", "part"),
    [
        (issue("localhost", hosts=("localhost",)), "localhost", "self-signed-certificate", "is self-signed"),
        (issue("x", authority("Other"), hosts=("localhost",)), "localhost", "unknown-authority", "not trusted"),
        (issue("x", ROOT, hosts=("example.com",)), "localhost", "wrong-host", "is for another host"),
        (issue("x", ROOT, hosts=("localhost",)), "127.0.0.1", "wrong-host", "is for another address"),
        (issue("x", ROOT, hosts=("localhost",), days=(-9, -1)), "localhost", "certificate-expired", "has expired"),
        (issue("x", ROOT, hosts=("localhost",), days=(1, 9)), "localhost", "certificate-not-yet-valid", "not valid yet"),
    ],
)  # fmt: skip
def test_a_certificate_that_cannot_be_trusted(tmp_path: Path, issued: Issued, host: str, code: str, part: str) -> None:
    with serve(answering(response()), _context(tmp_path, issued)) as server:
        failure = _failure(server, _trusting(tmp_path, ROOT), host)
    assert isinstance(failure, TlsError)
    assert failure.code == code
    assert f"the certificate of {host}:{server.port}" in str(failure)
    assert part in str(failure)


def test_a_chain_that_is_not_whole(tmp_path: Path) -> None:
    between = authority("Between", ROOT)
    leaf = issue("localhost", between, hosts=("localhost",))
    with serve(answering(response()), _context(tmp_path, leaf)) as server:
        assert _failure(server, _trusting(tmp_path, ROOT)).code == "unknown-authority"
    with serve(answering(response()), _context(tmp_path, leaf, chain=between.pem)) as server:
        got = send(outgoing(_url(server)), Route(_trusting(tmp_path, ROOT)), LIMITS)
    assert got.connection.tls is not None
    assert [facts.subject for facts in got.connection.tls.peer_chain] == ["CN=localhost", "CN=Between"]


def test_a_server_without_tls() -> None:
    with serve(answering(response(b"", [], "400 Bad Request"))) as server:

        def handle(conversation: Conversation) -> None:
            conversation.some()
            conversation.send(response(b"", [], "400 Bad Request"))

    with serve(handle) as server:
        failure = _failure(server, TlsChoice())
    assert failure.code == "no-tls"
    assert "does not speak TLS" in str(failure)


def test_no_common_version(tmp_path: Path) -> None:
    context = _context(tmp_path, LOCALHOST)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with serve(answering(response()), context) as server:
        failure = _failure(server, _trusting(tmp_path, ROOT)._replace(maximum_version="1.2"))
    assert failure.code == "no-common-tls-version"
    context = _context(tmp_path, LOCALHOST)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with serve(answering(response()), context) as server:
        failure = _failure(server, _trusting(tmp_path, ROOT)._replace(minimum_version="1.3"))
    assert failure.code == "no-common-tls-version"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_certificate_is_demanded(tmp_path: Path, version: ssl.TLSVersion) -> None:
    client = issue("client", ROOT)
    certificate, key = client.write(tmp_path, "client")
    context = _context(tmp_path, LOCALHOST)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=ROOT.pem.decode())
    context.maximum_version = version
    choice = _trusting(tmp_path, ROOT)
    with serve(answering(response()), context) as server:
        failure = _failure(server, choice)
        shown = ClientCertificate(str(certificate), str(key), rule="the test")
        tls = send(outgoing(_url(server)), Route(choice._replace(client_certificate=shown)), LIMITS).connection.tls
    assert failure.code in ("client-certificate-required", "handshake-failure")
    assert "client certificate" in str(failure)
    assert tls is not None
    assert tls.client_certificate is not None
    assert (tls.client_certificate.subject, tls.client_certificate_rule) == ("CN=client", "the test")


def test_a_client_certificate_that_is_not_accepted(tmp_path: Path) -> None:
    certificate, key = issue("client", authority("Other")).write(tmp_path, "client")
    context = _context(tmp_path, LOCALHOST)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=ROOT.pem.decode())
    choice = _trusting(tmp_path, ROOT)._replace(client_certificate=ClientCertificate(str(certificate), str(key)))
    with serve(answering(response()), context) as server:
        assert _failure(server, choice).code == "client-certificate-refused"


def test_a_client_certificate_that_cannot_be_read(tmp_path: Path) -> None:
    choice = TlsChoice(client_certificate=ClientCertificate(str(tmp_path / "missing.pem")))
    with serve(answering(response())) as server:
        with pytest.raises(KeyMaterialError):
            send(outgoing(_url(server)), Route(choice), LIMITS)
        assert server.connections == 0


def test_a_server_that_hangs_up_in_the_handshake() -> None:
    def handle(conversation: Conversation) -> None:
        conversation.exactly(5)

    with serve(handle) as server:
        failure = _failure(server, TlsChoice())
    assert failure.code == "handshake-failure"


def test_a_name_to_ask_for(tmp_path: Path) -> None:
    issued = issue("api", ROOT, hosts=("api.example.com",))
    with serve(answering(response()), _context(tmp_path, issued)) as server:
        choice = _trusting(tmp_path, ROOT)._replace(server_name="api.example.com")
        assert text(send(outgoing(_url(server)), Route(choice), LIMITS).response) == "ok"


def test_http2_is_spoken_where_both_can(tmp_path: Path) -> None:
    asked: list[Asked] = []
    context = _context(tmp_path, LOCALHOST, "h2", "http/1.1")
    with serve(speaking_http2(asked, plainly(b"hello", ("x-a", "1"))), context) as server, wire() as made:
        request = outgoing(
            _url(server), "POST", "X-Case: Ä", "Connection: keep-alive", "TE: trailers", "Keep-Alive: 5",
            "Transfer-Encoding: chunked", body=b"body" * 50_000,
        )  # fmt: skip
        route = Route(_trusting(tmp_path, ROOT))
        first, again = [made.send(request, route, LIMITS, Cancel()) for _ in range(2)]
    assert asked[0].fields == [
        (":method", "POST"), (":authority", f"localhost:{server.port}"), (":scheme", "https"), (":path", "/x"),
        ("x-case", "Ä"), ("te", "trailers"), ("content-length", "200000"),
    ]  # fmt: skip
    assert asked[0].body == b"body" * 50_000
    assert (text(first.response), first.response.head.value("x-a")) == ("hello", "1")
    assert (
        first.request.head
        == (
            f"POST /x HTTP/2\r\nHost: localhost:{server.port}\r\nX-Case: Ä\r\nTE: trailers\r\nContent-Length: 200000\r\n\r\n"
        ).encode()
    )
    assert first.response.raw_head == b"HTTP/2 200\r\ncontent-length: 5\r\nx-a: 1\r\n\r\n"
    assert (first.connection.http_version, again.connection.is_reused, server.connections) == ("2", True, 1)
    for phase in (first.timing.tls, first.timing.request, first.timing.first_byte, first.timing.download):
        assert phase is not None


def test_a_trusted_file_that_changes_makes_connections_new(tmp_path: Path) -> None:
    anchor = tmp_path / "anchors.pem"
    anchor.write_bytes(ROOT.pem)
    route = Route(TlsChoice(trust_anchors=(str(anchor),), replaces_system=True))
    with serve(answering(response()), _context(tmp_path, LOCALHOST)) as server, wire() as made:
        for _ in range(2):
            made.send(outgoing(_url(server)), route, LIMITS, Cancel())
        assert server.connections == 1
        anchor.write_bytes(authority("Other").pem)
        with pytest.raises(TlsError):
            made.send(outgoing(_url(server)), route, LIMITS, Cancel())


def test_http1_is_spoken_where_it_is_asked_for(tmp_path: Path) -> None:
    context = _context(tmp_path, LOCALHOST, "h2", "http/1.1")
    with serve(answering(response()), context) as server:
        got = send(outgoing(_url(server)), Route(_trusting(tmp_path, ROOT), version="1.1"), LIMITS)
    assert got.connection.tls is not None
    assert (got.connection.http_version, got.connection.tls.alpn) == ("1.1", "http/1.1")


def test_http2_without_tls() -> None:
    asked: list[Asked] = []
    with serve(speaking_http2(asked, plainly())) as server:
        got = send(outgoing(f"http://127.0.0.1:{server.port}/"), Route(version="2"), LIMITS)
    assert (text(got.response), got.connection.http_version) == ("ok", "2")


def test_http2_without_tls_where_it_is_not_spoken() -> None:
    def handle(conversation: Conversation) -> None:
        conversation.some()
        conversation.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    with serve(handle) as server, pytest.raises(TransportError) as failed:
        send(outgoing(f"http://127.0.0.1:{server.port}/"), Route(version="2"), LIMITS)
    assert failed.value.code == "no-http2"


def test_a_stream_that_is_reset_in_the_middle() -> None:
    def answer(state: H2Connection, asked: Asked) -> bool:
        state.send_headers(asked.stream, [(":status", "200")])
        state.send_data(asked.stream, b"half")
        state.reset_stream(asked.stream, 2)
        return True

    with serve(speaking_http2([], answer)) as server:
        got = send(outgoing(f"http://127.0.0.1:{server.port}/"), Route(version="2"), LIMITS)
    assert (text(got.response), got.response.is_complete) == ("half", False)


def _asked_in_http2(answer: Answerer, request: OutgoingRequest | None = None) -> ReceivedResponse:
    with serve(speaking_http2([], answer)) as server:
        asked = request or outgoing("http://127.0.0.1/")
        asked = asked._replace(origin=asked.origin._replace(port=server.port))
        return send(asked, Route(version="2"), LIMITS).response


def test_interim_responses_and_trailers_of_http2() -> None:
    def answer(state: H2Connection, asked: Asked) -> bool:
        state.send_headers(asked.stream, [(":status", "103"), ("link", "</a>")])
        state.send_headers(asked.stream, [(":status", "200")])
        state.send_data(asked.stream, b"body")
        state.send_headers(asked.stream, [("x-sum", "7")], end_stream=True)
        return True

    got = _asked_in_http2(answer)
    assert (got.head.status, text(got), got.is_complete) == (200, "body", True)
    assert [(one.status, one.fields) for one in got.interim] == [(103, (("link", "</a>"),))]
    assert got.trailers == (("x-sum", "7"),)


def test_an_answer_to_head_in_http2() -> None:
    def answer(state: H2Connection, asked: Asked) -> bool:
        state.send_headers(asked.stream, [(":status", "200"), ("content-length", "99")], end_stream=True)
        return True

    got = _asked_in_http2(answer, outgoing("http://127.0.0.1/", "HEAD"))
    assert (got.head.status, got.content.length, got.is_complete) == (200, 0, True)


def test_a_body_that_is_shorter_than_it_said_in_http2() -> None:
    def answer(state: H2Connection, asked: Asked) -> bool:
        state.send_headers(asked.stream, [(":status", "200"), ("content-length", "99")])
        state.send_data(asked.stream, b"half", end_stream=True)
        return True

    got = _asked_in_http2(answer)
    assert (got.content.length <= 4, got.is_complete) == (True, False)


def test_a_server_that_says_good_bye_before_it_looks_is_asked_again() -> None:
    asked: list[Asked] = []

    def answer(state: H2Connection, one: Asked) -> bool:
        if len(asked) == 2:
            state.close_connection(last_stream_id=1)
            return False
        return plainly()(state, one)

    with serve(speaking_http2(asked, answer)) as server, wire() as made:
        request = outgoing(f"http://127.0.0.1:{server.port}/", "POST", body=b"x")
        for _ in range(2):
            assert text(made.send(request, Route(version="2"), LIMITS, Cancel()).response) == "ok"
        assert (server.connections, len(asked)) == (2, 3)


def test_a_server_that_refuses_a_body_early_in_http2() -> None:
    def handle(conversation: Conversation) -> None:
        state = H2Connection(H2Configuration(client_side=False))
        state.initiate_connection()
        conversation.send(state.data_to_send())
        while data := conversation.some():
            for event in state.receive_data(data):
                if isinstance(event, RequestReceived):
                    # It gives no more room for the body: who waits for it waits for ever.
                    state.send_headers(event.stream_id, [(":status", "413")])
                    state.send_data(event.stream_id, b"too large", end_stream=True)
            conversation.send(state.data_to_send())

    with serve(handle) as server:
        request = outgoing(f"http://127.0.0.1:{server.port}/", "POST", body=b"x" * 10_000_000)
        got = send(request, Route(version="2"), LIMITS).response
    assert (got.head.status, text(got)) == (413, "too large")


def test_both_sides_send_at_a_time() -> None:
    """A server that sends the body back while it comes: nobody waits for the other to finish."""
    body = bytes(number % 251 for number in range(3_000_000))

    def echo(conversation: Conversation) -> None:
        conversation.head()
        conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body))
        done = 0
        while done < len(body):
            piece = conversation.some()
            done += len(piece)
            conversation.send(piece)

    with serve(echo) as server:
        got = send(outgoing(f"http://127.0.0.1:{server.port}/", "POST", body=body), Route(), LIMITS).response
    assert b"".join(got.content.chunks()) == body
    got.content.close()


def test_the_window_of_a_connection_is_never_used_up() -> None:
    def answer(state: H2Connection, asked: Asked) -> bool:
        state.send_headers(asked.stream, [(":status", "200")])
        state.send_data(asked.stream, bytes(1 << 14), end_stream=True)
        return True

    with serve(speaking_http2([], answer)) as server, wire() as made:
        for _ in range(1100):
            got = made.send(outgoing(f"http://127.0.0.1:{server.port}/"), Route(version="2"), LIMITS, Cancel()).response
            assert (got.content.length, got.is_complete) == (1 << 14, True)
        assert server.connections == 1
