"""`httpls import postman`: what is written, and what is not."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.memory_keyring import MemoryKeyring
from tests.support.postman import auth, collection, request

from httpls.cli.main import main

SHOP = collection(
    request("one", auth=auth("basic", username="ada", password="analytical-engine")),
    {"name": "orders", "item": [request("two")]},
)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Import the collection above with these options, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HTTPLS_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "shop.json").write_bytes(SHOP)

    def run(*arguments: str, file: str = "shop.json") -> tuple[int, str, str]:
        try:
            code = main(["import", "postman", file, *arguments])
        except SystemExit as stop:
            code = int(str(stop.code))
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file()}


EXPECTED = {".gitignore", "http-client.private.env.json", "httpls.toml", "orders/orders.http", "shop.http"}


def test_a_folder_is_made_that_is_named_by_the_collection(run: Run, tmp_path: Path) -> None:
    code, out, err = run()
    assert (code, err) == (0, "2 requests\n")
    assert _files(tmp_path / "shop") == EXPECTED
    assert "http-client.private.env.json  (for you alone)" in out
    assert "analytical-engine" not in out + err
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert main(["check", str(tmp_path / "shop")]) == 0


def test_variables_that_nothing_defines_are_told(run: Run, tmp_path: Path) -> None:
    url = {"raw": "", "host": ["{{base}}"], "path": [":id", "{{folder}}"], "variable": [{"key": "id", "value": "7"}]}
    inner = {"name": "inner", "variable": [{"key": "folder", "value": "x"}],
             "item": [{"name": "one", "request": {"url": url, "auth": auth("bearer", token="{{token}}{{$guid}}")}}]}  # fmt: skip
    (tmp_path / "dev.json").write_text(json.dumps({"name": "dev", "values": [{"key": "token", "value": "t"}]}))
    (tmp_path / "shop.json").write_bytes(collection(inner))
    told = "variables:\n  nothing defines `base`\n    Define them in http-client.env.json, "
    code, _, err = run("--environment", "dev.json")
    assert code == 0
    assert err.startswith(told)
    assert err.endswith("1 request, 1 thing to look at\n")


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
@pytest.mark.parametrize("exists", [False, True])
def test_only_the_user_can_read_the_secrets(run: Run, tmp_path: Path, exists: bool) -> None:
    if exists:
        (tmp_path / "shop").mkdir()
        (tmp_path / "shop" / "http-client.private.env.json").touch(0o644)
    assert run("--force")[0] == 0
    assert (tmp_path / "shop" / "http-client.private.env.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "shop" / "shop.http").stat().st_mode & 0o400


def test_files_are_replaced_only_with_force(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out" / "orders").mkdir(parents=True)
    mine = tmp_path / "out" / "orders" / "orders.http"
    mine.write_text("mine")
    code, _, err = run("--out", "out")
    assert code == 2
    assert "orders.http would be replaced" in err
    assert _files(tmp_path / "out") == {"orders/orders.http"}
    assert mine.read_text() == "mine"
    assert run("--out", "out", "--force")[0] == 0
    assert mine.read_text() == "### two\nGET http://127.0.0.1/\n"


def test_a_dry_run_writes_nothing(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("--dry-run")
    assert code == 0
    assert out.startswith("Would write to shop:\n  .gitignore\n")
    assert not (tmp_path / "shop").exists()


@pytest.mark.skipif(os.name != "posix", reason="Windows lets only administrators make symbolic links")
def test_nothing_is_written_through_a_link_that_leads_out(run: Run, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "orders").symlink_to(tmp_path / "elsewhere")
    code, _, err = run("--force")
    assert code == 2
    assert "leads out of the folder" in err
    assert _files(tmp_path / "elsewhere") == set()


def test_what_cannot_be_read_is_told(run: Run, tmp_path: Path) -> None:
    assert run(file="missing.json")[::2] == (3, "httpls import: missing.json No such file or directory\n")
    (tmp_path / "bad.json").write_text("{")
    code, _, err = run(file="bad.json")
    assert code == 3
    assert err.startswith("httpls import: bad.json: it is no JSON")


def test_the_keyring_needs_to_know_where_secrets_may_go(run: Run) -> None:
    assert run("--secrets", "keyring")[0] == 2
    assert run("--secrets", "keyring", "--allow", "nonsense://")[0] == 2
    assert run("--allow", "any")[0] == 2


def test_secrets_go_to_the_keyring(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = MemoryKeyring()

    def system_keyring(_: object) -> MemoryKeyring:
        return keyring

    monkeypatch.setattr("httpls.host.project_secrets.SystemKeyring", system_keyring)
    code, _, err = run("--secrets", "keyring", "--allow", "https://api.example.com")
    assert code == 0, err
    assert "analytical-engine" not in "".join(path.read_text() for path in (tmp_path / "shop").rglob("*.*"))
    assert json.loads((tmp_path / "shop" / "http-client.env.json").read_text()) == {
        "$shared": {"basic-password": "{{$secret basic-password}}"}
    }
    assert "analytical-engine" in str(keyring.entries)


def test_without_a_keyring_nothing_is_written(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    code, _, err = run("--secrets", "keyring", "--allow", "any")
    assert code == 3
    assert err.startswith("httpls import: nothing was imported: ")
    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize("answers", [["env"], ["what?", "keyring", "https://api.example.com"]])
def test_where_secrets_go_is_asked(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: list[str]
) -> None:
    keyring, given = MemoryKeyring(), list(answers)

    def system_keyring(_: object) -> MemoryKeyring:
        return keyring

    def ask(*_: object) -> str:
        return given.pop(0)

    monkeypatch.setattr("httpls.host.project_secrets.SystemKeyring", system_keyring)
    monkeypatch.setattr("httpls.host.prompts.TerminalPrompter.ask", ask)
    code, _, err = run("--secrets", "ask")
    assert code == 0
    assert "Secrets were found: basic-password\n" in err
    assert not given
    assert (tmp_path / "shop" / "http-client.private.env.json").exists() == (answers == ["env"])
    assert ("analytical-engine" in str(keyring.entries)) == (answers != ["env"])
