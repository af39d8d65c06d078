"""Where the tools contradict each other: what each profile makes of it. The numbers are those of the cases."""

from collections.abc import Mapping

import pytest
from tests.support.memory_files import analyse, problems

from httpls.ide.symbols import block_symbols
from httpls.model.analysis import Analysis
from httpls.model.body import FilePiece, TextPiece
from httpls.model.options import options_of
from httpls_grammar import parse

_PROFILES = ("auto", "restclient", "jetbrains", "httpyac", "kulala", "vs", "rest.nvim")


def _analysis(text: str, profile: str = "", files: Mapping[str, str] | None = None, env: str = "") -> Analysis:
    dialect = f"# @dialect {profile}\n\n###\n" if profile else ""
    return analyse(dialect + text, {"a.json": "{{x}}", "a.bin": "{{x}}", **(files or {})}, [env] if env else [])


def _target(text: str, profile: str = "", files: Mapping[str, str] | None = None, env: str = "") -> str:
    analysis = _analysis(text, profile, files, env)
    return str(analysis.plan(analysis.file.document.requests[-1]).target)


def _body(text: str, profile: str = "") -> str:
    analysis = _analysis(text, profile)
    body = analysis.plan(analysis.file.document.requests[-1]).body
    assert body is not None
    return "".join(str(piece.text) for message in body.messages for piece in message if isinstance(piece, TextPiece))


def _is_substituted(reference: str, profile: str) -> bool:
    analysis = _analysis(f"POST http://a\n\n{reference}\n", profile)
    body = analysis.plan(analysis.file.document.requests[-1]).body
    assert body is not None
    ((piece,),) = body.messages
    assert isinstance(piece, FilePiece)
    return piece.is_substituted


def test_c1_variables_in_files_of_bodies() -> None:
    assert [_is_substituted("< a.json", profile) for profile in _PROFILES] == [0, 0, 1, 0, 1, 0, 1]
    assert [_is_substituted("< a.bin", profile) for profile in _PROFILES] == [0, 0, 0, 0, 0, 0, 1]
    assert [_is_substituted("<@ a.json", profile) for profile in _PROFILES] == [1, 1, 1, 1, 1, 1, 0]


def test_c3_the_file_or_the_environment_counts() -> None:
    files = {"http-client.env.json": '{"dev": {"id": "env"}}'}
    found = [_target("@id = file\nGET http://a/{{id}}\n", profile, files, "dev") for profile in _PROFILES]
    assert [target.removeprefix("http://a/") for target in found] == [
        "file", "file", "env", "file", "env", "file", "file",
    ]  # fmt: skip
    analysis = _analysis("@id = file\nGET http://a/{{id}}\n", "", files, "dev")
    assert problems(analysis) == ["1:2 defined-twice 'id'"]


def test_c5_a_method_line_begins_a_request_only_where_httpyac_is_chosen() -> None:
    text = "GET http://a\n\nGET http://b\n"
    assert [len(_analysis(text, profile).file.document.requests) for profile in _PROFILES] == [1, 1, 1, 2, 1, 1, 1]


@pytest.mark.parametrize(
    ("content_type", "kept"),
    [
        ("application/json", [0, 0, 0, 0, 0, 0, 1]),
        ("application/problem+xml", [0, 0, 0, 0, 0, 0, 1]),
        ("application/graphql", [0, 0, 0, 0, 0, 0, 1]),
        ("text/plain", [1, 0, 0, 0, 1, 1, 1]),
        ("text/markdown", [1, 0, 0, 0, 1, 1, 1]),
        ("application/yaml", [1, 0, 0, 0, 1, 1, 1]),
        ("text/csv", [1, 0, 0, 0, 1, 1, 1]),
    ],
)
def test_c6_lines_that_look_like_comments_in_bodies(content_type: str, kept: list[int]) -> None:
    text = f"POST http://a\nContent-Type: {content_type}\n\na\n# b\n"
    assert ["# b" in _body(text, profile) for profile in _PROFILES] == kept
    assert "@name" not in _body(text.replace("# b", "# @name b"))


def test_c7_a_tag_names_before_a_title_and_the_outline_has_both() -> None:
    (block,) = parse("### Title\n# @name tag\nGET http://a\n").blocks
    (symbol,) = block_symbols(block)
    assert (symbol.name, symbol.detail) == ("tag", "GET http://a · Title")


