"""What a file of a project that nobody trusts may do with the files of this machine: nothing outside its root."""

import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.support.literal_server import LiteralServer, answering, response, serve
from tests.support.running import Project, project

from httpls.run.exchange import Outcome
from httpls.run.run_options import RunOptions

_TRUSTED = RunOptions(is_trusted=True)


@pytest.fixture
def server() -> Generator[LiteralServer]:
    with serve(answering(response(b"from the server"))) as running:
        yield running


@pytest.fixture
def files(tmp_path: Path) -> Generator[Project]:
    (tmp_path / "secret.txt").write_text("of-the-machine")
    with project(tmp_path / "project") as made:
        (made.root / "link.txt").symlink_to(tmp_path / "secret.txt")
        (made.root / "folder").symlink_to(tmp_path, target_is_directory=True)
        yield made


def _text(server: LiteralServer, files: Project, text: str) -> str:
    return text.replace("{base}", f"http://127.0.0.1:{server.port}").replace("{outside}", str(files.root.parent))


_READS = [
    "POST {base}/\n\n< ../secret.txt\n",
    "POST {base}/\n\n<@ ../secret.txt\n",
    "POST {base}/\n\n<@latin1 {outside}/secret.txt\n",
    "POST {base}/\n\n< sub/../../secret.txt\n",
    "POST {base}/\n\n< ./link.txt\n",
    "POST {base}/\n\n< ./folder/secret.txt\n",
    "POST {base}/\n\n< {{path}}\n\n###\n@path = ../secret.txt\n",
    "GET {base}/\nX: {{< ../secret.txt}}\n",
    "GET {base}/{{x}}\n\n###\n@x = {{< ./link.txt}}\n",
    "# @file-contents-to-variable x ../secret.txt\nGET {base}/\nX: {{x}}\n",
    "# @auth bearer token-file=../secret.txt\nGET {base}/\n",
    "# @auth bearer token-file=./link.txt\nGET {base}/\n",
    "POST {base}/\nContent-Type: multipart/form-data; boundary=b\n\n--b\nX: y\n\n< ../secret.txt\n--b--\n",
    "GRAPHQL {base}/\n\n< ../secret.txt\n",
]


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege")
@pytest.mark.parametrize("text", _READS)
def test_nothing_outside_the_root_is_read(server: LiteralServer, files: Project, text: str) -> None:
    written = _text(server, files, text)
    result = files.result(written)
    assert result.outcome is Outcome.REFUSED
    assert [failure.code for failure in result.failures] == ["outside-root"]
    assert all(failure.line is not None for failure in result.failures)
    assert server.requests == []
    # It is the lack of trust that keeps it from being sent, nothing else.
    assert files.result(written, options=_TRUSTED).outcome is Outcome.SENT
    assert b"of-the-machine" in server.request


@pytest.mark.parametrize("line", ["import ../other/b.http", "import ./link.http", "# @import ../other/b.http"])
def test_no_request_file_outside_the_root_is_used(server: LiteralServer, files: Project, line: str) -> None:
    (files.root.parent / "other").mkdir()
    (files.root.parent / "other/b.http").write_text("@password = of-the-machine\n")
    (files.root / "link.http").symlink_to(files.root.parent / "other/b.http")
    text = _text(server, files, f"{line}\nGET {{base}}/{{{{password}}}}\n")
    result = files.result(text)
    assert (result.outcome, [failure.code for failure in result.failures]) == (Outcome.REFUSED, ["outside-root"])
    assert result.failures[0].line == 1
    assert server.requests == []
    assert files.result(text, options=_TRUSTED).outcome is Outcome.SENT
    assert b"of-the-machine" in server.request


