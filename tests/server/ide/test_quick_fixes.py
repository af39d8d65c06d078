"""The ways out of problems, and changes of a file that keep its meaning."""

from collections.abc import Sequence

import pytest
from tests.support.ide import at_cursor
from tests.support.memory_files import ROOT, MemoryFiles
from tests.support.problem_examples import EXAMPLES, Example

from httpls.ide.json_edits import with_member
from httpls.ide.quick_fixes import FileEdit, Fix, Question, fixable_codes, fixes
from httpls.ide.refactorings import extract_host, header_to_directive, sorted_headers, split_off
from httpls.model.analysis import Analysis
from httpls.model.check import check_file
from httpls.model.workspace import Choices, Workspace
from httpls_grammar.format import Edit

WITHOUT_EXAMPLE = {"secret-in-settings", "unused-auth-parameter", "unused-environment-variable"}
"""Those whose example stands elsewhere, or that need more than a text."""


def _asked(example: Example, code: str) -> Question:
    """Return the first problem of an example with this code, in the file that it stands in."""
    files = {"httpls.toml": "", **example.files, example.name: example.text or ""}
    workspace = Workspace(MemoryFiles(files), {}, Choices(example.environments))
    path = ROOT / example.name
    finding = next(one for one in check_file(workspace, path) if one.problem.code == code)
    source = finding.source
    return Question(source.text, source.path, finding.problem, Analysis(workspace, workspace.request_file(path)))


def _after(asked: Question, fix: Fix) -> str:
    """Return the text of the file with the problem after a fix."""
    return _applied(asked.text, [edit for edit in fix.edits if edit.path in (None, asked.path)])


def _applied(text: str, edits: Sequence[FileEdit] | Sequence[Edit]) -> str:
    every: list[FileEdit | Edit] = [*edits]
    for edit in sorted(every, key=lambda one: one.range, reverse=True):
        text = text[: edit.range.start] + edit.text + text[edit.range.end :]
    return text


def _all_fixes(code: str) -> list[tuple[Question, Fix]]:
    asked = _asked(EXAMPLES[code], code)
    return [(asked, fix) for fix in fixes(asked)]


@pytest.mark.parametrize("code", sorted(fixable_codes() - WITHOUT_EXAMPLE))
def test_every_problem_with_a_way_out_has_a_fix_for_its_example(code: str) -> None:
    assert _all_fixes(code), "there is no fix"


@pytest.mark.parametrize("code", sorted(fixable_codes() - WITHOUT_EXAMPLE))
def test_a_preferred_fix_takes_the_problem_away(code: str) -> None:
    for asked, fix in _all_fixes(code):
        if not fix.is_preferred or fix.destination is not None or fix.renames is not None:
            continue
        example = EXAMPLES[code]
        files = {"httpls.toml": "", **example.files, example.name: example.text or ""}
        files[asked.path.name] = _after(asked, fix)
        workspace = Workspace(MemoryFiles(files), {}, Choices(example.environments))
        left = [one.problem for one in check_file(workspace, ROOT / example.name)]
        assert (code, asked.problem.message) not in [(one.code, one.message) for one in left]


@pytest.mark.parametrize(
    ("code", "title", "part"),
    [
        ("undefined-variable", "Change to `token`", "https://api.example.com/{{token}}"),
        ("undefined-variable", "Define `tokn` in this file", "@tokn = \n@token = abc"),
        ("body-after-get", "Change the method to POST", "POST https://api.example.com/orders"),
        (
            "missing-auth-parameter",
            "Add `# @auth-password`",
            "# @auth basic me\n# @auth-password {{$secret password}}\n",
        ),
        ("missing-boundary", "Write the boundary `b`", "multipart/form-data; boundary=b\n"),
        ("unclosed-multipart", "Close the last part", "1\n--b--\n"),
        ("duration-without-unit", "Write `500 s`", "# @timeout 500 s"),
        ("unsupported-http-version", "Write `HTTP/2`", " HTTP/2\n"),
        ("insecure-credential", "Send it over https", "GET https://api.example.com/orders"),
        ("duplicate-key", "Remove `a`", '{"dev": {"a": "1"}}'),
        ("unknown-tls-key", "Remove `verifyHost`", '"SSLConfiguration": {}'),
    ],
)
def test_fixes(code: str, title: str, part: str) -> None:
    found = {fix.title: (asked, fix) for asked, fix in _all_fixes(code)}
    assert title in found, list(found)
    assert part in _after(*found[title])


