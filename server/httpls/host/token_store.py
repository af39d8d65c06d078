"""The store of tokens of a person: encrypted files in the cache folder of the system."""

from collections.abc import Callable, Mapping
from pathlib import Path

from httpls_auth.secrets.keyring_access import Keyring
from httpls_auth.tokens.cache_key import cache_key
from httpls_auth.tokens.files import TokenFiles
from httpls_auth.tokens.store import TokenStore

FOLDER_VARIABLE = "HTTPLS_CACHE_HOME"
"""The variable of the operating system that names another folder."""


def token_store(
    environment: Mapping[str, str],
    keyring: Keyring,
    warn: Callable[[str], None],
    handed_over_key: bytes | None = None,
) -> TokenStore:
    """Return the store of the person who runs the process; nothing is read or made before a token is wanted.

    `environment` are the variables of the operating system. `warn` is told once, by any thread, if tokens are kept in
    memory only, and why. `handed_over_key` is the key of 32 bytes that a client keeps, where there is no keyring.
    """
    return TokenStore(TokenFiles(token_folder(environment), cache_key(environment, keyring, handed_over_key), warn))


def token_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder of the encrypted tokens."""
    given = environment.get(FOLDER_VARIABLE)
    if given:
        return Path(given) / "tokens"
    from platformdirs import user_cache_path

    return user_cache_path("httpls", appauthor=False) / "tokens"
