"""What was sent in this session, newest last, with secrets taken out: for a look back."""

import time
from collections import deque
from typing import NamedTuple

from httpls.ide.response_text import Shown

MOST = 200
"""How many exchanges are remembered."""


class Entry(NamedTuple):
    """One exchange. `at` is in seconds since the epoch; `document` is the number of the response's document."""

    at: float
    path: str
    line: int
    name: str
    method: str
    url: str
    told: str
    document: int
    text: str


class History:
    """The exchanges of the session. It belongs to the event loop."""

    def __init__(self) -> None:
        """Begin with none."""
        self._entries: deque[Entry] = deque(maxlen=MOST)

    def add(self, entry: Entry) -> None:
        """Remember an exchange; the oldest goes when there are too many."""
        self._entries.append(entry)

    def entries(self) -> list[dict[str, object]]:
        """Return all exchanges as plain data, the newest first."""
        return [
            {
                "at": entry.at, "path": entry.path, "line": entry.line, "name": entry.name, "method": entry.method,
                "url": entry.url, "result": entry.told, "document": entry.document,
            }
            for entry in reversed(self._entries)
        ]  # fmt: skip

    def clear(self) -> None:
        """Forget all."""
        self._entries.clear()

    def shown(self) -> Shown:
        """Return the document that shows them all, the newest first."""
        if not self._entries:
            return Shown("# nothing was sent in this session\n", ".http")
        parts: list[str] = []
        for entry in reversed(self._entries):
            moment = time.strftime("%H:%M:%S", time.localtime(entry.at))
            title, _, rest = entry.text.partition("\n")
            parts.append(f"{title} · {moment} · {entry.told}\n# {entry.path}:{entry.line}\n{rest.rstrip()}\n")
        return Shown("\n".join(parts), ".http")
