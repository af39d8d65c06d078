"""The example of each scheme's reference page is sent to the lab, by the command line as a user has it, and admitted."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

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


@pytest.mark.parametrize("word", sorted(set(words()) - {"none", "mtls"}))
def test_without_credentials_the_endpoint_refuses(client: httpx.Client, word: str) -> None:
    answer = client.get(f"/auth/{word}")
    assert (answer.status_code, answer.json()["authenticated"]) == (401, False)
