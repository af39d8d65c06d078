"""The key that encrypts tokens in files: handed over by a client, from the environment, or from the keyring."""

import binascii
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping

from httpls_auth.cancellation import Cancellation
from httpls_auth.errors import KeyringError, SecretError
from httpls_auth.secrets.keyring_access import Keyring

VARIABLE = "HTTPLS_CACHE_KEY"
"""The variable of the operating system that holds the key, where there is no keyring."""

SIZE = 32
"""How many bytes the key has."""

_SERVICE, _ACCOUNT = "httpls:token-cache", "key"


def cache_key(
    environment: Mapping[str, str], keyring: Keyring, handed_over: bytes | None = None
) -> Callable[[Cancellation], bytes]:
    """Return what gives the key: the one that was handed over, else that of `HTTPLS_CACHE_KEY`, else that of the
    keyring, where one is made at the first use.

    It raises `SecretError` if there is none, with what can be done.
    """

    def give(cancellation: Cancellation) -> bytes:
        if handed_over is not None:
            return handed_over
        written = environment.get(VARIABLE, "").strip()
        if written:
            key = decoded(written)
            if key is None:
                raise SecretError(
                    f"`{VARIABLE}` has to hold {SIZE} bytes in base64 or hexadecimal",
                    "Make one with `openssl rand -base64 32`.",
                )
            return key
        return _of_keyring(keyring, cancellation)

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
