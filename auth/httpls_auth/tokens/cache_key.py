"""The key that encrypts tokens in files: from the environment, the keyring, or, without one, from a client."""

import binascii
import secrets
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping

from httpls_auth.cancellation import Cancellation
from httpls_auth.errors import KeyringCase, KeyringError, SecretError
from httpls_auth.secrets.keyring_access import Keyring

VARIABLE = "HTTPLS_CACHE_KEY"
"""The variable of the operating system that holds the key, where there is no keyring."""

SIZE = 32
"""How many bytes the key has."""

_SERVICE, _ACCOUNT = "httpls:token-cache", "key"


PATIENCE = 20.0
"""Seconds after which a keyring that does not answer is given up: a broken one takes two minutes to say so."""


def cache_key(
    environment: Mapping[str, str], keyring: Keyring, handed_over: bytes | None = None, patience: float = PATIENCE
) -> Callable[[Cancellation], bytes]:
    """Return what gives the key: that of `HTTPLS_CACHE_KEY`, else that of the keyring, where one is made at the first
    use, else, where there is no keyring, the one that a client handed over.

    It raises `SecretError` if there is none, with what can be done.
    """

    def give(cancellation: Cancellation) -> bytes:
        written = environment.get(VARIABLE, "").strip()
        if written:
            key = decoded(written)
            if key is None:
                raise SecretError(
                    f"`{VARIABLE}` has to hold {SIZE} bytes in base64 or hexadecimal",
                    "Make one with `openssl rand -base64 32`.",
                )
            return key
        try:
            return _of_keyring(keyring, _Patience(cancellation, patience))
        except SecretError:
            if handed_over is None:
                raise
            return handed_over

    return give


def decoded(text: str) -> bytes | None:
    """Return the key that a text means, in base64 or hexadecimal; None if it is none."""
    try:
        key = (
            bytes.fromhex(text)
            if len(text) == 2 * SIZE
            else b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
        )
    except (ValueError, binascii.Error):
        return None
    return key if len(key) == SIZE else None


class _Patience:
    """A cancellation that also comes by itself after some time. Raises `KeyringError` then."""

    def __init__(self, cancellation: Cancellation, seconds: float) -> None:
        self._cancellation = cancellation
        self._end = time.monotonic() + seconds

    def check(self) -> None:
        self._cancellation.check()
        if time.monotonic() >= self._end:
            raise KeyringError(KeyringCase.FAILED, "the keyring does not answer")

    def wait(self, seconds: float) -> None:
        self._cancellation.wait(max(min(seconds, self._end - time.monotonic()), 0))
        self.check()

    def on_set(self, callback: Callable[[], None]) -> Callable[[], None]:
        take_back = self._cancellation.on_set(callback)
        timer = threading.Timer(max(self._end - time.monotonic(), 0), callback)
        timer.daemon = True
        timer.start()

        def forget() -> None:
            timer.cancel()
            take_back()

        return forget


def _of_keyring(keyring: Keyring, cancellation: Cancellation) -> bytes:
    try:
        return _kept_or_made(keyring, cancellation)
    except KeyringError as error:
        remedy = f"To keep them between runs, set `{VARIABLE}` to what `openssl rand -base64 {SIZE}` prints."
        raise SecretError(str(error), remedy) from error


def _kept_or_made(keyring: Keyring, cancellation: Cancellation) -> bytes:
    found = _read(keyring, cancellation)
    if found is None:
        fresh = b64encode(secrets.token_bytes(SIZE)).decode("ascii")
        keyring.set(_SERVICE, _ACCOUNT, fresh, cancellation)
        # Another process may have made one at the same moment; both use what is there in the end.
        found = _read(keyring, cancellation)
    if found is None:
        raise SecretError("the keyring does not keep the key of the token cache", f"Set `{VARIABLE}`.")
    return found


def _read(keyring: Keyring, cancellation: Cancellation) -> bytes | None:
    text = keyring.get(_SERVICE, _ACCOUNT, cancellation)
    return decoded(text) if text is not None else None
