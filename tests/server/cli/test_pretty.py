"""Bodies as they are laid out on a terminal."""

import pytest
from tests.server.cli.results import response

from httpls.cli.pretty_body import pretty_body
from httpls.cli.pretty_json import pretty_json
from httpls.cli.pretty_xml import pretty_xml
from httpls.cli.terminal import Style
from httpls.run.decoded_text import decoded_text
from httpls_auth.values.redactor import Redactor

_PLAIN = Style.plain()


def _json(text: str, is_whole: bool = True) -> str | None:
    lines = pretty_json(text, _PLAIN, is_whole)
    return None if lines is None else "\n".join(lines)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('{"a":[1,{"b":null}],"c":{}}', '{\n  "a": [\n    1,\n    {\n      "b": null\n    }\n  ],\n  "c": {}\n}'),
        ("[]", "[]"),
        ("[[],[ ]]", "[\n  [],\n  []\n]"),
        (' "text" ', '"text"'),
        ("1.50e+10", "1.50e+10"),
        ('{"a":1}\n{"a":2}\n', '{\n  "a": 1\n}\n{\n  "a": 2\n}'),
        ('{"a":1,"a":2}', '{\n  "a": 1,\n  "a": 2\n}'),
        (r'["\u00e9\/\""]', '[\n  "\\u00e9\\/\\""\n]'),
    ],
)
def test_json_is_laid_out_and_its_tokens_stay(written: str, shown: str) -> None:
    assert _json(written) == shown


@pytest.mark.parametrize(
    "written", ["", "{", '{"a" 1}', "{'a': 1}", "[1,]", "nul", '{"a":1}}', "<html>", "[" * 100_000]
)
def test_what_is_no_json_is_left_as_it_is(written: str) -> None:
    assert _json(written) is None


def test_the_beginning_of_json_is_laid_out() -> None:
    assert _json('{"a":[1,2,"thr', is_whole=False) == '{\n  "a": [\n    1,\n    2,\n    '


def _xml(text: str) -> str | None:
    lines = pretty_xml(text, _PLAIN)
    return None if lines is None else "\n".join(lines)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<a><b>text</b><c/></a>", "<a>\n  <b>text</b>\n  <c/>\n</a>"),
        ('<?xml version="1.0"?><a x="1"></a>', '<?xml version="1.0"?>\n<a x="1"></a>'),
        ("<p>one <b>two</b> three</p>", "<p>one <b>two</b> three</p>"),
        ("<a><![CDATA[<b>]]></a>", "<a><![CDATA[<b>]]></a>"),
        ("<a>\n\n  <b/>\n</a>", "<a>\n  <b/>\n</a>"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<!DOCTYPE a [<!ENTITY b 'c'>]>\n<a>&b;</a>"),
    ],
)
def test_xml_is_laid_out_and_nothing_in_it_is_expanded(written: str, shown: str) -> None:
    assert _xml(written) == shown


@pytest.mark.parametrize(
    "written", ["", "text", "<a><b></a>", "<a>", "</a>", "<p>one<p>two", "<a" * 10_000, "<a x=1/>"]
)
def test_what_is_no_xml_is_left_as_it_is(written: str) -> None:
    assert _xml(written) is None


@pytest.mark.parametrize(
    ("content", "content_type", "text"),
    [
        ("Zürich".encode(), "text/plain", "Zürich"),
        ("Zürich".encode("latin-1"), "text/plain; charset=ISO-8859-1", "Zürich"),
        ("Zürich".encode("utf-16"), "application/json", "Zürich"),
        ("Zürich".encode("latin-1"), "text/plain", "Z\ufffdrich"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image/png", None),
        (b"\xff\xfe\xfd", "application/octet-stream", None),
        (b"ok", "text/plain; charset=no-such-charset", "ok"),
    ],
)
def test_text_is_decoded_by_its_charset_and_binary_is_no_text(
    content: bytes, content_type: str, text: str | None
) -> None:
    assert decoded_text(content, content_type) == text


def test_a_cut_beginning_of_text_may_end_in_the_middle_of_a_character() -> None:
    assert decoded_text("Zü".encode()[:2], "text/plain", is_whole=False) == "Z"


def test_a_binary_body_is_told_in_a_line() -> None:
    shown = pretty_body(response(b"\x89PNG\r\n\x1a\n\0\0", "image/png"), Redactor(), _PLAIN)
    assert (shown.lines, shown.note) == ((), "10 B of image/png (a PNG picture)")


def test_a_long_body_is_cut_unless_all_is_wanted() -> None:
    body = response(b"line\n" * 1000, "text/plain")
    shown = pretty_body(body, Redactor(), _PLAIN)
    assert (len(shown.lines), shown.note) == (400, "the rest of 5.0 kB is not shown")
    assert len(pretty_body(body, Redactor(), _PLAIN, shows_all=True).lines) == 1000


def test_escape_sequences_of_a_body_are_made_visible() -> None:
    shown = pretty_body(response(b"a\x1b[2Jb\r\nc\x9b", "text/plain; charset=latin-1"), Redactor(), _PLAIN)
    assert shown.lines == ["a␛[2Jb", "c\\u009b"]


def test_secrets_in_a_body_are_masked() -> None:
    redactor = Redactor()
    redactor.add_secret("hunter2-hunter2")
    shown = pretty_body(response(b'{"password":"hunter2-hunter2"}'), redactor, _PLAIN)
    assert shown.lines == ["{", '  "password": "•••••"', "}"]
