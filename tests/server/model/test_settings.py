"""`httpls.toml`: what it says counts, and what is wrong in it is told at its place."""

import pytest
from tests.support.memory_files import ROOT, MemoryFiles

from httpls.model.project_settings import ProjectSettings, project_settings
from httpls.model.workspace import Workspace
from httpls.settings import Certificate, Redirects, Settings, Tls


def _read(text: str | bytes) -> ProjectSettings:
    return project_settings(Workspace(MemoryFiles({"httpls.toml": text}), {}), ROOT)


def _findings(text: str | bytes) -> list[str]:
    return [
        f"{finding.start.line}:{finding.start.column} {finding.problem.code} "
        f"{finding.problem.range.of(finding.source.text)!r}"
        for finding in _read(text).findings
    ]


def test_without_a_file_all_settings_have_their_defaults() -> None:
    assert project_settings(Workspace(MemoryFiles({"a": ""}), {}), ROOT) == (Settings(), None, {}, ())


def test_what_the_file_says_counts() -> None:
    read = _read(
        """\
dialect = "jetbrains"
environments = "dev"
allow-undefined = true

[headers]
User-Agent = "shop"
X-Version = 3

[redirects]
follow = false
keep_method = true

[tls]
verify = "always"

[[certificates]]
hosts = ["*.example.com:8443"]
pfx = "./me.p12"
passphrase = "{{$secret p12}}"

[[certificates]]
hosts = ["b"]
verify = false
"""
    )
    assert read.findings == ()
    assert read.settings == Settings(
        dialect="jetbrains",
        environments=("dev",),
        allow_undefined=True,
        headers={"User-Agent": "shop", "X-Version": "3"},
        redirects=Redirects(follow=False, keep_method=True),
        tls=Tls(verify="always"),
        certificates=(
            Certificate(hosts=("*.example.com:8443",), pfx="./me.p12", passphrase="{{$secret p12}}"),
            Certificate(hosts=("b",), verify=False),
        ),
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("dialect = jetbrains", ["1:11 malformed-toml 'j'"]),
        ("a = 1\nb = [", ["2:6 malformed-toml ''"]),
        ('dialetc = "auto"', ["1:1 unknown-setting 'dialetc'"]),
        ('[redirects]\nfolow = true\n\n[tsl]\nverify = "never"', ["2:1 unknown-setting 'folow'", "4:2 unknown-setting 'tsl'"]),
        ('dialect = "postman"', ["1:1 wrong-setting 'dialect'"]),
        ("[timeouts]\nread = -1\nconnect = nan\ntotal = true", ["2:1 wrong-setting 'read'", "3:1 wrong-setting 'connect'", "4:1 wrong-setting 'total'"]),
        ("timeouts.read = 'x'", ["1:1 wrong-setting 'timeouts.read'"]),
        ("tls = 1", ["1:1 wrong-setting 'tls'"]),
        ("certificates = [1]", ["1:1 wrong-setting 'certificates'"]),
        ("environments = [1]", ["1:1 wrong-setting 'environments'"]),
        ('[headers]\nAuthorization = "Bearer abc"\nA = []', ["2:1 secret-in-settings 'Authorization'", "3:1 wrong-setting 'A'"]),
        ('[[certificates]]\nname = "a"\n[[certificates]]\npassphrase = "geheim"', ["4:1 secret-in-settings 'passphrase'"]),
        ('[headers]\nA = """\nfolow = 1\n"""\n[proxy]\nulr = ""', ["6:1 unknown-setting 'ulr'"]),
        ("\ufeffdialetc = 1", ["1:2 unknown-setting 'dialetc'"]),
        ("a = 1\r\nb = =\r\n", ["2:5 malformed-toml '='"]),
        (b"a = '\xff'", ["1:6 wrong-encoding '\ufffd'", "1:1 unknown-setting 'a'"]),
        ("a = " + "[" * 5000, ["1:1 malformed-toml 'a'"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_place(text: str | bytes, found: list[str]) -> None:
    assert _findings(text) == found


def test_what_is_wrong_leaves_the_rest_as_it_is() -> None:
    settings = _read(
        'dialect = "postman"\nbody-comments = "keep"\n[redirects]\nmaximum = "x"\nfollow = false\n'
    ).settings
    assert settings == Settings(body_comments="keep", redirects=Redirects(follow=False))


def test_a_misspelt_word_is_proposed() -> None:
    remedies = [finding.problem.remedy for finding in _read('dialetc = 1\nbody-comments = "keeep"\nx = 1').findings]
    assert remedies[0] == "Did you mean `dialect`?"
    assert remedies[1].endswith("Did you mean `keep`?")
    assert remedies[2].startswith("Write one of: dialect, ")
