"""The secrets of one project in the keyring, and an index of their names, since a keyring cannot list.

The service is named for the project's random id, the account is `environment/name`, or `name` for a secret of all
environments. The index holds names and origins, no values; it is repaired whenever it proves wrong.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from httpls_auth.cancellation import Cancellation
from httpls_auth.errors import InvalidOriginError, SecretError
from httpls_auth.secrets.json_object import texts
from httpls_auth.secrets.keyring_access import Keyring
from httpls_auth.secrets.state import State
from httpls_auth.secrets.stored_secret import StoredSecret, from_entry, read_origins, to_entry, written_origins
from httpls_auth.values.origin import Origin

_NAME = re.compile(r"[^\s/\x00-\x1f]{1,200}")


class Listed(NamedTuple):
    """An entry of the index; `environment` is None for a secret of all environments, `origins` None for any."""

    name: str
    environment: str | None
    origins: frozenset[Origin] | None


class ProjectStore:
    """Reads and changes the secrets of a project. `project` is its random id."""

    def __init__(self, project: str, keyring: Keyring, state: State) -> None:
        """Take the project and where its secrets and their index are kept."""
        self._service = f"httpls:{project}"
        self._file = f"secrets-{project}.json"
        self._keyring = keyring
        self._state = state

    def find(self, name: str, environments: Sequence[str], cancellation: Cancellation) -> StoredSecret | None:
        """Return the secret for the chosen environments (later ones win), else the common one, None without any.

        Raises `SecretError`.
        """
        for environment in (*reversed(environments), None):
            found = self.get(name, environment, cancellation)
            if found is not None:
                return found
        return None

    def get(self, name: str, environment: str | None, cancellation: Cancellation) -> StoredSecret | None:
        """Return one secret, None if there is none. Raises `SecretError`."""
        account = _account(name, environment)
        entry = self._keyring.get(self._service, account, cancellation)
        if entry is None:
            self._repair(account, None, cancellation)
            return None
        option = f" --env {environment}" if environment else ""
        remedy = f"Store it anew: `httpls secret set {name}{option} --allow ORIGIN`."
        secret = from_entry(entry, name, remedy)
        self._repair(account, secret, cancellation)
        return secret

    def set(self, name: str, environment: str | None, secret: StoredSecret, cancellation: Cancellation) -> None:
        """Store a secret. Raises `SecretError` for a name that cannot be written in a template, and OSError."""
        if _NAME.fullmatch(name) is None or "}}" in name:
            raise SecretError(f"`{name}` is no name of a secret", "Take a name without blanks and slashes.")
        account = _account(name, environment)
        self._keyring.set(self._service, account, to_entry(secret), cancellation)
        self._repair(account, secret, cancellation, must=True)

    def remove(self, name: str, environment: str | None, cancellation: Cancellation) -> bool:
        """Remove a secret; tell whether there was one. Raises `SecretError`."""
        account = _account(name, environment)
        was_there = self._keyring.remove(self._service, account, cancellation)
        self._repair(account, None, cancellation)
        return was_there

    def listed(self) -> Sequence[Listed]:
        """Return what the index says, by name."""
        found: list[Listed] = []
        for account, allow in sorted(self._state.read(self._file).items()):
            environment, slash, name = account.rpartition("/")
            try:
                origins = read_origins(texts(allow))
            except InvalidOriginError:
                origins = frozenset[Origin]()
            found.append(Listed(name, environment if slash else None, origins))
        return sorted(found, key=lambda one: (one.name, one.environment or ""))

    def _repair(
        self, account: str, secret: StoredSecret | None, cancellation: Cancellation, must: bool = False
    ) -> None:
        """Make the index say what the keyring says. A folder that cannot be written is no reason not to read."""
        said = None if secret is None else written_origins(secret.origins)
        if self._state.read(self._file).get(account) == said:
            return
        try:
            self._state.change(self._file, _saying(account, said), cancellation)
        except OSError:
            if must:
                raise


def _saying(account: str, said: list[str] | None) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        if said is None:
            content.pop(account, None)
        else:
            content[account] = said

    return change


def _account(name: str, environment: str | None) -> str:
    return f"{environment}/{name}" if environment else name
