"""`httpls run` as its user sees it, against the demonstration server."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from httpls.cli.main import main
from httpls.lab.server import Lab
from httpls.lab.state import PASSWORD


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lab: Lab) -> Path:
    (tmp_path / "httpls.toml").write_text("")
    private = {"$shared": {"base": lab.http, "password": PASSWORD, "token": "a-secret-of-somebody"}}
    (tmp_path / "http-client.private.env.json").write_text(json.dumps(private))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("HTTPLS_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


_THREE = """\
### one
GET {{base}}/items/1

### two
# @tag slow, other
GET {{base}}/items/2

### three
GET {{base}}/items/{{two.response.body.$.id}}
"""


def test_in_a_pipe_the_body_comes_byte_for_byte(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (folder / "a.http").write_text("GET {{base}}/bytes/1000\n")
    assert main(["run", "a.http"]) == 0
    shown = capfdbinary.readouterr()
    assert shown.out == (bytes(range(256)) * 4)[:1000]
    assert shown.err == b""


def test_status_and_header_fields_come_too_if_asked_for(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.http").write_text("GET {{base}}/status/404\n")
    assert main(["run", "a.http", "-i"]) == 0
    shown = capfd.readouterr()
    assert shown.out.startswith("HTTP/1.1 404 Not Found\r\n")
    assert shown.out.endswith("\r\n\r\n404 Not Found\n")
    assert "404 Not Found" in shown.err


def test_of_several_requests_one_has_to_be_named(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.http").write_text(_THREE)
    assert main(["run", "a.http"]) == 2
    assert (
        capfd.readouterr().err
        == """\
httpls run: which of these requests? Say --name, --line, --tag or --all.
  one  (line 2)
  two  (line 6)
  three  (line 9)
"""
    )


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["--name", "two"], ["2"]),
        (["--name", "#1"], ["1"]),
        (["--line", "6"], ["2"]),
        (["--line", "1", "--name", "two"], ["1", "2"]),
        (["--tag", "other"], ["2"]),
        (["--all", "--exclude-tag", "other"], ["1", "2"]),
        (["--all"], ["1", "2", "2"]),
    ],
    ids=" ".join,
)
def test_requests_are_chosen(
    folder: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], ids: list[str]
) -> None:
    (folder / "a.http").write_text(_THREE)
    assert main(["run", "a.http", *arguments]) == 0
    out = capfd.readouterr().out
    assert [json.loads(part + "}")["id"] for part in out.split("}\n") if part] == ids


def test_what_does_not_exist_is_said_with_what_does(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.http").write_text(_THREE)
    assert main(["run", "a.http", "--name", "thre"]) == 2
    assert "Did you mean `three`?" in capfd.readouterr().err
    assert main(["run", "a.http", "--line", "1000"]) in (0, 2)
    assert main(["run", "b.http"]) == 2
    assert capfd.readouterr().err.endswith("httpls run: there is no file or folder `b.http`\n")


def test_requests_that_others_refer_to_are_sent_first_unless_that_is_stopped(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.http").write_text(_THREE)
    assert main(["run", "a.http", "-n", "three", "--json"]) == 0
    results = json.loads(capfd.readouterr().out)["results"]
    assert [(result["name"], result["requiredBy"]) for result in results] == [("two", "three"), ("three", None)]
    assert main(["run", "a.http", "-n", "three", "--no-deps"]) == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("GET {{base}}/items", 0),
        ("GET {{base}}/status/500", 0),
        ("GET {{base}}/items\n\n?? status == 404", 1),
        ("GET {{base}}/{{nowhere}}", 3),
        ("# @auth basic ada {{nowhere}}\nGET {{base}}/items", 3),
        ("POST {{base}}/upload\n\n< ./missing.bin", 3),
        ("GET http://127.0.0.1:1/", 4),
        ("GET {{base}}/broken/garbage", 4),
        ("GET {{base}}/broken/cut", 4),
        ("GET {{base}}/redirect-loop", 4),
        ("# @timeout 100 ms\nGET {{base}}/never", 4),
        ("# @auth basic ada wrong-password\nGET {{base}}/auth/basic", 4),
    ],
)
def test_the_exit_code_says_what_became_of_it(folder: Path, text: str, code: int) -> None:
    (folder / "a.http").write_text(text + "\n")
    assert main(["run", "a.http"]) == code


def test_an_error_stands_with_place_and_remedy(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.http").write_text("GET {{base}}/{{tokem}}\n")
    assert main(["run", "a.http"]) == 3
    shown = capfd.readouterr()
    assert shown.out == ""
    assert (
        shown.err
        == """\
✗ the variable `tokem` is not defined [undefined-variable]
    at a.http:1:14
    Did you mean `token`?
