"""The store of tokens: whoever wants a token that is missing or out of date, it is obtained once, and all get it."""

import threading
from collections.abc import Callable, Iterable

from httpls_auth.cancellation import Cancellation
from httpls_auth.schemes.flow import Token
from httpls_auth.tokens.files import TokenFiles
from httpls_auth.tokens.name import TokenName
from httpls_auth.tokens.serialised import StoredToken
from httpls_auth.values.value import Value


class TokenStore:
    """Tokens by name, in memory and, with `files`, in encrypted files that other processes share.

    It may be used from several threads. The values of the tokens it gives are secret and bound to no origin.
    """

    def __init__(self, files: TokenFiles | None = None) -> None:
        """Begin empty; with `files`, with what they hold."""
        self._files = files
        self._lock = threading.Lock()
        self._memory: dict[str, StoredToken] = {}
        self._flights: dict[str, _Flight] = {}

    def use(
        self,
        name: TokenName,
        obtain: Callable[[Token | None], Token],
        is_fresh: Callable[[Token], bool],
        refused: Value | None,
        cancellation: Cancellation,
    ) -> Token:
        """Return the token of this name if it is fresh and is not the refused one; else obtain a new one and keep it.

        At most one `obtain` runs at a time for one name, in all processes that share the files: who comes later waits,
        and gets what it brings, or the error that it raises. It is given what is stored, fresh or not. If the run that
        obtains is cancelled, one of those who wait takes its place. The old token is kept until the new one is there.
        """

        def is_usable(token: Token) -> bool:
            return is_fresh(token) and not _is_refused(token, refused)

        while True:
            cancellation.check()
            with self._lock:
                kept = self._memory.get(name.digest)
                if kept is not None and is_usable(kept.token):
                    return kept.token
                flight = self._flights.get(name.digest)
                leads = flight is None
                if flight is None:
                    flight = self._flights[name.digest] = _Flight()
            if leads:
                return self._lead(name, flight, obtain, is_usable, cancellation)
            outcome = flight.wait(cancellation)
            if isinstance(outcome, Token) and not _is_refused(outcome, refused):
                return outcome
            if isinstance(outcome, Exception):
                raise outcome

    def find(self, name: TokenName) -> Token | None:
        """Return what is stored under this name, fresh or not; None if there is nothing."""
        with self._lock:
            kept = self._memory.get(name.digest)
        stored = _later(kept, self._files.read(name.digest) if self._files is not None else None)
        return stored.token if stored is not None else None

    def forget(self, name: TokenName) -> None:
        """Remove the token of this name, if there is one. It stays valid at the server that issued it."""
        with self._lock:
            self._memory.pop(name.digest, None)
        if self._files is not None:
            self._files.remove(name.digest)

    def entries(self) -> Iterable[StoredToken]:
        """Return all tokens with their names, fresh or not."""
        found = {stored.name.digest: stored for stored in self._files.entries()} if self._files is not None else {}
        with self._lock:
            memory = list(self._memory.values())
        for stored in memory:
            later = _later(stored, found.get(stored.name.digest))
            if later is not None:
                found[stored.name.digest] = later
        return sorted(found.values(), key=lambda stored: (stored.name.title, stored.name.environment))

    def _lead(
        self,
        name: TokenName,
        flight: "_Flight",
        obtain: Callable[[Token | None], Token],
        is_usable: Callable[[Token], bool],
        cancellation: Cancellation,
    ) -> Token:
        outcome: Token | Exception | None = None
        try:
            outcome = self._obtained(name, obtain, is_usable, cancellation)
        except Exception as error:
            # The others do not fail because this run was cancelled: one of them tries anew.
            outcome = None if _is_cancelled(cancellation) else error
            raise
        else:
            return outcome
        finally:
            with self._lock:
                del self._flights[name.digest]
            flight.land(outcome)

    def _obtained(
        self,
        name: TokenName,
        obtain: Callable[[Token | None], Token],
        is_usable: Callable[[Token], bool],
        cancellation: Cancellation,
    ) -> Token:
        with self._lock:
            kept = self._memory.get(name.digest)
        if self._files is None:
            return self._keep(StoredToken(name, obtain(kept.token if kept is not None else None)))
        with self._files.locked(name.digest, cancellation):
            stored = _later(kept, self._files.read(name.digest))
            if stored is not None and is_usable(stored.token):
                return self._keep(stored)
            fresh = StoredToken(name, obtain(stored.token if stored is not None else None))
            # Into memory first: if the file cannot be written, this process still has the rotated refresh token.
            self._keep(fresh)
            self._files.write(fresh)
            return fresh.token

    def _keep(self, stored: StoredToken) -> Token:
        with self._lock:
            self._memory[stored.name.digest] = stored
        return stored.token


class _Flight:
    """One obtaining of a token, with those who wait for its outcome: None if it was given up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._has_landed = False
        self._outcome: Token | Exception | None = None
        self._wakers: list[Callable[[], None]] = []

    def land(self, outcome: Token | Exception | None) -> None:
        with self._lock:
            self._outcome = outcome
            self._has_landed = True
        for wake in self._wakers:
            wake()

    def wait(self, cancellation: Cancellation) -> Token | Exception | None:
        woken = threading.Event()
        with self._lock:
            if self._has_landed:
                return self._outcome
            self._wakers.append(woken.set)
        take_back = cancellation.on_set(woken.set)
        woken.wait()
        take_back()
        cancellation.check()
        return self._outcome


def _is_refused(token: Token, refused: Value | None) -> bool:
    return refused is not None and token.access.reveal() == refused.reveal()


def _is_cancelled(cancellation: Cancellation) -> bool:
    try:
        cancellation.check()
    except Exception:  # noqa: BLE001 - whatever it raises, that is how it says so
        return True
    return False


def _later(one: StoredToken | None, other: StoredToken | None) -> StoredToken | None:
    """Return the token that was obtained later."""
    if one is None or other is None:
        return one or other
    return one if one.token.obtained_at >= other.token.obtained_at else other
