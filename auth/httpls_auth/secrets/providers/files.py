"""Secrets in files: the whole of a file, or an entry of a `.env` file."""

import stat
from pathlib import Path

from httpls_auth.errors import SecretError
from httpls_auth.secrets.providers.request import Asked

LARGEST = 1024 * 1024
"""How many bytes a file may have that is a secret, or holds some."""


def file(asked: Asked) -> str:
    """Return the content of the file `path`, without the line break at its end. Raises `SecretError`."""
    return read_text(asked, Path(asked.required("path", "file"))).removesuffix("\n").removesuffix("\r")


def dotenv(asked: Asked) -> str:
    """Return the entry `name` of the file `path`, by default `.env`. Raises `SecretError`."""
    name = asked.required("name", "variable")
    path = Path(asked.get("path", "file") or ".env")
    found = asked.parse_dotenv(read_text(asked, path)).get(name)
    if found is None:
        raise SecretError(f"there is no `{name}` in `{path}`", f"Add a line `{name}=…`.")
    return found


def read_text(asked: Asked, path: Path) -> str:
    """Return the text of a file that the project may read; a relative path counts from the file that names it.

    Raises `SecretError`.
    """
    real = asked.readable(asked.folder / path.expanduser())
    try:
        # A pipe could keep us waiting for ever, a device could have no end.
        if not stat.S_ISREG(real.stat().st_mode):
            raise SecretError(f"`{path}` is no file", "Name a file.")
        with real.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except FileNotFoundError:
        raise SecretError(f"the file `{path}` does not exist", "Correct the path, or make the file.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the path is not valid"
        raise SecretError(f"the file `{path}` cannot be read: {reason}", "Check its permissions.") from None
    if len(content) > LARGEST:
        raise SecretError(f"the file `{path}` has more than {LARGEST >> 20} MB", "Name the right file.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SecretError(f"the file `{path}` is no text in UTF-8", "Convert it.") from None
