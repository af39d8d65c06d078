"""What tags say about sending: of the request, of its file, of the folders above it."""

import pytest
from tests.support.memory_files import analyse, problems

from httpls.model.options import RequestOptions, tags_of


def _options(text: str, **more: object) -> RequestOptions:
    analysis = analyse(text, **more)  # type: ignore[arg-type]
    return analysis.options(analysis.file.document.requests[-1])


@pytest.mark.parametrize(
    ("dialect", "written", "seconds"),
    [
        ("auto", "30", 30), ("auto", "999", 999), ("auto", "1500", 1.5), ("auto", "500 ms", 0.5), ("auto", "2m", 120),
        ("jetbrains", "1500", 1500), ("kulala", "5", 5), ("httpyac", "5", 0.005), ("httpyac", "5 s", 5),
        ("auto", "0.5s", 0.5), ("auto", "1 H", 3600), ("auto", "{{t}} s", 7),
    ],
)  # fmt: skip
def test_a_length_of_time(dialect: str, written: str, seconds: float) -> None:
    options = _options(f"# @dialect {dialect}\n@t = 7\n###\n# @timeout {written}\nGET http://a\n")
    assert options.read_timeout == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("tag", "field", "value"),
    [
        ("# @no-redirect", "follows_redirects", False),
        ("// @noRedirect", "follows_redirects", False),
        ("# @no-cookie-jar", "uses_cookie_jar", False),
        ("# @attach-cookie-jar", "uses_cookie_jar", True),
        ("# @no-log", "is_logged", False),
        ("# @no-auto-encoding", "encodes", False),
        ("# @connection-timeout 2 s", "connect_timeout", 2.0),
        ("# @insecure", "is_insecure", True),
        ("# @no-reject-unauthorized", "is_insecure", True),
        ("# @curl-insecure", "is_insecure", True),
        ("# @kulala-curl--insecure", "is_insecure", True),
        ("# @kulala-curl--max-time 3", "total_timeout", 3.0),
        ("# @curl-http1.1", "version", "1.1"),
        ("# @curl-http2", "version", "2"),
        ("# @curl-resolve a.example:443:127.0.0.1", "addresses", (("a.example", 443, "127.0.0.1"),)),
        ("# @no-client-cert", "has_client_certificate", False),
        ("# @sleep 250", "sleep", 0.25),
        ("# @delay 2 s", "sleep", 2.0),
        ("# @note Delete all?", "note", "Delete all?"),
        ("# @note", "note", ""),
        ("# @expect-status-code 200, 4XX", "expected_statuses", ("200", "4xx")),
        ("# @disabled", "is_disabled", True),
        ("# @disabled 'a' == 'a'", "is_disabled", True),
        ("# @disabled {{v}} != 1", "is_disabled", False),
        ("# @disabled new Date() > 3", "disabling_condition", "new Date() > 3"),
        ("# @no-proxy", "is_direct", True),
        ("# @post-redirect-get", "keeps_method", False),
    ],
)
def test_a_tag(tag: str, field: str, value: object) -> None:
    assert getattr(_options(f"@v = 1\n###\n{tag}\nGET http://a\n"), field) == value


def test_tags_of_levels_count_from_the_nearest() -> None:
    files = {
        "_shared.http": "# @timeout 1 s\n# @connection-timeout 1 s\n# @insecure\n",
        "sub/_shared.http": "# @timeout 2 s\n# @connection-timeout 2 s\n",
    }
    text = "### Shared\n# @timeout 3 s\n# @note no\n\n###\n# @timeout 4 s\nGET http://a\n\n###\nGET http://b\n"
    analysis = analyse(text, files=files, name="sub/a.http")
    first, second = [analysis.options(request) for request in analysis.file.document.requests]
    assert (first.read_timeout, first.connect_timeout, first.is_insecure, first.note) == (4, 2, True, None)
    assert (second.read_timeout, second.connect_timeout) == (3, 2)
    places = {name: place.file.path.as_posix() for name, place in second.sources.items()}
    assert places["read_timeout"].endswith("sub/a.http")
    assert places["is_insecure"].endswith("project/_shared.http")


def test_a_loop_has_its_values() -> None:
    def values(written: str) -> list[str] | None:
        loop = _options(f'@l = ["a", 1]\n###\n# @loop {written}\nGET http://a\n').loop
        return [str(value) for value in loop.values] if loop is not None else None

    assert values("for 3") == ["", "", ""]
    assert values("for x of a, 'b c' ,d") == ["a", "b c", "d"]
    assert values("for const item of l") == ["a", "1"]
    assert values("forever") is None


def test_outputs_and_captures() -> None:
    options = _options(
        "@v = folder\n###\n# @set token = response.body.$.t\n# @env-json-key id data.id\n"
        "# @env-header-key where Location\nGET http://a\n\n>> out.json\n>>! {{v}}/out.json\n"
    )
    assert [(str(output.path), output.overwrites) for output in options.outputs] == [
        ("out.json", False), ("folder/out.json", True),
    ]  # fmt: skip
    assert [(capture.variable, capture.subject) for capture in options.captures] == [
        ("token", "response.body.$.t"), ("id", "response.body.$.data.id"), ("where", "response.headers.Location"),
    ]  # fmt: skip


def test_a_curl_command_says_how_it_is_sent() -> None:
    options = _options("curl -k -m 5 --connect-timeout 2 --max-redirs 3 -x http://p:8080 --http1.1 http://a\n")
    assert (options.is_insecure, options.total_timeout, options.connect_timeout) == (True, 5, 2)
    assert (options.maximum_redirects, str(options.proxy), options.version) == (3, "http://p:8080", "1.1")


def test_the_version_of_the_request_line_counts() -> None:
    assert _options("# @curl-http1.1\nGET http://a HTTP/2\n").version == "2"


def test_tags_select() -> None:
    analysis = analyse("# @tag a, b\n# @tag c\nGET http://a\n")
    assert list(tags_of(analysis.file.document.requests[0])) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("tag", "problem"),
    [
        ("# @timeout soon", "1:12 malformed-duration 'soon'"),
        ("# @timeout 30", "1:12 duration-without-unit '30'"),
        ("# @sleep never", "1:10 malformed-duration 'never'"),
        ("# @loop forever", "1:9 malformed-loop 'forever'"),
        ("# @loop while true", "1:9 conditional-loop 'while true'"),
        ("# @expect-status-code ok", "1:23 malformed-status-list 'ok'"),
        ("# @curl-silent", "1:4 curl-option-without-effect 'curl-silent'"),
        ("# @timeout {{$guid}}", "1:12 option-not-known-yet '{{$guid}}'"),
        ("# @timeout {{nothing}}", "1:12 undefined-variable '{{nothing}}'"),
    ],
)
def test_what_is_wrong_with_a_tag(tag: str, problem: str) -> None:
    assert problem in problems(analyse(f"{tag}\nGET http://a\n"))
