"""A back end of the library `keyring` for processes of tests: entries in a file, which `PYTHON_KEYRING_BACKEND` names.

It is for tests only: a real back end never keeps secrets in a plain file.
"""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.compat import properties


def environment(folder: Path) -> dict[str, str]:
    """Return the variables that make a process use this back end, and keep its state below a folder."""
    root = str(Path(__file__).parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        "PYTHON_KEYRING_BACKEND": f"{__name__}.FileKeyring",
        "PYTHONPATH": os.pathsep.join(paths),
        "HTTPLS_TEST_KEYRING": str(folder / "keyring.json"),
        "HTTPLS_STATE_HOME": str(folder / "state"),
        "HTTPLS_CACHE_HOME": str(folder / "cache"),
    }


def entries(folder: Path) -> dict[str, str]:
    """Return the entries, by `service account`."""
    path = folder / "keyring.json"
    found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return found


class FileKeyring(KeyringBackend):
    """Entries in the file that the variable `HTTPLS_TEST_KEYRING` names."""

    @properties.classproperty
    def priority(cls) -> float:  # noqa: N805 - the library calls it with the class
        return 1.0

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write({**self._read(), f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        found = self._read()
        del found[f"{service} {username}"]
        self._write(found)

    @property
    def _path(self) -> Path:
        return Path(os.environ["HTTPLS_TEST_KEYRING"])

    def _read(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self._path.read_text()) if self._path.exists() else {}
        return found

    def _write(self, content: dict[str, str]) -> None:
        self._path.write_text(json.dumps(content))
