"""The tables of the grammars: what is parsed by them, saved or not, is what Lark itself makes of the grammar."""

from functools import cache
from pathlib import Path
from typing import Any, NoReturn, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark, Token
from lark import Tree as LarkTree
from lark.exceptions import UnexpectedInput

import httpls_grammar
from httpls_grammar import larks
from httpls_grammar.lalr import Parser, Tree, UnexpectedError
from httpls_grammar.larks import built, made
from httpls_grammar.tables import SUFFIX, saved, tables

_FOLDER = Path(httpls_grammar.__file__).parent

# What the texts for each grammar are put together from.
_PIECES = {
    "structure": list("#etckKvspPfjJFGrRgodaxMLuzhIiq/nVbTNDyCYmVw"),
    "islands/arguments": ["a", "key=", "k.e-y=", "value", '"in quotes"', "'it'", "{{x y}}", "{{", "}}", " ", "  ", '"', "'", "=", "\\"],
    "islands/assertion": ["status", "header", " ", "  ", "==", "!=", "===", "not equals", "exists", "js", "200", "=", "<", "a b", "\t"],
    "islands/curl": ["curl", " ", "-H", "'a b'", '"a\\"b"', "$'\\n'", "$", "\\", "\\\n", "^\n", "`", "'", '"', "-d", "{}", "\t"],
    "islands/expression": ["%", "$", "$uuid", "name", ".", "a.b", "login.response", ".body", ".request", "[0]", "(", ")", ",", "'q'", '"q"', " ", "<", "<@", "./a", "-", "1"],
    "islands/json": ["{", "}", "[", "]", ",", ":", '"a"', '"\\n"', "1", "-2.5e3", "01", "true", "null", "{{x}}", " ", "\n", "// c\n", "/* c */", "x"],
    "islands/statement": ["import", "run", " ", "  ", "./a.http", "#Name", "# a b", "(", ")", "@", "x", "=", "'v'", '"v"', "{{v}}", ",", "a b"],
}  # fmt: skip


def test_every_grammar_is_compared() -> None:
    found = {path.relative_to(_FOLDER).with_suffix("").as_posix() for path in _FOLDER.rglob("*.lark")}
    assert found == set(_PIECES)


@pytest.mark.parametrize("name", _PIECES)
@given(data=st.data())
def test_a_parse_gives_what_lark_gives(name: str, data: st.DataObject) -> None:
    text = "".join(data.draw(st.lists(st.sampled_from(_PIECES[name]), max_size=25)))
    try:
        expected: object = _plain(_lark(name).parse(text))  # pyright: ignore[reportUnknownMemberType] # Open in stubs.
    except UnexpectedInput as error:
        token = getattr(error, "token", None)
        expected = (error.pos_in_stream or 0, isinstance(token, Token) and token.type == "$END")
    try:
        parsed: object = _plain(_parser(name).parse(text))
    except UnexpectedError as error:
        parsed = (error.position, error.is_at_end)
    assert parsed == expected


@pytest.mark.parametrize(
    "source",
    [
        'start: [a] "," [B] (C | _d)*\na: "a"\n_d: "d" C?\nB: "b"\nC: "c"\n',
        'start: x+\n?x: A | y\ny: "(" x ")" -> round\n | "[" x+ "]"\nA: "a"\n',
        'start: (KEYWORD | NAME)+\nKEYWORD: "if"\nNAME: /[a-z]+/\n%ignore " "\n',
        '!start: "a" _b\n_b: _b "b" |\n',
    ],
)
@pytest.mark.parametrize("text", ["", ",", "a,b", ",bcdcd", "(a)a[aa(a)]", "if iff i", "abb", "ab", "a b", "["])
def test_all_that_a_grammar_can_say_is_understood(source: str, text: str) -> None:
    try:
        expected: object = _plain(built(source).parse(text))  # pyright: ignore[reportUnknownMemberType] # As above.
    except UnexpectedInput:
        with pytest.raises(UnexpectedError):
            Parser(made(source)).parse(text)
        return
    assert _plain(Parser(made(source)).parse(text)) == expected


def test_a_long_repetition_takes_linear_time() -> None:
    parsed = _parser("structure").tree("te" * 50_000)
    assert len(parsed.children) == 100_000


@pytest.mark.parametrize("name", _PIECES)
def test_tables_are_read_as_they_were_saved(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = (_FOLDER / f"{name}.lark").read_bytes()
    worked_out = made(source.decode())
    (tmp_path / "x.lark").write_bytes(source)
    (tmp_path / f"x{SUFFIX}").write_bytes(saved(source, worked_out))

    def unwanted(_: str) -> NoReturn:
        pytest.fail("the tables were not used")

    monkeypatch.setattr(larks, "made", unwanted)
    assert tables(tmp_path / "x.lark") == worked_out


def test_tables_of_another_text_are_left_aside(tmp_path: Path) -> None:
    (tmp_path / "x.lark").write_bytes(b'start: "b"\n')
    (tmp_path / f"x{SUFFIX}").write_bytes(saved(b'start: "a"\n', made('start: "a"\n')))
    assert Parser(tables(tmp_path / "x.lark")).tree("b").data == "start"


def _plain(node: object) -> object:
    """Return a tree of either kind as tuples: names, and for tokens their text and place."""
    if isinstance(node, Tree | LarkTree):
        children = cast("list[object]", cast("Any", node).children)
        return (str(cast("Any", node).data), *map(_plain, children))
    if node is None:
        return None
    token = cast("Any", node)
    return (token.type, str(token), token.start_pos, token.end_pos)


@cache
def _lark(name: str) -> Lark:
    return built((_FOLDER / f"{name}.lark").read_text(encoding="utf-8"))


@cache
def _parser(name: str) -> Parser:
    return Parser(tables(_FOLDER / f"{name}.lark"))
