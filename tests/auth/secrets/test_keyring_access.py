"""The keyring of the system: what is not used, which case it is when there is none, and waits that can be left."""

import sys
import threading
import time
import types
from pathlib import Path

import pytest

from httpls.run.cancel import Cancel
from httpls.run.errors import CancelledError
from httpls_auth.errors import KeyringCase, KeyringError
from httpls_auth.secrets.abandon import abandonable
from httpls_auth.secrets.keyring_access import SystemKeyring

_BUS = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/bus"}


class _Backend:
    name = "test"

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.error: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error


def _in_module(module: str, name: str) -> object:
    """Make a back end whose class says that it is of this module."""
    return type(name, (_Backend,), {"__module__": module})()


def _use(monkeypatch: pytest.MonkeyPatch, *backends: object) -> None:
    found = backends[0] if len(backends) == 1 else types.SimpleNamespace(backends=backends)
    monkeypatch.setattr("keyring.get_keyring", lambda: found)


def _case(environment: dict[str, str], cancel: Cancel | None = None) -> KeyringError:
    with pytest.raises(KeyringError) as caught:
        SystemKeyring(environment).get("s", "a", cancel or Cancel())
    assert "HTTPLS_SECRET_<NAME>" in caught.value.remedy
    return caught.value


def test_set_get_and_remove(monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, _Backend())
    keyring, cancel = SystemKeyring({}), Cancel()
    keyring.set("s", "a", "x", cancel)
    assert keyring.get("s", "a", cancel) == "x"
    assert keyring.remove("s", "a", cancel)
    assert not keyring.remove("s", "a", cancel)
    assert keyring.name(cancel) == "test"


def test_no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, _in_module("keyring.backends.fail", "Keyring"))
    monkeypatch.setattr(sys, "platform", "linux")
    error = _case({})
    assert error.case is KeyringCase.HEADLESS
    assert "this session has no D-Bus" in str(error)


def test_a_session_without_a_keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _use(monkeypatch, _in_module("keyring.backends.fail", "Keyring"))
    monkeypatch.setattr(sys, "platform", "linux")
    (tmp_path / "bus").touch()
    for environment in (_BUS, {"XDG_RUNTIME_DIR": str(tmp_path)}):
        assert _case(environment).case is KeyringCase.NO_BACKEND
    monkeypatch.setattr(sys, "platform", "darwin")
    assert _case({}).case is KeyringCase.NO_BACKEND


@pytest.mark.parametrize("name", ["KeyringLocked", "InitError"])
def test_a_locked_keyring(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring.errors

    backend = _Backend()
    backend.error = getattr(keyring.errors, name)("Failed to unlock the collection!")
    _use(monkeypatch, backend)
    error = _case(_BUS)
    assert error.case is KeyringCase.LOCKED
    assert str(error) == "the keyring is locked, and was not unlocked"


@pytest.mark.parametrize(
    ("module", "name"),
    [("keyrings.alt.file", "PlaintextKeyring"), ("keyrings.alt.file", "EncryptedKeyring"), ("keyring.backends.null", "Keyring")],
)  # fmt: skip
def test_a_keyring_that_keeps_no_secrets_is_not_used(module: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = _in_module(module, name)
    _use(monkeypatch, refused)
    assert _case(_BUS).case is KeyringCase.REFUSED
    keyring = SystemKeyring(_BUS)
    with pytest.raises(KeyringError):
        keyring.set("s", "a", "hunter22", Cancel())
    assert isinstance(refused, _Backend)
    assert refused.entries == {}


def test_of_several_keyrings_the_first_good_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    good = _Backend()
    _use(monkeypatch, _in_module("keyrings.alt.file", "PlaintextKeyring"), good)
    SystemKeyring({}).set("s", "a", "x", Cancel())
    assert good.entries == {("s", "a"): "x"}


def test_whatever_a_back_end_raises_is_told_without_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = _Backend()
    backend.error = RuntimeError("cannot store hunter22")
    _use(monkeypatch, backend)
    with pytest.raises(KeyringError) as caught:
        SystemKeyring({}).set("s", "a", "hunter22", Cancel())
    assert caught.value.case is KeyringCase.FAILED
    assert str(caught.value) == "the keyring failed (RuntimeError: cannot store •••••)"
    assert caught.value.__cause__ is None


def test_a_secret_that_is_too_long_for_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = _Backend()
    backend.error = OSError(1783, "The stub received bad data")
    _use(monkeypatch, backend)
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(KeyringError, match="more than 1280 characters"):
        SystemKeyring({}).set("s", "a", "x" * 2000, Cancel())


def test_a_wait_for_an_answer_can_be_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unlock window may stand open for ever; nobody has to wait for it."""
    asked, answered = threading.Event(), threading.Event()

    class Waiting(_Backend):
        def get_password(self, service: str, username: str) -> str | None:
            asked.set()
            answered.wait(60)
            return "late"

    _use(monkeypatch, Waiting())
    cancel = Cancel()

    def leave() -> None:
        asked.wait(60)
        cancel.set()

    threading.Thread(target=leave, daemon=True).start()
    started = time.monotonic()
    with pytest.raises(CancelledError):
        SystemKeyring({}).get("s", "a", cancel)
    assert time.monotonic() - started < 10
    answered.set()


def test_what_is_cancelled_before_is_not_begun() -> None:
    cancel = Cancel()
    cancel.set()
    begun: list[int] = []
    with pytest.raises(CancelledError):
        abandonable(lambda: begun.append(1), cancel)
    assert begun == []


def test_an_error_is_raised_where_it_is_waited_for() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        abandonable(fail, Cancel())
