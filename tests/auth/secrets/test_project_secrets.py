"""Where secrets come from, to whom they belong, and what an untrusted project does not get."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.memory_keyring import MemoryKeyring, MemoryState

from httpls.run.cancel import Cancel
from httpls.run.errors import CancelledError
from httpls_auth.errors import SecretError
from httpls_auth.secrets.access import Access
from httpls_auth.secrets.project_secrets import ProjectSecrets
from httpls_auth.secrets.project_store import ProjectStore
from httpls_auth.secrets.stored_secret import StoredSecret
from httpls_auth.values.origin import Origin
from httpls_auth.values.value import Value

_API = Origin("https", "api.test", 443)
_OTHER = Origin("https", "other.test", 443)


class Project:
    def __init__(self, root: Path) -> None:
        self.keyring = MemoryKeyring()
        self.store: ProjectStore | None = ProjectStore("p1", self.keyring, MemoryState())
        self.access = Access(root)
        self.environment: dict[str, str] = {}
        self.cancel = Cancel()

    def trusted(self) -> "Project":
        self.access = self.access._replace(is_trusted=True)
        return self

    @property
    def secrets(self) -> ProjectSecrets:
        return ProjectSecrets(self.store, self.keyring, self.access, self.environment, _dotenv)

    def provided(self, **parameters: str) -> Value:
        return self.secrets.provided(list(parameters.items()), self.access.root, self.cancel)

    def refusal(self, **parameters: str) -> str:
        with pytest.raises(SecretError) as caught:
            self.provided(**parameters)
        assert caught.value.remedy
        return str(caught.value)


def _dotenv(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines())


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "project"
    root.mkdir()
    return Project(root)


def _goes_to(value: Value) -> str:
    assert value.is_secret
    if value.labels.origins is None:
        return "anywhere"
    return " ".join(sorted(map(str, value.labels.origins))) or "nowhere"


# The project's own secrets


def test_a_secret_of_the_project(project: Project) -> None:
    assert project.store is not None
    project.store.set("key", "dev", StoredSecret("hunter22", frozenset([_API])), project.cancel)
    value = project.secrets.secret("key", ["dev"], project.cancel)
    assert (value.reveal(), _goes_to(value)) == ("hunter22", "https://api.test")


def test_a_missing_secret_says_how_to_store_it(project: Project) -> None:
    with pytest.raises(SecretError) as caught:
        project.secrets.secret("api-key", ["dev"], project.cancel)
    assert str(caught.value) == "this project has no secret `api-key`"
    remedy = (
        "Store it: `httpls secret set api-key --env dev --allow ORIGIN`, or set the variable `HTTPLS_SECRET_API_KEY`."
    )
    assert caught.value.remedy == remedy


def test_without_anything_stored_the_keyring_is_not_asked(project: Project) -> None:
    project.store = None
    with pytest.raises(SecretError):
        project.secrets.secret("key", [], project.cancel)
    assert project.keyring.reads == 0


def test_a_pipeline_gives_secrets_in_variables_which_go_where_the_person_says(project: Project) -> None:
    project.environment = {"HTTPLS_SECRET_API_KEY": "hunter22"}
    value = project.secrets.secret("api-key", [], project.cancel)
    assert (value.reveal(), _goes_to(value)) == ("hunter22", "nowhere")
    project.access = project.access._replace(origins=frozenset([_API]))
    assert _goes_to(project.secrets.secret("api-key", [], project.cancel)) == "https://api.test"
    assert _goes_to(project.trusted().secrets.secret("api-key", [], project.cancel)) == "anywhere"
    assert project.keyring.reads == 0


# Entries of the keyring


def test_an_entry_of_the_keyring_is_given_to_whom_it_was_granted(project: Project) -> None:
    project.keyring.entries["shop", "me"] = "hunter22"
    with pytest.raises(SecretError, match="may not have the entry `me` of `shop`"):
        project.secrets.keyring("shop", "me", project.cancel)
    assert project.keyring.reads == 0
    project.access = project.access._replace(entries=frozenset([("shop", "me")]), origins=frozenset([_API]))
    assert _goes_to(project.secrets.keyring("shop", "me", project.cancel)) == "https://api.test"
    assert _goes_to(project.trusted().secrets.keyring("shop", "me", project.cancel)) == "anywhere"


def test_a_missing_entry(project: Project) -> None:
    with pytest.raises(SecretError, match="the keyring has no entry `me` of `shop`"):
        project.trusted().secrets.keyring("shop", "me", project.cancel)


def test_no_project_may_take_the_secrets_of_another_one_as_entries(project: Project) -> None:
    project.keyring.entries["httpls:p2", "key"] = "hunter22"
    with pytest.raises(SecretError, match="may not have"):
        project.trusted().secrets.keyring("httpls:p2", "key", project.cancel)


# Providers


def test_the_keyring_as_provider(project: Project) -> None:
    project.keyring.entries["shop", "me"] = "hunter22"
    assert project.trusted().provided(provider="Keyring", service="shop", account="me").reveal() == "hunter22"


def test_a_variable_of_the_operating_system(project: Project) -> None:
    project.environment = {"TOKEN": "hunter22"}
    value = project.provided(provider="EnvVar", variable="TOKEN")
    assert (value.reveal(), _goes_to(value)) == ("hunter22", "nowhere")
    assert (
        project.refusal(provider="EnvVar", variable="NONE") == "the variable `NONE` of the operating system is not set"
    )


def test_a_file_and_an_entry_of_a_dotenv_file(project: Project) -> None:
    (project.access.root / "secret").write_bytes(b"\xef\xbb\xbfhunter22\r\n")
    (project.access.root / ".env").write_text("KEY=of env\n")
    value = project.provided(provider="File", path="secret")
    assert (value.reveal(), _goes_to(value)) == ("hunter22", "anywhere")
    assert project.provided(provider="DotEnv", name="KEY").reveal() == "of env"
    assert project.refusal(provider="DotEnv", name="NONE") == "there is no `NONE` in `.env`"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "the file `secret` does not exist"),
        (b"\xff\xfe", "the file `secret` is no text in UTF-8"),
        (b"x" * (1024 * 1024 + 1), "the file `secret` has more than 1 MB"),
    ],
)
def test_a_bad_file(content: bytes | None, message: str, project: Project) -> None:
    if content is not None:
        (project.access.root / "secret").write_bytes(content)
    assert project.refusal(provider="File", path="secret") == message


def test_a_device_is_not_read(project: Project) -> None:
    assert project.trusted().refusal(provider="File", path="/dev/zero") == "`/dev/zero` is no file"


def test_a_file_outside_is_read_for_a_trusted_project_only(project: Project) -> None:
    outside = project.access.root.parent / "outside"
    outside.write_text("hunter22")
    (project.access.root / "link").symlink_to(outside)
    for path in (str(outside), "../outside", "link"):
        assert "lies outside the project" in project.refusal(provider="File", path=path)
    assert project.trusted().provided(provider="File", path="link").reveal() == "hunter22"


_PRINT = "import sys; sys.stdout.write(sys.argv[1])"


def _python(code: str, *arguments: str) -> str:
    return json.dumps([sys.executable, "-c", code, *arguments])


def test_a_command_is_run_without_a_shell(project: Project) -> None:
    value = project.trusted().provided(provider="Command", command=_python(_PRINT, "$(id) `id` ; zoë\n"))
    assert (value.reveal(), str(value)) == ("$(id) `id` ; zoë", "•••••")


def test_a_command_as_a_text_is_divided_like_in_a_shell(project: Project) -> None:
    assert project.trusted().provided(provider="Command", command="echo 'a  b' c").reveal() == "a  b c"


def test_a_command_runs_in_the_folder_of_its_file(project: Project) -> None:
    script = project.access.root / "give.sh"
    script.write_text("#!/bin/sh\nbasename $(pwd)\n")
    script.chmod(0o755)
    assert project.trusted().provided(provider="Command", command="./give.sh").reveal() == "project"


def test_a_command_is_run_once(project: Project) -> None:
    code = "import sys; open('count', 'a').write('x'); print('x')"
    secrets = project.trusted().secrets
    for _ in range(3):
        secrets.provided([("provider", "Command"), ("command", _python(code))], project.access.root, project.cancel)
    assert (project.access.root / "count").read_text() == "x"


def test_an_untrusted_project_runs_no_command(project: Project) -> None:
    code = "open('done', 'w')"
    assert project.refusal(provider="Command", command=_python(code)) == (
        "the project is not trusted, and only a trusted one may run commands"
    )
    assert not (project.access.root / "done").exists()


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("no-such-command-anywhere", "there is no command `no-such-command-anywhere`"),
        ("'", "`command` is no command"),
        ("[]", "`command` is no command"),
        ('["a", 1]', "`command` is no command"),
        (_python("import sys; print('hunter22'); sys.stderr.write('hunter22'); sys.exit(3)"), f"the command `{sys.executable}` failed with exit code 3"),
        (_python("print('x' * 2_000_000)"), f"the command `{sys.executable}` prints more than 1 MB"),
        (_python("import os; os.write(1, b'\\xff')"), f"what `{sys.executable}` prints is no text in UTF-8"),
    ],
)  # fmt: skip
def test_a_command_that_gives_no_secret(command: str, message: str, project: Project) -> None:
    assert project.trusted().refusal(provider="Command", command=command) == message


def test_a_command_that_takes_too_long_is_ended_with_what_it_started(project: Project) -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    started = time.monotonic()
    message = project.trusted().refusal(provider="Command", command=_python(code), timeout="0.2")
    assert message == f"the command `{sys.executable}` took more than 0.2 s"
    assert time.monotonic() - started < 20


def test_a_cancelled_command_is_ended(project: Project) -> None:
    code = "import time; open('started', 'w'); time.sleep(60)"
    project.cancel.on_set(lambda: None)
    started = time.monotonic()
    _when_exists(project.access.root / "started", project.cancel.set)
    with pytest.raises(CancelledError):
        project.trusted().provided(provider="Command", command=_python(code))
    assert time.monotonic() - started < 20


def _when_exists(path: Path, then: Callable[[], None]) -> None:
    import threading

    def wait() -> None:
        while not path.exists():
            threading.Event().wait(0.01)
        then()

    threading.Thread(target=wait, daemon=True).start()


@pytest.mark.parametrize("timeout", ["0", "-1", "nan", "soon", "1e9"])
def test_a_time_limit_that_is_none(timeout: str, project: Project) -> None:
    assert (
        project.trusted().refusal(provider="Command", command="true", timeout=timeout)
        == f"`{timeout}` is no time limit"
    )


_CSPROJ = "<Project><PropertyGroup><UserSecretsId> my-id </UserSecretsId></PropertyGroup></Project>"


@pytest.mark.parametrize("name", ["Api:Key", "api:key", "Nested:Inner:Key", "Flag"])
def test_user_secrets_of_aspnet(name: str, project: Project) -> None:
    home = project.access.root.parent / "home"
    store = home / ".microsoft" / "usersecrets" / "my-id"
    store.mkdir(parents=True)
    content = {"Api:Key": "api:key", "Nested": {"Inner:Key": "nested:inner:key"}, "Flag": "flag"}
    (store / "secrets.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(content).encode())
    project.environment = {"HOME": str(home)}
    (project.access.root / "shop.csproj").write_text(_CSPROJ)
    folder = project.access.root / "requests"
    folder.mkdir()
    secrets = project.trusted().secrets
    parameters = [("provider", "AspnetUserSecrets"), ("secretName", name)]
    assert secrets.provided(parameters, folder, project.cancel).reveal() == name.lower()


def test_user_secrets_that_are_not_there(project: Project) -> None:
    project.environment = {"HOME": str(project.access.root)}
    asked = {"provider": "AspnetUserSecrets", "secretName": "Key"}
    assert "may read user secrets" in project.refusal(**asked)
    assert project.trusted().refusal(**asked) == "no project file here says which user secrets are meant"
    assert "no id of user secrets" in project.refusal(**asked, userSecretsId="../../etc")
    assert "does not exist" in project.refusal(**asked, userSecretsId="my-id")
    store = project.access.root / ".microsoft" / "usersecrets" / "my-id"
    store.mkdir(parents=True)
    (store / "secrets.json").write_text("{}")
    assert "there is no user secret `Key`" in project.refusal(**asked, userSecretsId="my-id")


def test_user_secrets_on_windows(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    store = project.access.root / "Roaming" / "Microsoft" / "UserSecrets" / "my-id"
    store.mkdir(parents=True)
    (store / "secrets.json").write_text('{"Key": "hunter22"}')
    project.environment = {"APPDATA": str(project.access.root / "Roaming")}
    monkeypatch.setattr(sys, "platform", "win32")
    asked = {"provider": "AspnetUserSecrets", "secretName": "Key", "userSecretsId": "my-id"}
    assert project.trusted().provided(**asked).reveal() == "hunter22"


def test_azure_key_vault_by_its_command_line(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = project.access.root / "az"
    tool.write_text('#!/bin/sh\necho "{\\"value\\": \\"$*\\"}"\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(project.access.root), prepend=":")
    by_id = {"provider": "AzureKeyVault", "secretName": "my-secret", "resourceId": "/subscriptions/1/vaults/my-vault"}
    said = "keyvault secret show --vault-name my-vault --name my-secret --output json"
    assert "only a trusted one may use the account of Azure" in project.refusal(**by_id)
    assert project.trusted().provided(**by_id).reveal() == said
    assert project.provided(provider="azurekeyvault", secretName="my-secret", keyVaultName="my-vault").reveal() == said
    tool.write_text("#!/bin/sh\necho no\n")
    assert project.refusal(**by_id) == "`az` printed no value for `my-secret`"


@pytest.mark.parametrize("name", ["a&b", "-x;y", "a b", ""])
def test_odd_names_never_reach_the_command_line_of_azure(name: str, project: Project) -> None:
    project.trusted().refusal(provider="AzureKeyVault", secretName="s", keyVaultName=name)


def test_what_visual_studio_encrypted_needs_windows(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "can be decrypted only on Windows" in project.refusal(provider="Encrypted", value="AQAAANCMnd8=")
    assert "is no base64" in project.refusal(provider="Encrypted", value="%")
    monkeypatch.setattr(sys, "platform", "win32")
    unprotected: list[bytes | None] = [b"zo\xc3\xab", b"h\0\xeb\0", None]

    def unprotect(content: bytes) -> bytes | None:
        return unprotected.pop(0)

    monkeypatch.setattr("httpls_auth.secrets.providers.encrypted.unprotect", unprotect)
    for text in ("zoë", "hë"):
        assert project.provided(provider="Encrypted", value="AQAAANCMnd8=").reveal() == text
    assert "another user" in project.refusal(provider="Encrypted", value="AQAAANCMnd8=")


def test_a_provider_that_there_is_not(project: Project) -> None:
    assert project.refusal(provider="Vault") == "there is no provider `Vault`"
    assert project.refusal(provider="Keyring") == "the provider `Keyring` needs `service`"
