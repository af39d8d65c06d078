"""What a run asks of the outside, as protocols; the real ones are in `httpls.host`, those of tests are literal."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from httpls.run.cancel import Cancel
from httpls_auth.values.value import Value


class Clock(Protocol):
    """Time."""

    def now(self) -> float:
        """Return the time in seconds since the epoch."""
        ...

    def monotonic(self) -> float:
        """Return a number of seconds that only grows."""
        ...


class Randomness(Protocol):
    """Random bytes fit for secrets."""

    def bytes(self, count: int) -> bytes:
        """Return so many."""
        ...


class Browser(Protocol):
    """The browser of the person at this machine."""

    def open(self, url: str) -> bool:
        """Show a page; tell whether a browser was found."""
        ...


class Prompter(Protocol):
    """A person who can be asked. A prompter without a person raises `RefusedError` that names what to give instead."""

    def ask(self, question: str, is_secret: bool, default: str | None, cancel: Cancel) -> str:
        """Return the answer. Raises `CancelledError`."""
        ...

    def choose(self, question: str, choices: Sequence[str], cancel: Cancel) -> str:
        """Return one of the choices."""
        ...

    def confirm(self, question: str, cancel: Cancel) -> bool:
        """Return whether the person agrees."""
        ...

    def show(self, text: str) -> None:
        """Show a text that calls for an act, such as the code of a device login."""
        ...


class Secrets(Protocol):
    """Where secrets come from. What is returned is labelled secret, with the origins to which it may be sent.

    All raise `httpls_auth.errors.SecretError`, whose message says which of the stores it is and what can be done.
    """

    def secret(self, name: str, environments: Sequence[str], cancel: Cancel) -> Value:
        """Return the secret of the project (`{{$secret name}}`): that of the environment, else the common one."""
        ...

    def keyring(self, service: str, account: str, cancel: Cancel) -> Value:
        """Return an entry of the keyring (`{{$keyring service account}}`)."""
        ...

    def provided(self, parameters: Sequence[tuple[str, str]], folder: Path, cancel: Cancel) -> Value:
        """Return what a provider object of an environment stands for; `parameters` are its members."""
        ...


class OutputFiles(Protocol):
    """Where responses are saved."""

    def save(self, path: Path, chunks: Iterable[bytes], overwrite: bool) -> Path:
        """Write a file and return its path: `-1`, `-2` … is added to a name that is taken, unless it overwrites.

        Raises `RefusedError` for a path that the project may not write.
        """
        ...
