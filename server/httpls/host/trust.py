"""Which projects a person trusts, and what each of them was granted.

It is kept in the person's own state, never in a project: no file can trust itself.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

from httpls.host.user_state import UserState
from httpls_auth.cancellation import Cancellation
from httpls_auth.errors import InvalidOriginError
from httpls_auth.values.origin import Origin, parse_origin

_FILE = "trust.json"


class Grants(NamedTuple):
    """What a person allowed a project.

    `entries` are entries of the keyring, as service and account; `origins` those to which secrets of the OS
    environment, cloud profiles and the user's own OS credentials may go.
    """

    is_trusted: bool = False
    entries: frozenset[tuple[str, str]] = frozenset()
    origins: frozenset[Origin] = frozenset()


class TrustStore:
    """Reads and changes what was allowed. What cannot be read counts as not allowed."""

    def __init__(self, state: UserState) -> None:
        """Take where it is kept."""
        self._state = state

    def grants(self, root: Path) -> Grants:
        """Return what the project with this root was allowed."""
        project = self._state.known_project_id(root)
        found = _object(self._state.read(_FILE).get(project)) if project is not None else {}
        return Grants(
            found.get("trusted") is True,
            frozenset([pair for one in _list(found.get("entries")) if (pair := _pair(one)) is not None]),
            frozenset([origin for one in _list(found.get("origins")) if (origin := _origin(one)) is not None]),
        )

    def set_trusted(self, root: Path, is_trusted: bool, cancellation: Cancellation) -> None:
        """Trust the project, or no longer; without trust its other grants go too. Raises OSError."""
        project = self._state.project_id(root, cancellation)

        def change(content: dict[str, Any]) -> None:
            if is_trusted:
                content[project] = {**_object(content.get(project)), "trusted": True, "root": str(root)}
            else:
                content.pop(project, None)

        self._state.change(_FILE, change, cancellation)

    def grant_entry(self, root: Path, service: str, account: str, cancellation: Cancellation) -> None:
        """Allow the project an entry of the keyring. Raises OSError."""
        self._add(root, "entries", [service, account], cancellation)

    def grant_origin(self, root: Path, origin: Origin, cancellation: Cancellation) -> None:
        """Allow the project to send secrets of the OS to this origin. Raises OSError."""
        self._add(root, "origins", str(origin), cancellation)

    def trusted_roots(self) -> Sequence[str]:
        """Return the roots of the trusted projects, as they were called when they were trusted."""
        every = self._state.read(_FILE).values()
        return sorted(str(one["root"]) for one in map(_object, every) if one.get("trusted") is True and "root" in one)

    def _add(self, root: Path, key: str, entry: object, cancellation: Cancellation) -> None:
        project = self._state.project_id(root, cancellation)

        def change(content: dict[str, Any]) -> None:
            found = _object(content.get(project))
            known = [one for one in _list(found.get(key)) if one != entry]
            content[project] = {**found, key: [*known, entry], "root": str(root)}

        self._state.change(_FILE, change, cancellation)


def _object(value: object) -> dict[str, object]:
    return dict(cast("dict[str, object]", value)) if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return list(cast("list[object]", value)) if isinstance(value, list) else []


def _pair(value: object) -> tuple[str, str] | None:
    words = _list(value)
    return (str(words[0]), str(words[1])) if len(words) == 2 else None


def _origin(value: object) -> Origin | None:
    try:
        return parse_origin(str(value))
    except InvalidOriginError:
        return None
