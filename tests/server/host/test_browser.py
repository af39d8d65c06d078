"""The browser is started without a shell, in silence, and only for pages of the web."""

import sys
from pathlib import Path

import pytest

from httpls.host.browser import SystemBrowser


@pytest.fixture
def recorder(tmp_path: Path) -> Path:
    """A program that writes down its arguments, and something to standard output."""
    program = tmp_path / "my browser"
    program.write_text(f'#!/bin/sh\necho noise\nfor word; do echo "$word"; done > "{tmp_path}/seen"\n')
    program.chmod(0o755)
    return program


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no variable BROWSER")
@pytest.mark.parametrize(
    ("arguments", "seen"),
    [("", ["https://a.test/?b=1&c='$(id)'"]), (" --new %s end", ["--new", "https://a.test/?b=1&c='$(id)'", "end"])],
)
def test_the_browser_of_the_variable(
    arguments: str, seen: list[str], recorder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    browser = SystemBrowser({"BROWSER": f"'{recorder}'{arguments}"})
    assert browser.open("https://a.test/?b=1&c='$(id)'")
    assert (tmp_path / "seen").read_text().splitlines() == seen
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "--help", "https://a.test/ b", "http://a\n"]
)
def test_nothing_but_a_page_of_the_web_is_opened(url: str, recorder: Path, tmp_path: Path) -> None:
    assert not SystemBrowser({"BROWSER": f"'{recorder}'"}).open(url)
    assert not (tmp_path / "seen").exists()


def test_without_a_display_there_is_no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert not SystemBrowser({}).open("https://a.test/")


def test_a_browser_that_cannot_be_started_or_fails_is_none() -> None:
    assert not SystemBrowser({"BROWSER": "no-such-browser-anywhere"}).open("https://a.test/")
    assert not SystemBrowser({"BROWSER": "false"}).open("https://a.test/")


def test_windows_opens_it_by_its_handler(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("os.startfile", opened.append, raising=False)
    assert SystemBrowser({}).open("https://a.test/")
    assert opened == ["https://a.test/"]


def test_macos_opens_it_by_its_own_program(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    def start(command: list[str]) -> bool:
        started.append(command)
        return True

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("httpls.host.browser._start", start)
    assert SystemBrowser({"BROWSER": "ignored"}).open("https://a.test/")
    assert started == [["/usr/bin/open", "https://a.test/"]]
