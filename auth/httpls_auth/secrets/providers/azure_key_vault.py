"""Secrets of Azure Key Vault, by the command line of Azure, which has to be logged in."""

import re

from httpls_auth.errors import SecretError
from httpls_auth.secrets.json_object import json_object
from httpls_auth.secrets.providers.command import run
from httpls_auth.secrets.providers.request import Asked

_VAULT = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,126}")
_SECRET = re.compile(r"[A-Za-z0-9-]{1,127}")


def azure_key_vault(asked: Asked) -> str:
    """Return the secret `secretName` of the vault `keyVaultName` (Visual Studio's members). Raises `SecretError`."""
    asked.demand_trust("use the account of Azure")
    name = asked.required("secretName", "name")
    vault = asked.get("keyVaultName", "vaultName", "vault") or (asked.required("resourceId").rpartition("/")[2])
    # On Windows `az` is a batch file, to which only harmless characters may be given.
    for text, pattern, what in ((vault, _VAULT, "a key vault"), (name, _SECRET, "a secret of a key vault")):
        if pattern.fullmatch(text) is None:
            raise SecretError(f"`{text}` is no name of {what}", "Write letters, digits and hyphens.")
    words = ["az", "keyvault", "secret", "show", "--vault-name", vault, "--name", name, "--output", "json"]
    printed = run(words, asked.folder, asked.seconds(60.0), asked.cancellation)
    value = (json_object(printed) or {}).get("value")
    if not isinstance(value, str):
        raise SecretError(f"`az` printed no value for `{name}`", "Run `az login`, then try again.")
    return value
