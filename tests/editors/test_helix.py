"""The configuration for Helix in a real Helix; `HTTPLS_HELIX` is the program, `HELIX_RUNTIME` its runtime."""

import os
import re
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.support.literal_server import LiteralServer, answering, response, serve
from tests.support.terminal import Screen, editor_environment, on_screen

pytestmark = pytest.mark.real
_ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def server() -> Generator[LiteralServer]:
    with serve(answering(response(b'{"answer": 42}', ["Content-Type: application/json"]))) as running:
        yield running


@pytest.fixture
def helix(server: LiteralServer, tmp_path: Path) -> Generator[Screen]:
    program = os.environ.get("HTTPLS_HELIX") or shutil.which("hx")
    if program is None:
        pytest.skip("there is no Helix")
    configuration = tmp_path / ".config" / "helix"
    configuration.mkdir(parents=True)
    shutil.copy(_ROOT / "editor-clients" / "helix" / "languages.toml", configuration)
    (configuration / "config.toml").write_text("[editor.lsp]\ndisplay-messages = true\n")
    project = tmp_path / "project"
    (project / ".helix").mkdir(parents=True)
    (project / ".helix" / "languages.toml").write_text("[language-server.httpls]\nconfig = { trusted = true }\n")
    (project / "httpls.toml").write_text("")
    (project / "a.http").write_text(
        f"@word = wide\n### one\nGET http://127.0.0.1:{server.port}/one?q={{{{word}}}}\n\n### two\nGET http://{{{{wrod}}}}\n"
    )
    environment = editor_environment(tmp_path, "HELIX_RUNTIME", "LD_LIBRARY_PATH")
    with on_screen([program, "a.http"], environment, project) as screen:
        screen.wait_for("● 1")  # The server has answered.
        yield screen


def test_a_problem_stands_at_its_line(helix: Screen) -> None:
    helix.keys("Space", "d")
    assert "variable" in helix.wait_for("undefined")


def test_hover_tells_what_a_variable_is_worth(helix: Screen) -> None:
    helix.type("3ggtq")
    helix.keys("Space", "k")
    helix.wait_for("wide")


def test_the_parameters_of_a_scheme_are_completed(helix: Screen) -> None:
    helix.type("2ggo")  # The new line continues the comment above it.
    helix.type("@auth bas")
    helix.wait_for("basic")


def test_a_request_is_sent_by_a_code_action_and_its_response_can_be_opened(helix: Screen) -> None:
    helix.type("3gg")
    helix.keys("Space", "a")
    helix.wait_for("Send one")
    helix.keys("Enter")
    # Helix 25.01 has no `window/showDocument`: the message names the file. Newer ones open it by themselves.
    message = helix.wait_for("200 in ")
    path = re.search(r"200 in \d+ ms: (\S+)", message)
    assert path is not None, message
    helix.type(f":open {path[1]}")
    helix.keys("Enter")
    assert "HTTP/1.1 200" in helix.wait_for('"answer": 42')
