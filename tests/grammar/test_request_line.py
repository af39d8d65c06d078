"""Request lines: method, target over several lines, version."""

import pytest
from tests.support.outline import headers, nodes, problems, requests

from httpls_grammar import parse


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("GET https://example.com", "GET https://example.com"),
        ("get https://example.com", "GET https://example.com"),
        ("Post https://example.com", "POST https://example.com"),
        ("GET   https://example.com", "GET https://example.com"),
        (" GET https://example.com", "GET https://example.com"),
        ("PROPFIND /dav/", "PROPFIND /dav/"),
        ("VERSION-CONTROL /x", "VERSION-CONTROL /x"),
        ("QUERY /contacts", "QUERY /contacts"),
        ("PURGE https://cdn.example.com/x", "PURGE https://cdn.example.com/x"),
        ("GRAPHQL https://example.com/graphql", "GRAPHQL https://example.com/graphql"),
        ("GRPC localhost:8080/Service/Method", "GRPC localhost:8080/Service/Method"),
        ("WEBSOCKET ws://localhost/ws", "WEBSOCKET ws://localhost/ws"),
        ("WSS wss://localhost/ws", "WSS wss://localhost/ws"),
        ("SSE https://example.com/events", "SSE https://example.com/events"),
        ("MQTT tcp://broker.example.com", "MQTT tcp://broker.example.com"),
        ("OPTIONS *", "OPTIONS *"),
        ("GET {{host}}/a?b={{c d}}", "GET {{host}}/a?b={{c d}}"),
        ("GET {{skillname}", "GET {{skillname}"),
        ("GET <PROJECT_ID>/x", "GET <PROJECT_ID>/x"),
        ("GET localhost:8080//path", "GET localhost:8080//path"),
        ("GET http://a/?q=a b&$filter=parent_ID eq null", "GET http://a/?q=a b&$filter=parent_ID eq null"),
        ("https://example.com/x", "GET https://example.com/x"),
        ("localhost:9200/x", "GET localhost:9200/x"),
        ("{{host}}:{{port}}/x", "GET {{host}}:{{port}}/x"),
        ("{{baseUrl}}/x", "GET {{baseUrl}}/x"),
        ("example.com", "GET example.com"),
        ("[::1]:8080/x", "GET [::1]:8080/x"),
        ("/path", "GET /path"),
        ("NOP", "NOP "),
    ],
)  # fmt: skip
def test_a_request_line(line: str, expected: str) -> None:
    document = parse(line)
    assert requests(document) == ["1 " + expected]
    assert [problem.code for problem in document.problems if problem.code != "unclosed-template"] == []


@pytest.mark.parametrize("line", ["Some heading", "Get started with this", "NOT A METHOD", "key value"])
def test_prose_before_a_request_is_no_request(line: str) -> None:
    document = parse(f"{line}\nGET /a\n")
    assert requests(document) == ["2 GET /a"]
    assert problems(document) == [f"1:1 line-before-request '{line}'"]


@pytest.mark.parametrize(
    ("text", "version"),
    [("GET /a HTTP/1.1", "1.1"), ("GET /a HTTP/2", "2"), ("/a HTTP/3", "3"), ("GET /a\n  HTTP/2\n", "2"),
     ("GET /a", None), ("GET /a\n  /b HTTP/1.0\nX: 1", "1.0"), ("GET /aHTTP/1.1", None)],
)  # fmt: skip
def test_the_version_stands_after_the_target_or_on_a_line_of_its_own(text: str, version: str | None) -> None:
    assert parse(text).requests[0].version == version


@pytest.mark.parametrize(
    "text",
    [
        "GET https://example.com/a\n    ?b=1\n    &c=2\nX: 1\n",  # JetBrains
        "GET https://example.com/a\n?b=1\n&c=2\nX: 1\n",  # REST Client, httpyac
        "GET https://example.com/a?\n    b=1&\n    c=2\nX: 1\n",  # JetBrains
        "GET https://example.com/a?\nb=1&\nc=2\nX: 1\n",
        "GET https://example.com\n  /a\n  ?b=1\n  &c=2\nX: 1\n",
        "GET https://example.com\n/a\n?b=1&c=2\nX: 1\n",  # httpyac
        "GET https://example.com/a\n  ?b=1\n  # &no=1\n  &c=2\nX: 1\n",  # Kulala
        "GET https://example.com/a\n# a comment\n  ?b=1\n// another\n  &c=2\nX: 1\n",
    ],
)
def test_a_target_goes_on_over_lines(text: str) -> None:
    document = parse(text)
    assert requests(document) == ["1 GET https://example.com/a?b=1&c=2"]
    assert headers(document) == ["X: 1"]
    assert problems(document) == []


def test_indented_headers_are_headers() -> None:
    document = parse("POST {{url}}/indexes?v=1\n  Content-Type: application/json\n  api-key: {{key}}\n\n{}\n")
    assert requests(document) == ["1 POST {{url}}/indexes?v=1"]
    assert headers(document) == ["Content-Type: application/json", "api-key: {{key}}"]


def test_the_ranges_of_a_target_are_those_of_its_pieces() -> None:
    request = parse("###\nGET http://a\n  /b\n# no\n  ?c HTTP/1.1\n").requests[0]
    line = request.syntax.line
    assert [piece.of(request.block.text) for piece in line.target_ranges] == ["http://a", "/b", "?c"]  # type: ignore[union-attr]
    assert line.version_range.of(request.block.text) == "HTTP/1.1"  # type: ignore[union-attr]


def test_a_request_line_without_target_is_an_error() -> None:
    assert problems(parse("GET HTTP/1.1\n")) == ["1:1 request-without-target 'GET HTTP/1.1'"]


def test_a_curl_command_is_a_request() -> None:
    text = "### c\ncurl -X POST 'https://example.com/a' \\\n  -H 'A: b' \\\n  --data '{\n\"x\": 1}'\n\n### d\nGET /d\n"
    document = parse(text)
    assert requests(document) == ["2 POST https://example.com/a [c]", "8 GET /d [d]"]


def test_run_and_import_lines_are_statements() -> None:
    document = parse("import ./a.http\nrun #Login\nrun ./b.http (@x=1)\n\n###\nGET /a\n")
    assert nodes(document)[:3] == [
        "Statement 'import ./a.http'",
        "Statement 'run #Login'",
        "Statement 'run ./b.http (@x=1)'",
    ]
    assert requests(parse("run something else\nGET /a")) == ["2 GET /a"]
