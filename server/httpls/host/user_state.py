"""The folder where a person's own state is kept, and the random name of each project in it.

A project is known by the real path of its root, not by anything in its files: a copy of a repository cannot claim
the secrets of another one.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from httpls.host.atomic_write import write_atomically
from httpls_auth.cancellation import Cancellation

FOLDER_VARIABLE = "HTTPLS_STATE_HOME"
"""The variable of the operating system that names another folder."""


class UserState:
    """The folder, made when something is written. Files in it are for nobody but this user."""

    def __init__(self, folder: Path, random: Callable[[int], bytes] = os.urandom) -> None:
        """Take the folder, and what gives random bytes."""
        self.folder = folder
        self._random = random

    def project_id(self, root: Path, cancellation: Cancellation) -> str:
        """Return the name of the project with this root: 32 hexadecimal digits, made at the first call.

        Raises OSError if the folder cannot be written.
        """
        known = self.known_project_id(root)
        if known is not None:
            return known
        found: list[str] = []

        def add(content: dict[str, Any]) -> None:
            # Another process may have been quicker.
            found.append(content.setdefault(_name_of(root), self._random(16).hex()))

        self.change("projects.json", add, cancellation)
        return str(found[0])

    def known_project_id(self, root: Path) -> str | None:
        """Return the name of a project that has one already."""
        known = self.read("projects.json").get(_name_of(root))
        return known if isinstance(known, str) else None

    def read(self, name: str) -> dict[str, Any]:
        """Return the object in a file of JSON; empty if there is none, or if it holds anything else."""
        try:
            content = json.loads((self.folder / name).read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return cast("dict[str, Any]", content) if isinstance(content, dict) else {}

    def change(self, name: str, change: Callable[[dict[str, Any]], None], cancellation: Cancellation) -> None:
        """Change the object in a file of JSON, with no other process between reading and writing.

        Raises OSError, and what the cancellation raises.
        """
        from httpls_auth.tokens.file_lock import held

        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with held(path.with_name(path.name + ".lock"), cancellation):
            content = self.read(name)
            change(content)
            write_atomically(path, json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True).encode())


def user_state(environment: Mapping[str, str]) -> UserState:
    """Return the state of the person who runs the process."""
    given = environment.get(FOLDER_VARIABLE)
    if given:
        return UserState(Path(given))
    if sys.platform == "linux":
        # What the library below says too; but each run asks, and to load it takes longer than to look into the folder.
        base = environment.get("XDG_STATE_HOME", "")
        return UserState(Path(base if base.startswith("/") else os.path.expanduser("~/.local/state")) / "httpls")
    from platformdirs import user_state_path

    return UserState(user_state_path("httpls", appauthor=False, roaming=False))


def _name_of(root: Path) -> str:
    """Return the real path, in one case on systems whose names have none."""
    return os.path.normcase(os.path.realpath(root))
