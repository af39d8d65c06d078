"""JSON with ranges, comments and templates, read as far as it goes."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from httpls_grammar.islands.json import (
    JsonObject,
    JsonScalar,
    JsonString,
    JsonTemplate,
    JsonValue,
    parse_json,
    path_at,
    walk,
)


def _flat(root: JsonValue | None) -> dict[str, str]:
    assert root is not None
    flat: dict[str, str] = {}
    for path, node in walk(root):
        if isinstance(node, JsonString):
            flat["/".join(map(str, path))] = node.value
        elif isinstance(node, JsonScalar | JsonTemplate):
            flat["/".join(map(str, path))] = node.text
    return flat


def test_every_value_has_its_range() -> None:
    text = '{"dev": {"host": "a", "port": 80}}'
    for _, node in walk(parse_json(text).root):  # type: ignore[arg-type]
        assert json.loads(node.range.of(text)) is not None


def test_comments_and_trailing_commas_are_allowed() -> None:
    document = parse_json('\ufeff{ // one\n "a": [1, 2,], /* two */ "b": null,\n}')
    assert _flat(document.root) == {"a/0": "1", "a/1": "2", "b": "null"}
    assert not document.problems


def test_a_template_may_stand_for_a_value() -> None:
    assert _flat(parse_json('{"ttl": {{ttl}}, "x": {"y": 1}}').root) == {"ttl": "{{ttl}}", "x/y": "1"}


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ('{"a": 1, "b": }', 14, {"a": "1", "b": "null"}),
        ('{"a": 1 "b": 2}', 8, {"a": "1"}),
        ('{"a": {"b": "c"', 15, {"a/b": "c"}),
        ('{"a": {"b', 7, {}),
        ('{"a"', 4, {"a": "null"}),
        ('["x", ', 6, {"0": "x"}),
        ("{'a': 1}", 1, {}),
        ('{"a": 01}', 6, {"a": "null"}),
    ],
)
def test_what_stands_before_an_error_is_read(text: str, place: int, expected: dict[str, str]) -> None:
    document = parse_json(text)
    assert [(problem.code, problem.range.start) for problem in document.problems] == [("malformed-json", place)]
    assert _flat(document.root) == expected


def test_an_error_says_what_is_expected() -> None:
    (problem,) = parse_json('{"a": 1 "b": 2}').problems
    assert problem.message == 'this is not JSON: `}` or a comma is expected here, not `"`'


def test_a_key_that_stands_twice_is_a_problem() -> None:
    document = parse_json('{"a": 1, "a": 2}')
    assert [problem.code for problem in document.problems] == ["duplicate-key"]
    assert isinstance(document.root, JsonObject)
    assert document.root.get("a") == JsonScalar(document.root.members[1].value.range, "2")


@pytest.mark.parametrize(("mark", "path"), [("host", ("dev", "host")), ("dev", ("dev",)), ("80", ("dev", "port", 0))])
def test_the_path_at_a_place(mark: str, path: tuple[str | int, ...]) -> None:
    text = '{"dev": {"host": "a", "port": [80]}}'
    root = parse_json(text).root
    assert root is not None
    assert path_at(root, text.index(mark) + 1) == path


def test_depth_exhausts_nothing() -> None:
    deep = "[" * 20_000
    assert [problem.code for problem in parse_json(deep).problems] == ["malformed-json"]
    assert not parse_json(deep + "]" * 20_000).problems


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=150, deadline=None)
@given(value=_json, indent=st.sampled_from([None, 2]), start=st.integers(0, 5))
def test_valid_json_is_read_as_the_standard_library_reads_it(value: object, indent: int | None, start: int) -> None:
    text = json.dumps(value, indent=indent)
    document = parse_json(text, start)
    assert not document.problems
    assert document.root is not None
    padded = " " * start + text
    for path, node in walk(document.root):
        expected = value
        for step in path:
            expected = expected[step]  # type: ignore[index]
        assert json.loads(node.range.of(padded)) == expected


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='{}[]",:\\ \n/*ab1{{}}tnul-.e'))
def test_any_text_is_read(text: str) -> None:
    for problem in parse_json(text).problems:
        assert 0 <= problem.range.start <= problem.range.end <= len(text)
