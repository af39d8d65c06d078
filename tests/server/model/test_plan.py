"""The plan of a request: what is known before anything is sent."""

import pytest
from tests.support.memory_files import analyse, problems

from httpls.model.body import FilePiece, TextPiece
from httpls.model.plan import Plan


def _plan(text: str, **more: object) -> Plan:
    analysis = analyse(text, **more)  # type: ignore[arg-type]
    return analysis.plan(analysis.file.document.requests[-1])


def _headers(plan: Plan) -> list[str]:
    return [f"{header.name}: {header.value}" for header in plan.headers]


def _body(plan: Plan) -> str:
    assert plan.body is not None
    shown: list[str] = []
    for message in plan.body.messages:
        for piece in message:
            if isinstance(piece, TextPiece):
                shown.append(str(piece.text))
            else:
                shown.append(f"[{'@' if piece.is_substituted else ''}{piece.encoding or ''} {piece.written}]")
    return "".join(shown)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("GET https://example.com/a", "https://example.com/a"),
        ("GET example.com/a", "http://example.com/a"),
        ("GET example.com:443/a", "https://example.com:443/a"),
        ("localhost:8443/a", "https://localhost:8443/a"),
        ("GET /a?b\nHost: example.com", "http://example.com/a?b"),
        ("GET /a\nHost: example.com:8443", "https://example.com:8443/a"),
        ("OPTIONS *\nHost: example.com", "http://example.com"),
        ("@base = https://example.com\nGET {{base}}/a", "https://example.com/a"),
        ("@host = example.com\n@base = https://{{host}}\nGET {{base}}/a", "https://example.com/a"),
        ("@base = example.com\nGET {{base}}/a", "http://example.com/a"),
        ("GET https://example.com/{{%q}}\n\n###\n@q = a b/c", None),
        ("GET https://example.com/{{$guid}}", "https://example.com/‹$guid›"),
        ("GET https://example.com/\\{\\{a\\}\\}", "https://example.com/{{a}}"),
    ],
)
def test_a_target(text: str, target: str | None) -> None:
    if target is not None:
        assert str(_plan(text).target) == target


def test_a_value_is_percent_encoded_on_request() -> None:
    assert str(_plan("@q = a b/ü\nGET https://a/{{%q}}").target) == "https://a/a%20b%2F%C3%BC"


def test_a_path_without_a_host_is_an_error() -> None:
    assert problems(analyse("GET /a\n")) == ["1:5 relative-target '/a'"]


def test_headers_of_the_levels_stand_before_the_own_ones_that_replace_them() -> None:
    files = {"_shared.http": "A: folder\nB: folder\n", "sub/_shared.http": "B: {{who}}\nC: sub\n@who = sub\n"}
    plan = _plan("### Shared\nC: file\n\n###\nGET http://a\nD: own\na: own\n", files=files, name="sub/a.http")
    assert _headers(plan) == ["B: sub", "C: file", "D: own", "a: own"]


def test_an_undefined_variable_is_an_error_with_a_proposal() -> None:
    analysis = analyse("@token = x\nGET http://a/{{tokn}}\n")
    assert problems(analysis) == ["1:2 unused-variable 'token'", "2:14 undefined-variable '{{tokn}}'"]
    problem = next(problem for problem in analysis.problems() if problem.code == "undefined-variable")
    assert problem.remedy == "Did you mean `token`?"


def test_a_cycle_is_an_error_at_each_use() -> None:
    analysis = analyse("@a = {{b}}\n@b = {{a}}\nGET http://x/{{a}}\n")
    assert problems(analysis) == [
        "1:6 cyclic-variable '{{b}}'",
        "2:6 cyclic-variable '{{a}}'",
        "3:14 cyclic-variable '{{a}}'",
    ]


def test_variables_that_double_each_other_do_not_fill_the_memory() -> None:
    doubling = "".join(f"@v{number + 1} = {{{{v{number}}}}}{{{{v{number}}}}}\n" for number in range(60))
    analysis = analyse("@v0 = 0123456789\n" + doubling + "GET http://x/{{v60}}\n")
    assert {problem.code for problem in analysis.problems()} == {"expansion-too-large"}


def test_a_long_chain_of_variables_is_followed() -> None:
    chain = "".join(f"@v{number + 1} = {{{{v{number}}}}}\n" for number in range(3000))
    assert str(_plan("@v0 = end\n" + chain + "GET http://x/{{v3000}}\n").target) == "http://x/end"


