"""A person's own state: the names of projects, what is trusted, what was granted."""

import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import pytest

from httpls.host.trust import Grants, TrustStore
from httpls.host.user_state import UserState, user_state
from httpls.run.cancel import Cancel
from httpls_auth.values.origin import Origin

_SHOP = Origin("https", "shop.test", 443)


@pytest.fixture
def state(tmp_path: Path) -> UserState:
    return UserState(tmp_path / "state")


def test_a_project_keeps_its_random_name(state: UserState, tmp_path: Path) -> None:
    name = state.project_id(tmp_path / "a", Cancel())
    assert len(name) == 32
    assert state.project_id(tmp_path / "a", Cancel()) == name
    assert state.project_id(tmp_path / "b", Cancel()) != name


def test_a_link_to_a_project_is_the_same_project(state: UserState, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert state.project_id(tmp_path / "link", Cancel()) == state.project_id(tmp_path / "a", Cancel())


def test_a_copy_of_a_project_is_another_project(state: UserState, tmp_path: Path) -> None:
    """Nothing in the files of a project says its name, so a clone cannot claim the secrets of the original."""
    for name in ("original", "clone"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "httpls.toml").write_text("")
    assert state.project_id(tmp_path / "original", Cancel()) != state.project_id(tmp_path / "clone", Cancel())


def test_many_at_once_agree_on_a_name_and_lose_none(state: UserState, tmp_path: Path) -> None:
    roots = [tmp_path / str(number % 5) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(state.project_id, roots, repeat(Cancel())))
    assert len(set(names)) == 5
    assert [state.known_project_id(root) for root in roots] == names


def test_the_files_are_for_nobody_else(state: UserState, tmp_path: Path) -> None:
    state.project_id(tmp_path, Cancel())
    assert sys.platform == "win32" or stat.S_IMODE(state.folder.stat().st_mode) == 0o700
    assert sys.platform == "win32" or stat.S_IMODE((state.folder / "projects.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"{", b"[" * 100_000])
def test_a_damaged_file_counts_as_empty_and_is_repaired(content: bytes, state: UserState, tmp_path: Path) -> None:
    state.folder.mkdir()
    (state.folder / "projects.json").write_bytes(content)
    name = state.project_id(tmp_path, Cancel())
    assert state.known_project_id(tmp_path) == name


def test_the_folder_may_be_named_by_a_variable() -> None:
    assert user_state({"HTTPLS_STATE_HOME": "/elsewhere"}).folder == Path("/elsewhere")
    assert user_state({}).folder.name == "httpls"


def test_nothing_is_trusted_at_first(state: UserState, tmp_path: Path) -> None:
    assert TrustStore(state).grants(tmp_path) == Grants()


def test_what_is_allowed_is_remembered_for_this_project_only(state: UserState, tmp_path: Path) -> None:
    trust = TrustStore(state)
    trust.set_trusted(tmp_path / "a", True, Cancel())
    for _ in range(2):
        trust.grant_entry(tmp_path / "a", "shop", "me", Cancel())
        trust.grant_origin(tmp_path / "a", _SHOP, Cancel())
    assert TrustStore(state).grants(tmp_path / "a") == Grants(True, frozenset([("shop", "me")]), frozenset([_SHOP]))
    assert trust.grants(tmp_path / "b") == Grants()
    assert trust.trusted_roots() == [str(tmp_path / "a")]


def test_a_grant_alone_is_no_trust(state: UserState, tmp_path: Path) -> None:
    trust = TrustStore(state)
    trust.grant_entry(tmp_path, "shop", "me", Cancel())
    assert trust.grants(tmp_path) == Grants(False, frozenset([("shop", "me")]))
    assert trust.trusted_roots() == []


def test_trust_that_is_taken_back_takes_every_grant_with_it(state: UserState, tmp_path: Path) -> None:
    trust = TrustStore(state)
    trust.set_trusted(tmp_path, True, Cancel())
    trust.grant_origin(tmp_path, _SHOP, Cancel())
    trust.set_trusted(tmp_path, False, Cancel())
    assert trust.grants(tmp_path) == Grants()


def test_a_damaged_entry_allows_nothing(state: UserState, tmp_path: Path) -> None:
    project = state.project_id(tmp_path, Cancel())
    damaged = f'{{"{project}": {{"trusted": "yes", "entries": [["a"], 3, "xy"], "origins": ["nonsense", null]}}}}'
    (state.folder / "trust.json").write_text(damaged)
    assert TrustStore(state).grants(tmp_path) == Grants()
