"""What an editor asks a person for, and keeps for them: secrets, authentication, environments."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from tests.support.edited_text import apply_edits, edits_of
from tests.support.keyring_in_file import entries, environment
from tests.support.lsp_client import LspClient, language_server

SECRET = "marker-secret-91c4"
TRUSTED: dict[str, Any] = {"initializationOptions": {"trusted": True}}
OURS: dict[str, Any] = {
    "experimental": {"httpls": {"inputBoxes": True, "choiceLists": True, "status": True}},
    "workspace": {"workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "rename"]}},
}


@pytest.fixture
def client(tmp_path: Path) -> Generator[LspClient]:
    (tmp_path / "httpls.toml").write_text("")
    with language_server(**environment(tmp_path)) as started:
        yield started


def _actions(client: LspClient, uri: str, line: int, only: list[str] | None = None) -> dict[str, Any]:
    place = {"line": line, "character": 0}
    context = {"diagnostics": [], **({"only": only} if only else {})}
    params = {"textDocument": {"uri": uri}, "range": {"start": place, "end": place}, "context": context}
    return {action["title"]: action for action in client.request("textDocument/codeAction", params)}


def _run(client: LspClient, command: dict[str, Any]) -> Any:
    params = {"command": command["command"], "arguments": command.get("arguments", [])}
    return client.request("workspace/executeCommand", params)


def _edited(client: LspClient, uri: str, text: str) -> str:
    edit = client.wait_for("workspace/applyEdit")["edit"]
    return apply_edits(text, edits_of(edit, uri))


def test_a_secret_in_clear_text_moves_to_the_keyring(client: LspClient, tmp_path: Path) -> None:
    client.initialize(OURS, **TRUSTED)
    client.answers["httpls/input"] = lambda params: params["default"]
    text = f"# @auth basic me {SECRET}\nGET https://api.example.com/\n"
    uri = client.open_file(tmp_path, text)
    action = _actions(client, uri, 0)["Move the secret to the keyring"]
    assert SECRET not in json.dumps(action)
    assert _run(client, action["command"]) == "password"
    assert _edited(client, uri, text) == text.replace(SECRET, "{{$secret password}}")
    ((name, entry),) = entries(tmp_path).items()
    assert name.endswith(" password")
    assert json.loads(entry) == {"secret": SECRET, "allow": ["https://api.example.com"]}
    assert [question["params"]["question"] for question in client.notifications if question["method"] == "httpls/input"]
    assert not [frame for frame in client.raw if SECRET.encode() in frame]


def test_a_secret_in_clear_text_moves_to_the_private_file(client: LspClient, tmp_path: Path) -> None:
    client.initialize(OURS, **TRUSTED)
    text = f"# @auth basic me {SECRET}\nGET https://api.example.com/\n"
    uri = client.open_file(tmp_path, text)
    action = _actions(client, uri, 0)["Move the secret to `http-client.private.env.json`"]
    _run(client, action["command"])
    assert _edited(client, uri, text) == text.replace(SECRET, "{{password}}")
    private = tmp_path / "http-client.private.env.json"
    assert json.loads(private.read_text()) == {"$shared": {"password": SECRET}}
    assert private.stat().st_mode & 0o077 == 0
    assert not [frame for frame in client.raw if SECRET.encode() in frame]


def test_a_secret_of_a_public_environment_moves(client: LspClient, tmp_path: Path) -> None:
    client.initialize(OURS, **TRUSTED)
    client.answers["httpls/input"] = lambda params: "any"
    text = json.dumps({"dev": {"apiKey": SECRET, "host": "h"}}, indent=2)
    client.open_file(tmp_path, "GET https://h/{{apiKey}}\n")
    uri = client.open_file(tmp_path, text, "http-client.env.json")
    actions = _actions(client, uri, 2)
    _run(client, actions["Move the secret to `http-client.private.env.json`"]["command"])
    assert json.loads(_edited(client, uri, text)) == {"dev": {"host": "h"}}
    assert json.loads((tmp_path / "http-client.private.env.json").read_text()) == {"dev": {"apiKey": SECRET}}
    _run(client, actions["Move the secret to the keyring"]["command"])
    assert json.loads(_edited(client, uri, text)) == {"dev": {"apiKey": "{{$secret apiKey}}", "host": "h"}}


def test_nothing_moves_where_nobody_says_where_it_may_go(client: LspClient, tmp_path: Path) -> None:
    client.initialize(OURS, **TRUSTED)
    uri = client.open_file(tmp_path, f"# @auth basic me {SECRET}\nGET https://api.example.com/\n")
    action = _actions(client, uri, 0)["Move the secret to the keyring"]
    params = {"command": action["command"]["command"], "arguments": action["command"]["arguments"]}
    answer = client.response(client.start("workspace/executeCommand", params))
    assert "stays where it is" in answer["error"]["message"]
    assert entries(tmp_path) == {}


def test_a_secret_is_proposed_by_its_name_and_hover_tells_where_it_may_go(client: LspClient, tmp_path: Path) -> None:
    client.initialize(OURS, **TRUSTED)
    client.answers["httpls/input"] = lambda params: params["default"]
    uri = client.open_file(tmp_path, f"# @auth basic me {SECRET}\nGET https://api.example.com/\n")
    _run(client, _actions(client, uri, 0)["Move the secret to the keyring"]["command"])
    other = client.open_file(tmp_path, "GET https://api.example.com/{{$secret pass}}\n", "b.http")
    place = {"textDocument": {"uri": other}, "position": {"line": 0, "character": 42}}
    # What the index of the keyring says is read in a thread of its own.
    while not (items := client.request("textDocument/completion", place)["items"]):
        continue
    assert [item["label"] for item in items] == ["password"]
    client.change(other, 2, {"text": "GET https://api.example.com/{{$secret password}}\n"})
    told = client.request("textDocument/hover", place)["contents"]["value"]
    assert "https://api.example.com" in told
    assert SECRET not in told


def test_authentication_is_set_up_by_questions(client: LspClient, tmp_path: Path) -> None:
    client.initialize(OURS, **TRUSTED)
    asked: list[str] = []

    def answer(params: dict[str, Any]) -> str:
        asked.append(params["question"])
        if "choices" in params:
            wanted = ("basic:", "username:")
            return next(str(choice) for choice in params["choices"] if choice.startswith(wanted))
        return SECRET if params["isSecret"] else "me"

    client.answers["httpls/input"] = answer
    text = "### list\n# @auth\nGET https://api.example.com/\n"
    uri = client.open_file(tmp_path, text)
    action = _actions(client, uri, 1)["Set up authentication, step by step…"]
    assert action["kind"] == "quickfix"
    lines = _run(client, action["command"])
    assert lines == ["# @auth basic me", "# @auth-password {{$secret basic-password}}"]
    assert _edited(client, uri, text) == "### list\n" + "\n".join(lines) + "\nGET https://api.example.com/\n"
    ((_, entry),) = entries(tmp_path).items()
    assert json.loads(entry) == {"secret": SECRET, "allow": ["https://api.example.com"]}
    assert asked[0] == "How do these requests authenticate"
    assert not [frame for frame in client.raw if SECRET.encode() in frame]


def test_a_client_without_input_boxes_is_told_what_to_do(client: LspClient, tmp_path: Path) -> None:
    client.initialize(**TRUSTED)
    client.answers["window/showMessageRequest"] = lambda params: params["actions"][0]
    uri = client.open_file(tmp_path, "# @auth\nGET https://api.example.com/\n")
    titles = _actions(client, uri, 0)
    assert "Set up authentication, step by step…" not in titles
    assert "Set up authentication: Basic" in titles
    place = {"uri": uri, "line": 2, "scheme": "basic"}
    params = {"command": "httpls.setUpAuth", "arguments": [place]}
    answer = client.response(client.start("workspace/executeCommand", params))
    assert "input box" in answer["error"]["message"]
    assert "--set" not in answer["error"]["message"]


def test_environments_are_chosen_for_a_file_a_folder_or_everything(client: LspClient, tmp_path: Path) -> None:
    (tmp_path / "http-client.env.json").write_text('{"dev": {"a": "1"}, "prod": {"a": "2"}}')
    client.initialize(OURS, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "x"}], **TRUSTED)
    assert client.wait_for("httpls/status") == {"environments": [], "folders": {}, "files": {}}
    one = client.open_file(tmp_path, "GET http://h/{{a}}\n", "one.http")
    two = client.open_file(tmp_path, "GET http://h/{{a}}\n", "two.http")

    def chosen(uri: str) -> Any:
        return _run(client, {"command": "httpls.environments", "arguments": [{"uri": uri}]})["chosen"]

    _run(client, {"command": "httpls.setEnvironment", "arguments": [{"names": ["prod"], "scope": "file", "uri": one}]})
    assert client.wait_for("httpls/status")["files"] == {one: ["prod"]}
    assert (chosen(one), chosen(two)) == (["prod"], [])
    _run(client, {"command": "httpls.setEnvironment", "arguments": [{"names": ["dev"], "scope": "folder", "uri": two}]})
    assert client.wait_for("httpls/status")["folders"] == {tmp_path.as_uri(): ["dev"]}
    assert (chosen(one), chosen(two)) == (["dev"], ["dev"])
    client.answers["httpls/input"] = lambda params: params["choices"][1]
    _run(client, {"command": "httpls.chooseEnvironmentOfFile", "arguments": [{"uri": one}]})
    assert client.wait_for("httpls/status")["environments"] == ["prod"]
    hover = {"textDocument": {"uri": two}, "position": {"line": 0, "character": 15}}
    assert "2" in client.request("textDocument/hover", hover)["contents"]["value"]


def test_a_bare_client_chooses_an_environment_by_buttons(client: LspClient, tmp_path: Path) -> None:
    (tmp_path / "http-client.env.json").write_text('{"dev": {"a": "1"}, "prod": {"a": "2"}}')
    client.initialize(**TRUSTED)
    client.answers["window/showMessageRequest"] = lambda params: params["actions"][0]
    uri = client.open_file(tmp_path, "GET http://h/{{a}}\n")
    action = _actions(client, uri, 0)["Choose the environment (now no environment)"]
    assert _run(client, action["command"]) == ["dev"]
    assert "Choose the environment (now dev)" in _actions(client, uri, 0)


def test_a_private_file_that_git_keeps_is_told(client: LspClient, tmp_path: Path) -> None:
    import subprocess

    name = "http-client.private.env.json"
    (tmp_path / name).write_text('{"dev": {"password": "x"}}')
    for command in (["init", "-q"], ["add", name]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True, capture_output=True)
    client.initialize(OURS, **TRUSTED)
    uri = client.open_file(tmp_path, '{"dev": {"password": "x"}}', name)
    while True:
        told = client.wait_for("textDocument/publishDiagnostics")
        if told["uri"] == uri and "secret-in-tracked-file" in [one["code"] for one in told["diagnostics"]]:
            break


def test_a_variable_of_an_environment_that_nobody_uses_is_told(client: LspClient, tmp_path: Path) -> None:
    client.initialize(OURS, **TRUSTED)
    client.open_file(tmp_path, "GET http://{{host}}/\n")
    uri = client.open_file(tmp_path, '{"dev": {"host": "h", "old": "1"}}', "http-client.env.json")
    while True:
        told = client.wait_for("textDocument/publishDiagnostics")
        found = [one for one in told["diagnostics"] if one["code"] == "unused-environment-variable"]
        if told["uri"] == uri and found:
            break
    assert ["old" in one["message"] for one in found] == [True]