"""
    )


def test_for_people_a_response_is_laid_out_and_secrets_are_masked(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.http").write_text(
        '# @name echo\n# @auth basic ada {{password}}\nPOST {{base}}/anything\n\n{"token": "{{token}}"}\n'
    )
    assert main(["run", "a.http", "--verbose"]) == 0
    shown = capfd.readouterr().out
    assert shown.startswith("POST http://127.0.0.1:")
    assert "Authorization: Basic •••••" in shown
    assert '{"token": "•••••"}' in shown
    assert '"body": "{\\"token\\": \\"•••••\\"}"' in shown
    assert "a-secret" not in shown
    assert PASSWORD not in shown


def test_the_trace_has_every_hop_with_heads_times_and_what_was_dropped(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.http").write_text("# @auth bearer {{token}}\nGET {{base}}/redirect-cross\n")
    assert main(["run", "a.http", "--trace"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert "* hop 1 of 2: the request" in lines
    assert "> GET /redirect-cross HTTP/1.1" in lines
    assert "> Authorization: Bearer •••••" in lines
    assert "< HTTP/1.1 302 Found" in lines
    assert "* hop 2 of 2: redirect" in lines
    assert any(line.startswith("* not sent to another origin: ") and "Authorization" in line for line in lines)
    assert sum(line.startswith("* time: ") and "first byte" in line for line in lines) == 2
    assert not any("a-secret" in line for line in lines)


def test_the_trace_tells_of_tls_and_cookies(folder: Path, lab: Lab, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.http").write_text(f"GET {lab.https}/cookies/refused\n")
    assert main(["run", "a.http", "--trace", "--insecure"]) == 0
    shown = capfd.readouterr().out
    assert "* TLSv1.3, " in shown
    assert "the server's certificate is NOT verified: " in shown
    assert "CN=httpls lab" in shown
    assert "* cookie refused: elsewhere for 127.0.0.1/cookies: " in shown


def test_escape_sequences_of_a_server_do_not_reach_the_terminal(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.http").write_text("GET {{base}}/broken/hostile\n")
    assert main(["run", "a.http", "--verbose"]) == 0
    shown = capfd.readouterr().out
    assert "\x1b" not in shown
    assert "before␛[2J␛[31mred" in shown
    assert "X-Hostile: a␛[31mred" in shown


def test_a_dry_run_shows_the_plan_and_sends_nothing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "_shared.http").write_text("X-Team: blue\n")
    (folder / "a.http").write_text(
        "# @auth basic ada {{password}}\n\n###\n# @name new\nPOST http://127.0.0.1:1/items?id={{$uuid}}\nX-Own: 1\n\n"
        '{"key": "{{$secret key}}"}\n'
    )
    assert main(["run", "a.http", "--dry-run"]) == 0
    assert (
        capfd.readouterr().out
        == """\
POST http://127.0.0.1:1/items?id=‹$uuid›  new  a.http:5
X-Team: blue  from _shared.http:1
X-Own: 1

auth basic  from its file, a.http:1
     username = ada
     password = •••••

{"key": "‹$secret key›"}

not known before it is sent
  ‹$uuid›        made anew for each request
  ‹$secret key›  a secret of the project or the keyring
