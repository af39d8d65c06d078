"""A login goes by the browser, by an address that is pasted, or is refused where nobody is."""

import threading
from collections.abc import Callable, Generator, Sequence

import httpx
import pytest

from httpls.host.login import BrowserLogin
from httpls.run.cancel import Cancel
from httpls.run.errors import CancelledError, RefusedError
from httpls_auth.errors import TokenError
from httpls_auth.schemes.flow import Flow, Open
from httpls_auth.values.value import Value


class _Browser:
    """A browser that goes straight to the callback, or one that cannot be started."""

    def __init__(self, works: bool = True) -> None:
        self.works = works
        self.opened: list[str] = []

    def open(self, url: str) -> bool:
        self.opened.append(url)
        if self.works:
            threading.Thread(target=lambda: httpx.get(url), daemon=True).start()
        return self.works


class _Prompter:
    """A person who answers, who says nothing, or nobody."""

    def __init__(self, answer: str | None = None, is_there: bool = True, on_ask: Callable[[], object] = int) -> None:
        self.shown: list[str] = []
        self._answer = answer
        self._is_there = is_there
        self._on_ask = on_ask

    def ask(self, question: str, is_secret: bool, default: str | None, cancel: Cancel) -> str:
        if not self._is_there:
            raise RefusedError("no-terminal", "nobody can be asked", "Give it.")
        self._on_ask()
        if self._answer is None:
            cancel.wait(10)
            raise AssertionError("nobody cancelled the question")
        return self._answer

    def choose(self, question: str, choices: Sequence[str], cancel: Cancel) -> str:
        raise AssertionError

    def confirm(self, question: str, cancel: Cancel) -> bool:
        raise AssertionError

    def show(self, text: str) -> None:
        self.shown.append(text)


def _step(redirect_url: str = "http://127.0.0.1:0/callback") -> Open:
    def url(real: str) -> Flow[Value]:
        raise AssertionError
        yield real

    return Open(url, redirect_url, "s-1", "login")


def _page(redirect_url: str) -> str:
    """The page of the login is the callback itself here."""
    return f"{redirect_url}?code=c&state=s-1"


@pytest.fixture
def cancel() -> Generator[Cancel]:
    made = Cancel()
    yield made
    made.set()


def test_by_the_browser(cancel: Cancel) -> None:
    prompter, browser = _Prompter(), _Browser()
    callback = BrowserLogin(browser, prompter).visit(_step(), _page, cancel)
    assert callback == browser.opened[0]
    assert prompter.shown == ["Log in with the browser that has been opened."]


@pytest.mark.parametrize("browser", [None, _Browser(works=False)])
def test_by_an_address_that_is_pasted(cancel: Cancel, browser: _Browser | None) -> None:
    prompter = _Prompter("http://127.0.0.1:1/callback?code=pasted&state=s-1")
    callback = BrowserLogin(browser, prompter).visit(_step(), _page, cancel)
    assert callback == "http://127.0.0.1:1/callback?code=pasted&state=s-1"
    assert prompter.shown[0].startswith("To log in, open this address in a browser:\nhttp://127.0.0.1:")


def test_something_else_that_is_pasted_is_asked_for_again(cancel: Cancel) -> None:
    given = iter(["ls -l", "https://api.test/", "https://api.test/back?code=c&state=s-1"])

    class Answers(_Prompter):
        def ask(self, question: str, is_secret: bool, default: str | None, cancel: Cancel) -> str:
            return next(given)

    prompter = Answers()
    step = _step("https://api.test/back")
    callback = BrowserLogin(_Browser(works=False), prompter).visit(step, _page, cancel)
    assert callback == "https://api.test/back?code=c&state=s-1"
    assert len([text for text in prompter.shown if "no `state`" in text]) == 2


@pytest.mark.parametrize("is_there", [True, False])
def test_without_a_browser_the_listener_still_listens(cancel: Cancel, is_there: bool) -> None:
    pages: list[str] = []

    class Shown(_Prompter):
        def show(self, text: str) -> None:
            pages.append(text.rpartition("\n")[2])
            threading.Thread(target=lambda: httpx.get(pages[0]), daemon=True).start()

    callback = BrowserLogin(None, Shown(is_there=is_there)).visit(_step(), _page, cancel)
    assert callback == pages[0]


def test_an_address_elsewhere_has_to_be_pasted(cancel: Cancel) -> None:
    browser = _Browser(works=False)
    prompter = _Prompter("https://oauth.pstmn.io/v1/callback?code=c&state=s-1")
    step = _step("https://oauth.pstmn.io/v1/callback")
    assert BrowserLogin(browser, prompter).visit(step, _page, cancel).startswith("https://oauth.pstmn.io/")
    with pytest.raises(TokenError, match="nobody can be asked"):
        BrowserLogin(browser, _Prompter(is_there=False)).visit(step, _page, cancel)


def test_where_nobody_is_nothing_is_opened(cancel: Cancel) -> None:
    browser = _Browser()
    with pytest.raises(TokenError, match="nobody is here") as told:
        BrowserLogin(browser, _Prompter(), is_attended=False).visit(_step(), _page, cancel)
    assert told.value.code == "login_required"
    assert not browser.opened


@pytest.mark.parametrize("is_there", [True, False])
def test_it_can_be_cancelled(is_there: bool) -> None:
    cancel = Cancel()

    class Shown(_Prompter):
        def show(self, text: str) -> None:
            threading.Thread(target=cancel.set, daemon=True).start()

    with pytest.raises(CancelledError):
        BrowserLogin(None, Shown(is_there=is_there)).visit(_step(), _page, cancel)
