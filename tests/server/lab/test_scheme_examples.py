"""The example of each scheme's reference page is sent to the lab, by the command line as a user has it, and admitted."""

import json
import os
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from httpls.cli.main import main
from httpls.lab.server import Lab
from httpls.lab.variables import variables
from httpls_auth.schemes.index import scheme_class, words

NOT_HERE: dict[str, str] = {}
"""The schemes whose example the lab cannot admit, with the reason."""

_TRUST = {"mtls"}
"""Those whose example is sent with TLS."""


@pytest.fixture
def client(lab: Lab) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=lab.http, trust_env=False) as client:
        yield client


def test_every_example_that_does_not_run_has_a_reason() -> None:
    assert all(reason.endswith(".") for reason in NOT_HERE.values())
    assert set(NOT_HERE) <= set(words())


@pytest.mark.parametrize("word", sorted(set(words()) - set(NOT_HERE)))
def test_an_example_is_admitted(lab: Lab, tmp_path: Path, word: str) -> None:
    example = scheme_class(word).example
    place = "{{secureLab}}" if word in _TRUST else "{{lab}}"
    assert f"\nGET {place}/auth/{word}" in example
    (tmp_path / "example.http").write_text(example)
    (tmp_path / "http-client.env.json").write_text(json.dumps({"lab": dict(variables(lab))}))
    environment = {**os.environ, "HTTPLS_STATE_HOME": str(tmp_path / "state"), "HTTPLS_CACHE_KEY": "00" * 32,
                   "HTTPLS_CACHE_HOME": str(tmp_path / "cache")}  # fmt: skip
    command = ["run", "example.http", "--env", "lab", "--cacert", str(lab.folder / "ca.pem"), "--trust"]
    done = subprocess.run(
        [sys.executable, "-m", "httpls", *command], cwd=tmp_path, env=environment, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    told = json.loads(done.stdout)
    assert told["authenticated"] is True
    if word not in ("mock", "oidc", "aad"):
        assert told["scheme"] == word


@pytest.mark.parametrize("word", sorted(set(words()) - set(NOT_HERE)))
def test_an_example_is_explained_without_the_network_and_without_its_secrets(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HTTPLS_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HTTPLS_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HTTPLS_CACHE_KEY", "00" * 32)
    # Nobody listens there: whatever went over the network would fail.
    nowhere = {"lab": "http://127.0.0.1:1", "secureLab": "https://127.0.0.1:1"}
    known = {**variables(lab), **nowhere}
    secret = {name: known.pop(name) for name in _SECRETS}
    Path("example.http").write_text(scheme_class(word).example)
    Path("http-client.env.json").write_text(json.dumps({"lab": known}))
    Path("http-client.private.env.json").write_text(json.dumps({"lab": secret}))
    code = main(["auth", "explain", "example.http", "--env", "lab", "--trust"])
    shown = capsys.readouterr()
    assert (code, shown.err) == (0, "")
    assert ("no authentication" in shown.out) == (word == "none")
    # A Bearer token or a key has nothing to be computed; of all others the steps are told.
    assert word in _WITHOUT_STEPS or re.search(r"\n    (1\.|→) ", shown.out), shown.out
    for text in secret.values():
        for form in (text, b64encode(text.encode()).decode().rstrip("="), quote(text, safe="")):
            assert form not in shown.out


_WITHOUT_STEPS = {"none", "mtls", "apikey", "bearer", "mock"}
_SECRETS = ("password", "token", "apiKey", "jwtSecret", "clientSecret", "consumerSecret", "tokenSecret", "secretKey",
            "hawkKey", "asapKey")  # fmt: skip


@pytest.mark.parametrize("word", sorted(set(words()) - {"none", "mtls"}))
def test_without_credentials_the_endpoint_refuses(client: httpx.Client, word: str) -> None:
    answer = client.get(f"/auth/{word}")
    assert (answer.status_code, answer.json()["authenticated"]) == (401, False)
