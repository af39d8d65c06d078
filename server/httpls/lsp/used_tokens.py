"""The tokens of the person, with a memory of those that runs used: until when they are valid, never what they are."""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from httpls.model.facts import TokenFact
from httpls.run.cancel import Cancel
from httpls_auth.schemes.flow import Token
from httpls_auth.values.value import Value

if TYPE_CHECKING:
    from httpls_auth.tokens.name import TokenName
    from httpls_auth.tokens.store import TokenStore


class UsedTokens:
    """The port of the engine. It may be used from several threads."""

    def __init__(self, store: "TokenStore") -> None:
        """Take the store."""
        self._store = store
        self._lock = threading.Lock()
        self._used: dict[str, TokenFact] = {}

    def use(
        self,
        name: "TokenName",
        obtain: "Callable[[Token | None], Token]",
        is_fresh: "Callable[[Token], bool]",
        refused: Value | None,
        cancellation: Cancel,
    ) -> Token:
        """Return the token of this name, as the store does."""
        token = self._store.use(name, obtain, is_fresh, refused, cancellation)
        with self._lock:
            self._used[name.title] = TokenFact(name.title, token.expires_at, token.refresh is not None)
        return token

    def facts(self, notes: Sequence[str]) -> tuple[TokenFact, ...]:
        """Return what is known of the tokens that the notes of an exchange name."""
        with self._lock:
            used = list(self._used.values())
        return tuple([fact for fact in used if fact.title and any(note.startswith(fact.title) for note in notes)])
