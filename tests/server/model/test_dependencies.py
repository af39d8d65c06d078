"""Which requests have to run before a request."""

import pytest
from tests.support.memory_files import ROOT, analyse, problems

from httpls.model.analysis import Analysis
from httpls.model.dependencies import Dependency, cycle_from, dependencies_of


def _needs(analysis: Analysis, number: int = -1) -> list[str]:
    """The dependencies of a request as `need name`, with the file if it is another one."""
    shown: list[str] = []
    for found in dependencies_of(analysis, analysis.file.document.requests[number]):
        if isinstance(found, Dependency):
            elsewhere = "" if found.file is analysis.file else f" of {found.file.path.relative_to(ROOT).as_posix()}"
            shown.append(f"{found.need.value} {found.request.name}{elsewhere}")
        else:
            shown.append(f"unknown {found.name}")
    return shown


_LOGIN = "### login\nPOST http://a/login\n\n### other\nGET http://a\n\n"


@pytest.mark.parametrize(
    ("request_text", "needs"),
    [
        ("GET http://a/{{login.response.body.$.t}}", ["reference login"]),
        ("GET http://a\nX: {{login.response.headers.X}} {{login.response.status}}", ["reference login"]),
        ("POST http://a\n\n{{login.token}}\n", ["reference login"]),
        ("POST http://a\nX: {{other.request.headers.A}}\n\n{{login.response.body.*}}\n", ["reference other", "reference login"]),
        ("# @auth bearer {{login.response.body.$.t}}\nGET http://a", ["reference login"]),
        ("@t = {{login.response.body.$.t}}\nGET http://a/{{t}}", ["reference login"]),
        ("# @ref login\n# @forceRef other\nGET http://a", ["ref login", "forceRef other"]),
        ("run #login\nGET http://a", ["run login"]),
        ("# @ref nobody\nGET http://a", ["unknown nobody"]),
        ("GET http://a", []),
    ],
)  # fmt: skip
def test_what_a_request_needs(request_text: str, needs: list[str]) -> None:
    assert _needs(analyse(f"{_LOGIN}###\n{request_text}\n")) == needs


def test_what_a_request_needs_from_other_files() -> None:
    files = {"lib/a.http": _LOGIN, "lib/b.http": "### b1\nGET http://b\n\n### b2\nGET http://b\n"}
    text = "import ./lib/a.http\nrun ./lib/b.http (@x=1, @y={{z}})\nGET http://a/{{login.t}}\n"
    assert _needs(analyse(text, files=files)) == [
        "run b1 of lib/b.http", "run b2 of lib/b.http", "reference login of lib/a.http",
    ]  # fmt: skip


def test_a_circle_is_found_over_files() -> None:
    files = {"b.http": "import ./a.http\n### b\nGET http://b/{{a.x}}\n"}
    analysis = analyse("import ./b.http\n### a\nGET http://a/{{b.x}}\n\n### c\nGET http://a/{{b.x}}\n", files=files)
    first, second = analysis.file.document.requests
    assert cycle_from(analysis, first, lambda file: Analysis(analysis.workspace, file)) == ("a", "b", "a")
    # A request that leads to a circle without being part of it is not to blame.
    assert cycle_from(analysis, second, lambda file: Analysis(analysis.workspace, file)) is None
    assert problems(analysis) == ["3:14 cyclic-dependency '{{b.x}}'"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("### a\n# @ref a\nGET http://a\n", "2:8 cyclic-dependency 'a'"),
        ("### a\n# @ref b\nGET http://a\n", "2:8 unknown-dependency 'b'"),
        ("### a\nrun #b\nGET http://a\n", "2:6 unknown-dependency 'b'"),
        ("### a\nGET http://a/{{a.response.status}}\n", "2:14 cyclic-dependency '{{a.response.status}}'"),
        ("### a\nGET http://a/{{b.response.status}}\n", "2:16 unknown-request 'b'"),
    ],
)
def test_what_is_wrong_with_dependencies(text: str, problem: str) -> None:
    assert problems(analyse(text)) == [problem]
