"""Files that hold no requests: environments, `.env`, `httpls.toml`. `$0` is the cursor."""

from collections.abc import Mapping

import pytest
from tests.support.memory_files import ROOT, MemoryFiles

from httpls.ide.completion import Completion
from httpls.ide.environment_files.ask import complete_other, hover_other
from httpls.ide.environment_files.context import EnvironmentFile
from httpls.ide.environment_files.navigation import definitions_in_environment_file, uses_from_environment_file
from httpls.ide.environment_files.outline import outline_of_other, written_paths_of_other
from httpls.model.facts import CertificateFact, Facts, SecretFact
from httpls.model.workspace import Workspace

ENV = "http-client.env.json"
PRIVATE = "http-client.private.env.json"
FACTS = Facts(
    secrets={ROOT: (SecretFact("shop", None, ("https://api.example.com",)),)},
    certificates={ROOT / "me.pem": CertificateFact("CN=me", "CN=ca", 2_000_000_000.0, "EC P-256")},
)


def _file(text: str, name: str = ENV, files: Mapping[str, str] | None = None) -> tuple[EnvironmentFile, int]:
    offset = text.index("$0")
    text = text[:offset] + text[offset + 2 :]
    workspace = Workspace(MemoryFiles({"httpls.toml": "", **(files or {}), name: text}), {})
    return EnvironmentFile(workspace, ROOT / name, text, FACTS), offset


def _complete(text: str, name: str = ENV, files: Mapping[str, str] | None = None) -> Completion:
    return complete_other(*_file(text, name, files))


def _hover(text: str, name: str = ENV, files: Mapping[str, str] | None = None) -> str:
    found = hover_other(*_file(text, name, files), 1_900_000_000.0)
    return found.text if found is not None else ""


def _auth(inside: str) -> str:
    return f'{{"dev": {{"Security": {{"Auth": {{"shop": {{{inside}}}}}}}}}}}'


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ('{"$0"}', ["prod", "$shared"]),
        ('{"dev": {"$0"}}', ["apiKey", "Security", "SSLConfiguration", "$protected", "$headers"]),
        ('{"dev": {"apiKey": "1", "$0"}}', ["Security"]),
        ('{"dev": {"Security": {$0}}}', ["Auth", "Default Auth"]),
        ('{"dev": {"Security": {"Auth": {"$0"}}}}', ["Basic", "OAuth 2.0", "Hawk"]),
        (_auth('"$0"'), ["Type"]),
        (_auth('"Type": "$0"'), ["Basic", "OAuth2", "Digest"]),
        (_auth('"Type": "Basic", "$0"'), ["Username", "Password"]),
        (_auth('"Type": "OAuth2", "Grant Type": "$0'), ["client_credentials", "authorization_code"]),
        (_auth('"Type": "OAuth2", "Grant Type": "Client Credentials", "T$0'), ["Token URL"]),
        (_auth('"Type": "Basic", "Password": "$0"'), ["{{$secret shop}}"]),
        ('{"dev": {"SSLConfiguration": {"$0"}}}', ["clientCertificate", "verifyHostCertificate", "hosts"]),
        ('{"dev": {"SSLConfiguration": {"verifyHostCertificate": $0}}}', ["true", "false"]),
        ('{"dev": {"SSLConfiguration": {"clientCertificate": "./m$0"}}}', ["me.pem"]),
        ('{"dev": {"SSLConfiguration": {"hosts": {"a": {"caCertificate": "$0"}}}}}', ["me.pem"]),
        ('{"dev": {"password": {"provider": "$0"}}}', ["Keyring", "Command"]),
        ('{"dev": {"$headers": {"Acc$0"}}}', ["Accept"]),
        ('{"dev": {"base": "h", "url": "http://{{b$0"}}', ["base"]),
        ('{"dev": {"url": "{{$secret $0"}}', ["shop"]),
    ],
)
def test_proposals_in_environments(text: str, labels: list[str]) -> None:
    files = {PRIVATE: '{"prod": {"apiKey": "k"}}', "me.pem": ""}
    found = [item.label for item in _complete(text, files=files).items]
    assert [label for label in labels if label not in found] == []


def test_what_an_object_has_is_not_proposed_again() -> None:
    found = [item.label for item in _complete(_auth('"Type": "Basic", "$0", "Username": "me"')).items]
    assert "Username" not in found
    assert "Type" not in found


def test_a_key_is_inserted_with_its_quotes_and_a_place_for_its_value() -> None:
    found = _complete('{"dev": {"Secu$0"}}')
    assert (found.range.start, found.range.end) == (9, 15)
    assert found.items[0].snippet == '"Security": {$1}'
    assert _complete('{"dev": {"Secu$0": {}}}').items[0].text == '"Security"'


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("$0", ["dialect", "cookies", "[timeouts]", "[[certificates]]"]),
        ("[$0", ["[timeouts]", "[problems]"]),
        ("[timeouts]\n$0", ["connect", "read"]),
        ("[tls]\nverify = $0", ["always", "never"]),
        ('[tls]\nverify = "al$0"', ["always"]),
        ("cookies = $0", ["true", "false"]),
        ('environments = ["$0"]', ["dev"]),
        ('[[certificates]]\npfx = "./$0"', ["me.pem"]),
        ('[[certificates]]\npassphrase = "$0"', ["{{$secret shop}}"]),
        ("[problems]\nunused-v$0", ["unused-variable"]),
    ],
)
def test_proposals_in_settings(text: str, labels: list[str]) -> None:
    files = {ENV: '{"dev": {"a": "1"}}', "me.pem": ""}
    found = [item.label for item in _complete(text, "httpls.toml", files).items]
    assert [label for label in labels if label not in found] == []


