"""Header fields and bodies, and what follows a body."""

import pytest
from tests.support.outline import headers, nodes, problems, requests

from httpls_grammar import parse


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Accept: application/json", "Accept: application/json"),
        ("Content-Type:application/json", "Content-Type: application/json"),
        ("Accept: : application/json", "Accept: : application/json"),
        ("Authorization:", "Authorization: "),
        ("X-Count:5", "X-Count: 5"),
        ("Host: localhost:8080", "Host: localhost:8080"),
        ("Content-Type: application/json // comment", "Content-Type: application/json // comment"),
        ("{{name}}-Id: {{value}}", "{{name}}-Id: {{value}}"),
        ("X-{{a:b}}: c", "X-{{a:b}}: c"),
        ("Authorization: Basic\n  abc", "Authorization: Basic abc"),
        ("{{me}}", "{{me}}: "),
        ("...shared", "shared: "),
    ],
)
def test_a_header_field(line: str, expected: str) -> None:
    document = parse(f"GET /a\n{line}\n")
    assert headers(document) == [expected]
    assert [problem for problem in document.problems if problem.code != "header-without-colon"] == []


def test_duplicate_fields_are_kept() -> None:
    assert headers(parse("GET /a\nCookie: a=1\nCookie: b=2\n")) == ["Cookie: a=1", "Cookie: b=2"]


def test_a_field_without_colon_is_empty_and_warned_about() -> None:
    document = parse("GET /a\nX-Flag\n")
    assert headers(document) == ["X-Flag: "]
    assert problems(document) == ["2:1 header-without-colon 'X-Flag'"]


def test_commented_out_fields_are_comments() -> None:
    assert headers(parse("GET /a\n# Authorization: x\n//B: y\nC: z\n")) == ["C: z"]


def test_headers_of_a_shared_block_are_kept_without_a_request() -> None:
    block = parse("### Shared\nX-Api: 1\n\n###\nGET /a\n").blocks[0]
    assert [header.name for header in block.headers] == ["X-Api"]


def test_a_body_begins_after_the_first_blank_line() -> None:
    assert nodes(parse('POST /a\nX: 1\n\n{\n  "a": 1\n}\n\n###\n')) == [
        "RequestLine POST '/a' None",
        "Header 'X' '1'",
        "Body",
        "  BodyText '{\\n  \"a\": 1\\n}'",
        "Separator '###'",
    ]


@pytest.mark.parametrize("first", ['{"a": 1}', "[1]", "<a/>", "--boundary", "< ./a.json"])
def test_a_body_right_after_the_headers_is_read_and_warned_about(first: str) -> None:
    document = parse(f"POST /a\nX: 1\n{first}\n")
    assert document.requests[0].body is not None
    assert problems(document) == [f"3:1 missing-blank-line {first!r}"]


def test_blank_lines_alone_are_no_body() -> None:
    assert parse("GET /a\n\n\n\n###\n").requests[0].body is None


def test_comments_alone_are_marked_so_that_they_need_not_be_sent() -> None:
    body = parse("GET /a\n\n# next\n\n###\n").requests[0].body
    assert body is not None
    assert body.is_comments_only


def test_comment_lines_in_a_body_are_found_and_others_are_not() -> None:
    document = parse('POST /a\n\n{\n  // note\n  "u": "https://x", # no\n}\n')
    text = document.blocks[0].text
    body = document.requests[0].body
    assert body is not None
    assert [line.of(text) for part in body.parts for line in getattr(part, "comment_ranges", ())] == ["// note"]


def test_files_and_text_mix_in_a_body() -> None:
    assert nodes(parse("POST /a\n\none\n< ./a.json\n<@ ./b.txt\n<@latin1 ./c d.txt\ntwo\n<b>bold</b>\n")) == [
        "RequestLine POST '/a' None",
        "Body",
        "  BodyText 'one'",
        "  FileReference '< ./a.json'",
        "  FileReference '<@ ./b.txt'",
        "  FileReference '<@latin1 ./c d.txt'",
        "  BodyText 'two\\n<b>bold</b>'",
    ]


def test_a_file_reference_has_its_parts() -> None:
    document = parse("POST /a\n\n<@latin1 ./a b.txt \n")
    body = document.requests[0].body
    assert body is not None
    reference = body.parts[1]
    assert (reference.marked, reference.encoding, reference.path) == (True, "latin1", "./a b.txt")  # type: ignore[union-attr]
    assert reference.path_range.of(document.text) == "./a b.txt"  # type: ignore[union-attr]


def test_messages_are_separated() -> None:
    assert nodes(parse("WEBSOCKET ws://a\n\none\n===\ntwo\n=== wait-for-server\nthree\n"))[2:] == [
        "  BodyText 'one'",
        "  MessageSeparator '==='",
        "  BodyText 'two'",
        "  MessageSeparator '=== wait-for-server'",
        "  BodyText 'three'",
    ]


