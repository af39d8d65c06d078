"""The keyring of the system: the Secret Service of Linux desktops, the Keychain of macOS, Windows' credential manager.

Where there is none, the error says which of the cases it is, and what can be done instead. Nothing is ever kept in a
plain file: the back ends of `keyrings.alt`, which do that when nothing better is there, are not used.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar, cast

from httpls_auth.cancellation import Cancellation
from httpls_auth.errors import KeyringCase, KeyringError
from httpls_auth.secrets.abandon import abandonable
from httpls_auth.values.value import MASK

Result = TypeVar("Result")

ALTERNATIVES = (
    "Without a keyring, a secret can come from the variable `HTTPLS_SECRET_<NAME>` of the operating system, from "
    "`http-client.private.env.json`, or from a command of a password manager (provider `Command`)."
)
"""What to do where there is no keyring."""


class Keyring(Protocol):
    """A keyring. All methods raise `KeyringError`, and what the cancellation raises."""

    def get(self, service: str, account: str, cancellation: Cancellation) -> str | None:
        """Return an entry, None if there is none."""
        ...

    def set(self, service: str, account: str, secret: str, cancellation: Cancellation) -> None:
        """Make or replace an entry."""
        ...

    def remove(self, service: str, account: str, cancellation: Cancellation) -> bool:
        """Remove an entry; tell whether there was one."""
        ...


class _Backend(Protocol):
    """A back end of the library `keyring`."""

    @property
    def name(self) -> str: ...
    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


class SystemKeyring:
    """The keyring that the library `keyring` finds, loaded at the first use (some 100 ms)."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take the variables of the operating system, to tell why there is no keyring."""
        self._environment = environment

    def get(self, service: str, account: str, cancellation: Cancellation) -> str | None:
        """Return an entry, None if there is none."""
        return self._call(lambda backend: backend.get_password(service, account), cancellation)

    def set(self, service: str, account: str, secret: str, cancellation: Cancellation) -> None:
        """Make or replace an entry."""

        def store(backend: "_Backend") -> None:
            backend.set_password(service, account, secret)

        self._call(store, cancellation, secret)

    def remove(self, service: str, account: str, cancellation: Cancellation) -> bool:
        """Remove an entry; tell whether there was one."""

        def remove(backend: "_Backend") -> bool:
            if backend.get_password(service, account) is None:
                return False
            backend.delete_password(service, account)
            return True

        return self._call(remove, cancellation)

    def name(self, cancellation: Cancellation) -> str:
        """Return what the keyring calls itself. Raises as the others do."""
        return self._call(lambda backend: str(backend.name), cancellation)

    def _call(
        self, use: "Callable[[_Backend], Result]", cancellation: Cancellation, secret: str | None = None
    ) -> Result:
        def call() -> Result:
            try:
                return use(self._backend())
            except KeyringError:
                raise
            except Exception as error:  # noqa: BLE001 - a back end raises what it likes
                raise _told(error, secret) from None

        return abandonable(call, cancellation)

    def _backend(self) -> "_Backend":
        import keyring

        found = cast("_Backend", keyring.get_keyring())
        # A chain asks every back end in turn, those among them that we do not use.
        chained = cast("Iterable[_Backend] | None", getattr(found, "backends", None))
        candidates = list(chained) if chained is not None else [found]
        usable = next((one for one in candidates if not _is_refused(one)), None)
        if usable is None:
            raise self._absent(candidates)
        return usable

    def _absent(self, candidates: "list[_Backend]") -> KeyringError:
        for one in candidates:
            module = type(one).__module__
            if module.startswith("keyrings.alt"):
                return KeyringError(
                    KeyringCase.REFUSED,
                    f"the only keyring here is `{module}.{type(one).__name__}`, which keeps secrets in a plain file; "
                    "it is not used",
                    ALTERNATIVES,
                )
            if module == "keyring.backends.null":
                return KeyringError(
                    KeyringCase.REFUSED,
                    "the keyring is switched off, by `PYTHON_KEYRING_BACKEND` or by the configuration of `keyring`",
                    ALTERNATIVES,
                )
        if sys.platform not in ("darwin", "win32") and not self._has_session_bus():
            return KeyringError(
                KeyringCase.HEADLESS,
                "there is no keyring: this session has no D-Bus, as usual on servers, in containers and in pipelines",
                f"Run the command within `dbus-run-session` with a keyring daemon. {ALTERNATIVES}",
            )
        return KeyringError(
            KeyringCase.NO_BACKEND,
            "there is no keyring: no program of this session offers one",
            f"Install one, such as gnome-keyring, KWallet or KeePassXC with its Secret Service. {ALTERNATIVES}",
        )

    def _has_session_bus(self) -> bool:
        runtime = self._environment.get("XDG_RUNTIME_DIR")
        return "DBUS_SESSION_BUS_ADDRESS" in self._environment or (
            runtime is not None and (Path(runtime) / "bus").exists()
        )


def _is_refused(backend: "_Backend") -> bool:
    return type(backend).__module__.startswith(("keyrings.alt", "keyring.backends.null", "keyring.backends.fail"))


def _told(error: Exception, secret: str | None) -> KeyringError:
    """Say what a back end raised in our words, without the secret, should it be in there."""
    from keyring.errors import InitError, KeyringLocked

    if isinstance(error, KeyringLocked | InitError):
        return KeyringError(
            KeyringCase.LOCKED,
            "the keyring is locked, and was not unlocked",
            f"Unlock it, then try again: log in to the desktop, or run `gnome-keyring-daemon --unlock`. {ALTERNATIVES}",
        )
    reason = str(error)[:200]
    if secret:
        reason = reason.replace(secret, MASK)
    shown = f"{type(error).__name__}: {reason}" if reason else type(error).__name__
    if sys.platform == "win32" and secret is not None and len(secret) > _LARGEST_ON_WINDOWS:
        return KeyringError(
            KeyringCase.FAILED,
            f"the keyring of Windows does not take secrets of more than {_LARGEST_ON_WINDOWS} characters",
            ALTERNATIVES,
        )
    return KeyringError(KeyringCase.FAILED, f"the keyring failed ({shown})", ALTERNATIVES)


_LARGEST_ON_WINDOWS = 1280
"""CRED_MAX_CREDENTIAL_BLOB_SIZE is 2,560 bytes, and the back end writes UTF-16."""
