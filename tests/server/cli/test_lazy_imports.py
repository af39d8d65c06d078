"""The command line imports only what the work at hand needs: each import is time that a person waits."""

import subprocess
import sys
from pathlib import Path

import pytest

from httpls.lab.server import Lab

_HEAVY = {
    "asyncio", "httpx", "httpcore", "h11", "h2", "socksio", "anyio", "keyring", "cryptography", "jwt", "pygls",
    "lsprotocol", "attrs", "cattrs", "publicsuffixlist", "quickjs", "jsonpath", "lxml", "truststore",
    "spnego", "multiprocessing", "concurrent", "importlib.metadata", "tomllib", "lark", "brotli", "zstandard",
}  # fmt: skip
_OF_HTTP = {"dataclasses", "email", "hashlib", "inspect", "logging", "random", "ssl", "tempfile"}
"""What httpx imports anyway; without it nothing else needs these."""
_RARE = {
    "httpls.model.curl_request", "httpls.model.dynamic", "httpls_grammar.islands.assertion",
    "httpls_grammar.islands.curl", "httpls_grammar.larks",
}  # fmt: skip
"""Modules of ours for what few files have."""
_SCRIPT = """
import sys
before = set(sys.modules)
from httpls.cli.main import main
try:
    code = main(sys.argv[1:])
except SystemExit as error:
    code = error.code
sys.stdout.flush()
print(code, *sorted(set(sys.modules) - before), file=sys.stderr)
"""


def _imported(folder: Path, *arguments: str) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, *arguments], cwd=folder, capture_output=True, text=True, timeout=60
    )
    code, *modules = done.stderr.splitlines()[-1].split()
    return int(code), set(modules)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HTTPLS_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_import_next_to_nothing(folder: Path, option: str) -> None:
    code, modules = _imported(folder, option)
    assert code == 0
    assert modules <= {"httpls", "httpls.cli", "httpls.cli.main", "httpls.version"}


def test_the_help_of_a_command_parses_nothing(folder: Path) -> None:
    code, modules = _imported(folder, "run", "--help")
    assert code == 0
    assert not modules & (_HEAVY | {"lark", "httpls.model.analysis", "httpls_grammar.document"})


@pytest.mark.parametrize("text", ["GET http://127.0.0.1/{{nowhere}}\n", "# @auth nonsense\nGET http://127.0.0.1/\n"])
def test_what_is_refused_needs_no_http(folder: Path, text: str) -> None:
    (folder / "a.http").write_text(text)
    code, modules = _imported(folder, "run", "a.http")
    assert code == 3
    assert not modules & (_HEAVY | _RARE)


def test_an_unknown_variable_is_refused_without_what_only_http_needs(folder: Path) -> None:
    (folder / "a.http").write_text("GET http://127.0.0.1/{{nowhere}}\n")
    _, modules = _imported(folder, "run", "a.http")
    assert not modules & _OF_HTTP


def test_a_wrong_name_needs_no_http(folder: Path) -> None:
    (folder / "a.http").write_text("### one\nGET http://127.0.0.1/\n\n### two\nGET http://127.0.0.1/\n")
    for arguments in (["--name", "three"], []):
        code, modules = _imported(folder, "run", "a.http", *arguments)
        assert code == 2
        assert not modules & _HEAVY


def test_a_plain_request_needs_httpx_and_nothing_else(folder: Path, lab: Lab) -> None:
    (folder / "a.http").write_text(f'POST {lab.http}/anything\nContent-Type: application/json\n\n{{"a": 1}}\n')
    code, modules = _imported(folder, "run", "a.http")
    assert code == 0
    assert modules & _HEAVY == {"httpx", "httpcore", "h11"}
    assert not modules & {"certifi", "idna", "mimetypes", "shutil", "tokenize", "traceback"}
    # Neither scripts, OAuth, certificates nor cookies are in the file.
    unused = {"httpls.run.scripts.script_hooks", "httpls_auth.schemes.oauth2", "httpls_auth.tls.context"}
    unused |= {"httpls.run.cookies.jar", "httpls_auth.tokens.store", "httpls_auth.whole_file", "httpls.lab.server"}
    assert not modules & (unused | _RARE)


def test_what_is_put_off_is_there_when_it_is_used() -> None:
    script = """
from httpls.run.transport.load_httpx import httpcore, httpx
print(httpx.URL("http://b\u00fccher.example/").raw_host.decode(), httpcore.default_ssl_context().verify_mode.name)
import dataclasses, inspect, shutil
One = dataclasses.make_dataclass("One", [("x", int)])
print(One.__doc__, inspect.signature(One), shutil.__name__, type(shutil).__name__)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines() == [
        "xn--bcher-kva.example CERT_REQUIRED",
        "One(x: int) (x: int) -> None shutil module",
    ]


def test_basic_authentication_needs_no_other_scheme(folder: Path, lab: Lab) -> None:
    (folder / "a.http").write_text(f"# @auth basic ada analytical-engine\nGET {lab.http}/auth/basic\n")
    code, modules = _imported(folder, "run", "a.http")
    assert code == 0
    schemes = {name for name in modules if name.startswith("httpls_auth.schemes.")}
    assert "httpls_auth.schemes.basic" in schemes
    assert not schemes & {f"httpls_auth.schemes.{word}" for word in ("digest", "jwt", "aws", "hawk", "oauth2", "ntlm")}