def test_a_reference_to_an_earlier_request_is_a_hole() -> None:
    plan = _plan(
        "# @name login\nPOST http://a/login\n\n###\nGET http://a\nAuthorization: Bearer {{login.response.body.$.token}}\n"
    )
    assert _headers(plan) == ["Authorization: Bearer ‹login.response.body.$.token›"]
    assert [hole.arguments for hole in plan.holes] == [("login", "response", "body", "$.token")]
    assert problems(analyse("GET http://a/{{logn.response.body.*}}\n\n###\n# @name login\nGET http://b\n")) == [
        "1:16 unknown-request 'logn'"
    ]


def test_what_a_script_sets_is_a_hole_and_not_undefined() -> None:
    text = "GET http://a\n\n> {% client.global.set('token', 1) %}\n###\nGET http://a/{{token}}\n"
    assert problems(analyse(text)) == []
    assert str(_plan(text).target) == "http://a/‹token›"


def test_prompts_are_holes_of_their_request() -> None:
    plan = _plan("# @prompt user Who are you\n# @prompt password\nGET http://a/{{user}}/{{password}}\n")
    assert [(hole.name, hole.arguments, hole.is_secret) for hole in plan.holes] == [
        ("user", ("user", "Who are you"), False),
        ("password", ("password", ""), True),
    ]


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ('POST http://a\n\n{\n  // note\n  "a": 1\n}\n', '{\n  // note\n  "a": 1\n}'),
        ('POST http://a\nContent-Type: application/json\n\n{\n  // note\n  "a": 1\n}\n\n', '{\n  "a": 1\n}'),
        ("POST http://a\nContent-Type: text/markdown\n\n# heading\ntext\n", "# heading\ntext"),
        ("# @dialect jetbrains\nPOST http://a\nContent-Type: text/markdown\n\n# heading\ntext\n", "text"),
        ("POST http://a\nContent-Type: application/x-www-form-urlencoded\n\na=b\n&c = {{$guid}}\n&d=e f\n", "a=b&c=‹$guid›&d=e f"),
        ("POST http://a\nContent-Type: application/x-www-form-urlencoded\n\na=b&\nc=d\n", "a=b&c=d"),
        ("POST http://a\n\nbefore\n< ./x.json\nafter\n", "before\n[ ./x.json]\nafter"),
        ("POST http://a\n\n<@latin1 ./x.txt\n", "[@latin1 ./x.txt]"),
        ("# @dialect kulala\nPOST http://a\n\n< ./x.json\n", "[@ ./x.json]"),
        ("# @dialect kulala\nPOST http://a\n\n< ./x.png\n", "[ ./x.png]"),
        ("# @dialect rest.nvim\nPOST http://a\n\n<@ ./x.json\n", "[ ./x.json]"),
        ("# @inject-variables\nPOST http://a\n\n< ./x.json\n", "[@ ./x.json]"),
        ("POST http://a\nContent-Type: application/x-ndjson\n\n{}\n{}\n", "{}\n{}\n"),
        ("POST http://a\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n--b\nX: y\r\n\r\n1\r\n--b--\r\n", "--b\r\nX: y\r\n\r\n1\r\n--b--\r\n"),
        ("POST http://a\n\none\n# @timeout 3\n@x = 1\ntwo\n", "one\ntwo"),
    ],
)  # fmt: skip
def test_a_body(text: str, body: str) -> None:
    assert _body(_plan(text)) == body


def test_comments_after_a_request_are_no_body() -> None:
    assert _plan("GET http://a\n\n# the next one\n").body is None


@pytest.mark.parametrize("request_line", ["GRAPHQL http://a", "POST http://a\nX-REQUEST-TYPE: GraphQL"])
def test_a_graphql_body_has_its_parts(request_line: str) -> None:
    plan = _plan(
        f'{request_line}\n\nquery Users($n: Int) {{\n  # who\n  users(first: $n)\n}}\n\n{{ "n": {{{{n}}}} }}\n@n = 3\n'
    )
    assert plan.body is not None
    assert plan.body.graphql is not None
    assert str(plan.body.graphql.query) == "query Users($n: Int) {\n  users(first: $n)\n}"
    assert str(plan.body.graphql.variables) == '{ "n": 3 }'
    assert plan.body.graphql.operation_name == "Users"
    assert _headers(plan) == []


def test_files_of_a_body_count_from_the_folder_of_the_request() -> None:
    plan = _plan("@name = x\nPOST http://a\n\n< ./{{name}}.json\n", name="sub/a.http")
    assert plan.body is not None
    (piece,) = plan.body.messages[0]
    assert isinstance(piece, FilePiece)
    assert (str(piece.written), piece.folder.name) == ("./x.json", "sub")


def test_the_words_of_a_plan_are_its_own_problems() -> None:
    assert problems(analyse("GET http://a HTTP/3\nContent-Length: 5\n\nabc\n")) == [
        "1:14 unsupported-http-version 'HTTP/3'",
        "2:1 content-length 'Content-Length'",
        "3:1 body-after-get ''",
    ]
