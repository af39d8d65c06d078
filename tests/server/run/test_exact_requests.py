"""The exact bytes of a request: target, header fields, bodies; and what is refused because it cannot be sent."""

import os
import tracemalloc
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.support.literal_server import Conversation, LiteralServer, answering, response, serve
from tests.support.running import Project, project

from httpls.run.exchange import Outcome
from httpls_auth.values.value import MASK


@pytest.fixture
def server() -> Generator[LiteralServer]:
    with serve(answering(response(b"ok"))) as running:
        yield running


@pytest.fixture
def files(tmp_path: Path) -> Generator[Project]:
    with project(tmp_path, secrets={"key": "s3cret key/ü"}) as made:
        yield made


def _text(server: LiteralServer, text: str) -> str:
    return text.replace("{base}", f"http://127.0.0.1:{server.port}")


def _fields(request: bytes) -> list[str]:
    return request.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/", "/"),
        ("", "/"),
        ("?a=b", "/?a=b"),
        ("/a b/ü?q=x y&z=€", "/a%20b/%C3%BC?q=x%20y&z=%E2%82%AC"),
        ("/%20%C3%bc/100%/%zz", "/%20%C3%bc/100%25/%25zz"),
        ("/a/../b/./c//d", "/a/../b/./c//d"),
        ("/[a]?f[b]=1;2,3&x=(y)*'!~$@:", "/[a]?f[b]=1;2,3&x=(y)*'!~$@:"),
        ('/{a}|"<b>"`^\\c', "/%7Ba%7D%7C%22%3Cb%3E%22%60%5E%5Cc"),
        ("/a?b#fragment", "/a?b"),
        ("/a?b=http://x/y?z", "/a?b=http://x/y?z"),
        ("/{{$secret key}}", "/s3cret%20key/%C3%BC"),
        ("/{{%word}}", "/a%20b%2Fc%3F"),
    ],
)
def test_a_target(server: LiteralServer, files: Project, written: str, sent: str) -> None:
    result = files.result(_text(server, f"GET {{base}}{written}\n\n###\n@word = a b/c?\n"))
    assert result.outcome is Outcome.SENT, result.failures
    assert server.request.split(b" ")[1].decode() == sent
    assert "s3cret" not in result.shown_url


@pytest.mark.parametrize(
    ("written", "sent"), [("/a%zz|b\\c?d=e f", "/a%zz|b\\c?d=e%20f"), ("/ü", "/%C3%BC"), ("/100%", "/100%")]
)
def test_a_target_as_it_is_written(server: LiteralServer, files: Project, written: str, sent: str) -> None:
    files.run(_text(server, f"# @no-auto-encoding\nGET {{base}}{written}\n"))
    assert server.request.split(b" ")[1].decode() == sent


def test_header_fields_keep_order_case_and_repetition(server: LiteralServer, files: Project) -> None:
    text = "GET {base}/\nx-b: 1\nX-A:   2  \nx-b: 3\nX-Empty:\nX-Ü: ignored\n".replace("X-Ü: ignored\n", "X-Text: ü\n")
    files.run(_text(server, text))
    assert _fields(server.request) == [
        f"Host: 127.0.0.1:{server.port}", "x-b: 1", "X-A: 2", "x-b: 3", "X-Empty:", "X-Text: ü",
        "User-Agent: httpls/0.1.0", "Accept: */*", "Accept-Encoding: gzip, deflate, br, zstd",
    ]  # fmt: skip


def test_fields_that_the_author_writes_replace_the_usual_ones(server: LiteralServer, files: Project) -> None:
    files.run(_text(server, "GET {base}/\naccept: a/b\nuser-agent: me\nAccept-Encoding: identity\nhost: example.com\n"))
    assert _fields(server.request) == [
        "accept: a/b", "user-agent: me", "Accept-Encoding: identity", "host: example.com",
    ]  # fmt: skip


def test_cookie_lines_become_one(server: LiteralServer, files: Project) -> None:
    files.run(_text(server, "GET {base}/\nCookie: a=1\nX: y\nCookie: b=2\n"))
    assert "Cookie: a=1; b=2" in _fields(server.request)


def test_cookies_of_author_and_jar_go_together(files: Project) -> None:
    answer = response(fields=["Set-Cookie: sid=from-the-jar-1", "Set-Cookie: a=jar"])
    with serve(answering(answer, response())) as server:
        result = files.run(_text(server, "GET {base}/\n\n###\nGET {base}/\nCookie: a=mine\n")).results[1]
        assert "Cookie: a=mine; sid=from-the-jar-1" in _fields(server.requests[1])
        assert result.exchange.hops[0].cookies_sent == ("a", "sid")


def test_user_information_in_a_url_is_basic_authentication(server: LiteralServer, files: Project) -> None:
    files.run(f"GET http://me:p%40ss@127.0.0.1:{server.port}/\n")
    assert "Authorization: Basic bWU6cEBzcw==" in _fields(server.request)
    assert f"Host: 127.0.0.1:{server.port}" in _fields(server.request)


def test_fields_with_credentials_are_secret(server: LiteralServer, files: Project) -> None:
    text = "GET {base}/\nAuthorization: Bearer tok-1\nCookie: a=b\nX-Api-Key: k\nX-Other: plain\n"
    (hop,) = files.result(_text(server, text)).exchange.hops
    shown = {field.name: str(field.value) for field in hop.request.fields[1:5]}
    assert shown == {
        "Authorization": f"Bearer {MASK}", "Cookie": MASK, "X-Api-Key": MASK, "X-Other": "plain",
    }  # fmt: skip
    assert "Authorization: Bearer tok-1" in _fields(server.request)


