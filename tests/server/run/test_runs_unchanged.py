"""Files of other tools run unchanged: what a server receives, byte for byte.

The numbers are those of the checks that the dialects were compared by; number 7, handlers in JavaScript, is tested
with the scripts. `{port}` stands for the port of the server, and the fields that every request gets are left out.
"""

import ssl
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.support.certificates import authority, issue
from tests.support.literal_server import LiteralServer, answering, response, serve
from tests.support.running import Project, outcomes, project

from httpls.run.exchange import Outcome

_DEFAULTS = (b"User-Agent: ", b"Accept: */*", b"Accept-Encoding: ", b"Host: 127.0.0.1")


@pytest.fixture
def server() -> Generator[LiteralServer]:
    with serve(answering(response(b'{"token": "t-1"}', ["Content-Type: application/json"]))) as running:
        yield running


@pytest.fixture
def files(tmp_path: Path) -> Generator[Project]:
    with project(tmp_path) as made:
        yield made


def _received(server: LiteralServer, files: Project, text: str, **more: object) -> list[str]:
    """Run a file and return what the server received, without the default fields."""
    written = text.replace("{port}", str(server.port))
    report = files.run(written.encode(), **more)  # type: ignore[arg-type]
    assert {result.outcome for result in report.results} == {Outcome.SENT}, outcomes(report)
    return [_without_defaults(request) for request in server.requests]


def _without_defaults(request: bytes) -> str:
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(_DEFAULTS)]
    return (b"\r\n".join([*lines, b""]) + b"\r\n" + body).decode("utf-8", "surrogateescape")


def test_01_a_url_without_method_and_scheme(server: LiteralServer, files: Project) -> None:
    assert _received(server, files, "127.0.0.1:{port}/a\n") == ["GET /a HTTP/1.1\r\n\r\n"]


@pytest.mark.parametrize(
    "lines", ["\n  ?a=1\n  &b=2", "\n?a=1\n&b=2", "?a=1\n  &b=2", "\n  ?a=1&\n  b=2", "\n  # a comment\n  ?a=1\n  &b=2"]
)
def test_02_a_query_over_several_lines(server: LiteralServer, files: Project, lines: str) -> None:
    text = f"GET http://127.0.0.1:{{port}}/q{lines}\n"
    assert _received(server, files, text) == ["GET /q?a=1&b=2 HTTP/1.1\r\n\r\n"]


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Basic u p", "Basic dTpw"),
        ("Basic u:p:q", "Basic dTpwOnE="),
        ("Basic u p:q r", "Basic dTpwOnEgcg=="),
        ("Basic dTpw", "Basic dTpw"),
        ("Basic {{user}} {{password}}", "Basic dTpw"),
        ("Basic {{user}}:{{password}}", "Basic dTpw"),
        ("Basic {{pair}}", "Basic dTpw"),
    ],
)
def test_03_user_and_password(server: LiteralServer, files: Project, written: str, sent: str) -> None:
    text = f"@user = u\n@password = p\n@pair = u:p\nGET http://127.0.0.1:{{port}}/\nAuthorization: {written}\n"
    assert _received(server, files, text) == [f"GET / HTTP/1.1\r\nAuthorization: {sent}\r\n\r\n"]


def test_04_comments_in_json_are_no_part_of_it(server: LiteralServer, files: Project) -> None:
    text = (
        "POST http://127.0.0.1:{port}/\nContent-Type: application/json\n\n"
        '{\n  # a comment\n  // another\n  "a": "# no // comment"\n}\n'
    )
    assert _received(server, files, text) == [
        'POST / HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 28\r\n\r\n{\n  "a": "# no // comment"\n}'
    ]


