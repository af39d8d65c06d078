"""`.env` files, as npm's dotenv reads them."""

import pytest

from httpls_grammar.islands.dotenv import parse_dotenv


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("A = b c ", "b c"),
        ("export A=b", "b"),
        ("A=", ""),
        ("A=b # comment", "b"),
        ("A='b # c'", "b # c"),
        ('A="b\\nc"', "b\nc"),
        ("A='b\\nc'", "b\\nc"),
        ('A="one\ntwo"', "one\ntwo"),
        ("A=b=c", "b=c"),
        ("A: b", "b"),
        ("\ufeffA=b", "b"),
        ('A={"x": 1}', '{"x": 1}'),
        ("A='it", "'it"),
    ],
)
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\nB=2\n"])
def test_an_entry(line: str, value: str, end: str) -> None:
    document = parse_dotenv(line + end)
    entry = document.entries[0]
    assert (entry.key, entry.value) == ("A", value)
    assert entry.key_range.of(line) == "A"
    assert len(document.entries) == 1 + end.count("B")
    assert not document.problems


def test_comments_and_blank_lines_mean_nothing() -> None:
    document = parse_dotenv("# one\n\n  # two\nA=b\n   \n#end")
    assert [entry.key for entry in document.entries] == ["A"]
    assert not document.problems


def test_other_lines_are_warned_about() -> None:
    document = parse_dotenv("A=b\nwhat is this\nB=c\n")
    assert [entry.key for entry in document.entries] == ["A", "B"]
    assert [problem.range.start for problem in document.problems] == [4]