"""
    )


def test_the_json_has_everything_and_no_secret(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.http").write_text(
        "# @name x\n# @auth bearer {{token}}\nGET {{base}}/anything?k={{token}}\n\n?? status == 200\n"
    )
    assert main(["run", "a.http", "--json"]) == 0
    text = capfd.readouterr().out
    assert "a-secret" not in text
    document = json.loads(text)
    assert (document["format"], document["summary"]["sent"], document["summary"]["exitCode"]) == (1, 1, 0)
    (result,) = document["results"]
    assert (result["name"], result["line"], result["outcome"]) == ("x", 3, "sent")
    assert result["response"]["status"] == 200
    assert json.loads(result["response"]["body"]["text"])["method"] == "GET"
    assert result["assertions"][0]["holds"] is True
    (hop,) = result["hops"]
    assert "Authorization: Bearer •••••" in hop["request"]["head"]
    assert hop["timing"]["firstByte"] > 0
    assert hop["connection"]["httpVersion"] == "1.1"


def test_a_junit_report_is_written(folder: Path) -> None:
    (folder / "a.http").write_text(
        "### good\nGET {{base}}/items\n\n?? status == 200\n?? status == 201\n\n"
        "### bad\nGET {{base}}/{{nowhere}}\n\n### gone\n# @disabled\nGET {{base}}/items\n"
    )
    assert main(["run", "a.http", "--all", "--report", "junit=out.xml", "--quiet"]) == 3
    suite = etree.parse(str(folder / "out.xml")).getroot()[0]
    attributes = ("name", "tests", "failures", "errors", "skipped")
    assert [suite.get(name) for name in attributes] == ["a.http", "5", "1", "1", "1"]
    cases = [(case.get("name"), case[0].tag if len(case) else None) for case in suite.iter("testcase")]
    assert cases == [
        ("good", None), ("good: status == 200", None), ("good: status == 201", "failure"), ("bad", "error"),
        ("gone", "skipped"),
    ]  # fmt: skip


def test_bodies_are_saved(folder: Path) -> None:
    (folder / "a.http").write_text("### picture\nGET {{base}}/image\n\n### list\nGET {{base}}/items\n")
    assert main(["run", "a.http", "-n", "picture", "-o", "one.png"]) == 0
    assert (folder / "one.png").read_bytes().startswith(b"\x89PNG")
    assert main(["run", "a.http", "--all", "-o", "all/"]) == 0
    assert sorted(path.name for path in (folder / "all").iterdir()) == ["001-picture.png", "002-list.json"]


def test_requests_run_side_by_side_and_are_told_in_the_order_of_the_file(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.http").write_text(
        "\n\n###\n".join(f"GET {{{{base}}}}/delay/{0.3 - number / 20}" for number in range(6))
    )
    assert main(["run", "a.http", "--all", "--parallel", "6"]) == 0
    shown = capfd.readouterr()
    delays = [json.loads(part + "}")["delay"] for part in shown.out.split("}\n") if part]
    assert delays == sorted(delays, reverse=True)
    assert shown.err.splitlines()[-1].startswith("6 requests: 6 sent; ")


def test_the_first_failure_ends_a_run_if_asked_for(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.http").write_text("GET http://127.0.0.1:1/\n\n###\nGET {{base}}/items\n")
    assert main(["run", "a.http", "--all", "--fail-fast"]) == 4
    assert capfd.readouterr().out == ""


def test_cookies_are_kept_from_one_run_to_the_next(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.http").write_text(
        "### set\nGET {{base}}/cookies/set?flavour=vanilla&Path=/&Max-Age=600\n\n### tell\nGET {{base}}/cookies\n"
    )
    assert main(["run", "a.http", "-n", "set"]) == 0
    capfd.readouterr()
    assert main(["run", "a.http", "-n", "tell"]) == 0
    assert json.loads(capfd.readouterr().out) == {"cookies": ["flavour=vanilla"]}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--tiemout", "3"], "there is no option `--tiemout`; did you mean `--timeout`?"),
        (["--timeout", "soon"], "`soon` is no duration"),
        (["--parallel", "0"], "`0` is no number from 1"),
        (["--var", "x"], "`x` is not of the form NAME=VALUE"),
        (["--resolve", "localhost:80"], "`localhost:80` is not of the form HOST:PORT:ADDRESS"),
        (["--report", "html=x"], "`html=x` is neither junit=FILE nor json=FILE"),
        (["--allow-origin", "example"], "--allow-origin"),
    ],
    ids=" ".join,
)
def test_wrong_options_are_told_in_a_line(
    folder: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    (folder / "a.http").write_text("GET {{base}}/items\n")
    try:
        code: object = main(["run", "a.http", *arguments])
    except SystemExit as error:
        code = error.code
    assert code == 2
    assert complaint in capfd.readouterr().err


def _started(folder: Path, *arguments: str, stdout: int = subprocess.PIPE) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "httpls", "run", *arguments],
        cwd=folder,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )


_SLOW = """\
### set
GET {{base}}/cookies/set?kept=yes-it-is&Path=/&Max-Age=600

### told
GET {{base}}/status/418

### slow
GET {{base}}/delay/60
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent another way on Windows")
def test_an_interrupted_run_tells_what_was_done_and_keeps_the_cookies(folder: Path) -> None:
    (folder / "a.http").write_text(_SLOW)
    with _started(folder, "a.http", "--all", "--json") as process:
        assert process.stdout is not None
        # The result of the second request stands there when the third has begun.
        while "I'm a" not in (line := process.stdout.readline()) and line:
            pass
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=5)
        assert process.returncode == 130
    summary = json.loads("{" + rest[rest.index('"summary"') :])["summary"]
    assert (summary["sent"], summary["exitCode"]) == (2, 130)
    (jar,) = (folder / "state" / "cookies").rglob("*.json")
    assert "yes-it-is" in jar.read_text()


@pytest.mark.skipif(os.name != "posix", reason="closed pipes are seen another way on Windows")
def test_a_closed_pipe_ends_a_run(folder: Path) -> None:
    (folder / "a.http").write_text("GET {{base}}/delay/60\n")
    reader, writer = os.pipe()
    with _started(folder, "a.http", stdout=writer) as process:
        os.close(writer)
        os.close(reader)
        process.communicate(timeout=10)
        assert process.returncode == 130
