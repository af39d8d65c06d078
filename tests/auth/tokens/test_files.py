"""Tokens in files are encrypted, shared between processes, and whole at every moment."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.auth.tokens.test_store import KEY, NAME, Endpoint, files, token, use

from httpls_auth.cancellation import NEVER, Cancellation
from httpls_auth.errors import SecretError
from httpls_auth.secrets.abandon import abandonable
from httpls_auth.tokens.cache_key import cache_key, decoded
from httpls_auth.tokens.files import TokenFiles
from httpls_auth.tokens.store import TokenStore


def test_a_token_survives_the_process(tmp_path: Path) -> None:
    use(TokenStore(files(tmp_path)), Endpoint(token("new-MARKER", refresh="r-MARKER")))
    endpoint = Endpoint()
    assert use(TokenStore(files(tmp_path)), endpoint) == "new-MARKER"
    assert not endpoint.asked


def test_nothing_of_it_can_be_read_by_others(tmp_path: Path) -> None:
    folder = tmp_path / "tokens"
    use(TokenStore(files(folder)), Endpoint(token("new-MARKER", refresh="r-MARKER")))
    for path in folder.iterdir():
        assert b"MARKER" not in path.read_bytes()
        assert b"shop" not in path.read_bytes()
        if os.name == "posix":
            assert path.stat().st_mode & 0o777 == 0o600
    if os.name == "posix":
        assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other", "moved"])
def test_a_damaged_file_counts_as_absent(tmp_path: Path, damage: str) -> None:
    use(TokenStore(files(tmp_path)), Endpoint(token("new")))
    (path,) = tmp_path.glob("*.token")
    content = path.read_bytes()
    if damage == "moved":
        # The file of one token in the place of another.
        other = "0" * 64
        path.rename(tmp_path / f"{other}.token")
        assert files(tmp_path).read(other) is None
        return
    path.write_bytes(
        {"cut": content[:-7], "flipped": content[:-1] + bytes([content[-1] ^ 1]), "empty": b"", "other": b"x" * 99}[
            damage
        ]
    )
    assert use(TokenStore(files(tmp_path)), Endpoint(token("new-2"))) == "new-2"
    assert use(TokenStore(files(tmp_path)), Endpoint()) == "new-2"


def test_another_key_means_other_tokens(tmp_path: Path) -> None:
    use(TokenStore(files(tmp_path)), Endpoint(token("new")))
    assert use(TokenStore(files(tmp_path, key=bytes(32))), Endpoint(token("new-2"))) == "new-2"


def test_if_the_new_token_cannot_be_written_this_process_has_it_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings: list[str] = []
    use(TokenStore(files(tmp_path)), Endpoint(token("old", 1, refresh="r-1")))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    store = TokenStore(files(tmp_path, warn=warnings.append))
    endpoint = Endpoint(token("new", 2, refresh="r-2"))
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert use(store, endpoint) == "new"
        assert use(store, endpoint) == "new"
    assert len(warnings) == 1
    assert "No space left" in warnings[0]
    # The next process finds the old token, whose refresh token the server may have replaced: see the grants.
    later = Endpoint(token("new-3", 3))
    assert use(TokenStore(files(tmp_path)), later) == "new-3"
    assert later.asked[0] is not None
    assert later.asked[0].refresh is not None
    assert later.asked[0].refresh.reveal() == "r-1"
    assert not list(tmp_path.glob(".*"))


def test_without_a_key_there_is_one_warning_and_no_file(tmp_path: Path) -> None:
    warnings: list[str] = []

    def no_key(_: object) -> bytes:
        raise SecretError("there is no keyring", "Set `HTTPLS_CACHE_KEY`.")

    store = TokenStore(TokenFiles(tmp_path, no_key, warnings.append))
    assert use(store, Endpoint(token("new"))) == "new"
    assert use(store, Endpoint()) == "new"
    assert warnings == ["tokens are kept in memory only: there is no keyring. Set `HTTPLS_CACHE_KEY`"]
    assert not list(tmp_path.iterdir())


_OTHER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from tests.auth.tokens.test_store import NAME, Endpoint, files, is_new, token
from httpls_auth.cancellation import NEVER, Cancellation
from httpls_auth.tokens.store import TokenStore

def obtain(stored):
    with open(sys.argv[2], "a") as log:
        log.write("asked\\n")
    sys.stdin.readline()
    return token("new", 2)

sys.stdout.write("wants a token\\n"); sys.stdout.flush()
got = TokenStore(files(Path(sys.argv[1]))).use(NAME, obtain, is_new, None, NEVER)
sys.stdout.write(got.access.reveal() + "\\n")
"""


