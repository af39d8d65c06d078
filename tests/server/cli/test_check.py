"""`httpls check` as its user sees it."""

import json
from pathlib import Path

import pytest

from httpls.cli.main import main

_PAGES = Path(__file__).parents[3] / "docs" / "problems"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "httpls.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


def test_a_problem_is_shown_with_line_caret_remedy_and_page(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.http").write_text("@token = x\nGET http://a/{{tokn}}?{{token}}\n")
    assert main(["check", "a.http"]) == 3
    shown = capsys.readouterr()
    assert (
        shown.out
        == f"""\
a.http:2:14: error: the variable `tokn` is not defined
   2 | GET http://a/{{{{tokn}}}}?{{{{token}}}}
     |              ^^^^^^^^
     = Did you mean `token`?
     = {_PAGES.as_uri()}/undefined-variable.md
"""
    )
    assert shown.err == "1 file: 1 error\n"


def test_a_caret_stands_under_wide_characters_and_tabs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.http").write_text("GET http://a\nX: 日本\t{{x}}\n", encoding="utf-8")
    main(["check", "a.http"])
    line, caret = capsys.readouterr().out.splitlines()[1:3]
    # Each ideograph takes two columns of a terminal.
    assert caret.index("^") == line.index("{{x}}") + 2


def test_a_folder_is_searched_and_all_is_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.http", "sub/b.rest", "node_modules/c.http", ".git/d.http", "sub/e.txt"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("GET http://a\n" if name != "sub/e.txt" else "not a request file")
    assert main(["check", "."]) == 0
    assert capsys.readouterr().err == "2 files: no problem\n"


@pytest.mark.parametrize(("option", "code"), [("--quiet", 0), ("--strict", 3)])
def test_warnings_count_only_if_asked(folder: Path, option: str, code: int) -> None:
    (folder / "a.http").write_text("GET http://a\nX-Y\n")
    assert main(["check", option, "a.http"]) == code


def test_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.http").write_text("GET http://a\nX-Y\n")
    assert main(["check", "--json", "a.http"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {
            "file": "a.http",
            "line": 2,
            "column": 1,
            "endLine": 2,
            "endColumn": 4,
            "severity": "warning",
            "code": "header-without-colon",
            "message": "the header field `X-Y` has no colon; it is sent with an empty value",
            "remedy": "Write `X-Y: value`, or remove the line.",
            "page": "docs/problems/header-without-colon.md",
        }
    ]


def test_annotations_for_github(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a,b.http").write_text("GET http://a/{{x}}\n# @nme 100%\n")
    assert main(["check", "--github", "a,b.http"]) == 3
    assert capsys.readouterr().out == (
        "::error file=a%2Cb.http,line=1,col=14,endLine=1,endColumn=19,title=httpls%3A undefined-variable"
        "::the variable `x` is not defined. Define it in the file with `@x = …`, or in an environment.\n"
        "::notice file=a%2Cb.http,line=2,col=4,endLine=2,endColumn=7,title=httpls%3A unknown-directive"
        "::`@nme` is not a directive that httpls knows; it is taken for a comment. Did you mean `@name`?\n"
    )


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"a.http": b"GET http://a/\xff\n"}, ["a.http:1 wrong-encoding"]),
        ({"a.http": b"import ./b.http\n\n###\nGET http://a\n"}, ["a.http:1 missing-import"]),
        ({"a.http": b"GET http://a\n", "http-client.env.json": b"{"}, ["http-client.env.json:1 malformed-json"]),
        ({"a.http": b"GET http://a\n", "httpls.toml": b"x"}, ["httpls.toml:1 malformed-toml"]),
        ({"a.http": b"GET http://a/{{a}}\n@a = {{b}}\n@b = {{a}}\n"}, ["a.http:1 cyclic-variable", "a.http:2 cyclic-variable", "a.http:3 cyclic-variable"]),
        ({"a.http": "GET http://a\n".encode("utf-16")}, []),
    ],
)  # fmt: skip
def test_bad_input_gives_a_place_and_everything_else_goes_on(
    folder: Path, files: dict[str, bytes], found: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "z.http").write_text("GET http://a/{{undefined}}\n")
    assert main(["check", "--json", "."]) == 3
    told = json.loads(capsys.readouterr().out)
    shown = [f"{problem['file']}:{problem['line']} {problem['code']}" for problem in told]
    assert [problem for problem in shown if not problem.startswith("z.http")][: len(found)] == found
    assert "z.http:1 undefined-variable" in shown


def test_an_environment_file_that_serves_many_is_told_of_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "http-client.env.json").write_text('{"dev": 1}')
    for name in ("a", "b", "c"):
        (folder / f"{name}.http").write_text("GET http://a\n")
    assert main(["check", "."]) == 3
    assert capsys.readouterr().err == "3 files: 1 error\n"


def test_wrong_usage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nowhere.http"]) == 2
    assert capsys.readouterr().err == "httpls check: there is no file or folder `nowhere.http`\n"
    assert main(["chekc", "."]) == 2
    assert "Did you mean `httpls check`?" in capsys.readouterr().err
    with pytest.raises(SystemExit) as exit_:
        main(["check", "--var", "novalue", str(folder)])
    assert exit_.value.code == 2


def test_variables_of_environments_that_nobody_uses_are_told_of_a_folder(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.http").write_text("GET http://{{host}}/\n")
    (folder / "http-client.env.json").write_text('{"dev": {"host": "a", "hots": "b"}}\n')
    assert main(["check", "."]) == 0
    assert capsys.readouterr().out.startswith(
        "http-client.env.json:1:23: hint: no request file in this folder or below uses the variable `hots`\n"
    )
    main(["check", "a.http"])
    assert capsys.readouterr().out == ""
