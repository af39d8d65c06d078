"""A secret as it lies in the keyring: together with the origins to which it may be sent."""

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from httpls_auth.errors import InvalidOriginError, SecretError
from httpls_auth.secrets.json_object import json_object, texts
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

ANY = "any"
"""What is written instead of origins for a secret that may go anywhere."""


class StoredSecret(NamedTuple):
    """A secret with its origins; None means any."""

    text: str
    origins: frozenset[Origin] | None

    def value(self, name: str) -> Value:
        """Return it with its labels."""
        return Value(self.text, Provenance(Origination.KEYRING, name), Labels(f"the secret {name}", self.origins))


def to_entry(secret: StoredSecret) -> str:
    """Return the text of the entry in the keyring."""
    return json.dumps({"secret": secret.text, "allow": written_origins(secret.origins)}, ensure_ascii=False)


def from_entry(entry: str, name: str, remedy: str) -> StoredSecret:
    """Read the text of an entry. Raises `SecretError` for one that says no origins: somebody else wrote it."""
    content = json_object(entry) or {}
    text, allow = content.get("secret"), texts(content.get("allow"))
    if isinstance(text, str) and allow:
        with suppress(InvalidOriginError):
            return StoredSecret(text, read_origins(allow))
    raise SecretError(f"the entry of the secret `{name}` in the keyring does not say where it may be sent", remedy)


def read_origins(written: Iterable[str]) -> frozenset[Origin] | None:
    """Return the origins of texts such as `https://api.example.com` or `https://*.example.com`, None for `any`.

    Raises `InvalidOriginError`.
    """
    words = list(written)
    if ANY in words:
        return None
    origins = frozenset(map(parse_origin, words))
    for origin in origins:
        name = origin.host.removeprefix("*.")
        if "*" in name or (name != origin.host and "." not in name):
            raise InvalidOriginError(f"`{origin}` is no pattern of origins; write such as `https://*.example.com`")
    return origins


def written_origins(origins: frozenset[Origin] | None) -> list[str]:
    """Return origins as they are written."""
    return [ANY] if origins is None else sorted(map(str, origins))
