"""Questions to people from several workers: one at a time, and while somebody thinks, other requests go on."""

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager

from httpls.run.cancel import Cancel
from httpls.run.ports import Login, Prompter
from httpls_auth.schemes.flow import Open


class PatientPrompter:
    """A prompter for several workers. `waiting` is entered while a person is waited for."""

    def __init__(self, prompter: Prompter, waiting: Callable[[], AbstractContextManager[None]]) -> None:
        """Take the real prompter."""
        self._prompter = prompter
        self._waiting = waiting
        self._lock = threading.Lock()

    def ask(self, question: str, is_secret: bool, default: str | None, cancel: Cancel) -> str:
        """Return the answer, as `Prompter` says."""
        with self._turn(cancel):
            return self._prompter.ask(question, is_secret, default, cancel)

    def choose(self, question: str, choices: Sequence[str], cancel: Cancel) -> str:
        """Return one of the choices, as `Prompter` says."""
        with self._turn(cancel):
            return self._prompter.choose(question, choices, cancel)

    def confirm(self, question: str, cancel: Cancel) -> bool:
        """Return whether the person agrees, as `Prompter` says."""
        with self._turn(cancel):
            return self._prompter.confirm(question, cancel)

    def show(self, text: str) -> None:
        """Show a text."""
        self._prompter.show(text)

    @contextmanager
    def _turn(self, cancel: Cancel) -> Generator[None, None, None]:
        with self._waiting():
            while not self._lock.acquire(timeout=0.1):
                cancel.check()
            try:
                cancel.check()
                yield
            finally:
                self._lock.release()


class PatientLogin:
    """The way through the browser for several workers; logins to different servers may be open side by side."""

    def __init__(self, login: Login, waiting: Callable[[], AbstractContextManager[None]]) -> None:
        """Take the real way."""
        self._login = login
        self._waiting = waiting

    def visit(self, step: Open, address: Callable[[str], str], cancel: Cancel) -> str:
        """Return the callback, as `Login` says."""
        with self._waiting():
            return self._login.visit(step, address, cancel)