def test_c8_an_indented_line_goes_on_with_a_field_unless_it_is_one() -> None:
    headers = parse("GET http://a\nX: 1\n  2\n  Y: 3\n").requests[0].headers
    assert [(header.name, header.value) for header in headers] == [("X", "1 2"), ("Y", "3")]


def test_c9_other_texts_between_braces_are_javascript() -> None:
    assert problems(_analysis("GET http://a/{{1 + 1}}\n")) == ["1:14 javascript-expression '{{1 + 1}}'"]


def test_c14_the_unit_of_a_time() -> None:
    def seconds(written: str, profile: str) -> float | None:
        analysis = _analysis(f"# @timeout {written}\nGET http://a\n", profile)
        request = analysis.file.document.requests[-1]
        return options_of(analysis.file, request, (), analysis.profile, analysis.context(request)).read_timeout

    assert [seconds("20", profile) for profile in _PROFILES] == [20, 20, 20, 0.02, 20, 20, 20]
    assert [seconds("2000", profile) for profile in _PROFILES] == [2, 2, 2000, 2, 2000, 2, 2]
    assert [seconds("20 s", profile) for profile in _PROFILES] == [20] * 7


def test_c15_the_private_file_counts_but_for_jetbrains() -> None:
    files = {"http-client.env.json": '{"dev": {"id": "1"}}', "http-client.private.env.json": '{"dev": {"id": "2"}}'}
    found = [_target("GET http://a/{{id}}\n", profile, files, "dev")[-1] for profile in _PROFILES]
    assert found == ["2", "2", "1", "2", "2", "2", "2"]


def test_c16_an_undefined_variable_is_an_error_unless_it_is_allowed() -> None:
    assert problems(_analysis("GET http://a/{{id}}\n")) == ["1:14 undefined-variable '{{id}}'"]
    allowed = _analysis("GET http://a/{{id}}\n", "", {"httpls.toml": "allow-undefined = true"})
    assert [problem for problem in allowed.problems() if problem.severity.value == "error"] == []
    assert str(allowed.plan(allowed.file.document.requests[0]).target) == "http://a/{{id}}"


def test_c18_a_name_with_dots() -> None:
    login = "# @name login\nPOST http://x\n###\n"
    files = {"http-client.env.json": '{"dev": {"login": {"id": "object"}}}'}
    assert _target(login + "GET http://a/{{login.response.body.id}}\n", "", files, "dev").startswith("http://a/‹")
    assert _target(login + "@login.id = variable\nGET http://a/{{login.id}}\n") == "http://a/variable"
    assert _target(login + "GET http://a/{{login.id}}\n", "", files, "dev") == "http://a/object"
    assert _target(login + "GET http://a/{{login.id}}\n") == "http://a/‹login.id›"


def test_c19_run_and_import_are_statements_only_before_a_request_or_a_file() -> None:
    assert [len(parse(line + "\n").requests) for line in ("run #a", "run ./a.http", "import ./a.rest")] == [0, 0, 0]
    assert parse("run.example.com/a\n").requests[0].target == "run.example.com/a"


def test_c20_an_angle_bracket_is_a_script_before_the_request_and_a_file_in_its_body() -> None:
    (block,) = parse("< ./a.js\nPOST http://a\n\n< ./a.json\n").blocks
    names = [type(node).__name__ for node in block.nodes]
    assert names == ["Script", "RequestLine", "Body"]
    assert block.request is not None
    assert block.request.body is not None
    assert [type(part).__name__ for part in block.request.body.parts] == ["Trivia", "FileReference"]


def test_c21_a_quoted_line_is_no_handler() -> None:
    assert _body("POST http://a\nContent-Type: text/plain\n\n> quoted\n> ./notes.md\n") == "> quoted\n> ./notes.md"


def test_c22_a_commented_out_piece_of_a_query_is_a_comment() -> None:
    assert _target("GET http://a\n  ?b=1\n  # &c=2\n  &d=3\n") == "http://a?b=1&d=3"


def test_c24_a_file_of_dothttp_gets_one_remark_and_nothing_else() -> None:
    assert problems(_analysis('@name("a")\nGET "https://a"\nbasicauth("u", "p")\n')) == [
        "1:1 foreign-format '@name(\"a\")'"
    ]
