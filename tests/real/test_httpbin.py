"""Request files against httpbin, a server that tells what it received: bodies, cookies, redirects, authentication."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from tests.support.httpbin import running_httpbin
from tests.support.running import Project, outcomes, project

from httpls.run.exchange import Outcome, Result

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def httpbin(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with running_httpbin(tmp_path_factory.mktemp("httpbin")) as url:
        yield url


@pytest.fixture
def files(tmp_path: Path) -> Generator[Project]:
    with project(tmp_path, secrets={"password": "pass"}) as made:
        yield made


def _json(result: Result) -> Any:
    assert result.exchange.response is not None, result.failures
    return json.loads(result.exchange.response.content.read(1 << 20))


def test_what_is_sent_is_received(httpbin: str, files: Project) -> None:
    files.write("part.bin", bytes(range(256)))
    report = files.run(
        f"@base = {httpbin}\n### form\nPOST {{{{base}}}}/post?q=a b\nContent-Type: application/x-www-form-urlencoded\n\n"
        "name=Zoë\n&what=x+y%20z\n\n"
        "### json\nPUT {{base}}/put\nContent-Type: application/json\n\n"
        '{"from": "{{form.response.body.$.form.name}}", "url": "{{form.response.body.$.args.q}}"}\n\n'
        "### parts\nPOST {{base}}/post\nContent-Type: multipart/form-data; boundary=b\n\n"
        '--b\nContent-Disposition: form-data; name="text"\n\nä\n'
        '--b\nContent-Disposition: form-data; name="file"; filename="part.bin"\n\n< ./part.bin\n--b--\n'
    )
    assert outcomes(report) == ["form sent", "json sent", "parts sent"]
    form, sent, parts = map(_json, report.results)
    assert (form["form"], form["args"]) == ({"name": "Zoë", "what": "x y z"}, {"q": "a b"})
    assert sent["json"] == {"from": "Zoë", "url": "a b"}
    assert parts["form"] == {"text": "ä"}
    assert parts["files"]["file"].startswith("data:application/octet-stream;base64,AAECAwQF")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "brotli"])
def test_packed_responses(httpbin: str, files: Project, coding: str) -> None:
    assert _json(files.result(f"GET {httpbin}/{coding}\n"))["method"] == "GET"


def test_cookies_and_redirects(httpbin: str, files: Project) -> None:
    report = files.run(f"GET {httpbin}/cookies/set?a=1\n\n###\nGET {httpbin}/cookies\nCookie: b=2\n")
    assert len(report.results[0].exchange.hops) == 2
    assert _json(report.results[1])["cookies"] == {"a": "1", "b": "2"}
    chain = files.result(f"# @curl-max-redirs 3\nGET {httpbin}/redirect/4\n")
    assert (chain.outcome, chain.failures[0].code) == (Outcome.FAILED, "too-many-redirects")
    assert len(files.result(f"GET {httpbin}/redirect/4\n").exchange.hops) == 5


@pytest.mark.parametrize(
    ("auth", "path", "word"),
    [
        ("# @auth basic me {{$secret password}}", "basic-auth/me/{word}", "pass"),
        ("# @auth digest me {{$secret password}}", "digest-auth/auth/me/{word}", "pass"),
        ("# @auth digest me {{$secret password}}", "digest-auth/auth-int/me/{word}/SHA-256", "pass"),
        ("# @auth bearer {{$secret password}}", "bearer", ""),
    ],
)
def test_authentication(httpbin: str, files: Project, auth: str, path: str, word: str) -> None:
    good = files.result(f"{auth}\nGET {httpbin}/{path.format(word=word)}\n")
    assert (good.outcome, good.is_auth_failure, _json(good)["authenticated"]) == (Outcome.SENT, False, True)
    if word:
        bad = files.result(f"{auth}\nGET {httpbin}/{path.format(word='other')}\n")
        assert (bad.outcome, bad.is_auth_failure) == (Outcome.SENT, True)
