"""`httpls export curl`: what it prints is run, and sends what `httpls run` would send."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from httpls.cli.main import main
from httpls.lab.server import Lab
from httpls.model.shell_words import quoted


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "httpls.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _exported(text: str, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    Path("a.http").write_text(text)
    assert main(["export", "curl", "a.http", *arguments]) == 0
    return capsys.readouterr().out


def test_a_request_becomes_a_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = '# @auth basic ada {{$secret pw}}\nPOST http://localhost/items?q={{$uuid}}\nX-It: it\'s\n\n{"a": 1}\n'
    assert (
        _exported(text, capsys)
        == """\
# $SECRET_PW stands for $secret pw
# $UUID stands for $uuid
curl \\
  --request POST \\
  --url 'http://localhost/items?q='"$UUID" \\
  --header 'X-It: it'\\''s' \\
  --user ada:"$SECRET_PW" \\
  --data-binary '{"a": 1}' \\
  --header Content-Type: \\
  --location
"""
    )


def test_secrets_become_variables_unless_they_are_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("http-client.private.env.json").write_text('{"$shared": {"password": "hunter2-hunter2", "user": "ada"}}')
    text = (
        'POST http://localhost/\nContent-Type: application/json\n\n{"user": "{{user}}", "password": "{{password}}"}\n'
    )
    masked = _exported(text, capsys)
    assert "hunter2" not in masked
    assert """'{"user": "ada", "password": "'"$PASSWORD"'"}'""" in masked
    assert """'{"user": "ada", "password": "hunter2-hunter2"}'""" in _exported(text, capsys, "--reveal")


def test_what_has_an_error_is_not_exported(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.http").write_text("GET http://localhost/{{nowhere}}\n")
    assert main(["export", "curl", "a.http"]) == 3
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "`nowhere` is not defined" in shown.err


def test_what_curl_cannot_do_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = _exported("# @auth hawk id=me key=sesame-sesame\nGET http://localhost/\n", capsys)
    assert shown.startswith("# curl cannot authenticate by `hawk` as the file asks; that part is left out\n")


@pytest.mark.parametrize(
    "text", ["", "a b", "it's", "a\r\nb\\c'd\te", '$HOME `x` "y"', "*?[x]", "-n", "~", "\x7f", "ü"]
)
def test_quoted_text_comes_through_a_shell_as_it_is(text: str) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    done = subprocess.run([bash, "-c", f"printf %s {quoted(text)}"], capture_output=True, check=True)
    assert done.stdout.decode() == text


@pytest.mark.parametrize(
    "text",
    [
        "GET {base}/anything?a=1&b=%20\nX-A: 1\n",
        "POST {base}/anything\nContent-Type: text/plain\n\n@not-a-file\n",
        'PUT {base}/anything\nContent-Type: application/json\n\n{{\n  "it\'s": "\\\\ $x"\n}}\n',
        "POST {base}/anything\nContent-Type: application/octet-stream\n\n< ./data.bin\n",
        (
            "POST {base}/form\nContent-Type: multipart/form-data; boundary=b\n\n"
            '--b\nContent-Disposition: form-data; name="f"; filename="f"\n\n< ./data.bin\n--b--\n'
        ),
        "# @auth basic ada analytical-engine\nGET {base}/auth/basic\n",
        "# @auth digest ada analytical-engine\nGET {base}/auth/digest\n",
        "# @auth bearer lab-token-0123456789\nGET {base}/auth/bearer\n",
        "# @auth apikey api_key lab-key-0123456789 in=query\nGET {base}/auth/apikey\n",
    ],
)
def test_the_command_sends_what_a_run_sends(
    folder: Path, lab: Lab, capfd: pytest.CaptureFixture[str], text: str
) -> None:
    if shutil.which("curl") is None or shutil.which("bash") is None:
        pytest.skip("there is no curl or no bash")
    (folder / "data.bin").write_bytes(bytes(range(256)))
    Path("a.http").write_text(text.format(base=lab.http))
    assert main(["run", "a.http"]) == 0
    sent = json.loads(capfd.readouterr().out)
    assert main(["export", "curl", "a.http", "--reveal"]) == 0
    command = capfd.readouterr().out
    done = subprocess.run(["bash", "-c", command.rstrip() + " --silent"],
                          capture_output=True, check=True)  # fmt: skip
    received = json.loads(done.stdout)
    own = ("User-Agent", "Accept", "Accept-Encoding", "Content-Length", "Host")
    for told in (sent, received):
        told["headers"] = sorted(line for line in told.get("headers", []) if line.partition(":")[0] not in own)
        told.pop("nc", None)
    assert received == sent