def test_a_form_as_it_is_written(server: LiteralServer, files: Project) -> None:
    form = "Content-Type: application/x-www-form-urlencoded\n\na=b c&d=ü\n"
    files.run(_text(server, f"# @no-auto-encoding\nPOST {{base}}/\n{form}"))
    assert server.request.endswith("\r\n\r\na=b c&d=ü".encode())


def test_a_value_with_a_line_break_cannot_make_another_field(server: LiteralServer, files: Project) -> None:
    files.write("http-client.env.json", '{"dev": {"x": "a\\r\\nX-Evil: 1", "n": "X: 1\\r\\nX-Evil"}}')
    for text in ("GET {base}/\nX: {{x}}\n", "GET {base}/\n{{n}}: 1\n"):
        result = files.result(_text(server, text), environments=("dev",))
        assert (result.outcome, result.failures[0].code[:14]) == (Outcome.REFUSED, "invalid-header")
        assert result.failures[0].line == 2
    assert files.result(_text(server, "GET {base}/{{x}}\n"), environments=("dev",)).outcome is Outcome.SENT
    assert server.request.startswith(b"GET /a%0D%0AX-Evil:%201 HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("POST {base}/\n\n< ./nothing.json\n", "missing-body-file", 3),
        ("POST {base}/\n\n<@nonsense ./a.json\n", "unknown-encoding", 3),
        ("POST {base}/\n\n<@base64 ./a.json\n", "unknown-encoding", 3),
        ("POST {base}/\n\n<@ascii ./a.json\n", "wrong-body-encoding", 3),
        ("GET http://a:b:c/\n", "invalid-url", 1),
        ("# one\nGET ftp://localhost:21/\n", "unsupported-protocol", 2),
        ("GRAPHQL {base}/\n\nquery { a }\n\n{ nonsense\n", "graphql-variables", 1),
    ],
)
def test_bad_input_is_told_at_its_place(server: LiteralServer, files: Project, text: str, code: str, line: int) -> None:
    files.write("a.json", "ü")
    result = files.result(_text(server, text))
    assert result.outcome is Outcome.REFUSED
    assert code in [failure.code for failure in result.failures]
    assert [failure.line for failure in result.failures] == [line]
    assert all(failure.remedy for failure in result.failures)
    assert server.requests == []


def test_a_file_in_another_encoding_is_sent_as_text(server: LiteralServer, files: Project) -> None:
    files.write("a.txt", "{{x}} ü".encode("latin-1"))
    files.run(_text(server, "POST {base}/\n\n<@latin1 ./a.txt\n\n###\n@x = 1\n"))
    assert server.request.endswith("\r\n\r\n1 ü".encode())


def test_a_large_file_is_streamed_from_the_disk(files: Project) -> None:
    size = 40 << 20
    with (files.root / "large.bin").open("wb") as file:
        file.write(b"begin")
        file.truncate(size)
    seen: list[int] = []

    def handler(conversation: Conversation) -> None:
        conversation.head()
        tracemalloc.reset_peak()
        left = size - len(conversation.exactly(5))
        connection = conversation.connection()
        # What came together with the first bytes is already taken from the connection.
        left -= len(conversation.taken())
        while left:
            left -= len(connection.recv(65536))
        seen.append(size - left)
        conversation.send(response())

    with serve(handler) as server:
        tracemalloc.start()
        result = files.result(_text(server, "PUT {base}/\n\n< ./large.bin\n"))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert result.outcome is Outcome.SENT
    assert f"Content-Length: {size}" in _fields(server.request)
    assert seen == [size]
    assert peak < 20 << 20
    assert os.path.getsize(files.root / "large.bin") == size


def test_a_message_stream_of_chunks_has_no_length(server: LiteralServer, files: Project) -> None:
    files.run(_text(server, "POST {base}/\nTransfer-Encoding: chunked\n\nbody\n"))
    assert "Transfer-Encoding: chunked" in _fields(server.request)
    assert not any(field.lower().startswith("content-length") for field in _fields(server.request))
    assert b"4\r\nbody\r\n0\r\n\r\n" in server.request


@pytest.mark.parametrize(
    ("tag", "code"),
    [("# @timeout 50 ms", "read-timeout"), ("# @curl-max-time 0.05", "total-timeout")],
)
def test_time_limits_of_tags(files: Project, tag: str, code: str) -> None:
    def handler(conversation: Conversation) -> None:
        conversation.request()
        running.released.wait(5)

    with serve(handler) as running:
        result = files.result(_text(running, f"{tag}\nGET {{base}}/\n"))
        assert (result.outcome, result.failures[0].code) == (Outcome.FAILED, code)
        running.released.set()


def test_a_proxy_of_a_tag(server: LiteralServer, files: Project) -> None:
    proxy = f"http://127.0.0.1:{server.port}"
    files.run(f"# @proxy {proxy}\nGET http://example.com/a?b\n")
    assert server.request.startswith(b"GET http://example.com/a?b HTTP/1.1\r\nHost: example.com\r\n")
    files.write("httpls.toml", f'[proxy]\nurl = "{proxy}"\nbypass = ["127.0.0.1"]\n')
    files.run(f"GET http://example.org/\n\n###\n# @no-proxy\nGET {proxy}/direct\n\n###\nGET {proxy}/bypassed\n")
    starts = [request.split(b" HTTP")[0] for request in server.requests[1:]]
    assert starts == [b"GET http://example.org/", b"GET /direct", b"GET /bypassed"]
