"""What is wrong inside a body is told; a template is never wrong."""

import pytest
from tests.support.memory_files import analyse, problems


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('{\n  "a": 1\n}', []),
        ('{\n  "a" 1\n}', ["5:7 malformed-json-body '1'"]),
        ('{"a": 1', ["4:8 malformed-json-body ''"]),
        ('{\n  // said by many\n  "a": 1\n}', []),
        ('{"a": 1} // no comment', ["4:10 malformed-json-body '/'"]),
        ('{"a": {{$randomInt}}, "b": "{{$guid}}", "c": [{{$randomInt 1 2}}]}', []),
        ('{"a": {{$guid}}{{$guid}}}', []),
        ('{"token": "{{$auth.token("a")}}"}', []),
        ("{{$guid}}", []),
        ("< ./a.json", []),
        ("[" * 5000, []),
    ],
)
def test_json(body: str, found: list[str]) -> None:
    text = f"POST http://a\nContent-Type: application/json; charset=utf-8\n\n{body}\n"
    # What is wrong with the templates themselves is not what is asked here.
    assert [problem for problem in problems(analyse(text)) if "malformed-json-body" in problem] == found


def test_a_trailing_comma_is_an_error_of_json() -> None:
    # Where exactly it is told depends on the version of Python.
    (problem,) = analyse('POST http://a\nContent-Type: application/json\n\n{"a": 1,}\n').problems()
    assert problem.code == "malformed-json-body"


def test_other_types_are_not_read() -> None:
    assert problems(analyse("POST http://a\nContent-Type: application/x-ndjson\n\n{}\n{}\n")) == []
    assert problems(analyse("POST http://a\nContent-Type: text/plain\n\n{\n")) == []


_PART = 'Content-Disposition: form-data; name="a"\n\n1\n'


@pytest.mark.parametrize(
    ("content_type", "body", "found"),
    [
        ("multipart/form-data; boundary=b", f"--b\n{_PART}--b--", []),
        ('multipart/form-data; boundary="b c"', f"--b c\n{_PART}--b c--", []),
        ("multipart/form-data; boundary=b", f"--b\n{_PART}", ["7:1 unclosed-multipart '1'"]),
        ("multipart/form-data; boundary=b", f"--c\n{_PART}--c--", ["4:1 unused-boundary '--c'"]),
        ("multipart/form-data", f"--c\n{_PART}--c--", ["4:1 missing-boundary '--c'"]),
        ("multipart/form-data; boundary={{b}}", f"--c\n{_PART}--c--\n@b = c", []),
        ("multipart/form-data; boundary=b", f"--{{{{b}}}}\n{_PART}--b--\n@b = b", []),
        ("multipart/form-data; boundary=b", "--b\nContent-Disposition: form-data\n\n< ./x.png\n--b--", []),
    ],
)
def test_multipart(content_type: str, body: str, found: list[str]) -> None:
    text = f"POST http://a\nContent-Type: {content_type}\n\n{body}\n"
    assert problems(analyse(text, {"x.png": b""})) == found


def test_the_boundary_of_the_body_is_proposed() -> None:
    (problem,) = analyse(f"POST http://a\nContent-Type: multipart/form-data\n\n--c\n{_PART}--c--\n").problems()
    assert problem.remedy == "Write `Content-Type: multipart/form-data; boundary=c`."
