"""The way of a login: the browser is opened, and comes back to a listener on this machine, or its address is pasted."""

import threading
from collections.abc import Callable

from httpls.run.cancel import Cancel
from httpls.run.errors import CancelledError, RefusedError
from httpls.run.ports import Browser, Prompter
from httpls_auth.errors import AuthenticationError, LoginNeededError
from httpls_auth.loopback import TIME_LIMIT, Listener, can_listen, is_callback, pasted_callback
from httpls_auth.schemes.flow import Open

_ATTEMPTS = 3
"""How often a person may paste something else than the callback."""
_QUESTION = "Paste the address to which the browser was sent (or log in on this machine)"
_QUESTION_ELSEWHERE = "Paste the address to which the browser was sent"


class BrowserLogin:
    """Logs a person in. Several may be under way at once, in threads of their own."""

    def __init__(self, browser: Browser | None, prompter: Prompter, is_attended: bool = True) -> None:
        """Take the browser, None to show the address only, and who is asked.

        `is_attended` tells whether there is a person at all; in a pipeline there is none, and nothing is opened.
        """
        self._browser = browser
        self._prompter = prompter
        self._is_attended = is_attended

    def visit(self, step: Open, address: Callable[[str], str], cancel: Cancel) -> str:
        """Listen, show the browser the page, and return the whole URL of the callback.

        Where no browser can be started, or nobody can listen at the redirect URL, the page is shown as text and the
        address that the browser ends at can be pasted. Raises `TokenError` and `CancelledError`.
        """
        if not self._is_attended:
            raise LoginNeededError(
                "a person has to log in, and nobody is here to do it",
                "Run `httpls auth login` once on this machine, or use a grant that needs no person "
                "(`client_credentials`, `refresh_token`, `jwt_bearer`).",
            )
        if not can_listen(step.redirect_url):
            page = address(step.redirect_url)
            self._show(page)
            return self._asked(_QUESTION_ELSEWHERE, step.redirect_url, cancel)
        with Listener(step.redirect_url) as listener:
            page = address(listener.redirect_url)
            if self._browser is not None and self._browser.open(page):
                self._prompter.show("Log in with the browser that has been opened.")
                return listener.wait(step.state, cancel, TIME_LIMIT)
            self._prompter.show(f"To log in, open this address in a browser:\n{page}")
            return self._listened_or_asked(listener, step.state, cancel)

    def _show(self, page: str) -> None:
        if self._browser is None or not self._browser.open(page):
            self._prompter.show(f"To log in, open this address in a browser:\n{page}")

    def _asked(self, question: str, redirect_url: str, cancel: Cancel) -> str:
        try:
            return self._pasted(question, redirect_url, cancel)
        except RefusedError as error:
            raise LoginNeededError(str(error), error.remedy) from error

    def _pasted(self, question: str, redirect_url: str, cancel: Cancel) -> str:
        """Return what is pasted; for what can be no callback, a person is asked again."""
        pasted = ""
        for _ in range(_ATTEMPTS):
            pasted = pasted_callback(self._prompter.ask(question, False, None, cancel), redirect_url)
            if is_callback(pasted):
                break
            self._prompter.show("This is not the address at which the login ends: it has no `state` in it.")
        return pasted

    def _listened_or_asked(self, listener: Listener, state: str, cancel: Cancel) -> str:
        """Return what comes first: the callback, or what a person pastes. Without a terminal, only the first can."""
        found: list[str] = []
        errors: list[AuthenticationError] = []
        # Ends the question when the callback comes, and the listening when something is pasted.
        other = Cancel()
        take_back = cancel.on_set(other.set)

        def listen() -> None:
            try:
                found.append(listener.wait(state, other, TIME_LIMIT))
            except CancelledError:
                return
            except AuthenticationError as error:
                errors.append(error)
            other.set()

        thread = threading.Thread(target=listen, daemon=True, name="httpls-login")
        thread.start()
        try:
            pasted = self._pasted(_QUESTION, listener.redirect_url, other)
        except RefusedError:
            thread.join()
            pasted = None
        except CancelledError:
            pasted = None
        finally:
            take_back()
        cancel.check()
        if pasted is not None:
            other.set()
        thread.join()
        if found:
            return found[0]
        if pasted is not None:
            return pasted
        if errors:
            raise errors[0]
        raise CancelledError
