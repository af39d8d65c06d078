"""Tokens in files: one encrypted file each, readable by nobody but this user, with a lock beside it."""

import os
import secrets
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from httpls_auth.cancellation import NEVER, Cancellation
from httpls_auth.errors import AuthenticationError
from httpls_auth.tokens.file_lock import held
from httpls_auth.tokens.serialised import StoredToken, from_bytes, to_bytes
from httpls_auth.whole_file import written_beside

_MAGIC = b"httpls token 1\n"
_NONCE = 12


class TokenFiles:
    """A folder of encrypted tokens (AES-256-GCM, RFC 5116; the name of the token is authenticated with it).

    Where there is no key, or the folder cannot be written, tokens stay in memory and `warn` is told so, once. A file
    that cannot be read, for it is damaged or was written with another key, counts as absent.
    """

    def __init__(self, folder: Path, key: Callable[[Cancellation], bytes], warn: Callable[[str], None]) -> None:
        """Take the folder, which is made when it is needed, what gives the key of 32 bytes, and where warnings go.

        `key` is called once, when the first token is read or written (`httpls_auth.tokens.cache_key`); it raises
        `AuthenticationError` if there is none.
        """
        self._folder = folder
        self._key_source = key
        self._warn = warn
        self._lock = threading.Lock()
        self._key: bytes | None = None
        self._is_off = False

    @contextmanager
    def locked(self, digest: str, cancellation: Cancellation) -> Generator[None, None, None]:
        """Hold the lock of a token between processes. Where locks cannot be had there is none, but for the warning."""
        if self._prepared(cancellation) is None:
            yield
            return
        lock = held(self._folder / f"{digest}.lock", cancellation)
        try:
            lock.__enter__()
        except OSError as error:
            self._switch_off(f"its folder cannot be written ({error.strerror})")
            yield
            return
        try:
            yield
        finally:
            lock.__exit__(None, None, None)

    def read(self, digest: str) -> StoredToken | None:
        """Return a token, None if it is not there or cannot be read."""
        key = self._prepared()
        return None if key is None else _read(self._path(digest), digest, key)

    def write(self, stored: StoredToken) -> None:
        """Replace a token; until the new one is there, whole, the old one is."""
        key = self._prepared()
        if key is None:
            return
        digest = stored.name.digest
        try:
            _replace(self._path(digest), _encrypted(to_bytes(stored), digest, key))
        except OSError as error:
            self._switch_off(f"its folder cannot be written ({error.strerror})")

    def remove(self, digest: str) -> None:
        """Remove a token, if it is there."""
        with suppress(FileNotFoundError):
            self._path(digest).unlink()

    def entries(self) -> Iterator[StoredToken]:
        """Yield every token that can be read."""
        key = self._prepared()
        if key is None:
            return
        for path in sorted(self._folder.glob("*.token")):
            stored = _read(path, path.stem, key)
            if stored is not None:
                yield stored

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest}.token"

    def _prepared(self, cancellation: Cancellation = NEVER) -> bytes | None:
        with self._lock:
            if self._key is not None or self._is_off:
                return None if self._is_off else self._key
            try:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                key = self._key_source(cancellation)
            except OSError as error:
                reason = f"its folder cannot be made ({error.strerror})"
            except AuthenticationError as error:
                reason = f"{error}. {error.remedy}".removesuffix(" ").removesuffix(".")
            else:
                self._key = key
                return key
            self._is_off = True
        self._warn(f"tokens are kept in memory only: {reason}")
        return None

    def _switch_off(self, reason: str) -> None:
        with self._lock:
            was_on = not self._is_off
            self._is_off = True
        if was_on:
            self._warn(f"tokens are kept in memory only: {reason}")


def _encrypted(content: bytes, digest: str, key: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE)
    return _MAGIC + nonce + AESGCM(key).encrypt(nonce, content, _MAGIC + digest.encode("ascii"))


def _read(path: Path, digest: str, key: bytes) -> StoredToken | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        content = path.read_bytes()
    except OSError:
        return None
    nonce, sealed = content[len(_MAGIC) : len(_MAGIC) + _NONCE], content[len(_MAGIC) + _NONCE :]
    if not content.startswith(_MAGIC) or len(nonce) < _NONCE:
        return None
    try:
        return from_bytes(AESGCM(key).decrypt(nonce, sealed, _MAGIC + digest.encode("ascii")))
    except (InvalidTag, ValueError):
        return None


def _replace(path: Path, content: bytes) -> None:
    with written_beside(path, [content]) as temporary:
        _rename(temporary, path)


def _rename(temporary: Path, path: Path) -> None:
    for pause in (0.01, 0.1, 0.5):
        try:
            os.replace(temporary, path)
        except PermissionError:
            # On Windows a file that another process reads at this moment cannot be replaced.
            time.sleep(pause)
        else:
            return
    os.replace(temporary, path)
