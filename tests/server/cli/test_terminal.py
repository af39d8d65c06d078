"""Commands at a real terminal: a pseudo-terminal, on which a person types."""

import os
import re
import threading
from pathlib import Path

import pytest
from tests.support.browser import browser
from tests.support.postman import auth, collection, request
from tests.support.pseudo_terminal import TerminalSession

from httpls.cli import progress
from httpls.cli.progress import ProgressLine
from httpls.lab.auth import oauth1
from httpls.lab.server import Lab

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no pseudo-terminals")


@pytest.fixture
def folder(tmp_path: Path, lab: Lab) -> Path:
    (tmp_path / "a.http").write_text(
        f"@base = {lab.http}\n\n### one\nGET {{{{base}}}}/items/1\n\n### two\nGET {{{{base}}}}/items/2\n\n"
        "### slow\nGET {{base}}/delay/60\n"
    )
    return tmp_path


def test_of_several_requests_a_person_chooses_one(folder: Path) -> None:
    session = TerminalSession(folder, "run", "a.http")
    session.wait_for("Which request (1-3): ")
    session.type("2\n")
    session.wait_for("code 0")
    assert session.close() == 0
    assert re.search(r'"name"\x1b\[0m\x1b\[2m:\x1b\[0m \x1b\[32m"a chair"', session.seen)
    assert "\x1b[1;32mHTTP/1.1 200 OK" in session.seen


def test_who_waits_is_told_and_may_end_it(folder: Path) -> None:
    session = TerminalSession(folder, "run", "a.http", "--name", "slow")
    session.wait_for("slow: waiting, 1 s")
    session.type("\x03")
    session.wait_for("code 130")
    assert "interrupted" in session.seen
    session.close()


@pytest.mark.parametrize(("answer", "is_private"), [("\n", True), ("env\n", True), ("\x03", False)])
def test_an_import_asks_where_secrets_are_to_be_kept(tmp_path: Path, answer: str, is_private: bool) -> None:
    shop = collection(request("one", auth=auth("basic", username="ada", password="analytical-engine")))
    (tmp_path / "shop.json").write_bytes(shop)
    session = TerminalSession(tmp_path, "import", "postman", "shop.json")
    session.wait_for("Keep them in `env` (a private file) or `keyring`?")
    assert "Secrets were found: basic-password" in session.seen
    session.type(answer)
    session.wait_for("code")
    session.close()
    assert (tmp_path / "shop" / "http-client.private.env.json").exists() == is_private


def test_a_login_of_oauth1_is_kept_for_the_requests_that_follow(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "a.http").write_text(
        f"""# @auth oauth1 {oauth1.CONSUMER_KEY} {oauth1.CONSUMER_SECRET}
# @auth-request-token-url {lab.http}/oauth1/request_token
# @auth-authorize-url {lab.http}/oauth1/authorize
# @auth-access-token-url {lab.http}/oauth1/access_token
GET {lab.http}/auth/oauth1
"""
    )
    kept = {"HTTPLS_CACHE_KEY": "00" * 32, "HTTPLS_CACHE_HOME": str(tmp_path / "cache")}
    login = TerminalSession(tmp_path, "auth", "login", "a.http", environment={**kept, "BROWSER": browser(tmp_path)})
    login.wait_for("\ncode 0")
    login.close()
    assert "Logged in: OAuth 1.0" in login.seen
    # There is no browser that could log in again.
    run = TerminalSession(tmp_path, "run", "a.http", "--json", environment={**kept, "BROWSER": "/nowhere"})
    run.wait_for("\ncode 0")
    run.close()
    assert '"status": 200' in run.seen


class _Stream:
    def __init__(self) -> None:
        self.written = ""
        self.has_told = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.written += text
        if "receiving" in text:
            self.has_told.set()
        return len(text)

    def flush(self) -> None:
        pass


def test_the_progress_says_how_much_came_and_vanishes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    stream = _Stream()
    line = ProgressLine(stream)
    line.begin(2)
    line.started(1, "a \x1b[31mfile")
    line.progressed(1, "download", 2_500_000, 10_000_000)
    assert stream.has_told.wait(10)
    assert "[0/2] a ␛[31mfile: receiving 2.5 MB of 10.0 MB, 25 %" in stream.written
    line.finished(1)
    line.end()
    assert stream.written.endswith("\r\x1b[K")
