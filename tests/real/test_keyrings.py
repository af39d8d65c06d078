"""Secrets in the real Secret Service: gnome-keyring under a D-Bus of its own; locked; and without any."""

import json
import os
import subprocess
import sys
import textwrap
from base64 import b64encode
from pathlib import Path

import pytest
from tests.support.real_servers import program

from httpls.lab.server import running_lab

pytestmark = pytest.mark.real


class Session:
    """A person's session: a home folder, with or without a bus and a keyring."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / "httpls.toml").write_text("")
        (folder / "run").mkdir(mode=0o700)
        names = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")
        self.environment = {key: value for key, value in os.environ.items() if key not in names}
        self.environment |= {
            "HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_CACHE_HOME": str(folder / "cache"), "HTTPLS_STATE_HOME": str(folder / "state"),
        }  # fmt: skip

    def with_keyring(self, script: str) -> "subprocess.CompletedProcess[str]":
        """Run a script of the shell in a session with an unlocked gnome-keyring; `httpls` is the program."""
        daemon = f"{program('gnome-keyring-daemon')} --unlock --components=secrets"
        prepared = f'eval "$(printf %s password | {daemon} 2>/dev/null)"\nexport GNOME_KEYRING_CONTROL\n'
        command = [program("dbus-run-session"), "--", "bash", "-c", prepared + self._script(script)]
        return self._run(command, {"XDG_RUNTIME_DIR": str(self.folder / "run")})

    def without_bus(self, script: str) -> "subprocess.CompletedProcess[str]":
        return self._run(["bash", "-c", self._script(script)], {})

    def _script(self, script: str) -> str:
        return f'httpls() {{ "{sys.executable}" -m httpls "$@"; }}\n{textwrap.dedent(script)}'

    def _run(self, command: list[str], more: dict[str, str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command, cwd=self.project, env={**self.environment, **more}, capture_output=True, text=True, timeout=120,
            check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path)


def test_set_get_list_and_remove(session: Session) -> None:
    made = session.with_keyring(
        """
        printf 'hunter22-zoë' | httpls secret set key --allow https://api.test
        printf 'of dev' | httpls secret set key --env dev --allow https://*.dev.test
        httpls secret get key; echo
        httpls secret get key --env dev; echo
        httpls secret list
        httpls secret remove key
        httpls secret get key || echo "code $?"
        """
    )
    assert made.stdout.splitlines() == [
        "hunter22-zoë", "of dev", "key        https://api.test", "key (dev)  https://*.dev.test", "code 3",
    ]  # fmt: skip


def test_a_long_secret(session: Session) -> None:
    made = session.with_keyring(
        "head -c 100000 /dev/zero | tr '\\0' x | httpls secret set k --allow any; httpls secret get k | wc -c"
    )
    assert made.stdout.strip() == "100000"


def test_other_programs_see_which_project_a_secret_belongs_to_but_no_file_holds_it(session: Session) -> None:
    made = session.with_keyring(
        "printf hunter22 | httpls secret set key --allow any; grep -rl hunter22 $HOME || echo nowhere; secret-tool search --all username key"
    )
    assert "nowhere" in made.stdout
    assert "attribute.service = httpls:" in made.stdout + made.stderr


def test_an_entry_of_another_program_for_a_project_that_was_allowed_to_have_it(session: Session) -> None:
    (session.project / "http-client.env.json").write_text(
        '{"dev": {"key": {"provider": "Keyring", "service": "shop", "account": "me"}}}'
    )
    (session.project / "a.http").write_text("# @no-redirect\nGET http://127.0.0.1:1/\nX-Key: {{key}}\n")
    made = session.with_keyring(
        f"""
        "{sys.executable}" -c 'import keyring; keyring.set_password("shop", "me", "hunter22")'
        httpls run a.http --env dev; echo "code $?"
        httpls trust --keyring shop me --allow-origin http://127.0.0.1:1 2>/dev/null
        httpls run a.http --env dev; echo "code $?"
        """
    )
    # At first it is refused; then it is tried, and nothing listens there.
    assert made.stdout.splitlines() == ["code 3", "code 4"]
    assert "may not have the entry `me` of `shop`" in made.stderr
    assert "hunter22" not in made.stderr


def test_an_import_puts_its_secrets_there_and_what_it_made_is_sent_with_them(session: Session) -> None:
    keys = [{"key": "username", "value": "ada"}, {"key": "password", "value": "hunter22-zoë"}]
    with running_lab() as lab:
        shop = {
            "info": {"name": "shop"}, "auth": {"type": "basic", "basic": keys},
            "item": [{"name": "one", "request": {"method": "GET", "url": f"{lab.http}/headers"}}],
        }  # fmt: skip
        (session.project / "shop.json").write_text(json.dumps(shop))
        made = session.with_keyring(
            f"""
            httpls import postman shop.json --secrets keyring --allow {lab.http} >&2
            cd shop; httpls secret list; httpls secret get basic-password; echo
            httpls run shop.http | grep -o 'Basic [^"]*'
            grep -rl hunter22 . "$HTTPLS_STATE_HOME" "$XDG_DATA_HOME" || echo nowhere
            """
        )
    credentials = b64encode("ada:hunter22-zoë".encode()).decode()
    assert made.stdout.splitlines() == [
        f"basic-password  {lab.http}", "hunter22-zoë", f"Basic {credentials}", "nowhere",
    ], made.stderr  # fmt: skip
    assert json.loads((session.project / "shop" / "http-client.env.json").read_text()) == {
        "$shared": {"basic-password": "{{$secret basic-password}}"}
    }


def test_a_locked_keyring(session: Session) -> None:
    lock = "import secretstorage; secretstorage.get_default_collection(secretstorage.dbus_init()).lock()"
    made = session.with_keyring(
        f"""
        printf hunter22 | httpls secret set key --allow any
        "{sys.executable}" -c '{lock}'
        httpls secret get key; echo "code $?"
        """
    )
    assert made.stdout.splitlines() == ["code 3"]
    assert "the keyring is locked, and was not unlocked" in made.stderr


def test_no_session(session: Session) -> None:
    made = session.without_bus(
        "printf hunter22 | httpls secret set key --allow any; echo $?; grep -rl hunter22 $HOME || echo nowhere"
    )
    assert made.stdout.splitlines() == ["3", "nowhere"]
    assert "there is no keyring: this session has no D-Bus" in made.stderr
    assert "HTTPLS_SECRET_<NAME>" in made.stderr


def test_a_plain_text_keyring_is_not_used(session: Session) -> None:
    backends = session.folder / "path" / "keyrings" / "alt"
    backends.mkdir(parents=True)
    (backends / "file.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "class PlaintextKeyring(KeyringBackend):\n"
        "    priority = 0.5\n"
        "    def get_password(self, *_): return 'plain'\n"
        "    def set_password(self, *_): raise SystemExit('written in plain text')\n"
        "    def delete_password(self, *_): pass\n"
    )
    session.environment |= {
        "PYTHONPATH": str(session.folder / "path"), "PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring",
    }  # fmt: skip
    made = session.without_bus(
        "printf hunter22 | httpls secret set key --allow any; echo $?; httpls secret get key; echo $?"
    )
    assert made.stdout.splitlines() == ["3", "3"]
    assert "keeps secrets in a plain file; it is not used" in made.stderr
