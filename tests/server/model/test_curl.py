"""Requests that are written as cURL commands are planned as curl itself would send them."""

import pytest
from tests.support.memory_files import analyse

from httpls.model.body import BodyKind, TextPiece
from httpls.model.plan import Plan


def _plan(text: str) -> Plan:
    analysis = analyse(text)
    return analysis.plan(analysis.file.document.requests[0])


def _shown(plan: Plan) -> list[str]:
    lines = [f"{plan.method} {plan.target}", *[f"{header.name}: {header.value}" for header in plan.headers]]
    if plan.body is not None:
        pieces = [
            str(piece.text) if isinstance(piece, TextPiece) else f"[{piece.written}]" for piece in plan.body.messages[0]
        ]
        lines.append("".join(pieces))
    return lines


_FORM = "Content-Type: application/x-www-form-urlencoded"
_JSON = ["Content-Type: application/json", "Accept: application/json"]


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ("http://a", ["GET http://a"]),
        ("a.test:443/b", ["GET https://a.test:443/b"]),
        ("-X PUT http://a -H 'A: b' -H 'Empty;' -H 'User-Agent:'", ["PUT http://a", "A: b", "Empty: "]),
        ("http://a -d a=1 --data-raw '@b'", ["POST http://a", _FORM, "a=1&@b"]),
        ("http://a -d @x.txt --data-binary @y.bin", ["POST http://a", _FORM, "[x.txt]&[y.bin]"]),
        ("http://a -d '{}' -H 'content-type: application/json'", ["POST http://a", "content-type: application/json", "{}"]),
        ("http://a --json '{\"a\": 1}'", ["POST http://a", *_JSON, '{"a": 1}']),
        ("-G http://a?x -d b=1 --data-urlencode 'c=d e'", ["GET http://a?x&b=1&c=d%20e"]),
        ("http://a --url-query q=ü", ["GET http://a?q=%C3%BC"]),
        ("http://a --data-urlencode '=a&b' --data-urlencode n@f.txt", ["POST http://a", _FORM, "a%26b&n=[f.txt]"]),
        ("-T ./up.bin http://a", ["PUT http://a", "[./up.bin]"]),
        ("-I http://a -A me -e http://r -b 'a=1' -r 0-9", ["HEAD http://a", "User-Agent: me", "Referer: http://r", "Cookie: a=1", "Range: bytes=0-9"]),
        ("http://a -b jar.txt", ["GET http://a"]),
        ("http://a/{{x}} -H 'A: {{x}}' -d '{{x}}'\n@x = 1", ["POST http://a/1", "A: 1", _FORM, "1"]),
    ],
)  # fmt: skip
def test_a_command(options: str, shown: list[str]) -> None:
    plan = _plan("curl " + options)
    assert _shown(plan) == shown
    assert plan.problems == []


def test_a_form_has_parts() -> None:
    plan = _plan(
        "curl http://a -F 'a=1;type=text/plain' -F 'f=@dir/x.png;type=image/png' -F t=<note.txt --form-string s=@x"
    )
    assert plan.body is not None
    assert plan.body.kind is BodyKind.MULTIPART
    head, value = str(plan.headers[0].value).split("=")
    assert head == "multipart/form-data; boundary"
    assert _shown(plan)[-1].replace(value, "B").split("\r\n") == [
        "--B", 'Content-Disposition: form-data; name="a"', "Content-Type: text/plain", "", "1",
        "--B", 'Content-Disposition: form-data; name="f"; filename="x.png"', "Content-Type: image/png", "", "[dir/x.png]",
        "--B", 'Content-Disposition: form-data; name="t"', "", "[note.txt]",
        "--B", 'Content-Disposition: form-data; name="s"', "", "@x",
        "--B--", "",
    ]  # fmt: skip


def test_what_is_wrong_is_told_at_its_word() -> None:
    text = "curl http://a -d '{{nothing}}'\n"
    (problem,) = _plan(text).problems
    assert (problem.code, problem.range.of(text)) == ("undefined-variable", "'{{nothing}}'")
