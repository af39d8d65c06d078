"""`httpls env` as its user sees it."""

import json
from pathlib import Path

import pytest

from httpls.cli.main import main

_PUBLIC = """\
{
  "$shared": {"scheme": "https"},
  "dev": {"host": "dev.example.com", "url": "{{scheme}}://{{host}}/v1"},
  "prod": {"host": "example.com", "url": "{{scheme}}://{{host}}/v1", "region": "eu"}
}
"""
_PRIVATE = '{"dev": {"apiKey": "hunter2222", "pass": {"provider": "Keyring", "service": "shop"}}}\n'


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "httpls.toml").write_text("")
    (tmp_path / "http-client.env.json").write_text(_PUBLIC)
    (tmp_path / "http-client.private.env.json").write_text(_PRIVATE)
    (tmp_path / ".env").write_text("host=localhost\n")
    (tmp_path / "a.http").write_text("@full = {{url}}/orders?key={{apiKey}}\nGET {{full}}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


def test_environments_are_listed_with_what_they_lack(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["env"]) == 0
    assert (
        capsys.readouterr().out
        == f"""\
Project       {shop}
Environments
  dev   4 variables in http-client.private.env.json, http-client.env.json
        lacks region, which others have
  prod  3 variables in http-client.env.json
        lacks apiKey, pass, which others have

Choose one to see its values: httpls env -e dev

http-client.env.json
  scheme  https  line 2

.env
  host    localhost  line 1
"""
    )


def test_each_value_is_shown_with_its_origin(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["env", "a.http", "-e", "dev"]) == 0
    assert (
        capsys.readouterr().out
        == f"""\
Project       {shop}
Profile       auto, by what the file contains: a variable of the file counts before one of the environment
Environments
* dev   4 variables in http-client.private.env.json, http-client.env.json
        lacks region, which others have
  prod  3 variables in http-client.env.json
        lacks apiKey, pass, which others have

a.http
  full    https://dev.example.com/v1/orders?key=•••••  line 1
          = {{{{url}}}}/orders?key={{{{apiKey}}}}
          ← url from http-client.env.json:3 (dev)
            ← scheme from http-client.env.json:2
            ← host from http-client.env.json:3 (dev)
          ← apiKey from http-client.private.env.json:1 (dev)

http-client.private.env.json, environment dev
  apiKey  •••••  line 1
  pass    ‹pass›  line 1
          asked from its provider when a request is sent

http-client.env.json, environment dev
  host    dev.example.com  line 3
          hides localhost from .env:1
  url     https://dev.example.com/v1  line 3
          = {{{{scheme}}}}://{{{{host}}}}/v1
          ← scheme from http-client.env.json:2
          ← host from http-client.env.json:3 (dev)

http-client.env.json
  scheme  https  line 2
"""
    )


@pytest.mark.usefixtures("shop")
def test_one_value_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["env", "-e", "prod", "--only", "host", "--var", "host=x"]) == 0
    assert capsys.readouterr().out == (
        "\ncommand line\n  host  x\n"
        "        hides example.com from http-client.env.json:4 (prod)\n"
        "        hides localhost from .env:1\n"
    )
    assert main(["env", "--only", "hots"]) == 3
    assert capsys.readouterr().err == "httpls env: there is no variable `hots` here. Did you mean `host`?\n"


@pytest.mark.usefixtures("shop")
def test_json_has_no_secret_and_all_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["env", "a.http", "-e", "dev", "--json"]) == 0
    out = capsys.readouterr().out
    assert "hunter2222" not in out
    told = json.loads(out)
    assert told["chosen"] == ["dev"]
    assert [environment["missing"] for environment in told["environments"]] == [["region"], ["apiKey", "pass"]]
    host = next(variable for variable in told["variables"] if variable["name"] == "host")
    assert host == {
        "name": "host",
        "value": "dev.example.com",
        "shown": "dev.example.com",
        "secret": False,
        "from": {
            "kind": "environment", "name": "host", "file": "http-client.env.json", "line": 3, "column": 19,
            "environment": "dev",
        },
        "made of": [],
        "hides": [{"value": "localhost", "from": {"kind": ".env file", "name": "host", "file": ".env", "line": 1, "column": 1}}],
        "problems": [],
    }  # fmt: skip
    full = next(variable for variable in told["variables"] if variable["name"] == "full")
    assert (full["value"], full["secret"]) == ("https://dev.example.com/v1/orders?key=•••••", True)


def test_what_is_wrong_has_an_exit_code_of_its_own(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["env", "-e", "prd"]) == 3
    assert capsys.readouterr().err == (
        "httpls env: there is no environment `prd` for this file. Did you mean `prod`? There are: `dev`, `prod`.\n"
    )
    assert main(["env", "nowhere"]) == 2
    (shop / "a.http").write_text("@a = {{b}}\n@b = {{a}}\n")
    assert main(["env", "a.http"]) == 3
    assert "the variable `a` refers to itself: a → b → a" in capsys.readouterr().out
    (shop / "http-client.env.json").write_text('{"dev": {')
    assert main(["env"]) == 3
    assert "http-client.env.json:1:10: error: this is not JSON" in capsys.readouterr().err


def test_control_characters_of_a_file_do_not_reach_the_terminal(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / ".env").write_text("X=\x1b[2J\n")
    main(["env"])
    assert "\x1b" not in capsys.readouterr().out


def test_without_environments_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "httpls.toml").write_text("")
    assert main(["env"]) == 0
    assert "none: no file of environments stands in this folder or above" in capsys.readouterr().out
