"""Requests are addressed by name, by number and by line."""

import pytest
from tests.support.memory_files import analyse

from httpls.model.names import by_line, by_number, find, suggest
from httpls_grammar import parse

_DOCUMENT = parse(
    "### First\nGET http://a\n\n### Second\n# @name two\nGET http://b\n\n###\nGET http://c\n\n### 2\nGET http://d\n"
)


@pytest.mark.parametrize(
    ("word", "targets"),
    [
        ("First", ["http://a"]),
        ("two", ["http://b"]),
        ("Second", ["http://b"]),
        ("#two", ["http://b"]),
        ("#3", ["http://c"]),
        ("1", ["http://a"]),
        ("2", ["http://d"]),
        ("first", []),
        ("9", []),
    ],
)
def test_a_word_means_a_name_or_else_a_number(word: str, targets: list[str]) -> None:
    assert [request.target for request in find(_DOCUMENT, word)] == targets


@pytest.mark.parametrize(
    ("line", "target"), [(1, "http://a"), (3, "http://a"), (4, "http://b"), (12, "http://d"), (99, "http://d")]
)
def test_a_line_means_the_request_of_its_block(line: int, target: str) -> None:
    request = by_line(_DOCUMENT, line)
    assert request is not None
    assert request.target == target


def test_numbers_count_from_one() -> None:
    assert by_number(_DOCUMENT, 0) is None
    assert by_number(_DOCUMENT, 5) is None
    first = by_number(_DOCUMENT, 1)
    assert first is not None
    assert first.name == "First"


def test_a_misspelt_name_is_proposed() -> None:
    assert suggest(_DOCUMENT, "Frist") == "First"
    assert suggest(_DOCUMENT, "nothing like it") is None


def test_two_tags_of_one_name_are_a_warning_and_two_titles_are_not() -> None:
    (problem,) = analyse("# @name a\nGET http://a\n\n###\n# @name a\nGET http://b\n").problems()
    assert (problem.code, problem.range.start) == ("duplicate-name", 36)
    assert list(analyse("### a\nGET http://a\n\n### a\nGET http://b\n").problems()) == []