def test_no_request_of_another_project_is_run(server: LiteralServer, files: Project) -> None:
    other = files.root.parent / "other"
    other.mkdir()
    (other / "b.http").write_text(_text(server, files, "@host = a\n### log in\nGET {base}/of-the-machine?{{host}}\n"))
    text = _text(server, files, "run ../other/b.http (@host=evil)\n\n###\nGET {base}/\n")
    first, second = files.run(text).results
    assert ([failure.code for failure in first.failures], second.outcome) == (["outside-root"], Outcome.REFUSED)
    assert server.requests == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (".env", "password=of-the-machine\n"),
        ("http-client.env.json", '{"dev": {"password": "of-the-machine"}}'),
        ("http-client.private.env.json", '{"dev": {"password": "of-the-machine"}}'),
        ("_shared.http", "@password = of-the-machine\n"),
        ("httpls.toml", 'environments = ["dev"]\n'),
        (".vscode/settings.json", '{"rest-client.environmentVariables": {"dev": {"password": "of-the-machine"}}}'),
    ],
)
def test_nothing_that_counts_for_all_requests_leads_outside_the_root(
    server: LiteralServer, files: Project, name: str, content: str
) -> None:
    outside = files.root.parent / "outside"
    outside.write_text(content)
    (files.root / name).parent.mkdir(exist_ok=True)
    (files.root / name).unlink(missing_ok=True)
    (files.root / name).symlink_to(outside)
    result = files.result(_text(server, files, "GET {base}/\n"), environments=("dev",))
    assert (result.outcome, [failure.code for failure in result.failures]) == (Outcome.REFUSED, ["outside-root"])
    assert f"`{name}`" in result.failures[0].message
    assert server.requests == []


@pytest.mark.parametrize(
    "output",
    [
        ">> ../out.txt", ">>! ../secret.txt", ">> {outside}/out.txt", ">> ./folder/out.txt", ">>! ./link.txt",
        ">> {{path}}", ">>! .git/config", ">>! ./.env", ">> ./.git/hooks/pre-commit", ">>! a/.b/c",
    ],
)  # fmt: skip
def test_nothing_outside_the_root_and_no_dotfile_is_written(server: LiteralServer, files: Project, output: str) -> None:
    files.write(".env", "A=1")
    files.write(".git/config", "[core]")
    before = {path: path.read_bytes() for path in files.root.parent.rglob("*") if path.is_file()}
    text = _text(server, files, f"GET {{base}}/\n\n{output}\n\n###\n@path = ../out.txt\n")
    result = files.result(text)
    assert [failure.code for failure in result.failures] in (["outside-root"], ["hidden-file"])
    assert (result.outcome, result.saved) == (Outcome.FAILED, ())
    after = {path: path.read_bytes() for path in files.root.parent.rglob("*") if path.is_file()}
    after.pop(files.root / "a.http")
    assert after == before


def test_a_file_in_the_root_is_read_and_written_by_any_name(server: LiteralServer, files: Project) -> None:
    files.write("data/in.txt", "inside")
    (files.root / "other").symlink_to(files.root / "data", target_is_directory=True)
    result = files.result(_text(server, files, "POST {base}/\n\n< ./other/../data/in.txt\n\n>> ./other/new/out.txt\n"))
    assert result.outcome is Outcome.SENT, result.failures
    assert server.request.endswith(b"inside")
    assert (files.root / "data/new/out.txt").read_bytes() == b"from the server"


@pytest.mark.parametrize("auth", ["# @auth negotiate", "# @use-os-credentials", "# @auth ntlm"])
def test_the_current_user_is_not_logged_in(server: LiteralServer, files: Project, auth: str) -> None:
    result = files.result(_text(server, files, f"{auth}\nGET {{base}}/\n"))
    assert (result.outcome, len(result.failures)) == (Outcome.REFUSED, 1)
    assert "the current user" in result.failures[0].message
    assert result.failures[0].line == 1
    assert server.requests == []


def test_a_command_is_not_run(server: LiteralServer, files: Project) -> None:
    files.write("aws.ini", "[profile x]\ncredential_process = touch ran\n")
    text = "# @auth aws profile=x config-file=./aws.ini region=eu-west-1 service=s3\nGET {base}/\n"
    result = files.result(_text(server, files, text))
    assert result.outcome is Outcome.REFUSED
    assert not (files.root / "ran").exists()
    assert server.requests == []
