"""What the lab remembers between requests."""

import threading
from pathlib import Path
from typing import NamedTuple

USER = "ada"
PASSWORD = "analytical-engine"  # noqa: S105 - the credentials of a demonstration, shown on its page
TOKEN = "lab-token-0123456789"  # noqa: S105 - as above
API_KEY = "lab-key-0123456789"
CLIENT_SECRET = "lab-client-secret-of-more-than-32-bytes"  # noqa: S105 - as above
"""The secret of the client of OAuth 2.0, and of that of EdgeGrid."""
SHARED_KEY = "lab-shared-key-of-more-than-thirty-two-bytes"
"""The key of all HMACs, long enough for HS256."""


class Addresses(NamedTuple):
    """Where the lab listens, as origins."""

    http: str
    https: str


class State:
    """The memory of one lab; every access takes `lock`.

    `folder` holds the certificates and keys, for clients to read. `memory` is for endpoints that need more than items:
    its keys begin with the name of the module.
    """

    def __init__(self, addresses: Addresses, folder: Path) -> None:
        """Begin with two items and nothing else."""
        self.addresses = addresses
        self.folder = folder
        self.lock = threading.RLock()
        self.items: dict[str, dict[str, object]] = {
            "1": {"id": "1", "name": "a lamp", "price": 19.5},
            "2": {"id": "2", "name": "a chair", "price": 49.0},
        }
        self.memory: dict[tuple[str, ...], object] = {}
        self._numbers = len(self.items)

    def next_number(self) -> int:
        """Return a number that was not given before."""
        with self.lock:
            self._numbers += 1
            return self._numbers
