"""The tables of the grammars that an installation has."""

import io
import sys
from pathlib import Path
from typing import NoReturn

import pytest

import httpls_grammar
from httpls_grammar.larks import TABLES_SUFFIX, built, save_parser, tables_mark

_GRAMMARS = sorted(Path(httpls_grammar.__file__).parent.rglob("*.lark"))


@pytest.mark.parametrize("path", _GRAMMARS, ids=lambda path: path.name)
def test_saved_tables_are_heeded_only_for_the_text_that_they_were_made_of(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert tables_mark(source) == tables_mark(source)
    assert tables_mark(source) != tables_mark(source + " ")


def test_tables_parse_as_the_grammar_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = 'start: (A | B)+\nA: "a"\nB: /b+/\n'
    package = tmp_path / "a_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "x.lark").write_text(source)
    stream = io.BytesIO()
    save_parser(built(source), stream)
    (package / f"x{TABLES_SUFFIX}").write_bytes(tables_mark(source) + stream.getvalue())
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    from httpls_grammar import larks

    def unwanted(*_: object) -> NoReturn:
        pytest.fail("the tables were not used")

    monkeypatch.setattr(larks, "built", unwanted)
    assert [token.type for token in larks.grammar("a_package", "x.lark")("abb").children] == ["A", "B"]


def test_tables_of_another_text_are_left_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "b_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "x.lark").write_text('start: "b"\n')
    (package / f"x{TABLES_SUFFIX}").write_bytes(tables_mark('start: "a"\n') + b"anything")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    from httpls_grammar.larks import grammar

    assert grammar("b_package", "x.lark")("b").data == "start"
