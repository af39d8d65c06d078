"""Colours: each stretch once, none over a line end, whatever the text is."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from httpls.ide.folding import block_folds
from httpls.ide.selection_ranges import selection_ranges
from httpls.ide.semantic_tokens import block_tokens
from httpls.ide.symbols import block_symbols
from httpls_grammar import parse

_LINES = st.sampled_from(
    [
        "### one", "GET http://{{a}}/b HTTP/1.1", "Accept: {{b}}", "  continued", "", "# @name x", "# comment", "@v = {{w}}",
        "< ./f", "> {%", "x {{y}} z", "%}", "{{", "}}", "?? status == 200", '{"a": "{{$guid}}"}', "/*", "*/", "run #one",
        ">> out", "HTTP/1.1 200 OK", "===", "<> saved", "\u2028", "\N{GRINNING FACE}{{z}}",
    ]
)  # fmt: skip
_TEXTS = st.lists(st.tuples(_LINES, st.sampled_from(["\n", "\r\n", "\r"]))).map(
    lambda lines: "".join(a + b for a, b in lines)
)


def _shown(text: str) -> list[str]:
    return [
        f"{token.type} {token.range.of(block.text)}" for block in parse(text).blocks for token in block_tokens(block)
    ]


def test_a_request() -> None:
    assert _shown("### one\n# @name x\nGET http://{{host}}/a HTTP/1.1\nAccept: a/b\n\n# note\n") == [
        "namespace ### one",
        "decorator @name",
        "parameter x",
        "method GET",
        "string http://{{",
        "variable host",
        "string }}/a",
        "number HTTP/1.1",
        "property Accept",
        "string a/b",
    ]


@given(_TEXTS)
def test_tokens_are_in_order_and_within_lines(text: str) -> None:
    for block in parse(text).blocks:
        end = 0
        for token in block_tokens(block):
            assert token.range.start >= end
            assert token.range.end > token.range.start
            assert not set(token.range.of(block.text)) & {"\n", "\r"}
            end = token.range.end


@given(_TEXTS, st.integers(min_value=0, max_value=400))
def test_selections_grow_and_folds_and_symbols_lie_in_the_text(text: str, offset: int) -> None:
    document = parse(text)
    ranges = selection_ranges(document, min(offset, len(text)))
    for inner, outer in pairwise(ranges):
        assert outer.start <= inner.start <= inner.end <= outer.end
    for block in document.blocks:
        for fold in block_folds(block):
            assert 0 <= fold.range.start < fold.range.end <= len(block.text)
    for symbol in (one for block in document.blocks for one in block_symbols(block)):
        assert symbol.range.start <= symbol.selection.start <= symbol.selection.end <= symbol.range.end
