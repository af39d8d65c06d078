"""The configurations for editors are what these editors can read."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from lxml import etree

_CLIENTS = Path(__file__).parent.parent.parent / "editor-clients"


def test_helix() -> None:
    settings = tomllib.loads((_CLIENTS / "helix/languages.toml").read_text())
    server = settings["language-server"]["httpls"]
    assert [server["command"], *server["args"]] == ["httpls", "lsp"]
    assert settings["language"][0]["language-servers"] == ["httpls"]


@pytest.mark.parametrize("name", ["kate/settings.json", "zed/settings.json", "sublime/LSP-httpls.sublime-settings"])
def test_json(name: str) -> None:
    text = re.sub(r"^\s*//.*$", "", (_CLIENTS / name).read_text(), flags=re.MULTILINE)
    assert "httpls" in json.dumps(json.loads(text))


def test_kate_highlighting() -> None:
    root = etree.parse(_CLIENTS / "kate/http-request.xml").getroot()
    settings = json.loads((_CLIENTS / "kate/settings.json").read_text())
    assert re.search(settings["servers"]["http"]["highlightingModeRegex"], root.get("name") or "")
    for rule in root.iter("RegExpr"):
        re.compile(rule.get("String") or "")


def test_every_folder_has_a_page() -> None:
    for folder in _CLIENTS.iterdir():
        if folder.is_dir():
            assert (folder / "README.md").is_file(), folder.name
