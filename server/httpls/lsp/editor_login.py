"""Logins from an editor: the browser is that of the person, who may sit at another machine than this server."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, cast

from httpls.host.browser import SystemBrowser
from httpls.host.login import BrowserLogin
from httpls.run.cancel import Cancel
from httpls.run.ports import Prompter
from httpls_auth.schemes.flow import Open

if TYPE_CHECKING:
    from collections.abc import Mapping

    from httpls.lsp.server import Server

_POLL = 0.1


class EditorLogin:
    """Opens pages by the client if it can (`httpls/openPage`), else with the browser of this machine.

    A client knows whether the person's browser reaches the listener here, as through a forwarded port. If not, the
    address at which the browser ends is asked for while the listener goes on: what comes first counts.
    """

    def __init__(
        self, server: "Server", loop: asyncio.AbstractEventLoop, prompter: Prompter, environment: "Mapping[str, str]"
    ) -> None:
        """Take the server, its loop, who is asked, and the variables of the operating system."""
        self._server = server
        self._loop = loop
        self._prompter = prompter
        self._environment = environment

    def visit(self, step: Open, address: Callable[[str], str], cancel: Cancel) -> str:
        """Show the page and return the URL of the callback. Raises `TokenError` and `CancelledError`."""
        if not self._server.session.client.opens_pages:
            return BrowserLogin(SystemBrowser(self._environment), self._prompter).visit(step, address, cancel)
        browser = _ClientBrowser(self._server, self._loop, step.redirect_url, cancel)

        def noted(redirect_url: str) -> str:
            browser.redirect_url = redirect_url
            return address(redirect_url)

        return BrowserLogin(browser, _Quiet(self._prompter, browser)).visit(step, noted, cancel)


class _ClientBrowser:
    """The browser of the person, opened by the client."""

    def __init__(self, server: "Server", loop: asyncio.AbstractEventLoop, redirect_url: str, cancel: Cancel) -> None:
        self._server = server
        self._loop = loop
        self._cancel = cancel
        self.redirect_url = redirect_url
        self.has_opened = False

    def open(self, url: str) -> bool:
        """Show a page; tell whether the browser comes back by itself."""
        params = {"url": url, "redirectUrl": self.redirect_url}

        async def asked() -> object:
            return await self._server.protocol.send_request_async("httpls/openPage", params)

        future = asyncio.run_coroutine_threadsafe(asked(), self._loop)
        while True:
            try:
                answer = future.result(timeout=_POLL)
                break
            except FutureTimeoutError:
                if self._cancel.is_set:
                    future.cancel()
                self._cancel.check()
        told = cast("dict[str, object]", answer) if isinstance(answer, dict) else {}
        self.has_opened = told.get("hasOpened") is True
        return self.has_opened and told.get("comesBack") is True


class _Quiet:
    """Does not say what the person sees: that a browser was opened."""

    def __init__(self, prompter: Prompter, browser: _ClientBrowser) -> None:
        self._prompter = prompter
        self._browser = browser

    def ask(self, question: str, is_secret: bool, default: str | None, cancel: Cancel) -> str:
        return self._prompter.ask(question, is_secret, default, cancel)

    def choose(self, question: str, choices: Sequence[str], cancel: Cancel) -> str:
        return self._prompter.choose(question, choices, cancel)

    def confirm(self, question: str, cancel: Cancel) -> bool:
        return self._prompter.confirm(question, cancel)

    def show(self, text: str) -> None:
        if not self._browser.has_opened:
            self._prompter.show(text)
