"""Where a request begins and ends, and what it is called."""

import pytest
from tests.support.outline import nodes, problems, requests

from httpls_grammar import parse


def test_three_hashes_separate_requests() -> None:
    assert requests(parse("GET /a\n###\nGET /b\n")) == ["1 GET /a", "3 GET /b"]


def test_the_text_after_the_hashes_is_the_name() -> None:
    assert requests(parse("### List users\nGET /users\n")) == ["2 GET /users [List users]"]


@pytest.mark.parametrize("separator", ["####", "###text", "###############", "### ====", "### ───", "### ["])
def test_a_separator_may_have_more_hashes_and_any_text(separator: str) -> None:
    assert requests(parse(f"GET /a\n{separator}\nGET /b\n"))[1].startswith("3 GET /b")


def test_two_hashes_are_a_comment() -> None:
    assert requests(parse("## Users\nGET /a\n## Orders\nX: 1\n")) == ["2 GET /a"]


@pytest.mark.parametrize(
    "line", ["# @name login", "# @name=login", "# @name = login", "#@name login", "// @name login", "//  @name  login"]
)
def test_a_name_tag_wins_over_the_title_in_every_spelling(line: str) -> None:
    assert requests(parse(f"### Sign in\n{line}\nGET /a\n")) == ["3 GET /a [login]"]


def test_a_name_tag_may_stand_between_the_headers() -> None:
    assert requests(parse("GET /a\nX: 1\n# @name late\nY: 2\n")) == ["1 GET /a [late]"]


def test_a_file_variable_called_name_is_no_tag() -> None:
    assert requests(parse("@name=Upload File\nGET /a\n")) == ["2 GET /a"]


def test_a_file_of_separators_only_has_no_request() -> None:
    assert requests(parse("### a heading\n\n###\n")) == []


def test_an_empty_text_has_one_empty_block() -> None:
    document = parse("")
    assert requests(document) == []
    assert document.text == ""
    assert len(document.blocks) == 1


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_every_line_break_counts(line_break: str) -> None:
    text = line_break.join(["### a", "GET /a", "X: 1", "", "body", "### b", "GET /b", ""])
    assert requests(parse(text)) == ["2 GET /a [a]", "7 GET /b [b]"]


def test_other_separators_of_unicode_break_no_line() -> None:
    assert nodes(parse("POST /a\n\none\u2028two\x0bthree\x85###\n")) == [
        "RequestLine POST '/a' None",
        "Body",
        "  BodyText 'one\\u2028two\\x0bthree\\x85###'",
    ]


def test_a_byte_order_mark_belongs_to_no_line() -> None:
    assert requests(parse("\ufeffGET /a\n")) == ["1 GET /a"]
    assert requests(parse("\ufeff### first\nGET /a\n")) == ["2 GET /a [first]"]
    assert requests(parse("\ufeff# @name x\nGET /a\n")) == ["2 GET /a [x]"]


def test_up_to_three_blanks_may_stand_before_the_hashes() -> None:
    document = parse("GET /a\n  ### b\nGET /b\n")
    assert requests(document) == ["1 GET /a", "3 GET /b [b]"]
    assert problems(document) == ["2:3 indented-separator '### b'"]
    assert requests(parse("POST /a\n\n     ### not\n")) == ["1 POST /a"]


def test_a_separator_inside_a_script_does_not_separate() -> None:
    document = parse("GET /a\n\n> {%\n### not here\n%}\n### b\nGET /b\n")
    assert requests(document) == ["1 GET /a", "7 GET /b [b]"]
    assert problems(document) == ["4:1 separator-in-script '### not here'"]


def test_a_script_that_is_not_closed_ends_at_the_next_separator() -> None:
    document = parse("GET /a\n\n> {%\nlet x;\n### b\nGET /b\n")
    assert requests(document) == ["1 GET /a", "6 GET /b [b]"]
    assert problems(document) == ["3:1 unclosed-script '> {%'"]


def test_a_script_spans_a_separator_only_if_it_ends_within_two_hundred_lines() -> None:
    near = "GET /a\n> {%\n###\n" + "x\n" * 190 + "%}\n### b\nGET /b\n"
    far = "GET /a\n> {%\n###\n" + "x\n" * 250 + "%}\n### b\nGET /b\n"
    assert len(parse(near).blocks) == 2
    assert len(parse(far).blocks) == 3


def test_a_second_request_in_a_block_is_a_problem_and_never_split() -> None:
    document = parse("GET /a\n\nGET /b\nX: 1\n")
    assert requests(document) == ["1 GET /a"]
    assert problems(document) == ["3:1 second-request 'GET /b'"]


def test_a_method_line_begins_a_request_where_httpyac_is_chosen() -> None:
    text = "GET /a\n\n# @name second\nGET /b\nX: 1\n\n{}\nDELETE /c\n"
    assert requests(parse(text, "httpyac")) == ["1 GET /a", "4 GET /b [second]", "8 DELETE /c"]
    assert requests(parse("# @dialect httpyac\n" + text)) == ["2 GET /a", "5 GET /b [second]", "9 DELETE /c"]


def test_comments_stand_anywhere_before_the_body() -> None:
    assert nodes(parse("# a\n// b\n/* c\nGET /no\n*/\nGET /a\n# d\nX: 1\n/* e */\nY: 2\n")) == [
        "Trivia '# a\\n// b'",
        "Trivia '/* c\\nGET /no\\n*/'",
        "RequestLine GET '/a' None",
        "Trivia '# d'",
        "Header 'X' '1'",
        "Trivia '/* e */'",
        "Header 'Y' '2'",
    ]


def test_a_file_of_dothttp_gets_one_word_and_no_other() -> None:
    assert problems(parse('@name("a")\nGET "https://example.com"\n? a = b\n')) == ["1:1 foreign-format '@name(\"a\")'"]
    assert problems(parse('# c\n\nPOST "https://example.com"\njson({})\n')) == [
        "3:1 foreign-format 'POST \"https://example.com\"'"
    ]
