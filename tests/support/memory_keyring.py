"""A keyring and a state in memory."""

from collections.abc import Callable
from typing import Any

from httpls_auth.cancellation import Cancellation


class MemoryKeyring:
    """Entries by service and account. `reads` counts how often one was asked for."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.reads = 0

    def get(self, service: str, account: str, cancellation: Cancellation) -> str | None:
        self.reads += 1
        return self.entries.get((service, account))

    def set(self, service: str, account: str, secret: str, cancellation: Cancellation) -> None:
        self.entries[service, account] = secret

    def remove(self, service: str, account: str, cancellation: Cancellation) -> bool:
        return self.entries.pop((service, account), None) is not None


class MemoryState:
    """Objects by name."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}

    def read(self, name: str) -> dict[str, Any]:
        return dict(self.objects.get(name, {}))

    def change(self, name: str, change: Callable[[dict[str, Any]], None], cancellation: Cancellation) -> None:
        content = self.read(name)
        change(content)
        self.objects[name] = content
