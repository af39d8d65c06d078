"""Puts together from where the secrets of a project come on this machine."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from httpls.host.trust import TrustStore
from httpls.host.user_state import UserState, user_state
from httpls_auth.cancellation import Cancellation
from httpls_auth.secrets.access import Access
from httpls_auth.secrets.keyring_access import Keyring, SystemKeyring
from httpls_auth.secrets.project_secrets import ProjectSecrets
from httpls_auth.secrets.project_store import Listed, ProjectStore
from httpls_auth.values.origin import Origin
from httpls_grammar.islands.dotenv import parse_dotenv


def access_of_project(state: UserState, root: Path, is_trusted: bool = False, origins: Iterable[Origin] = ()) -> Access:
    """Return what the project with this root may have.

    `is_trusted` trusts it for this run (`--trust`), `origins` are allowed for this run (`--allow-origin`).
    """
    grants = TrustStore(state).grants(root)
    return Access(root, is_trusted or grants.is_trusted, grants.entries, grants.origins | frozenset(origins))


def secrets_of_project(
    state: UserState, access: Access, environment: Mapping[str, str], keyring: Keyring | None = None
) -> ProjectSecrets:
    """Return what gives the secrets of a project; nothing is asked of the keyring yet.

    `environment` are the variables of the operating system; `keyring` is by default that of the system.
    """
    chosen = keyring or SystemKeyring(environment)
    project = state.known_project_id(access.root)
    store = ProjectStore(project, chosen, state) if project is not None else None
    return ProjectSecrets(store, chosen, access, environment, _dotenv_entries)


def store_of_project(
    state: UserState,
    root: Path,
    environment: Mapping[str, str],
    cancellation: Cancellation,
    keyring: Keyring | None = None,
) -> ProjectStore:
    """Return what keeps the secrets of a project, which gets its name now if it has none. Raises OSError."""
    return ProjectStore(state.project_id(root, cancellation), keyring or SystemKeyring(environment), state)


def listed_secrets(environment: Mapping[str, str], root: Path) -> Sequence[Listed]:
    """Return the secrets of a project by name, from the index; neither the keyring is asked nor anything made."""
    state = user_state(environment)
    project = state.known_project_id(root)
    return ProjectStore(project, SystemKeyring(environment), state).listed() if project is not None else ()


def _dotenv_entries(text: str) -> Mapping[str, str]:
    return {entry.key: entry.value for entry in parse_dotenv(text).entries}
