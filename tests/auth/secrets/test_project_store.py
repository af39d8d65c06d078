"""The secrets of a project: bound to origins, per environment, with an index that is repaired."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.support.memory_keyring import MemoryKeyring, MemoryState

from httpls.run.cancel import Cancel
from httpls_auth.cancellation import Cancellation
from httpls_auth.errors import InvalidOriginError, SecretError
from httpls_auth.secrets.project_store import Listed, ProjectStore
from httpls_auth.secrets.stored_secret import StoredSecret, read_origins
from httpls_auth.values.origin import Origin

_API = frozenset([Origin("https", "api.test", 443)])
_CANCEL = Cancel()


class Fixture:
    def __init__(self) -> None:
        self.keyring = MemoryKeyring()
        self.state = MemoryState()
        self.store = ProjectStore("p1", self.keyring, self.state)

    def set(self, name: str, text: str, environment: str | None = None) -> None:
        self.store.set(name, environment, StoredSecret(text, _API), _CANCEL)


@pytest.fixture
def fixture() -> Fixture:
    return Fixture()


def test_a_secret_comes_back_with_its_origins(fixture: Fixture) -> None:
    fixture.set("key", "hunter22")
    fixture.store.set("free", None, StoredSecret("zoë", None), _CANCEL)
    assert fixture.store.get("key", None, _CANCEL) == StoredSecret("hunter22", _API)
    assert fixture.store.get("free", None, _CANCEL) == StoredSecret("zoë", None)
    assert fixture.store.get("other", None, _CANCEL) is None


def test_its_value_is_masked_and_may_go_only_there(fixture: Fixture) -> None:
    fixture.set("key", "hunter22")
    found = fixture.store.get("key", None, _CANCEL)
    assert found is not None
    value = found.value("key")
    assert (str(value), value.reveal()) == ("•••••", "hunter22")
    assert value.labels.allows(Origin("https", "api.test", 443))
    assert not value.labels.allows(Origin("https", "evil.test", 443))
    assert not value.labels.allows(Origin("http", "api.test", 80))


def test_the_secret_of_the_environment_counts_before_the_common_one(fixture: Fixture) -> None:
    fixture.set("key", "common")
    fixture.set("key", "of dev", "dev")
    fixture.set("key", "of prod", "prod")
    for environments, text in (((), "common"), (("dev",), "of dev"), (("dev", "prod"), "of prod"), (("x",), "common")):
        found = fixture.store.find("key", environments, _CANCEL)
        assert found is not None
        assert found.text == text


def test_projects_do_not_see_each_other(fixture: Fixture) -> None:
    fixture.set("key", "mine")
    assert ProjectStore("p2", fixture.keyring, fixture.state).get("key", None, _CANCEL) is None


def test_names_and_origins_are_listed_and_values_are_not_in_the_index(fixture: Fixture) -> None:
    fixture.set("b", "hunter22", "dev")
    fixture.set("a", "hunter22")
    fixture.store.set("c", None, StoredSecret("hunter22", None), _CANCEL)
    assert list(fixture.store.listed()) == [Listed("a", None, _API), Listed("b", "dev", _API), Listed("c", None, None)]
    assert "hunter22" not in repr(fixture.state.objects)


def test_a_removed_secret_is_gone_from_both(fixture: Fixture) -> None:
    fixture.set("key", "x")
    assert fixture.store.remove("key", None, _CANCEL)
    assert not fixture.store.remove("key", None, _CANCEL)
    assert fixture.keyring.entries == {}
    assert list(fixture.store.listed()) == []


def test_an_index_that_is_wrong_is_repaired_on_use(fixture: Fixture) -> None:
    fixture.set("lost", "x")
    fixture.set("ghost", "x")
    fixture.keyring.remove("httpls:p1", "ghost", _CANCEL)
    fixture.state.objects["secrets-p1.json"] = {"ghost": ["any"], "damaged": 3}
    fixture.store.get("lost", None, _CANCEL)
    fixture.store.get("ghost", None, _CANCEL)
    assert list(fixture.store.listed()) == [Listed("damaged", None, frozenset()), Listed("lost", None, _API)]


def test_an_index_that_cannot_be_written_does_not_keep_from_reading(fixture: Fixture) -> None:
    fixture.set("key", "x")

    class ReadOnly(MemoryState):
        def change(self, name: str, change: Callable[[dict[str, Any]], None], cancellation: Cancellation) -> None:
            raise PermissionError

    store = ProjectStore("p1", fixture.keyring, ReadOnly())
    assert store.get("key", None, _CANCEL) == StoredSecret("x", _API)
    with pytest.raises(PermissionError):
        store.set("key", None, StoredSecret("y", _API), _CANCEL)


@pytest.mark.parametrize(
    "entry",
    [
        "hunter22",
        '{"secret": "x"}',
        '{"secret": "x", "allow": []}',
        '{"secret": "x", "allow": ["nonsense"]}',
        "[" * 10**5,
    ],
)
def test_an_entry_that_says_no_origins_is_refused_without_being_shown(entry: str, fixture: Fixture) -> None:
    fixture.keyring.entries["httpls:p1", "key"] = entry
    with pytest.raises(SecretError) as caught:
        fixture.store.get("key", None, _CANCEL)
    assert str(caught.value) == "the entry of the secret `key` in the keyring does not say where it may be sent"
    assert caught.value.remedy == "Store it anew: `httpls secret set key --allow ORIGIN`."


@pytest.mark.parametrize("name", ["", "a b", "a/b", "a}}", "x\n"])
def test_a_name_that_no_template_can_hold_is_refused(name: str, fixture: Fixture) -> None:
    with pytest.raises(SecretError):
        fixture.set(name, "x")


@pytest.mark.parametrize(
    ("written", "origins"),
    [
        (["https://api.test"], _API),
        (["https://api.test", "any"], None),
        (["https://*.api.test:8443"], frozenset([Origin("https", "*.api.test", 8443)])),
    ],
)
def test_origins_as_they_are_written(written: list[str], origins: frozenset[Origin] | None) -> None:
    assert read_origins(written) == origins


@pytest.mark.parametrize("written", ["api.test", "https://*", "https://*.test", "https://a.*.test", "https://a*.test"])
def test_what_is_no_origin(written: str) -> None:
    with pytest.raises(InvalidOriginError):
        read_origins([written])