@pytest.mark.parametrize(
    ("dialect", "body"),
    [("", "# heading\ntext"), ("# @dialect restclient\n", "text"), ("# @dialect jetbrains\n", "text")],
)
def test_05_headings_in_markdown(server: LiteralServer, files: Project, dialect: str, body: str) -> None:
    text = f"{dialect}POST http://127.0.0.1:{{port}}/\nContent-Type: text/markdown\n\n# heading\ntext\n"
    assert _received(server, files, text) == [
        f"POST / HTTP/1.1\r\nContent-Type: text/markdown\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ]


def test_06_a_value_of_an_earlier_response(server: LiteralServer, files: Project) -> None:
    text = (
        "GET http://127.0.0.1:{port}/me\nAuthorization: Bearer {{login.response.body.$.token}}\n\n"
        "### \n# @name login\nPOST http://127.0.0.1:{port}/login\n"
    )
    # The request that is referred to runs first, although it stands below.
    assert _received(server, files, text) == [
        "POST /login HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        "GET /me HTTP/1.1\r\nAuthorization: Bearer t-1\r\n\r\n",
    ]


def test_08_a_variable_that_is_defined_below_its_use(server: LiteralServer, files: Project) -> None:
    text = "GET http://127.0.0.1:{port}/{{x}}\n\n###\n@x = 1\n"
    assert _received(server, files, text) == ["GET /1 HTTP/1.1\r\n\r\n"]


@pytest.mark.parametrize(("dialect", "sent"), [("", "file"), ("# @dialect jetbrains\n", "environment")])
def test_09_a_name_in_file_and_environment(server: LiteralServer, files: Project, dialect: str, sent: str) -> None:
    files.write("http-client.env.json", '{"dev": {"x": "environment"}}')
    text = f"{dialect}@x = file\nGET http://127.0.0.1:{{port}}/{{{{x}}}}\n"
    assert _received(server, files, text, environments=("dev",)) == [f"GET /{sent} HTTP/1.1\r\n\r\n"]


@pytest.mark.parametrize(
    ("dialect", "reference", "sent"),
    [
        ("", "< ./a.json", "{{x}} ü\n"),
        ("", "<@ ./a.json", "1 ü\n"),
        ("# @dialect jetbrains\n", "< ./a.json", "1 ü\n"),
        ("# @dialect rest.nvim\n", "<@ ./a.json", "{{x}} ü\n"),
    ],
)
def test_10_a_body_file(server: LiteralServer, files: Project, dialect: str, reference: str, sent: str) -> None:
    files.write("a.json", "{{x}} ü\n")
    text = f"{dialect}@x = 1\nPOST http://127.0.0.1:{{port}}/\n\n{reference}\n"
    assert _received(server, files, text) == [f"POST / HTTP/1.1\r\nContent-Length: {len(sent.encode())}\r\n\r\n{sent}"]


def test_11_the_tag_names_a_request(server: LiteralServer, files: Project) -> None:
    text = "### Title\n# @name other\nGET http://127.0.0.1:{port}/\n".replace("{port}", str(server.port))
    assert [result.name for result in files.run(text).results] == ["other"]
    assert [result.name for result in files.run(text, "Title").results] == ["other"]
    assert [_without_defaults(request) for request in server.requests] == ["GET / HTTP/1.1\r\n\r\n"] * 2


def test_12_a_multipart_body_with_a_binary_file(server: LiteralServer, files: Project) -> None:
    image = bytes(range(256)) + b"\n\r\r\n\n"
    files.write("img.png", image)
    lines = [
        "POST http://127.0.0.1:{port}/", "Content-Type: multipart/form-data; boundary=b", "", "--b",
        'Content-Disposition: form-data; name="text"', "", "ä", "--b",
        'Content-Disposition: form-data; name="file"; filename="img.png"', "Content-Type: image/png", "",
        "< ./img.png", "--b--", "",
    ]  # fmt: skip
    expected = (
        b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xc3\xa4\r\n--b\r\n'
        b'Content-Disposition: form-data; name="file"; filename="img.png"\r\nContent-Type: image/png\r\n\r\n'
        + image
        + b"\r\n--b--\r\n"
    )
    for line_break in ("\r\n", "\n"):
        files.run(line_break.join(lines).replace("{port}", str(server.port)).encode())
    assert [request.partition(b"\r\n\r\n")[2] for request in server.requests] == [expected, expected]


def test_13_a_timestamp_is_in_seconds(server: LiteralServer, files: Project) -> None:
    (request,) = _received(server, files, "GET http://127.0.0.1:{port}/{{$timestamp}}\n")
    assert 1_700_000_000 < int(request.split(" ")[1][1:]) < 9_999_999_999


def test_14_a_self_signed_server_of_this_machine(tmp_path: Path) -> None:
    certificate, key = issue("localhost", authority(), hosts=("localhost",)).write(tmp_path, "server")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serve(answering(response()), tls=context) as server, project(tmp_path / "project") as files:
        text = f"GET https://localhost:{server.port}/\n"
        assert files.result(text).outcome is Outcome.SENT
        assert server.request.startswith(b"GET / HTTP/1.1\r\nHost: localhost:%d\r\n" % server.port)
        strict = files.result(f"# @dialect httpyac\n{text}")
        assert (strict.outcome, strict.failures[0].code) == (Outcome.FAILED, "unknown-authority")


def test_15_a_form_over_several_lines(server: LiteralServer, files: Project) -> None:
    text = (
        "POST http://127.0.0.1:{port}/\nContent-Type: application/x-www-form-urlencoded\n\n"
        "name=foo bar\n&password = a%20b+c\n&city=Zürich\n"
    )
    body = "name=foo%20bar&password=a%20b+c&city=Z%C3%BCrich"
    assert _received(server, files, text) == [
        f"POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 48\r\n\r\n{body}"
    ]


def test_16_an_example_of_a_response_is_not_sent(server: LiteralServer, files: Project) -> None:
    text = "POST http://127.0.0.1:{port}/\n\na=1\n\nHTTP/1.1 200 OK\nContent-Type: text/plain\n\nanswer\n"
    assert _received(server, files, text) == ["POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na=1"]


@pytest.mark.parametrize(
    "head", ["GRAPHQL http://127.0.0.1:{port}/", "POST http://127.0.0.1:{port}/\nX-REQUEST-TYPE: GraphQL"]
)
def test_17_graphql(server: LiteralServer, files: Project, head: str) -> None:
    text = head + '\n\nquery Hero($n: Int) {\n  hero(n: $n) { name }\n}\n\n{"n": {{n}}}\n\n###\n@n = 3\n'
    body = r'{"query":"query Hero($n: Int) {\n  hero(n: $n) { name }\n}","operationName":"Hero","variables":{"n":3}}'
    assert _received(server, files, text) == [
        f"POST / HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ]


@pytest.mark.parametrize("tag", ["# @no-redirect", "// @noRedirect", "#@no_redirect"])
def test_18_redirects_are_left_alone_on_request(files: Project, tag: str) -> None:
    with serve(answering(response(status="302 Found", fields=["Location: /there"]))) as server:
        result = files.result(f"{tag}\nGET http://127.0.0.1:{server.port}/here\n")
        assert result.exchange.response is not None
        assert result.exchange.response.head.status == 302
        assert _without_defaults(server.request) == "GET /here HTTP/1.1\r\n\r\n"


@pytest.mark.parametrize("tag", ["# @no-cookie-jar", "// @noCookieJar"])
def test_18_cookies_are_left_alone_on_request(files: Project, tag: str) -> None:
    with serve(answering(response(fields=["Set-Cookie: sid=1"]))) as server:
        url = f"http://127.0.0.1:{server.port}"
        files.run(f"{tag}\nGET {url}/1\n\n###\nGET {url}/2\n\n###\n{tag}\nGET {url}/3\n\n###\nGET {url}/4\n")
        assert [_without_defaults(request) for request in server.requests] == [
            "GET /1 HTTP/1.1\r\n\r\n",
            "GET /2 HTTP/1.1\r\n\r\n",
            "GET /3 HTTP/1.1\r\n\r\n",
            "GET /4 HTTP/1.1\r\nCookie: sid=1\r\n\r\n",
        ]


def test_19_a_response_is_saved(files: Project) -> None:
    with serve(answering(response(b"one"), response(b"two"), response(b"three"))) as server:
        request = f"GET http://127.0.0.1:{server.port}/\n\n"
        report = files.run(f"{request}>> out.json\n\n###\n{request}>> out.json\n\n###\n{request}>>! out.json\n")
        saved = [Path(name).name for result in report.results for name in result.saved]
        assert saved == ["out.json", "out-1.json", "out.json"]
        assert (files.root / "out.json").read_bytes() == b"three"
        assert (files.root / "out-1.json").read_bytes() == b"two"
        # Other tools would send the line as a body.
        assert [_without_defaults(one) for one in server.requests] == ["GET / HTTP/1.1\r\n\r\n"] * 3


def test_20_a_curl_command(server: LiteralServer, files: Project) -> None:
    text = (
        "curl -X PUT 'http://127.0.0.1:{port}/a?b=c' -H 'X-A: 1' \\\n  -u me:secret -b sid=7 --data-raw 'a=1' -d b=2\n"
    )
    (request,) = _received(server, files, text)
    head, _, body = request.partition("\r\n\r\n")
    start, *fields = head.split("\r\n")
    assert (start, sorted(fields), body) == (
        "PUT /a?b=c HTTP/1.1",
        [
            "Authorization: Basic bWU6c2VjcmV0", "Content-Length: 7",
            "Content-Type: application/x-www-form-urlencoded", "Cookie: sid=7", "X-A: 1",
        ],
        "a=1&b=2",
    )  # fmt: skip
