"""`httpls trust`, and the question whether a project is trusted."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from httpls.cli.ask_trust import becomes_trusted
from httpls.cli.main import main
from httpls.host.files import DiskFiles
from httpls.host.trust import TrustStore
from httpls.host.user_state import UserState
from httpls.model.analysis import Analysis
from httpls.model.workspace import Choices, Workspace
from httpls.run.cancel import Cancel
from httpls.run.selection import Selected
from httpls.world import allowed_to
from httpls_auth.values.origin import parse_origin

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in a project, without a terminal; return the exit code and all that was shown."""
    (tmp_path / "httpls.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HTTPLS_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("httpls.host.prompts.open_terminal_of_process", lambda: None)

    def run(*arguments: str) -> tuple[int, str]:
        try:
            code = main(["trust", *arguments])
        except SystemExit as stop:
            code = int(str(stop.code))
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return run


def test_trust_is_remembered_shown_and_taken_back(run: Run, tmp_path: Path) -> None:
    assert run("--show") == (0, f"{tmp_path} is not trusted.\n")
    assert run("--yes")[0] == 0
    assert run("--show") == (0, f"{tmp_path} is trusted.\n")
    assert run("--list") == (0, f"{tmp_path}\n")
    assert run("--revoke")[0] == 0
    assert run("--list") == (0, "")


def test_without_a_terminal_nobody_trusts_by_accident(run: Run, tmp_path: Path) -> None:
    code, shown = run()
    assert code == 3
    assert "give --yes if you agree" in shown
    assert run("--show") == (0, f"{tmp_path} is not trusted.\n")


def test_single_things_can_be_allowed(run: Run, tmp_path: Path) -> None:
    assert run("--keyring", "shop", "me", "--allow-origin", "https://api.test")[0] == 0
    assert run("--show")[1].splitlines() == [
        f"{tmp_path} is not trusted.",
        "  entry of the keyring: `me` of `shop`",
        "  your secrets may go to https://api.test",
    ]
    allowed = allowed_to(tmp_path, False, frozenset())
    assert (allowed.is_trusted, allowed.origins) == (False, frozenset([parse_origin("https://api.test")]))


def test_a_folder_of_the_project_means_the_project(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    run("sub", "--yes")
    assert run("--show") == (0, f"{tmp_path} is trusted.\n")


@pytest.mark.parametrize("arguments", [("nowhere",), ("--allow-origin", "api.test"), ("--keyring", "shop")])
def test_wrong_usage(arguments: tuple[str, ...], run: Run) -> None:
    assert run(*arguments)[0] == 2


class Person:
    """Answers one question, and remembers what was shown."""

    def __init__(self, agrees: bool) -> None:
        self.agrees = agrees
        self.shown = ""

    def ask(self, question: str, is_secret: bool, default: str | None, cancel: Cancel) -> str:
        raise NotImplementedError

    def choose(self, question: str, choices: Sequence[str], cancel: Cancel) -> str:
        raise NotImplementedError

    def confirm(self, question: str, cancel: Cancel) -> bool:
        self.shown += question
        return self.agrees

    def show(self, text: str) -> None:
        self.shown += text


_PROVIDERS = """{"dev": {
    "a": {"provider": "Command", "command": ["op", "read"]}, "b": {"provider": "AzureKeyVault", "secretName": "s"},
    "c": {"provider": "AspnetUserSecrets", "secretName": "n"}, "d": {"provider": "File", "path": "x"}
}}"""


def _selected(folder: Path, text: str) -> list[Selected]:
    (folder / "http-client.env.json").write_text(_PROVIDERS)
    (folder / "a.http").write_text(text)
    workspace = Workspace(DiskFiles(), {}, Choices(("dev",)))
    analysis = Analysis(workspace, workspace.request_file(folder / "a.http"))
    return [Selected(analysis, request) for request in analysis.file.document.requests]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("GET http://a/{{a}}", 'run the command ["op", "read"]'),
        ("# @auth bearer {{b}}\nGET http://a/", "use your login at Azure"),
        ("GET http://a/\nX-Key: {{c}}", "read the user secret n"),
        ("GET http://a/{{$keyring shop me}}", "use the entry `me` of `shop` in your keyring"),
    ],
)
@pytest.mark.parametrize("agrees", [True, False])
def test_a_person_is_asked_when_a_file_wants_what_takes_trust(
    text: str, wanted: str, agrees: bool, run: Run, tmp_path: Path
) -> None:
    person = Person(agrees)
    assert becomes_trusted(tmp_path, _selected(tmp_path, text), person, Cancel()) is agrees
    assert wanted in person.shown
    assert TrustStore(UserState(tmp_path / "state")).grants(tmp_path).is_trusted is agrees


@pytest.mark.parametrize("text", ["GET http://a/", "GET http://a/{{d}}", "GET http://a/{{$secret x}}"])
def test_nobody_is_asked_for_nothing(text: str, run: Run, tmp_path: Path) -> None:
    person = Person(agrees=True)
    assert not becomes_trusted(tmp_path, _selected(tmp_path, text), person, Cancel())
    assert person.shown == ""


def test_an_entry_that_was_allowed_is_not_asked_for_again(run: Run, tmp_path: Path) -> None:
    run("--keyring", "shop", "me")
    person = Person(agrees=True)
    assert not becomes_trusted(tmp_path, _selected(tmp_path, "GET http://a/{{$keyring shop me}}"), person, Cancel())