def test_a_variable_is_defined_in_the_environment_that_lacks_it() -> None:
    ((asked, fix),) = _all_fixes("missing-in-environment")
    (edit,) = fix.edits
    assert edit.path is not None
    assert edit.path == ROOT / "http-client.env.json"
    text = asked.analysis.workspace.source(edit.path).text
    assert _applied(text, [edit]) == '{"dev": {"host": "localhost"}, "prod": {"a": "1", "host": ""}}\n'


def test_a_file_that_is_missing_is_made() -> None:
    ((_, fix),) = _all_fixes("missing-file")
    assert fix.title == "Create `./gone.json`"
    assert fix.edits[0].creates


@pytest.mark.parametrize(
    ("before", "keys", "after"),
    [
        ("", ("dev",), '{\n  "dev": {\n    "n": 1\n  }\n}\n'),
        ("{}", ("dev",), '{\n  "dev": {\n    "n": 1\n  }\n}'),
        ('{"dev": {"a": 2}}', ("dev",), '{"dev": {"a": 2, "n": 1}}'),
        (
            '{\n    "dev": {\n        "a": 2\n    }\n}',
            ("dev",),
            '{\n    "dev": {\n        "a": 2,\n        "n": 1\n    }\n}',
        ),
    ],
)
def test_a_member_is_put_into_json_as_the_file_is_written(before: str, keys: tuple[str, ...], after: str) -> None:
    change = with_member(before, keys, "n", 1)
    assert change is not None
    assert before[: change.range.start] + change.text + before[change.range.end :] == after


def test_a_member_is_not_put_where_there_is_one_or_into_what_is_no_object() -> None:
    assert with_member('{"dev": {"n": 2}}', ("dev",), "n", 1) is None
    assert with_member('{"dev": 3}', ("dev",), "n", 1) is None
    assert with_member("[1]", ("dev",), "n", 1) is None


def test_a_host_becomes_a_variable_in_all_its_requests() -> None:
    text = "### a\nGET https://h.example/$01\n\n### b\nPOST https://h.example\n\n### c\nGET https://h.example.org/\n"
    analysis, offset = at_cursor(text)
    after = _applied(analysis.file.source.text, extract_host(analysis, offset))
    assert after == (
        "@baseUrl = https://h.example\n\n### a\nGET {{baseUrl}}/1\n\n### b\nPOST {{baseUrl}}\n\n"
        "### c\nGET https://h.example.org/\n"
    )


@pytest.mark.parametrize(
    ("value", "directive"),
    [
        ("Basic me:{{password}}", "# @auth basic me {{password}}"),
        ("Basic me {{password}}", "# @auth basic me {{password}}"),
        ("Bearer {{token}}", "# @auth bearer {{token}}"),
        ("Digest me {{password}}", "# @auth digest me {{password}}"),
        ("Basic bWU6eA==", None),
        ("Weird x", None),
    ],
)
def test_a_field_becomes_a_directive(value: str, directive: str | None) -> None:
    analysis, offset = at_cursor(f"### a\nGET https://h/$0\nAuthorization: {value}\nAccept: */*\n")
    found = header_to_directive(analysis, offset)
    if directive is None:
        assert found is None
    else:
        assert found is not None
        after = _applied(analysis.file.source.text, found[1])
        assert after == f"### a\n{directive}\nGET https://h/\nAccept: */*\n"


def test_header_fields_are_sorted() -> None:
    analysis, offset = at_cursor("GET https://h/$0\nB: 1\na: 2\nA: 3\n\nbody\n")
    after = _applied(analysis.file.source.text, sorted_headers(analysis, offset))
    assert after == "GET https://h/\na: 2\nA: 3\nB: 1\n\nbody\n"
    assert sorted_headers(*at_cursor("GET https://h/$0\na: 2\nB: 1\n")) == []


def test_requests_move_to_a_file_of_their_own() -> None:
    analysis, offset = at_cursor("@a = 1\n\n### a\nGET https://h/\n\n### b\nGET https://h/$0{{a}}\n")
    found = split_off(analysis, offset)
    assert found is not None
    where, text = found
    assert text == "import ./a.http\n\n### b\nGET https://h/{{a}}\n"
    assert where.of(analysis.file.source.text) == "### b\nGET https://h/{{a}}\n"