def test_two_processes_make_one_token_request(tmp_path: Path) -> None:
    folder, log = tmp_path / "tokens", tmp_path / "log"
    root = str(Path(__file__).parent.parent.parent.parent)
    use(TokenStore(files(folder)), Endpoint(token("old")))
    command = [sys.executable, "-c", _OTHER, str(folder), str(log), root]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as second,
    ):
        for process in (first, second):
            assert process.stdout is not None
            assert process.stdout.readline() == "wants a token\n"
        for process in (first, second):
            # One of them obtains it and asks whether it may go on; the other waits for it.
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        outputs = [process.communicate(timeout=30)[0] for process in (first, second)]
    assert [output.split()[-1] for output in outputs] == ["new", "new"]
    assert log.read_text() == "asked\n"


class _Keyring:
    """A keyring that keeps what it is given."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def get(self, service: str, account: str, cancellation: Cancellation) -> str | None:
        return self.entries.get((service, account))

    def set(self, service: str, account: str, secret: str, cancellation: object) -> None:
        self.entries[service, account] = secret

    def remove(self, service: str, account: str, cancellation: object) -> bool:
        return self.entries.pop((service, account), None) is not None


def test_the_key_is_made_once_in_the_keyring() -> None:
    keyring = _Keyring()
    first = cache_key({}, keyring)(NEVER)
    assert len(first) == 32
    assert cache_key({}, keyring)(NEVER) == first
    assert list(keyring.entries) == [("httpls:token-cache", "key")]


class _SilentKeyring(_Keyring):
    """A keyring whose service never answers."""

    def get(self, service: str, account: str, cancellation: Cancellation) -> str | None:
        return abandonable(self._never, cancellation)

    def _never(self) -> str | None:
        threading.Event().wait(60)
        return None


def test_a_keyring_that_does_not_answer_is_given_up() -> None:
    with pytest.raises(SecretError, match="does not answer") as told:
        cache_key({}, _SilentKeyring(), patience=0.02)(NEVER)
    assert "HTTPLS_CACHE_KEY" in told.value.remedy


def test_the_key_of_the_environment_comes_before_the_keyring() -> None:
    keyring = _Keyring()
    assert cache_key({"HTTPLS_CACHE_KEY": KEY.hex()}, keyring, bytes(32))(NEVER) == KEY
    assert not keyring.entries


def test_the_key_of_a_client_counts_where_there_is_no_keyring() -> None:
    assert cache_key({}, _Keyring(), bytes(32))(NEVER) != bytes(32)
    assert cache_key({}, _SilentKeyring(), bytes(32), patience=0.02)(NEVER) == bytes(32)


@pytest.mark.parametrize("written", ["short", "x" * 44, "00" * 31])
def test_a_key_that_is_none_is_told(written: str) -> None:
    with pytest.raises(SecretError, match="HTTPLS_CACHE_KEY") as told:
        cache_key({"HTTPLS_CACHE_KEY": written}, _Keyring())(NEVER)
    assert written not in str(told.value)
    assert decoded(written) is None


def test_keys_are_written_in_base64_or_hexadecimal() -> None:
    assert decoded("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=") == KEY
    assert decoded(KEY.hex().upper()) == KEY
    assert decoded("_" * 42 + "8=") == b"\xff" * 32


def test_the_name_of_a_file_is_the_hash(tmp_path: Path) -> None:
    use(TokenStore(files(tmp_path)), Endpoint(token("new")))
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{NAME.digest}.lock", f"{NAME.digest}.token"]
