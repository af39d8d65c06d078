"""Hover, definitions, references, highlights: at the cursor `$0`."""

from base64 import urlsafe_b64encode

import pytest
from tests.support.ide import at_cursor

from httpls.ide.goto_definition import definitions
from httpls.ide.hover import hover
from httpls.ide.references import may_be_called, subject_at, uses


def _hover(text: str, files: dict[str, str] | None = None, environments: tuple[str, ...] = ()) -> str:
    found = hover(*at_cursor(text, files, environments))
    return found.text if found is not None else ""


def test_a_variable_tells_its_value_where_it_comes_from_and_what_it_hides() -> None:
    files = {"http-client.env.json": '{"dev": {"base": "http://env"}}'}
    text = _hover("@host = a\n@base = http://{{host}}\nGET {{ba$0se}}/x", files, ("dev",))
    assert "`http://a`" in text
    assert "written as `http://{{host}}`" in text
    assert "a.http:2" in text
    assert "Hidden by it" in text
    assert "`http://env`" in text


def test_a_secret_is_masked() -> None:
    files = {"http-client.private.env.json": '{"dev": {"password": "hunter2"}}'}
    text = _hover("GET http://a\nX: {{passw$0ord}}", files, ("dev",))
    assert text
    assert "hunter2" not in text


@pytest.mark.parametrize("expiry", ["1e999", "NaN", "1" + "0" * 400])
def test_a_token_that_ends_at_no_time_is_told_without_it(expiry: str) -> None:
    claims = urlsafe_b64encode(f'{{"exp":{expiry}}}'.encode()).decode().rstrip("=")
    text = _hover(f"@token = eyJhbGciOiJub25lIn0.{claims}.x\nGET http://a/{{{{tok$0en}}}}")
    assert "JSON Web Token, not verified:" in text
    assert "expire" not in text


def test_what_comes_from_a_file_cannot_write_markdown() -> None:
    text = _hover("@evil = ` ![x](http://evil) <img src=x>\nGET {{ev$0il}}")
    assert "`` ` ![x](http://evil) <img src=x> ``" in text or "![x](http://evil)" in text.split("``")[1]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("GET http://a\nCon$0tent-Type: a/b", "The media type of the body."),
        ("# @no-redi$0rect\nGET http://a", "Does not follow redirects."),
        ("# @auth bas$0ic a b\nGET http://a", "**Basic**"),
        ("GET http://a/{{$gu$0id}}", "$guid"),
        ("# @name l\nPOST http://b\n\n###\nGET {{l.resp$0onse.body.$.x}}", "POST http://b"),
        ("@a = http://x\n\n###\nG$0ET {{a}}/y\nB: c", "GET http://x/y"),
    ],
)
def test_hover(text: str, part: str) -> None:
    assert part in _hover(text)


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("@base = x\nGET {{ba$0se}}", ["base"]),
        ("# @name login\nPOST http://a\n\n###\nGET {{log$0in.response.body.*}}", ["login"]),
        ("### login\nPOST http://a\n\n###\n# @ref log$0in\nGET http://b", ["login"]),
        ("GET http://{{noth$0ing}}", []),
    ],
)
def test_definition(text: str, selected: list[str]) -> None:
    analysis, offset = at_cursor(text)
    found = definitions(analysis, offset)
    targets = found.targets if found is not None else ()
    assert [target.selection.of(analysis.file.source.text) for target in targets] == selected


def test_a_variable_of_the_environment_leads_to_its_file() -> None:
    files = {"http-client.env.json": '{\n  "dev": {"host": "h"}\n}'}
    analysis, offset = at_cursor("GET http://{{ho$0st}}", files, ("dev",))
    found = definitions(analysis, offset)
    assert found is not None
    assert found.targets[0].path.name == "http-client.env.json"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("@a$0 = 1\n@b = {{a}}\nGET http://{{a}}/{{b}}/{{a.b}}", 3),
        ("# @name lo$0gin\nGET http://a\n\n###\n# @ref login\nGET {{login.response.body.*}}", 3),
        ("### lo$0gin\nGET http://a\n\n###\nrun #login\n", 2),
        ("# @prompt us$0er\nGET http://a/{{user}}", 2),
    ],
)
def test_references(text: str, count: int) -> None:
    analysis, offset = at_cursor(text)
    subject = subject_at(analysis, offset)
    assert subject is not None
    found = uses(analysis, subject)
    source = analysis.file.source.text
    assert [use.range.of(source) for use in found] == [subject.name] * count


@pytest.mark.parametrize(
    ("name", "may"), [("a", True), ("a-b.c", True), ("1a", False), ("a b", False), ("", False), ("a}}", False)]
)
def test_names_of_variables(name: str, may: bool) -> None:
    assert may_be_called("variable", name) is may
