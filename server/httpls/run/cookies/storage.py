"""Keeps a jar between runs: what was changed is merged into the file, under a lock; session cookies are not kept."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, cast

from httpls.run.cookies.cookie import Cookie
from httpls.run.cookies.cookie_files import cookie_from_json, cookie_to_json
from httpls.run.cookies.jar import CookieJar
from httpls_auth.cancellation import Cancellation


class JsonFiles(Protocol):
    """Files of JSON objects that nobody but this user can read, such as `httpls.host.user_state.UserState`."""

    def read(self, name: str) -> dict[str, Any]:
        """Return the object in a file; empty if there is none."""
        ...

    def change(self, name: str, change: Callable[[dict[str, Any]], None], cancellation: Cancellation) -> None:
        """Change the object in a file, with no other process in between. Raises OSError."""
        ...


def load(files: JsonFiles, name: str, clock: Callable[[], float]) -> CookieJar:
    """Return the jar that is kept under a name; an empty one if there is none."""
    return CookieJar(_cookies(files.read(name)), clock)


def save(jar: CookieJar, files: JsonFiles, name: str, cancellation: Cancellation) -> None:
    """Put what was changed in a jar into the file, and what others have put there into the jar.

    Nothing is written if nothing was changed. Raises OSError, and what the cancellation raises.
    """
    changes = jar.changes()
    if not changes:
        return
    found: list[Cookie] = []

    def merge(content: dict[str, Any]) -> None:
        merged = {cookie.key: cookie for cookie in _cookies(content)}
        for key, cookie in changes.items():
            merged.pop(key, None)
            if cookie is not None and cookie.expires_at is not None:
                merged[key] = cookie
        found.extend(merged.values())
        content.clear()
        content["cookies"] = [cookie_to_json(cookie) for cookie in merged.values()]

    files.change(name, merge, cancellation)
    jar.saved(changes, found)


def _cookies(content: dict[str, Any]) -> Iterable[Cookie]:
    listed = content.get("cookies")
    found = [cookie_from_json(entry) for entry in cast("list[object]", listed)] if isinstance(listed, list) else []
    return [cookie for cookie in found if cookie is not None]
