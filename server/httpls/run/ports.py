"""What a run asks of the outside, as protocols; the real ones are in `httpls.host`, those of tests are literal."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from httpls.run.cancel import Cancel
from httpls_auth.schemes.flow import Open, Token
from httpls_auth.values.value import Value

if TYPE_CHECKING:
    from httpls.run.exchange import Result
    from httpls_auth.tokens.name import TokenName


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

        Folders that are missing are made. The path is a real one that the project may write. Raises OSError.
        """
        ...


class Tokens(Protocol):
    """Where tokens are kept: a `httpls_auth.tokens.store.TokenStore`, which need not be there before it is used."""

    def use(
        self,
        name: "TokenName",
        obtain: "Callable[[Token | None], Token]",
        is_fresh: "Callable[[Token], bool]",
        refused: Value | None,
        cancellation: Cancel,
    ) -> "Token":
        """Return the token of this name if it is fresh and not the refused one; else obtain a new one and keep it."""
        ...


class Login(Protocol):
    """The way of a login through the browser and back."""

    def visit(self, step: Open, address: Callable[[str], str], cancel: Cancel) -> str:
        """Listen where `step` says, show the browser `address` of the redirect URL at which it really listens, and
        return the whole URL of the callback.

        Raises `httpls_auth.errors.TokenError` and `CancelledError`.
        """
        ...


class Listener(Protocol):
    """Told what a run does, from whichever thread does it; each call must return at once and raise nothing."""

    def planned(self, count: int) -> None:
        """So many requests were selected. Dependencies and repetitions come on top."""
        ...

    def started(self, number: int, path: Path, line: int, name: str | None, method: str, shown_url: str) -> None:
        """A request begins to be sent. `number` counts from 1 in this run, `line` is that of the request line."""
        ...

    def progressed(self, number: int, phase: str, done: int, total: int | None) -> None:
        """Bytes go and come, as `httpls.run.wire.Progress` says, for the request with this number."""
        ...

    def finished(self, number: int, result: "Result") -> None:
        """A request is through, or was refused or skipped (then it may never have been started)."""
        ...


class SilentListener:
    """A listener that does nothing: what others build on."""

    def planned(self, count: int) -> None:
        """Do nothing."""

    def started(self, number: int, path: Path, line: int, name: str | None, method: str, shown_url: str) -> None:
        """Do nothing."""

    def progressed(self, number: int, phase: str, done: int, total: int | None) -> None:
        """Do nothing."""

    def finished(self, number: int, result: "Result") -> None:
        """Do nothing."""
