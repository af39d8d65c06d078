"""Everything from which the secrets of one project come: its own in the keyring, those of the person, providers."""

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from httpls_auth.cancellation import Cancellation
from httpls_auth.errors import SecretError
from httpls_auth.secrets.access import Access
from httpls_auth.secrets.keyring_access import Keyring
from httpls_auth.secrets.project_store import ProjectStore
from httpls_auth.secrets.providers.request import Asked
from httpls_auth.values.labels import Labels
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.provider_names import PROVIDERS
from httpls_auth.values.value import Value

VARIABLE_PREFIX = "HTTPLS_SECRET_"
"""What precedes the name of a secret in a variable of the operating system, for pipelines that have no keyring."""


class ProjectSecrets:
    """Gives secrets, labelled. It may be used from several threads; what a provider gave once is kept."""

    def __init__(
        self,
        store: ProjectStore | None,
        keyring: Keyring,
        access: Access,
        environment: Mapping[str, str],
        parse_dotenv: Callable[[str], Mapping[str, str]],
    ) -> None:
        """Take the sources. `store` is None for a project for which nothing was ever stored."""
        self._store = store
        self._keyring = keyring
        self._access = access
        self._environment = environment
        self._parse_dotenv = parse_dotenv
        self._lock = threading.Lock()
        self._provided: dict[tuple[object, ...], Value] = {}

    def secret(self, name: str, environments: Sequence[str], cancel: Cancellation) -> Value:
        """Return the secret of the project (`{{$secret name}}`): that of the environment, else the common one.

        A variable `HTTPLS_SECRET_<NAME>` of the operating system counts before the keyring. Raises `SecretError`.
        """
        variable = variable_name(name)
        given = self._environment.get(variable)
        if given is not None:
            provenance = Provenance(Origination.OS_ENVIRONMENT, variable)
            return Value(given, provenance, self._access.labels(f"the secret {name}"))
        found = self._store.find(name, environments, cancel) if self._store is not None else None
        if found is None:
            chosen = f" --env {environments[-1]}" if environments else ""
            raise SecretError(
                f"this project has no secret `{name}`",
                f"Store it: `httpls secret set {name}{chosen} --allow ORIGIN`, or set the variable `{variable}`.",
            )
        return found.value(name)

    def keyring(self, service: str, account: str, cancel: Cancellation) -> Value:
        """Return an entry of the keyring (`{{$keyring service account}}`) that this project may have.

        Raises `SecretError`.
        """
        is_granted = self._access.is_trusted or (service, account) in self._access.entries
        if not is_granted or service.startswith("httpls:"):
            raise SecretError(
                f"the project may not have the entry `{account}` of `{service}` in the keyring",
                f"Allow it: `httpls trust --keyring {service} {account} --allow-origin ORIGIN`, or trust the project.",
            )
        found = self._keyring.get(service, account, cancel)
        if found is None:
            raise SecretError(
                f"the keyring has no entry `{account}` of `{service}`",
                f"Make one: `keyring set {service} {account}`, or with the program of your keyring.",
            )
        label = f"{service} {account}"
        return Value(found, Provenance(Origination.KEYRING, label), self._access.labels(f"the keyring entry {label}"))

    def provided(self, parameters: Sequence[tuple[str, str]], folder: Path, cancel: Cancellation) -> Value:
        """Return what a provider object of an environment stands for; `parameters` are its members.

        Raises `SecretError`.
        """
        key = (tuple(sorted(parameters)), folder)
        with self._lock:
            known = self._provided.get(key)
        if known is None:
            known = self._provide(parameters, folder, cancel)
            with self._lock:
                self._provided[key] = known
        return known

    def _provide(self, parameters: Sequence[tuple[str, str]], folder: Path, cancel: Cancellation) -> Value:
        written = next((text for key, text in parameters if key.lower() == "provider"), "")
        kind = re.sub("[^a-z]", "", written.lower())
        asked = Asked(written, parameters, folder, self._access, self._environment, self._parse_dotenv, cancel)
        if kind == "keyring":
            return self.keyring(asked.required("service"), asked.get("account", "username", "user") or "", cancel)
        if kind in ("secret", "httpls"):
            return self.secret(asked.required("name", "secretName"), (), cancel)
        if kind in ("envvar", "environment", "env"):
            return self._variable(asked.required("variable", "name"))
        if kind not in _PROVIDERS:
            known = ", ".join(f"`{name}`" for name in PROVIDERS)
            raise SecretError(f"there is no provider `{written}`", f"Write one of: {known}.")
        module, function, is_personal = _PROVIDERS[kind]
        provide: Callable[[Asked], str] = getattr(import_module(f"httpls_auth.secrets.providers.{module}"), function)
        what = f"the value of the provider {written}"
        labels = self._access.labels(what) if is_personal else Labels(what)
        return Value(provide(asked), Provenance(Origination.PROVIDER, written), labels)

    def _variable(self, name: str) -> Value:
        found = self._environment.get(name)
        if found is None:
            raise SecretError(f"the variable `{name}` of the operating system is not set", f"Set `{name}`.")
        labels = self._access.labels(f"the OS environment variable {name}")
        return Value(found, Provenance(Origination.OS_ENVIRONMENT, name), labels)


def variable_name(secret: str) -> str:
    """Return the variable of the operating system that counts before a secret in the keyring."""
    return VARIABLE_PREFIX + re.sub("[^A-Z0-9]", "_", secret.upper())


_PROVIDERS: dict[str, tuple[str, str, bool]] = {
    "dotenv": ("files", "dotenv", False),
    "file": ("files", "file", False),
    "command": ("command", "command", True),
    "aspnetusersecrets": ("user_secrets", "user_secrets", True),
    "usersecrets": ("user_secrets", "user_secrets", True),
    "azurekeyvault": ("azure_key_vault", "azure_key_vault", True),
    "encrypted": ("encrypted", "encrypted", False),
}
"""Module, function, and whether what it gives belongs to the person rather than to the project."""