def test_proposals_in_dotenv_files() -> None:
    files = {".env.example": "API_KEY=\nBASE=\n"}
    assert [item.text for item in _complete("BASE=1\nAP$0", ".env", files).items] == ["API_KEY="]
    assert _complete("BASE=$0", ".env", files).items == ()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('{"dev": {"ho$0st": "h"}, "prod": {}}', "- prod: *not defined*"),
        ('{"dev": {"ho$0st": "h"}, "prod": {}}', "- dev (this one): `h`"),
        ('{"d$0ev": {"host": "h"}, "prod": {"key": "1"}}', "what it lacks: `key`"),
        (_auth('"Ty$0pe": "Basic"'), "How to authenticate."),
        (_auth('"Type": "Bas$0ic"'), "**Basic**"),
        (_auth('"Type": "Basic", "User$0name": "me"'), "**Username**"),
        ('{"dev": {"SSLConfiguration": {"verifyHost$0Certificate": true}}}', "verified"),
        ('{"dev": {"SSLConfiguration": {"clientCertificate": "./me$0.pem"}}}', "CN=me"),
        ('{"dev": {"a": "1", "b": "{{$0a}}"}}', "`1`"),
    ],
)
def test_hover_in_environments(text: str, part: str) -> None:
    assert part in _hover(text, files={"me.pem": ""})


def test_hover_in_settings_and_dotenv_files() -> None:
    assert "Whose certificates are verified" in _hover("[tls]\nver$0ify = 'always'", "httpls.toml")
    assert "How servers are verified" in _hover("[t$0ls]\n", "httpls.toml")
    assert "{{BASE}}" in _hover("BA$0SE=1", ".env")


def test_no_secret_is_told() -> None:
    private = '{"dev": {"pass$0word": "hunter2"}}'
    assert "hunter2" not in _hover(private, PRIVATE)
    assert "password" in _hover(private, PRIVATE)
    assert "hunter2" not in _hover("API_TO$0KEN=hunter2", ".env")
    found = _complete('{"dev": {"password": "$0"}}', ENV, {PRIVATE: '{"prod": {"password": "hunter2"}}'})
    assert "hunter2" not in str(found)


def test_a_key_leads_to_the_same_key_of_all_environments() -> None:
    file, offset = _file('{"dev": {"ho$0st": "h"}, "prod": {"host": "p"}}', files={PRIVATE: '{"dev": {"host": "q"}}'})
    found = definitions_in_environment_file(file, offset)
    assert found is not None
    assert sorted(target.path.name for target in found.targets) == [ENV, ENV, PRIVATE]


def test_the_default_leads_to_its_object_and_a_path_to_its_file() -> None:
    text = '{"dev": {"Security": {"Auth": {"shop": {"Type": "Basic"}}, "Default Auth": "sh$0op"}}}'
    found = definitions_in_environment_file(*_file(text))
    assert found is not None
    assert found.targets[0].path.name == ENV
    found = definitions_in_environment_file(
        *_file('{"dev": {"SSLConfiguration": {"clientCertificate": "./me$0.pem"}}}', files={"me.pem": ""})
    )
    assert found is not None
    assert found.targets[0].path.name == "me.pem"


def test_uses_are_found_in_environments_and_requests() -> None:
    text = '{"dev": {"ho$0st": "h", "url": "http://{{host}}"}}'
    file, _ = _file(text, files={"a.http": "GET http://{{host}}/\n"})
    requests = file.workspace.request_file(ROOT / "a.http")
    found = list(uses_from_environment_file(file, "host", [requests]))
    assert [(use.path.name, use.is_definition) for use in found] == [(ENV, True), (ENV, False), ("a.http", False)]


def test_outlines() -> None:
    (environment,) = outline_of_other(ROOT / ENV, '{"dev": {"host": "h", "Security": {"Auth": {"shop": {}}}}}')
    assert environment.name == "dev"
    assert [child.name for child in environment.children] == ["host", "Security"]
    assert [one.name for one in outline_of_other(ROOT / ".env", "A=1\n#x\nB=2\n")] == ["A", "B"]
    top, table = outline_of_other(ROOT / "httpls.toml", "cookies = true\n\n[tls]\nverify = 'always'\n")
    assert (top.name, table.name, [child.name for child in table.children]) == ("cookies", "tls", ["verify"])


def test_paths_are_links() -> None:
    text = '{"dev": {"SSLConfiguration": {"clientCertificate": {"path": "./me.p12"}, "caCertificate": "ca.pem"}}}'
    assert [path.name for _, path in written_paths_of_other(ROOT / ENV, text)] == ["me.p12", "ca.pem"]
