"""Variables of environments that no request file uses are told when all files of a folder are known."""

from collections.abc import Mapping

import pytest
from tests.support.memory_files import ROOT, MemoryFiles

from httpls.model.unused_environment import unused_environment_variables
from httpls.model.workspace import Workspace

_ENV = "http-client.env.json"


def _told(files: Mapping[str, str], folder: str = "") -> list[str]:
    workspace = Workspace(MemoryFiles({"httpls.toml": "", **files}), {})
    below = ROOT / folder
    paths = [ROOT / name for name in files if name.endswith(".http") and (ROOT / name).is_relative_to(below)]
    return [
        f"{finding.source.path.relative_to(ROOT).as_posix()}:{finding.start.line} "
        f"{finding.problem.range.of(finding.source.text)}"
        for finding in unused_environment_variables(workspace, below, paths)
    ]


def test_a_variable_that_no_file_uses_is_told_once_in_each_file_of_environments() -> None:
    files = {
        "a.http": "GET http://{{host}}\n",
        "sub/b.http": "GET http://{{host2}}\n",
        _ENV: '{\n"dev": {"host": "a", "old": "b",\n"host2": "c"},\n"prod": {"host": "a", "old": "b"}}\n',
        "http-client.private.env.json": '{"dev": {"old": "c"}}',
    }
    assert _told(files) == [f'{_ENV}:2 "old"', 'http-client.private.env.json:1 "old"']


def test_only_files_that_see_the_environment_count() -> None:
    files = {
        "a.http": "GET http://{{x}}\n",
        "sub/b.http": "GET http://b\n",
        f"sub/{_ENV}": '{"dev": {"x": "1"}}',
    }
    assert _told(files) == [f'sub/{_ENV}:1 "x"']


def test_an_environment_above_the_folder_may_serve_others() -> None:
    files = {"sub/a.http": "GET http://a\n", _ENV: '{"dev": {"x": "1"}}'}
    assert _told(files, "sub") == []


@pytest.mark.parametrize(
    "files",
    [
        {"a.http": "# @auth basic {{x}} p\nGET http://a\n"},
        {"a.http": 'GET http://a\n\n> {% client.global.get("x") %}\n'},
        {"a.http": "GET http://a\n\n> ./b.js\n", "b.js": "client.variables.get('x')"},
        {"a.http": "import ./lib/c.http\nGET http://a\n", "lib/c.http": "GET http://{{x.y}}\n"},
        {"a.http": "GET http://{{y}}\n", "http-client.private.env.json": '{"dev": {"y": "{{x}}"}}'},
        {"a.http": "GET http://a\n", "httpls.toml": '[headers]\nX = "{{x}}"\n'},
        {"a.http": "GET http://a\n", "_shared.http": "X: {{x}}\n"},
    ],
)  # fmt: skip
def test_what_is_used_somewhere_is_not_told(files: Mapping[str, str]) -> None:
    told = _told({_ENV: '{"dev": {"x": {"y": "1"}}}', **files})
    assert [one for one in told if '"x"' in one] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("GET /a\n", "host"),
        ("GET http://a\nAuthorization: oauth2 client_credentials shop\n", "shop_clientId"),
        ("GET http://a\nAuthorization: openid code\n", "oauth2_tokenEndpoint"),
        ("GET http://a\nAuthorization: oauth2 client_credentials shop\n", "shop"),
        ("GET http://a\nAuthorization: {{$aadV2Token appOnly}}\n", "aadV2ClientId"),
        ("GET http://a\n", "request_timeout"),
        ("GET http://a\n", "a name"),
    ],
)
def test_what_tools_ask_for_by_themselves_is_not_told(text: str, name: str) -> None:
    assert _told({"a.http": text, _ENV: f'{{"dev": {{"{name}": "1"}}}}'}) == []


def test_dotenv_files_and_settings_of_editors_serve_others_too() -> None:
    files = {
        "a.http": "GET http://a\n",
        ".env": "X=1\n",
        ".vscode/settings.json": '{"rest-client.environmentVariables": {"dev": {"x": "1"}}}',
    }
    assert _told(files) == []