def test_tags_and_variables_between_body_lines_are_no_text() -> None:
    assert nodes(parse("POST /a\n\none\n# @timeout 3\n@x = 1\ntwo\n"))[2:] == [
        "  BodyText 'one'",
        "  Directive '# @timeout 3'",
        "  FileVariable '@x = 1'",
        "  BodyText 'two'",
    ]


def test_everything_that_may_follow_a_body() -> None:
    text = """\
POST /a

{}

?? status == 200
>> ./out.json
>>! ./over.json
<> 2024-08-25T111958.200.json
> {% client.test("x", () => { %}
> ./post.js
{{
  exports.a = 1;
}}
# @note
"""
    assert nodes(parse(text))[3:] == [
        "Assertion '?? status == 200'",
        "OutputRedirect '>> ./out.json'",
        "OutputRedirect '>>! ./over.json'",
        "StoredResponse '<> 2024-08-25T111958.200.json'",
        "Script '> {% client.test(\"x\", () => { %}'",
        "Script '> ./post.js'",
        "Script '{{\\n  exports.a = 1;\\n}}'",
        "Directive '# @note'",
    ]


def test_handlers_may_follow_headers_without_a_body() -> None:
    assert nodes(parse("GET /a\nX: 1\n> {% a %}\n>> b\n"))[2:] == ["Script '> {% a %}'", "OutputRedirect '>> b'"]


def test_a_quoted_line_of_text_is_no_handler() -> None:
    assert nodes(parse("POST /a\n\n> as you wrote\n> yesterday\n"))[2:] == ["  BodyText '> as you wrote\\n> yesterday'"]


def test_text_after_an_assertion_still_belongs_to_the_body() -> None:
    assert nodes(parse("POST /a\n\none\n?? status == 200\ntwo\n"))[2:] == [
        "  BodyText 'one'",
        "  Assertion '?? status == 200'",
        "  BodyText 'two'",
    ]


def test_text_after_a_handler_means_nothing() -> None:
    assert problems(parse("GET /a\n\n> {% a %}\n\nleft over\n")) == ["5:1 unknown-line 'left over'"]


def test_a_response_under_a_request_is_an_example() -> None:
    assert nodes(parse("GET /a\n\nHTTP/1.1 200 OK\nX: 1\n\n> not a handler\n"))[1:] == [
        "ResponseExample 'HTTP/1.1 200 OK\\nX: 1\\n\\n> not a handler'"
    ]
    assert requests(parse("###\nHTTP/1.1 200 OK\nX: 1\n\n{}\n###\nGET /a\n")) == ["7 GET /a"]


def test_scripts_before_the_request() -> None:
    assert nodes(parse("< {%\n  request.variables.set('a', 1)\n%}\n< ./pre.js\n{{\n  a = 1\n}}\nGET /a\n")) == [
        "Script \"< {%\\n  request.variables.set('a', 1)\\n%}\"",
        "Script '< ./pre.js'",
        "Script '{{\\n  a = 1\\n}}'",
        "RequestLine GET '/a' None",
    ]


def test_two_braces_alone_are_text_unless_they_are_closed_alone() -> None:
    assert nodes(parse('POST /a\n\n{{\n"a": 1\n}\n'))[1:] == ["Body", "  BodyText '{{\\n\"a\": 1\\n}'"]


@pytest.mark.parametrize(
    ("line", "name", "operator", "is_global", "value"),
    [
        ("@a=b", "a", "=", False, "b"),
        ("@a = b c ", "a", "=", False, "b c"),
        ("@token=", "token", "=", False, ""),
        ("@token =", "token", "=", False, ""),
        ("@api-key = {{x}}/y", "api-key", "=", False, "{{x}}/y"),
        ("@a.b = 1", "a.b", "=", False, "1"),
        ("@lazy := {{x}}", "lazy", ":=", False, "{{x}}"),
        ("@global.x = 1", "x", "=", True, "1"),
        ('@q = "quoted"', "q", "=", False, '"quoted"'),
    ],
)
def test_a_file_variable(line: str, name: str, operator: str, is_global: bool, value: str) -> None:
    for text in (f"{line}\nGET /a\n", f"GET /a\nX: 1\n{line}\n", f"GET /a\n\n{line}\n###\n"):
        (variable,) = parse(text).blocks[0].variables
        assert (variable.name, variable.operator, variable.is_global) == (name, operator, is_global)
        assert variable.value == value
        assert variable.value_range.of(text) == value
        assert parse(text).requests[0].body is None or line not in str(nodes(parse(text))[-1:])


def test_graphql_fragments_stand_before_a_request() -> None:
    document = parse("fragment A on B {\n  c\n}\n\ngql D < ./d.gql\nPOST /graphql\n\nquery { ...A }\n")
    assert requests(document) == ["6 POST /graphql"]
    assert nodes(document)[:2] == ["GraphqlFragment 'fragment A on B {\\n  c\\n}'", "GraphqlFragment 'gql D < ./d.gql'"]
    assert problems(document) == []
