"""Which definition of a name counts, in each profile."""

import pytest
from tests.support.memory_files import analyse, problems

from httpls.model.analysis import Analysis
from httpls.model.scopes import Definition, Scope, ScopeKind, Unset
from httpls_auth.values.provenance import Origination, Provenance

_FILES = {
    "b.http": "@x = imported\n",
    "_shared.http": "@x = folder\n",
    "http-client.private.env.json": '{"dev": {"x": "private"}}',
    "http-client.env.json.user": '{"dev": {"x": "user"}}',
    "http-client.env.json": '{"dev": {"x": "public"}, "$shared": {"x": "shared"}}',
    ".vscode/settings.json": '{"rest-client.environmentVariables": {"dev": {"x": "editor"}, "$shared": {"x": "editor shared"}}}',
    ".env.dev": "x=dotenv of dev\n",
    ".env.local": "x=dotenv local\n",
    ".env": "x=dotenv\n",
}
_TEXT = "# @dialect {}\nimport ./b.http\n@x = file\n\n###\n# @var x = request\nGET http://a/{{{{x}}}}\n\n> {{% client.global.set('x', 1) %}}\n"


def _order(profile: str) -> list[str]:
    """The values of `x` from the one that counts to the last that is hidden.

    What a script has set counts in its place; what one would set if it ran, a hole, comes last.
    """
    analysis = analyse(_TEXT.format(profile), _FILES, ["dev"], {"x": "command line"})
    request = analysis.file.document.requests[0]
    argument = Definition("x", "run argument", Provenance(Origination.COMMAND_LINE, "x"))
    set_by_script = Definition("x", "script", Provenance(Origination.SCRIPT, "x"))
    known = [Scope(ScopeKind.RUN_ARGUMENT, {"x": argument}), Scope(ScopeKind.SCRIPT, {"x": set_by_script})]
    found = [definition.text for definition in analysis.scopes(request, known).lookup("x")]
    *texts, unset = found
    assert isinstance(unset, Unset)
    return [text for text in texts if isinstance(text, str)]


_GIVEN = ["command line", "run argument"]
_OF_FILES = ["file", "imported", "folder"]
_OF_ENVIRONMENTS = ["private", "user", "public", "shared", "editor", "editor shared"]
_OF_DOTENV = ["dotenv of dev", "dotenv local", "dotenv"]


@pytest.mark.parametrize("profile", ["auto", "restclient", "httpyac", "vs", "rest.nvim"])
def test_most_tools_let_the_file_win(profile: str) -> None:
    assert _order(profile) == [*_GIVEN, "request", "script", *_OF_FILES, *_OF_ENVIRONMENTS, *_OF_DOTENV]


def test_jetbrains_lets_the_environment_win_and_its_public_file() -> None:
    environments = ["public", "user", "private", "shared", "editor", "editor shared"]
    assert _order("jetbrains") == [*_GIVEN, *environments, "script", *_OF_FILES, "request", *_OF_DOTENV]


def test_kulala_lets_the_environment_win_over_variables_of_files() -> None:
    assert _order("kulala") == [*_GIVEN, "request", "script", *_OF_ENVIRONMENTS, *_OF_FILES, *_OF_DOTENV]


def _target(analysis: Analysis) -> str:
    return str(analysis.plan(analysis.file.document.requests[-1]).target)


@pytest.mark.parametrize(
    ("shared", "target", "found"),
    [
        ('{"h": "a"}', "http://a", []),
        ('{"h": "{{g}}.test", "g": "b"}', "http://b.test", []),
        ('{"h": "{{$shared g}}", "g": "c"}', "http://c", []),
        ('{"h": "{{$shared h}}"}', "http://", ["1:8 cyclic-variable '{{host}}'"]),
        ('{"g": "x"}', "http://", ["1:8 missing-shared-variable '{{host}}'"]),
    ],
)
def test_shared_values_may_refer_to_others(shared: str, target: str, found: list[str]) -> None:
    environments = (
        f'{{"rest-client.environmentVariables": {{"dev": {{"host": "{{{{$shared h}}}}"}}, "$shared": {shared}}}}}'
    )
    analysis = analyse("http://{{host}}", {".vscode/settings.json": environments}, ["dev"])
    assert _target(analysis) == target
    assert problems(analysis) == found


def test_names_of_requests_and_variables_of_imported_files_are_known() -> None:
    files = {
        "b.http": "import ./c.http\n@b = 1\n\n### login\nPOST http://b\n",
        "c.http": "import ./a.http\n@c = {{b}}\n",
        "d.http": "@d = 4\n",
    }
    text = "import ./b.http\n# @import ./d.http\n\n###\nGET http://a/{{c}}/{{d}}/{{login.response.body.$.id}}\n"
    analysis = analyse(text, files)
    assert problems(analysis) == []
    assert _target(analysis) == "http://a/1/4/‹login.response.body.$.id›"


@pytest.mark.parametrize(
    ("profile", "value"), [("auto", "C:\\new\\me"), ("jetbrains", "C:\\new\\me"), ("restclient", "C:\newme")]
)
def test_backslashes_are_escapes_in_rest_client_alone(profile: str, value: str) -> None:
    analysis = analyse(f"# @dialect {profile}\n@x = C:\\new\\me\n\n###\nGET http://a\nX: {{{{x}}}}\n")
    (header,) = analysis.plan(analysis.file.document.requests[0]).headers
    assert str(header.value) == value
