"""The cookie jars of projects, one for each choice of environments, kept in the person's own state between runs."""

import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from httpls.host.user_state import UserState
from httpls.run.cookies.jar import CookieJar
from httpls.run.cookies.storage import load, save
from httpls_auth.cancellation import Cancellation


class CookieJars:
    """Gives jars, the same one each time, and writes back what was changed in them. For several threads."""

    def __init__(self, state: UserState, clock: Callable[[], float]) -> None:
        """Take where they are kept; nothing is read yet."""
        self._state = state
        self._clock = clock
        self._lock = threading.Lock()
        self._jars: dict[tuple[Path, tuple[str, ...]], CookieJar] = {}

    def jar(self, root: Path, environments: tuple[str, ...]) -> CookieJar:
        """Return the jar of the project with this root in these environments."""
        with self._lock:
            if (root, environments) not in self._jars:
                project = self._state.known_project_id(root)
                name = _file_name(project, environments) if project is not None else None
                jar = load(self._state, name, self._clock) if name is not None else CookieJar((), self._clock)
                self._jars[root, environments] = jar
            return self._jars[root, environments]

    def save(self, cancellation: Cancellation) -> None:
        """Keep what was changed in the jars. Raises OSError, and what the cancellation raises."""
        with self._lock:
            jars = list(self._jars.items())
        for (root, environments), jar in jars:
            if jar.changes():
                project = self._state.project_id(root, cancellation)
                save(jar, self._state, _file_name(project, environments), cancellation)


def _file_name(project: str, environments: tuple[str, ...]) -> str:
    """Return the name of the file: several environments make a jar of their own, in the order in which they count."""
    return f"cookies/{project}/{'+'.join([quote(name, safe='') for name in environments]) or '-'}.json"
