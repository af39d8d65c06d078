"""What `httpls run` shows of scripts, and what it leaves behind: nothing."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lxml import etree

from httpls.cli.main import main
from httpls.lab.server import Lab


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lab: Lab) -> Path:
    (tmp_path / "httpls.toml").write_text("")
    (tmp_path / "http-client.env.json").write_text(json.dumps({"$shared": {"base": lab.http}}))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("HTTPLS_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


_HANDLER = """\
GET {{base}}/items/1

> {%
  client.log("hello", [1]);
  client.test("good", () => client.assert(response.status === 200));
  client.test("bad", () => client.assert.same(response.body.id, 8));
%}
"""


def test_in_a_pipe_logs_and_tests_stand_beside_the_body(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.http").write_text(_HANDLER)
    assert main(["run", "a.http"]) == 1
    shown = capfd.readouterr()
    assert json.loads(shown.out)["id"] == "1"
    assert (
        shown.err
        == """\
  log hello [
        1
      ]
✓ good
✗ bad
    the values differ
    expected 8
    found    1
    at a.http:6:47
"""
    )


def test_logs_are_shown_even_if_nothing_else_is_to_be_told(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.http").write_text("GET {{base}}/items/1\n\n> {% client.log('\x1b[31mred') %}\n")
    assert main(["run", "a.http"]) == 0
    assert capfd.readouterr().err == "  log ␛[31mred\n"


def test_reports_hold_logs_and_tests(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.http").write_text(_HANDLER)
    assert main(["run", "a.http", "--json", "--report", "junit=out.xml"]) == 1
    (result,) = json.loads(capfd.readouterr().out)["results"]
    assert result["logs"] == ["hello [\n  1\n]"]
    assert [(one["name"], one["holds"], one["expected"], one["found"]) for one in result["assertions"]] == [
        ("good", True, None, None),
        ("bad", False, "8", "1"),
    ]
    suite = etree.parse(str(folder / "out.xml")).getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "0")
    assert suite.findtext("system-out") == "hello [\n  1\n]"


def test_a_handler_that_breaks_off_is_like_an_assertion_that_fails(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.http").write_text("GET {{base}}/items/1\n\n> {%\n  response.body.none.x;\n%}\n")
    assert main(["run", "a.http"]) == 1
    assert "cannot read property 'x' of undefined" in capfd.readouterr().err


def test_check_tells_what_is_no_javascript_and_a_request_with_it_is_not_sent(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.http").write_text("GET {{base}}/items/1\n\n> {%\n  client.log(1;\n%}\n")
    assert main(["check", "a.http"]) == 3
    checked = capfd.readouterr().out
    assert "a.http:4:15: error: the script cannot be compiled: Unexpected token ';'" in checked
    assert main(["run", "a.http"]) == 3
    refused = capfd.readouterr()
    assert "the script cannot be compiled: Unexpected token ';'" in refused.err
    assert "a.http:4:15" in refused.err
    assert refused.out == ""
    (folder / "a.http").write_text("GET {{base}}/items/1\n\n> {%\n  client.log(\n%}\n")
    assert main(["run", "a.http"]) == 3
    refused = capfd.readouterr()
    assert "the script cannot be compiled: it ends too early" in refused.err
    assert "a.http:4:13" in refused.err


_WITHOUT_ENGINE = """\
import sys
sys.modules["quickjs"] = None  # As if it were not installed: importing it fails, and looking for it finds nothing.
from httpls.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("GET {{base}}/items/1\n\n> {% client.log(1) %}\n", 3),
        ("< {% client.log(1) %}\nGET {{base}}/items/1\n", 1),
        ("GET {{base}}/items/1\n\n?? js response.status == 200\n", 3),
        ("GET {{base}}/items/{{1 + 1}}\n", 1),
    ],
)
def test_without_the_engine_a_request_that_needs_it_is_refused(folder: Path, text: str, line: int) -> None:
    (folder / "a.http").write_text(text)
    ran = subprocess.run(
        [sys.executable, "-c", _WITHOUT_ENGINE, "run", "a.http"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (3, "")
    assert ran.stderr.count("the JavaScript engine quickjs-ng is not installed") == 1
    assert f"at a.http:{line}:" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_without_the_engine_files_without_scripts_run_as_ever(folder: Path) -> None:
    (folder / "a.http").write_text(
        "# @set id = response.body.$.id\nGET {{base}}/items/1\n\n?? status == 200\n?? body id == 1\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", _WITHOUT_ENGINE, "run", "a.http"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "✓ status == 200\n✓ body id == 1\n")
    assert json.loads(ran.stdout)["id"] == "1"


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("end", ["finished", "killed"])
def test_no_process_is_left_behind(folder: Path, end: str) -> None:
    code = "for (;;) {}" if end == "killed" else "client.log(1)"
    (folder / "a.http").write_text(f"GET {{{{base}}}}/items/1\n\n> {{% {code} %}}\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "httpls", "run", "a.http"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    children: set[int] = set()
    while process.poll() is None and not (end == "killed" and children):
        children |= _children(process.pid)
        time.sleep(0.01)
    if end == "killed":
        process.terminate()
    assert process.wait(20) == (0 if end == "finished" else 130)
    assert not [child for child in children if _is_alive(child)]


def _children(parent: int) -> set[int]:
    found: set[int] = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[1]) == parent:
            found.add(int(path.parent.name))
    return found


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
