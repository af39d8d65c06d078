"""A jar of cookies: stores what responses set, and chooses what a request carries (RFC 6265bis, section 5.7 and 5.8).

A request that a person sends is caused by no site, and so is what follows from its redirects: by section 5.2 it is a
same-site request, to which cookies go whatever their `SameSite` says.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from httpls.run.cookies.cookie import Cookie, Key, SameSite
from httpls.run.cookies.domains import canonical, is_address, is_public_suffix, is_this_machine, matches
from httpls.run.cookies.set_cookie import Attributes, parse
from httpls.run.exchange import CookieEvent
from httpls_auth.schemes.message import Field, FieldSource
from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.origin import Origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value, joined

_MOST_OF_A_DOMAIN = 180
_MOST = 3300
SHORTEST_SECRET = 8
"""A value that is shorter is no session key, and would be masked in every text that happens to hold it."""

_JAR = Provenance(Origination.RESPONSE, "the cookie jar")


class CookieJar:
    """The cookies of one environment; all workers share it."""

    def __init__(self, cookies: Iterable[Cookie] = (), clock: Callable[[], float] = time.time) -> None:
        """Take the cookies that are there, and what tells the time."""
        self._clock = clock
        self._lock = threading.Lock()
        self._cookies = {cookie.key: cookie for cookie in cookies}
        self._changes: dict[Key, Cookie | None] = {}

    def store(self, origin: Origin, path: str, values: Sequence[str]) -> tuple[CookieEvent, ...]:
        """Store what a response sets by its fields `Set-Cookie`, and tell what became of each.

        `path` is that of the request, without its query; the values are as they come, as Latin-1.
        """
        return tuple([self._store(origin, path, value) for value in values])

    def chosen(self, origin: Origin, path: str) -> Sequence[Cookie]:
        """Return the cookies for a request, in the order in which they are sent."""
        now = self._clock()
        is_safe = origin.scheme == "https" or is_this_machine(origin.host)
        with self._lock:
            found = [
                cookie
                for cookie in self._cookies.values()
                if not cookie.has_expired(now)
                and (origin.host == cookie.domain if cookie.is_host_only else matches(origin.host, cookie.domain))
                and path_matches(path, cookie.path)
                and (is_safe or not cookie.is_secure)
            ]
            for cookie in found:
                self._cookies[cookie.key] = cookie._replace(used_at=now)
        return sorted(found, key=lambda cookie: (-len(cookie.path), cookie.created_at))

    def field(self, origin: Origin, path: str) -> tuple[Field, tuple[str, ...]] | None:
        """Return the field `Cookie` for a request and the names of the cookies in it, None if there are none.

        Values that may be session keys are labelled secret.
        """
        cookies = self.chosen(origin, path)
        if not cookies:
            return None
        pieces: list[Value] = []
        for cookie in cookies:
            before = f"{'; ' if pieces else ''}{f'{cookie.name}=' if cookie.name else ''}"
            pieces += [Value(before, _JAR), Value(cookie.value, _JAR, _labels(cookie))]
        return Field("Cookie", joined(pieces, _JAR), FieldSource.COOKIE_JAR), tuple([cookie.name for cookie in cookies])

    def cookies(self) -> Sequence[Cookie]:
        """Return all cookies that have not expired, by domain, path and name."""
        now = self._clock()
        with self._lock:
            found = [cookie for cookie in self._cookies.values() if not cookie.has_expired(now)]
        return sorted(found, key=lambda cookie: (cookie.domain, cookie.path, cookie.name))

    def put(self, cookie: Cookie) -> None:
        """Put a cookie into the jar, whoever it is from: a person, or a file of another program."""
        with self._lock:
            self._put(cookie._replace(created_at=cookie.created_at or self._clock()))

    def remove(self, cookies: Iterable[Cookie]) -> None:
        """Take cookies out of the jar."""
        with self._lock:
            for cookie in cookies:
                self._take_out(cookie.key)

    def changes(self) -> Mapping[Key, Cookie | None]:
        """Return what was put (the cookie) and taken out (None) since the last call of `saved`."""
        with self._lock:
            return MappingProxyType(dict(self._changes))

    def saved(self, changes: Mapping[Key, Cookie | None], all_cookies: Iterable[Cookie]) -> None:
        """Note that these changes are on disk, and take over what others have put there."""
        with self._lock:
            for key, cookie in changes.items():
                if key in self._changes and self._changes[key] is cookie:
                    del self._changes[key]
            on_disk = {cookie.key: cookie for cookie in all_cookies}
            kept = {
                key: cookie
                for key, cookie in self._cookies.items()
                if cookie.expires_at is None or key in on_disk or key in self._changes
            }
            self._cookies = {**on_disk, **kept}
            for key, cookie in on_disk.items():
                mine = self._cookies[key]
                if key not in self._changes and cookie.created_at >= mine.created_at:
                    self._cookies[key] = cookie._replace(used_at=max(cookie.used_at, mine.used_at))

    def _store(self, origin: Origin, path: str, text: str) -> CookieEvent:
        now = self._clock()
        read = parse(_as_text(text), now)
        if isinstance(read, str):
            return CookieEvent(text.partition("=")[0].strip()[:80], origin.host, default_path(path), read)
        domain = canonical(read.domain) if read.domain else ""
        cookie = Cookie(
            read.name,
            read.value,
            origin.host,
            read.path if read.path is not None else default_path(path),
            is_secure=read.is_secure,
            is_http_only=read.is_http_only,
            same_site=read.same_site,
            expires_at=read.expires_at,
            created_at=now,
            used_at=now,
        )
        reason = _domain_reason(origin.host, domain)
        if domain and not is_address(origin.host) and not (domain == origin.host and is_public_suffix(domain)):
            cookie = cookie._replace(domain=domain, is_host_only=False)
        is_safe = origin.scheme == "https" or is_this_machine(origin.host)
        reason = reason or _reason(cookie, read, is_safe)
        with self._lock:
            if reason is None and not is_safe and not cookie.is_secure and self._hides_secure_one(cookie):
                reason = "a secure cookie of that name may not be replaced without TLS"
            if reason is None:
                self._put(cookie)
        return CookieEvent(cookie.name, cookie.domain, cookie.path, reason)

    def _put(self, cookie: Cookie) -> None:
        before = self._cookies.get(cookie.key)
        if before is not None:
            cookie = cookie._replace(created_at=before.created_at)
        if cookie.has_expired(self._clock()):
            self._take_out(cookie.key)
            return
        self._cookies[cookie.key] = cookie
        self._changes[cookie.key] = cookie
        if before is None:
            self._make_room([one for one in self._cookies.values() if one.domain == cookie.domain], _MOST_OF_A_DOMAIN)
            self._make_room(list(self._cookies.values()), _MOST)

    def _take_out(self, key: Key) -> None:
        if self._cookies.pop(key, None) is not None:
            self._changes[key] = None

    def _make_room(self, cookies: list[Cookie], most: int) -> None:
        """Take out those that have expired, and then those that were not used for the longest time."""
        if len(cookies) <= most:
            return
        now = self._clock()
        for cookie in sorted(cookies, key=lambda one: (not one.has_expired(now), one.used_at))[: len(cookies) - most]:
            self._take_out(cookie.key)

    def _hides_secure_one(self, cookie: Cookie) -> bool:
        return any(
            other.name == cookie.name
            and other.is_secure
            and (matches(other.domain, cookie.domain) or matches(cookie.domain, other.domain))
            and path_matches(cookie.path, other.path)
            for other in self._cookies.values()
        )


def path_matches(path: str, cookie_path: str) -> bool:
    """Tell whether a cookie of that path goes to a request of this path (section 5.1.4)."""
    if path == cookie_path:
        return True
    return path.startswith(cookie_path) and (cookie_path.endswith("/") or path[len(cookie_path)] == "/")


def default_path(path: str) -> str:
    """Return the path of a cookie that names none, by that of its request (section 5.1.4)."""
    if not path.startswith("/") or path.count("/") == 1:
        return "/"
    return path.rpartition("/")[0]


def _domain_reason(host: str, domain: str | None) -> str | None:
    if domain is None:
        return "its domain is no name of a host"
    if not domain or domain == host:
        return None
    if is_public_suffix(domain):
        return f"everybody can have names below `{domain}` (public suffix)"
    if not matches(host, domain):
        return f"`{host}` may not set cookies for `{domain}`"
    return None


def _reason(cookie: Cookie, read: Attributes, is_safe: bool) -> str | None:
    """Return why a cookie is not stored, None if it is."""
    if cookie.is_secure and not is_safe:
        return "it is `Secure`, and came without TLS"
    if cookie.same_site is SameSite.NONE and not cookie.is_secure:
        return "it is `SameSite=None` without being `Secure`"
    prefix = next((one for one in _PREFIXES if cookie.name.lower().startswith(one.lower())), None)
    if not cookie.name:
        hidden = next((one for one in _PREFIXES if cookie.value.lower().startswith(one.lower())), None)
        return f"it has no name, and its value begins with `{hidden}`" if hidden else None
    if prefix is None:
        return None
    if not cookie.is_secure:
        return f"its name begins with `{prefix}`, and it is not `Secure`"
    if prefix in ("__Http-", "__Host-Http-") and not cookie.is_http_only:
        return f"its name begins with `{prefix}`, and it is not `HttpOnly`"
    if prefix in ("__Host-", "__Host-Http-") and not (cookie.is_host_only and read.path == "/"):
        return f"its name begins with `{prefix}`, and it is not for one host with `Path=/`"
    return None


def _labels(cookie: Cookie) -> Labels:
    is_secret = len(cookie.value) >= SHORTEST_SECRET
    return Labels(f"the cookie {cookie.name} of {cookie.domain}") if is_secret else PLAIN


def _as_text(text: str) -> str:
    return text.encode("latin-1", "replace").decode("utf-8", "surrogateescape")


_PREFIXES = ("__Host-Http-", "__Host-", "__Http-", "__Secure-")
"""Prefixes of names that promise something (section 4.1.3), the longest first."""
