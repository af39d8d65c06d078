"""Files of JetBrains HTTP Client and VS Code REST Client mean here what they mean there: twenty checks of parse and plan.

What of this reaches a server, byte for byte, is tested where requests are sent.
"""

from collections.abc import Mapping

import pytest
from tests.support.memory_files import analyse

from httpls.model.analysis import Analysis
from httpls.model.body import BodyKind, FilePiece, TextPiece
from httpls.model.options import RequestOptions, options_of
from httpls.model.plan import Plan
from httpls_grammar.nodes import ResponseExample
from httpls_grammar.problems import Severity

_PROFILES = ("auto", "restclient", "jetbrains")


def _analyse(text: str, profile: str = "auto", files: Mapping[str, str] | None = None, chosen: str = "") -> Analysis:
    """Analyse a file of a profile, and see that nothing in it is an error."""
    return analyse(f"# @dialect {profile}\n\n###\n{text}", files, [chosen] if chosen else [])


def _plan(text: str, profile: str = "auto", files: Mapping[str, str] | None = None, chosen: str = "") -> Plan:
    analysis = _analyse(text, profile, files, chosen)
    assert [problem for problem in analysis.problems() if problem.severity is Severity.ERROR] == []
    return analysis.plan(analysis.file.document.requests[-1])


def _body(plan: Plan) -> str:
    assert plan.body is not None
    (pieces,) = plan.body.messages
    return "".join(
        str(piece.text) if isinstance(piece, TextPiece) else f"[{'@' if piece.is_substituted else ''}{piece.written}]"
        for piece in pieces
    )


@pytest.mark.parametrize("profile", _PROFILES)
def test_01_no_method_and_no_scheme(profile: str) -> None:
    plan = _plan("example.com/a", profile)
    assert (plan.method, str(plan.target)) == ("GET", "http://example.com/a")


@pytest.mark.parametrize("profile", _PROFILES)
@pytest.mark.parametrize("indent", ["", "    "])
def test_02_a_query_over_lines(profile: str, indent: str) -> None:
    plan = _plan(f"GET http://a/b\n{indent}?c=1\n{indent}&d=2\nX: y", profile)
    assert str(plan.target) == "http://a/b?c=1&d=2"
    assert [str(header.name) for header in plan.headers] == ["X"]


@pytest.mark.parametrize("profile", _PROFILES)
@pytest.mark.parametrize(("written", "password"), [("u p", "p"), ("u:p:q", "p:q"), ("u p q", "p q")])
def test_03_basic_in_clear_text(profile: str, written: str, password: str) -> None:
    plan = _plan(f"GET https://a\nAuthorization: Basic {written}", profile)
    (scheme,) = plan.auth.schemes
    assert scheme.declaration.scheme == "basic"
    assert [argument.text for argument in scheme.declaration.arguments] == ["u", password]


@pytest.mark.parametrize("profile", _PROFILES)
def test_04_a_comment_in_json_is_left_out(profile: str) -> None:
    plan = _plan('POST http://a\nContent-Type: application/json\n\n{\n  # note\n  // note\n  "a": 1\n}', profile)
    assert _body(plan) == '{\n  "a": 1\n}'


@pytest.mark.parametrize(
    ("profile", "body"), [("auto", "# heading\ntext"), ("restclient", "text"), ("jetbrains", "text")]
)
def test_05_a_heading_of_markdown_is_text_unless_the_tool_is_named(profile: str, body: str) -> None:
    assert _body(_plan("POST http://a\nContent-Type: text/markdown\n\n# heading\ntext", profile)) == body


@pytest.mark.parametrize("profile", _PROFILES)
def test_06_a_value_of_an_earlier_response(profile: str) -> None:
    plan = _plan("# @name login\nPOST http://a\n\n###\nGET http://a/{{login.response.body.$.token}}", profile)
    assert [hole.arguments for hole in plan.holes] == [("login", "response", "body", "$.token")]


@pytest.mark.parametrize("profile", _PROFILES)
def test_07_a_handler_sets_a_variable(profile: str) -> None:
    text = 'POST http://a\n\nx\n\n> {% client.global.set("t", response.body.token); %}\n\n###\nGET http://a/{{t}}'
    plan = _plan(text, profile)
    assert [hole.kind.value for hole in plan.holes] == ["script"]
    analysis = _analyse(text, profile)
    assert _body(analysis.plan(analysis.file.document.requests[0])) == "x"


@pytest.mark.parametrize("profile", _PROFILES)
def test_08_a_variable_defined_after_its_use(profile: str) -> None:
    assert str(_plan("GET http://a/{{x}}\n\n###\n@x = 1\n\n###\nGET http://a/{{x}}", profile).target) == "http://a/1"
    analysis = _analyse("GET http://a/{{x}}\n\n###\n@x = 1\n", profile)
    assert str(analysis.plan(analysis.file.document.requests[0]).target) == "http://a/1"


@pytest.mark.parametrize(("profile", "value"), [("auto", "file"), ("restclient", "file"), ("jetbrains", "environment")])
def test_09_a_name_in_environment_and_file(profile: str, value: str) -> None:
    files = {"http-client.env.json": '{"dev": {"x": "environment"}}'}
    text = "@x = file\nGET http://a/{{x}}"
    assert str(_plan(text, profile, files, "dev").target) == f"http://a/{value}"
    assert "defined-twice" in [problem.code for problem in _analyse(text, profile, files, "dev").problems()]


