"""`httpls secret`: what is stored, shown, refused."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from httpls.cli.main import main


class Backend:
    """A back end of the library `keyring` in memory."""

    name = "memory"

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> Backend:
    made = Backend()
    monkeypatch.setattr("keyring.get_keyring", lambda: made)
    return made


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], backend: Backend) -> Run:
    """Run the command in a project; `typed` comes from a pipe."""
    (tmp_path / "httpls.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HTTPLS_STATE_HOME", str(tmp_path / "state"))

    def run(*arguments: str, typed: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed), encoding="utf-8"))
        try:
            code = main(["secret", *arguments])
        except SystemExit as stop:
            code = int(str(stop.code))
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def test_a_secret_from_a_pipe_comes_back_without_its_line_break(run: Run) -> None:
    code, shown, told = run("set", "key", "--allow", "https://api.test", typed="zoë\r\n".encode())
    assert (code, shown) == (0, "")
    assert "it may be sent to https://api.test" in told
    assert "{{$secret key}}" in told
    assert run("get", "key") == (0, "zoë", "")


def test_the_value_is_in_the_keyring_and_nowhere_else(run: Run, backend: Backend, tmp_path: Path) -> None:
    _, shown, told = run("set", "key", "--allow", "any", typed=b"hunter22")
    assert "hunter22" not in shown + told
    assert all("hunter22" not in path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    ((service, account),) = backend.entries
    assert (service[:7], account) == ("httpls:", "key")


def test_an_environment_has_a_secret_of_its_own(run: Run) -> None:
    run("set", "key", "--allow", "any", typed=b"common")
    run("set", "key", "--env", "dev", "--allow", "https://dev.test", typed=b"of dev")
    assert run("get", "key")[1] == "common"
    assert run("get", "key", "-e", "dev")[1] == "of dev"
    assert run("list")[1].splitlines() == ["key        any origin", "key (dev)  https://dev.test"]


def test_the_list_as_json(run: Run) -> None:
    run("set", "key", "--allow", "https://b.test", "--allow", "https://*.a.test:8443", typed=b"x")
    expected = [{"name": "key", "environment": None, "allow": ["https://*.a.test:8443", "https://b.test"]}]
    assert json.loads(run("list", "--json")[1]) == expected


def test_a_secret_that_is_removed_is_gone(run: Run, backend: Backend) -> None:
    run("set", "key", "--allow", "any", typed=b"x")
    assert run("remove", "key")[0] == 0
    assert backend.entries == {}
    assert run("remove", "key")[0] == 3
    assert run("list") == (0, "", f"There are no secrets of {Path.cwd()}.\n")


def test_every_folder_of_the_project_has_the_same_secrets(run: Run, tmp_path: Path) -> None:
    run("set", "key", "--allow", "any", typed=b"x")
    (tmp_path / "sub").mkdir()
    assert run("get", "key", "--project", "sub")[1] == "x"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "httpls.toml").write_text("")
    assert run("get", "key", "--project", "other")[0] == 3


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("get", "api-kee"), "Did you mean `api-key`?"),
        (("get", "key", "-e", "prod"), "It is there for all environments."),
        (("get", "something-else"), "`httpls secret list` shows all that there are."),
    ],
)
def test_a_secret_that_is_not_there(arguments: tuple[str, ...], hint: str, run: Run) -> None:
    for name in ("key", "api-key"):
        run("set", name, "--allow", "any", typed=b"x")
    code, shown, told = run(*arguments)
    assert (code, shown) == (3, "")
    assert hint in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("set", "key"), "--allow"),
        (("set", "key", "--allow", "api.test"), "`api.test` names no origin"),
        (("set", "key", "--allow", "https://*"), "no pattern of origins"),
        (("put", "key"), "invalid choice"),
        ((), "say what to do: "),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], message: str, run: Run, backend: Backend) -> None:
    code, shown, told = run(*arguments, typed=b"x")
    assert (code, shown) == (2, "")
    assert message in told
    assert backend.entries == {}


@pytest.mark.parametrize(("typed", "message"), [(b"", "nothing was given"), (b"\xff", "no UTF-8"), (b"x" * (1 << 20) + b"x", "at most 1 MB")])  # fmt: skip
def test_what_is_no_secret(typed: bytes, message: str, run: Run, backend: Backend) -> None:
    code, _, told = run("set", "key", "--allow", "any", typed=typed)
    assert code == 3
    assert message in told
    assert backend.entries == {}


def test_a_keyring_that_cannot_be_used(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = type("PlaintextKeyring", (Backend,), {"__module__": "keyrings.alt.file"})()
    monkeypatch.setattr("keyring.get_keyring", lambda: refused)
    code, shown, told = run("set", "key", "--allow", "any", typed=b"hunter22")
    assert (code, shown) == (3, "")
    assert "keeps secrets in a plain file; it is not used" in told
    assert "hunter22" not in told
