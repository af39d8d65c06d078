"""The number of a request, and whether a block has one: the same, parsed or not."""

from hypothesis import given
from hypothesis import strategies as st

from httpls_grammar import parse

_LINES = st.sampled_from([
    "### a", "###", "GET http://a", "POST {{a}}/b", "# GET http://a", "// @name x", "@a = 1", "", "  ", "Host: b",
    "GET", "get http://a", "{", "/* ", "*/", "< {%", "%}", "GET a b", "curl http://a", "NOP", "text", "import ./a.http",
])  # fmt: skip


@given(st.lists(_LINES, max_size=14), st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_number_is_the_same_whether_the_others_are_parsed_or_not(lines: list[str], line_break: str) -> None:
    text = line_break.join(lines)
    parsed = parse(text)
    numbers = [parsed.number_of(request) for request in parsed.requests]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [parse(text).number_of(request) for request in parsed.requests] == numbers
    for located in parse(text).blocks.located():
        assert located.block.has_request == (located.block.request is not None)