@pytest.mark.parametrize(
    ("profile", "body"), [("auto", "[./a.json]"), ("restclient", "[./a.json]"), ("jetbrains", "[@./a.json]")]
)
def test_10_variables_in_a_file_that_is_a_body(profile: str, body: str) -> None:
    assert _body(_plan("POST http://a\n\n< ./a.json", profile)) == body


@pytest.mark.parametrize("profile", _PROFILES)
def test_11_a_tag_names_before_a_title(profile: str) -> None:
    request = _plan("GET http://x\n\n### Title\n# @name other\nGET http://a", profile).request
    assert (request.name, request.title) == ("other", "Title")


@pytest.mark.parametrize("profile", _PROFILES)
def test_12_a_multipart_body_of_a_file_with_crlf(profile: str) -> None:
    lines = ["--b", 'Content-Disposition: form-data; name="f"; filename="img.png"', "", "< ./img.png", "--b--"]
    plan = _plan(
        "POST http://a\nContent-Type: multipart/form-data; boundary=b\n\n".replace("\n", "\r\n") + "\r\n".join(lines),
        profile,
    )
    assert plan.body is not None
    assert plan.body.kind is BodyKind.MULTIPART
    before, file, after = plan.body.messages[0]
    assert isinstance(before, TextPiece)
    assert isinstance(file, FilePiece)
    assert isinstance(after, TextPiece)
    assert str(before.text) == f"--b\r\n{lines[1]}\r\n\r\n"
    assert (str(file.written), file.is_substituted) == ("./img.png", False)
    assert str(after.text) == "\r\n--b--\r\n"


@pytest.mark.parametrize("profile", _PROFILES)
def test_13_a_timestamp_is_in_seconds(profile: str) -> None:
    import random
    from datetime import UTC, datetime

    from httpls.model.dynamic import Context, evaluate

    plan = _plan("GET http://a/{{$timestamp}}", profile)
    (hole,) = plan.holes
    context = Context(lambda: datetime(2026, 1, 1, tzinfo=UTC), UTC, random.Random(0), profile)
    assert evaluate(f"${hole.arguments[0]}", hole.arguments[1:], context) == "1767225600"


@pytest.mark.parametrize("profile", _PROFILES)
def test_14_a_server_on_this_machine_that_signs_its_own_certificate(profile: str) -> None:
    assert str(_plan("GET https://localhost:5001", profile).target) == "https://localhost:5001"
    assert _analyse("GET https://localhost:5001", profile).settings.tls.verify == "auto"


@pytest.mark.parametrize("profile", _PROFILES)
def test_15_a_form_over_lines_is_joined(profile: str) -> None:
    plan = _plan("POST http://a\nContent-Type: application/x-www-form-urlencoded\n\na=1\n&b=2\n&c=3", profile)
    assert _body(plan) == "a=1&b=2&c=3"


@pytest.mark.parametrize("profile", _PROFILES)
def test_16_a_saved_response_is_no_request(profile: str) -> None:
    analysis = _analyse("GET http://a\n\n###\nHTTP/1.1 200 OK\nA: b\n\n{}\n\n###\nGET http://b", profile)
    assert [request.target for request in analysis.file.document.requests] == ["http://a", "http://b"]
    assert (
        sum(isinstance(node, ResponseExample) for block in analysis.file.document.blocks for node in block.nodes) == 1
    )


@pytest.mark.parametrize("profile", _PROFILES)
@pytest.mark.parametrize("head", ["GRAPHQL http://a", "POST http://a\nX-Request-Type: GraphQL"])
def test_17_graphql(profile: str, head: str) -> None:
    plan = _plan(f'{head}\n\nquery Q {{ a }}\n\n{{"b": 1}}', profile)
    assert plan.body is not None
    assert plan.body.graphql is not None
    assert (str(plan.body.graphql.query), str(plan.body.graphql.variables)) == ("query Q { a }", '{"b": 1}')
    assert [str(header.name) for header in plan.headers] == []


@pytest.mark.parametrize("profile", _PROFILES)
def test_18_tags_in_every_spelling(profile: str) -> None:
    for tag in ("# @no-redirect", "// @noRedirect", "#@no_redirect"):
        assert _options(f"{tag}\nGET http://a", profile).follows_redirects is False
    for tag in ("# @no-cookie-jar", "// @noCookieJar"):
        assert _options(f"{tag}\nGET http://a", profile).uses_cookie_jar is False


def _options(text: str, profile: str) -> RequestOptions:
    analysis = _analyse(text, profile)
    request = analysis.file.document.requests[-1]
    return options_of(analysis.file, request, analysis.shared, analysis.profile, analysis.context(request))


@pytest.mark.parametrize("profile", _PROFILES)
def test_19_responses_are_saved(profile: str) -> None:
    plan = _plan("POST http://a\n\nx\n\n>> out.json\n>>! ./b.json", profile)
    assert _body(plan) == "x"
    outputs = _options("POST http://a\n\nx\n\n>> out.json\n>>! ./b.json", profile).outputs
    assert [(str(output.path), output.overwrites) for output in outputs] == [("out.json", False), ("./b.json", True)]


@pytest.mark.parametrize("profile", _PROFILES)
def test_20_a_curl_command_is_a_request(profile: str) -> None:
    plan = _plan("curl -X PUT 'http://a/b' \\\n  -H 'A: b' \\\n  -d '{}'", profile)
    assert (plan.method, str(plan.target), str(plan.headers[0].name), _body(plan)) == ("PUT", "http://a/b", "A", "{}")
