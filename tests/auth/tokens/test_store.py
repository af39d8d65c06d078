"""However many want a token, it is obtained once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.support.schemes import HERE
from tests.support.waits import CancelledInTestError, TestCancellation

from httpls_auth.cancellation import NEVER, Cancellation
from httpls_auth.errors import TokenError
from httpls_auth.schemes.flow import Token, token_key
from httpls_auth.tokens.files import TokenFiles
from httpls_auth.tokens.name import token_name
from httpls_auth.tokens.store import TokenStore
from httpls_auth.values.labels import Labels
from httpls_auth.values.value import Value

NAME = token_name(token_key("shop"), ["dev"], "project")
KEY = bytes(range(32))


def token(text: str, obtained_at: float = 1.0, refresh: str | None = None) -> Token:
    """A token that is fresh if its text begins with `new`."""
    kept = Value(refresh, HERE, Labels("refresh token")) if refresh is not None else None
    return Token(Value(text, HERE, Labels("token")), "Bearer", obtained_at, refresh=kept)


def is_new(given: Token) -> bool:
    return given.access.reveal().startswith("new")


def files(folder: Path, key: bytes = KEY, warn: Callable[[str], None] = print) -> TokenFiles:
    return TokenFiles(folder, lambda _: key, warn)


class Endpoint:
    """Gives tokens, counts how often it was asked, and answers only when the test says so."""

    def __init__(self, *outcomes: Token | Exception) -> None:
        self.asked: list[Token | None] = []
        self.is_asked = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()
        self._outcomes = list(outcomes)

    def obtain(self, stored: Token | None) -> Token:
        self.asked.append(stored)
        self.is_asked.set()
        assert self.may_answer.wait(10)
        outcome = self._outcomes[min(len(self.asked), len(self._outcomes)) - 1]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def use(store: TokenStore, endpoint: Endpoint, refused: str | None = None, cancellation: Cancellation = NEVER) -> str:
    value = Value(refused, HERE) if refused is not None else None
    return store.use(NAME, endpoint.obtain, is_new, value, cancellation).access.reveal()


@pytest.mark.parametrize("has_files", [False, True])
def test_fifty_requests_with_an_expired_token_make_one_token_request(tmp_path: Path, has_files: bool) -> None:
    store = TokenStore(files(tmp_path) if has_files else None)
    use(store, Endpoint(token("old")))
    endpoint = Endpoint(token("new"))
    endpoint.may_answer.clear()
    start = threading.Barrier(51)

    def ask(_: int) -> str:
        start.wait()
        return use(store, endpoint)

    with ThreadPoolExecutor(50) as pool:
        results = pool.map(ask, range(50))
        start.wait()
        assert endpoint.is_asked.wait(10)
        endpoint.may_answer.set()
        assert set(results) == {"new"}
    assert len(endpoint.asked) == 1
    assert endpoint.asked[0] is not None
    assert endpoint.asked[0].access.reveal() == "old"


def test_those_who_wait_get_the_error_too() -> None:
    store, endpoint, waiting = TokenStore(), Endpoint(TokenError("down", "", "invalid_client")), TestCancellation()
    endpoint.may_answer.clear()
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(use, store, endpoint)
        assert endpoint.is_asked.wait(10)
        others = [pool.submit(use, store, endpoint, None, waiting) for _ in range(7)]
        waiting.await_waits(7)
        endpoint.may_answer.set()
        for one in (first, *others):
            assert isinstance(one.exception(), TokenError)
    assert len(endpoint.asked) == 1


def test_the_next_request_after_an_error_tries_again() -> None:
    store, endpoint = TokenStore(), Endpoint(TokenError("down"), token("new"))
    with pytest.raises(TokenError):
        use(store, endpoint)
    assert use(store, endpoint) == "new"


def test_if_the_one_that_obtains_is_cancelled_another_takes_its_place() -> None:
    store, endpoint = TokenStore(), Endpoint(CancelledInTestError(), token("new"))
    cancellation, waiting = TestCancellation(), TestCancellation()
    endpoint.may_answer.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(use, store, endpoint, None, cancellation)
        assert endpoint.is_asked.wait(10)
        second = pool.submit(use, store, endpoint, None, waiting)
        waiting.await_waits(1)
        cancellation.set()
        endpoint.may_answer.set()
        assert second.result() == "new"
        assert isinstance(first.exception(), CancelledInTestError)


def test_who_waits_can_be_cancelled() -> None:
    store, endpoint, cancellation = TokenStore(), Endpoint(token("new")), TestCancellation()
    endpoint.may_answer.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(use, store, endpoint)
        assert endpoint.is_asked.wait(10)
        second = pool.submit(use, store, endpoint, None, cancellation)
        cancellation.await_waits(1)
        cancellation.set()
        assert isinstance(second.exception(10), CancelledInTestError)
        endpoint.may_answer.set()
        assert first.result() == "new"


def test_a_fresh_token_is_used_without_asking() -> None:
    store, endpoint = TokenStore(), Endpoint(token("new"))
    assert [use(store, endpoint) for _ in range(3)] == ["new"] * 3
    assert len(endpoint.asked) == 1


def test_a_refused_token_is_not_fresh() -> None:
    store, endpoint = TokenStore(), Endpoint(token("new"), token("newer", 2))
    use(store, endpoint)
    assert use(store, endpoint, refused="new") == "newer"
    # The answer to a slower request that was sent with the first token.
    assert use(store, endpoint, refused="new") == "newer"
    assert len(endpoint.asked) == 2


def test_tokens_are_forgotten_and_listed(tmp_path: Path) -> None:
    store = TokenStore(files(tmp_path))
    use(store, Endpoint(token("new")))
    assert [one.name for one in store.entries()] == [NAME]
    store.forget(NAME)
    assert not list(store.entries())
    assert store.find(NAME) is None
    store.forget(NAME)


def test_environments_projects_and_certificates_have_tokens_of_their_own() -> None:
    key = token_key("a", "bc")
    names = {
        token_name(key, environments, project, certificate).digest
        for environments in ([], ["dev"], ["dev", "eu"], ["eu", "dev"])
        for project in ("one", "two")
        for certificate in ("", "aa")
    }
    assert len(names) == 16
    assert token_name(token_key("ab", "c"), [], "one") != token_name(key, [], "one")
