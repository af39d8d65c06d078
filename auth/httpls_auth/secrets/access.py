"""What a project may have of the secrets of the person who runs it (docs/secrets.md)."""

import os
from pathlib import Path
from typing import NamedTuple

from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin


class Access(NamedTuple):
    """What was allowed.

    `entries` are entries of the keyring, as service and account. `origins` are those to which secrets that belong to
    the person, and not to the project, may go as long as the project is not trusted.
    """

    root: Path
    is_trusted: bool = False
    entries: frozenset[tuple[str, str]] = frozenset()
    origins: frozenset[Origin] = frozenset()

    def labels(self, what: str) -> Labels:
        """Return the labels of a secret of the person; `what` names it."""
        return Labels(what, None if self.is_trusted else self.origins)

    def permitted(self, path: Path) -> Path | None:
        """Return the real path of a file that may be read, None for one outside the root of an untrusted project."""
        real = Path(os.path.realpath(path))
        root = Path(os.path.realpath(self.root))
        return real if self.is_trusted or real == root or root in real.parents else None
