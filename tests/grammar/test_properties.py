"""What holds for every text: parsing never fails, the tree is the text, and an edit gives the tree of a fresh parse."""

from hypothesis import given, settings
from hypothesis import strategies as st

from httpls_grammar import Document, parse
from httpls_grammar.nodes import Body

_FRAGMENTS = (
    "###", "### a", "####", "GET http://x", "POST /y", "Host: a", "\n", "\n\n", "\r\n", "\r", "{", "}", "{{", "}}",
    "{%", "%}", "> {%", "< {%", "/*", "*/", "# @name x", "// c", "@v = 1", "@v := {{x}}", "< ./f", "<@latin1 ./f",
    ">> o", "<> r", "> ./x.js", "?? status == 200", "HTTP/1.1 200 OK", "HTTP/2", "===", 'curl -X POST "a', "\\\n", "'",
    "\u2028", "\u0085", "\x0b", "\x0c", "\x00", "\U0001f600", "\ufeff", "\ud800", " ", "\t", "?x=1", "&y=2", "/path",
    "run #a", "import ./a.http", "# @dialect httpyac", "...h", "{{a}}", "{{a}}: b", "NOP", "-- x", "  a: b", "a=b&",
    "fragment A on B {", "localhost:80/x", "X-Token",
)  # fmt: skip
_LINE_ENDS = ("\n", "\n", "\n", "\r\n", "\r", "")

texts = st.lists(st.tuples(st.sampled_from(_FRAGMENTS), st.sampled_from(_LINE_ENDS)), max_size=40).map(
    lambda pieces: "".join(fragment + end for fragment, end in pieces)
)
_profiles = st.sampled_from([None, None, None, "httpyac"])


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(texts, st.text()), profile=_profiles)
def test_the_nodes_of_the_blocks_are_the_text(text: str, profile: str | None) -> None:
    document = parse(text, profile)
    assert document.text == text
    for block in document.blocks:
        end = 0
        for node in block.nodes:
            assert node.range.start == end
            end = node.range.end
            if isinstance(node, Body):
                assert [part.range.start for part in node.parts[1:]] == [part.range.end for part in node.parts[:-1]]
        assert end == len(block.text)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(texts, st.text()))
def test_problems_lie_in_the_text(text: str) -> None:
    document = parse(text)
    for problem in document.problems:
        assert 0 <= problem.range.start <= problem.range.end <= len(text)
        assert problem.message
        assert problem.remedy


@settings(max_examples=250, deadline=None)
@given(
    text=texts,
    profile=_profiles,
    edits=st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0, 0, 1, 2, 5, 40]), texts), min_size=1, max_size=5),
)
def test_an_edit_gives_the_tree_of_a_fresh_parse(
    text: str, profile: str | None, edits: list[tuple[float, int, str]]
) -> None:
    document = parse(text, profile)
    for place, length, replacement in edits:
        start = int(place * len(text))
        end = min(start + length, len(text))
        text = text[:start] + replacement + text[end:]
        document = document.edited(start, end, replacement)
        assert _tree(document) == _tree(parse(text, profile))
        assert document.text == text
        assert [(request.line, request.name) for request in document.requests] == [
            (request.line, request.name) for request in parse(text, profile).requests
        ]


def _tree(document: Document) -> list[object]:
    return [(block.text, block.is_open, block.nodes) for block in document.blocks]
