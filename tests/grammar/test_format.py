"""Formatting puts blanks right and changes nothing that would be sent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.grammar.test_properties import texts

from httpls_grammar import Document, parse
from httpls_grammar.format import format_edits, format_text
from httpls_grammar.nodes import Body, BodyText, Script


def _formatted(text: str) -> str:
    return format_text(parse(text))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("get   http://a   HTTP/1.1", "GET http://a HTTP/1.1\n"),
        (" GET http://a\n", "GET http://a\n"),
        ("http://a  \n", "http://a\n"),
        ("GET http://a?x=b c\n", "GET http://a?x=b c\n"),
        ("GET http://a\n   ?x=1  \n  &y=2\n", "GET http://a\n   ?x=1\n  &y=2\n"),
        ("GET /a\nHost:b\nX :  c  d \n", "GET /a\nHost: b\nX: c  d\n"),
        ("GET /a\n  Host: b\n", "GET /a\nHost: b\n"),
        ("GET /a\nX: a\n   b  \n", "GET /a\nX: a\n   b\n"),
        ("GET /a\nX:\n", "GET /a\nX:\n"),
        ("@a=b\n@global.c  :=  d\n", "@a = b\n@global.c := d\n"),
        (
            "#@name=x\n//  @no-redirect\n# @unknown   x\nGET /a\n",
            "# @name x\n// @no-redirect\n# @unknown   x\nGET /a\n",
        ),
        ("# a comment  \nGET /a\n", "# a comment\nGET /a\n"),
        ("###a\nGET /a\n", "### a\nGET /a\n"),
        ("####\nGET /a\n", "####\nGET /a\n"),
        ("  ###  a  \nGET /a\n", "### a\nGET /a\n"),
        ("POST /a\nX: 1\n\n\n\n{}\n", "POST /a\nX: 1\n\n{}\n"),
        ("POST /a\nX: 1\n{}\n", "POST /a\nX: 1\n\n{}\n"),
        ('POST /a\n\n{"a":1,\n   "b" :2}  \n\n\n', 'POST /a\n\n{"a":1,\n   "b" :2}  \n'),
        ("GET /a\n###\nGET /b\n\n\n\n###\n\n", "GET /a\n\n###\nGET /b\n\n###\n"),
        ("GET /a\n\n\n> {%\n  x\n\n\n%}\n", "GET /a\n\n> {%\n  x\n\n\n%}\n"),
        ("GET /a\r\nX:1\r\n\r\n\r\nb\r\n", "GET /a\r\nX: 1\r\n\r\nb\r\n"),
        ("\ufeffget /a\n", "\ufeffGET /a\n"),
        ("", ""),
    ],
)
def test_what_is_put_right(before: str, after: str) -> None:
    assert _formatted(before) == after
    assert _formatted(after) == after


@settings(max_examples=300, deadline=None)
@given(texts)
def test_formatting_is_idempotent(text: str) -> None:
    once = _formatted(text)
    assert _formatted(once) == once


@settings(max_examples=300, deadline=None)
@given(texts)
def test_formatting_keeps_what_would_be_sent(text: str) -> None:
    assert _meaning(parse(_formatted(text))) == _meaning(parse(text))


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_edits_lie_in_order_and_apart(text: str) -> None:
    end = 0
    for edit in format_edits(parse(text)):
        assert end <= edit.range.start <= edit.range.end <= len(text)
        end = edit.range.end


def _meaning(document: Document) -> list[object]:
    """Everything that decides what is sent and which code runs."""
    meaning: list[object] = []
    for request in document.requests:
        meaning.append((request.method, request.target, request.version, request.name))
        meaning += [(header.form, header.name, header.value) for header in request.headers]
        meaning += [(directive.key, directive.value) for directive in request.directives]
        if request.body is not None:
            meaning.append(_content(request.block.text, request.body))
    for block in document.blocks:
        meaning += [(variable.name, variable.operator, variable.value) for variable in block.variables]
        meaning += [node.range.of(block.text).rstrip() for node in block.nodes if isinstance(node, Script)]
    return meaning


def _content(text: str, body: Body) -> list[str]:
    parts = [part.range.of(text) for part in body.parts if isinstance(part, BodyText)]
    return [*parts[:-1], *[part.rstrip("\r\n \t\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029") for part in parts[-1:]]]
