"""The extension's manifest, its page, and the rest of the project say the same."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from httpls.settings import Settings, settings_of
from httpls.version import version

_EXTENSION = Path(__file__).parent.parent.parent.parent / "editor-clients/vscode"
_MANIFEST: dict[str, Any] = json.loads((_EXTENSION / "package.json").read_text(encoding="utf-8"))
_CONTRIBUTES: dict[str, Any] = _MANIFEST["contributes"]
_PAGE = (_EXTENSION / "README.md").read_text(encoding="utf-8")


def _first_cells(heading: str) -> list[str]:
    section = _PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def test_the_page_has_every_command_and_no_other() -> None:
    # Commands without a category belong to the buttons of views, and are not in the palette.
    titles = [f"{one['category']}: {one['title']}" for one in _CONTRIBUTES["commands"] if "category" in one]
    assert sorted(_first_cells("Commands and keys")) == sorted(titles)


def test_commands_without_a_category_are_not_in_the_palette() -> None:
    hidden = {one["command"] for one in _CONTRIBUTES["menus"]["commandPalette"] if one["when"] == "false"}
    assert hidden == {one["command"] for one in _CONTRIBUTES["commands"] if "category" not in one}


def test_the_page_has_the_key_of_each_command() -> None:
    titles = {command["command"]: command["title"] for command in _CONTRIBUTES["commands"]}
    for binding in _CONTRIBUTES["keybindings"]:
        key = "+".join(part.capitalize() for part in binding["key"].split("+"))
        assert f"| `httpls: {titles[binding['command']]}` | `{key}` |" in _PAGE


def test_the_page_has_every_setting_with_its_default() -> None:
    properties: dict[str, Any] = _CONTRIBUTES["configuration"]["properties"]
    assert _first_cells("Settings") == list(properties)
    for name, setting in properties.items():
        default = setting["default"]
        word = default if isinstance(default, str) else json.dumps(default)
        assert f"| `{name}` | {f'`{word}` ' if word else ''}|" in _PAGE


def test_no_setting_of_the_editor_changes_what_is_sent() -> None:
    ours = {name.removeprefix("httpls.").replace(".", "-") for name in _CONTRIBUTES["configuration"]["properties"]}
    assert ours.isdisjoint(_paths(Settings))


def _paths(table: Any, before: str = "") -> Iterator[str]:
    for setting in settings_of(table):
        yield before + setting.key
        if setting.kind.table is not None:
            yield from _paths(setting.kind.table, f"{before}{setting.key}-")


def test_settings_that_name_programs_are_not_taken_from_a_workspace_without_trust() -> None:
    restricted = _MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    programs = [name for name in _CONTRIBUTES["configuration"]["properties"] if name.startswith("httpls.server.")]
    assert restricted == programs


def test_extension_and_server_have_one_version() -> None:
    assert _MANIFEST["version"] == version()


def test_the_lock_names_packages_by_version_and_hash_alone() -> None:
    lock = json.loads((_EXTENSION / "package-lock.json").read_text(encoding="utf-8"))
    packages: dict[str, dict[str, Any]] = lock["packages"]
    assert lock["packages"][""]["version"] == version()
    assert all("resolved" not in package for package in packages.values())
    assert all("integrity" in package for name, package in packages.items() if name)
