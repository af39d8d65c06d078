"""The looks of lines are found by a few frequent rules first; that changes nothing but the time."""

from collections.abc import Callable
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from httpls_grammar import lines
from httpls_grammar.lines import classify

_BEGINNINGS = (
    "GET ", "GET\t", "get ", "POST /", "PUT {{a}}", "DELETE https://a", "OPTIONS *", "GET a: ", "HEAD", "Accept: ", "a-b:c",
    "a b: ", "{{a}}: b", "HTTP/1.1 200", "HTTP/1.1", "run #a", "import a.http", "curl a", "gql a", "NOP", "localhost:80",
    "#", "###", "# @a", "//", "/*", "/a", "@a = b", "{{", "}}", "{{a}}", "< a", "<> a", "> {%", ">> a", "?? a", "?a", "===",
    "...a", "[::1]", '"', "{", "", "\u00e4: ", "_a: ", "1: ", "\u00a0",
)  # fmt: skip


@given(
    st.lists(
        st.builds(
            "{}{}{}{}".format,
            st.sampled_from(["", " ", "\t", "    "]),
            st.sampled_from(_BEGINNINGS),
            st.sampled_from(["", " ", "x", " http://a/b", "?", ": ", " HTTP/1.1"]),
            st.sampled_from(["\n", "\r\n", "\r"]),
        ),
        max_size=6,
    ).map("".join)
)
def test_frequent_lines_look_the_same_by_all_rules(text: str) -> None:
    found = classify(text)
    with (
        patch.object(lines, "_frequent_after_blanks", _never),
        patch.object(lines, "_frequent_marks", _never),
        patch.object(lines, "_frequent_words", _never),
        patch.object(lines, "_words", _without_frequent_words),
        patch.object(lines, "_WORD_LETTERS", _LETTERS),
    ):
        assert classify(text) == found


_RULES = vars(lines)["_WORDS"][2:]
_LETTERS = ("", *(letter for letter, _ in _RULES))
_MATCH = vars(lines)["_match"]("", _RULES)


def _without_frequent_words() -> Callable[[str, int], object]:
    return _MATCH  # type: ignore[no-any-return] # What is private has no type here.


def _never() -> Callable[[str, int], None]:
    return lambda text, begin: None
