"""Digest against httpbin, lighttpd, Apache and squid, with the right password and with a wrong one."""

import hashlib
import time
from collections.abc import Generator
from dataclasses import replace
from os import urandom
from pathlib import Path

import httpx
import pytest
from tests.support.httpbin import running_httpbin
from tests.support.plain_http import converse
from tests.support.real_servers import free_port, program, running
from tests.support.schemes import context, plain, request, scheme
from tests.support.squid import running_squid

from httpls_auth.schemes.challenge import PROXY
from httpls_auth.schemes.digest import Digest
from httpls_auth.values.origin import parse_origin

pytestmark = pytest.mark.real

USER, PASSWORD = "alice", "s3cret pass"


@pytest.fixture(scope="module")
def client() -> Generator[httpx.Client]:
    with httpx.Client(timeout=20) as made:
        yield made


@pytest.fixture(scope="module")
def httpbin(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with running_httpbin(tmp_path_factory.mktemp("httpbin")) as url:
        yield url


@pytest.mark.parametrize("qop", ["auth", "auth-int"])
@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_httpbin(client: httpx.Client, httpbin: str, algorithm: str, qop: str) -> None:
    url = f"{httpbin}/digest-auth/{qop}/{USER}/{PASSWORD.replace(' ', '-')}/{algorithm}"
    good, bad = scheme("digest", USER, PASSWORD.replace(" ", "-")), scheme("digest", USER, "wrong")
    assert converse(client, good, request(f"GET {url}"), context()).statuses == [401, 200]
    assert converse(client, bad, request(f"GET {url}"), context()).statuses == [401, 401]


@pytest.fixture(scope="module")
def lighttpd(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    folder = tmp_path_factory.mktemp("lighttpd")
    (folder / "index.html").write_text("ok")
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    port = free_port()
    rules = {
        "/md5": '"algorithm" => "MD5"',
        "/sha256": '"algorithm" => "SHA-256"',
        "/sha512-256": '"algorithm" => "SHA-512-256"',
        "/several": '"algorithm" => "MD5|SHA-256"',
    }
    require = ",\n".join(
        f'"{path}" => ("method" => "digest", "realm" => "r{path}", {rule}, "require" => "valid-user")'
        for path, rule in rules.items()
    )
    for path in rules:
        (folder / path[1:]).mkdir()
        (folder / path[1:] / "index.html").write_text(f"ok {path}")
    configuration = folder / "lighttpd.conf"
    configuration.write_text(
        f"""server.modules = ( "mod_auth", "mod_authn_file" )
server.document-root = "{folder}"
server.port = {port}
server.bind = "127.0.0.1"
index-file.names = ( "index.html" )
auth.backend = "plain"
auth.backend.plain.userfile = "{folder}/users"
auth.require = ( {require} )
"""
    )
    with running([program("lighttpd"), "-D", "-f", str(configuration)], port, folder / "log"):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("path", "algorithm"),
    [("md5", "MD5"), ("sha256", "SHA-256"), ("sha512-256", "SHA-512-256"), ("several", "SHA-256")],
)
def test_lighttpd(client: httpx.Client, lighttpd: str, path: str, algorithm: str) -> None:
    world = context()
    good = scheme("digest", USER, PASSWORD)
    first = converse(client, good, request(f"GET {lighttpd}/{path}/"), world)
    assert (first.statuses, first.content) == ([401, 200], f"ok /{path}".encode())
    assert f"algorithm={algorithm}," in (first.sent[1].value("Authorization") or "")
    # What is known already is sent at once.
    again = converse(client, good, request(f"GET {lighttpd}/{path}/?x=y&z=%20"), world._replace(exchange={}))
    assert again.statuses == [200]
    bad = scheme("digest", USER, "wrong")
    assert converse(client, bad, request(f"GET {lighttpd}/{path}/"), context()).statuses == [401, 401]


def test_lighttpd_with_hashed_users(client: httpx.Client, tmp_path: Path) -> None:
    realm, port = "r-uh", free_port()
    secret = hashlib.sha256(f"{USER}:{realm}:{PASSWORD}".encode()).hexdigest()
    hashed = hashlib.sha256(f"{USER}:{realm}".encode()).hexdigest()
    (tmp_path / "users").write_text(f"{USER}:{realm}:{secret}:{hashed}\n")
    (tmp_path / "index.html").write_text("ok")
    configuration = tmp_path / "lighttpd.conf"
    configuration.write_text(
        f"""server.modules = ( "mod_auth", "mod_authn_file" )
server.document-root = "{tmp_path}"
server.port = {port}
server.bind = "127.0.0.1"
index-file.names = ( "index.html" )
auth.backend = "htdigest"
auth.backend.htdigest.userfile = "{tmp_path}/users"
auth.require = ( "" => ( "method" => "digest", "realm" => "{realm}", "algorithm" => "SHA-256", "userhash" => "enable",
                         "require" => "valid-user" ) )
"""
    )
    with running([program("lighttpd"), "-D", "-f", str(configuration)], port, tmp_path / "log"):
        sent = converse(client, scheme("digest", USER, PASSWORD), request(f"GET http://127.0.0.1:{port}/"), context())
        assert sent.statuses == [401, 200]
        assert f'username="{hashed}"' in (sent.sent[1].value("Authorization") or "")
        wrong = scheme("digest", USER, "wrong")
        assert converse(client, wrong, request(f"GET http://127.0.0.1:{port}/"), context()).statuses == [401, 401]


@pytest.fixture(scope="module")
def apache(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """Apache whose nonces live for one second, and which proves that it knows the password."""
    folder = tmp_path_factory.mktemp("apache")
    folder.chmod(0o755)
    (folder / "www").mkdir()
    (folder / "www" / "index.html").write_text("ok")
    realm = "a digest realm"
    secret = hashlib.md5(f"{USER}:{realm}:{PASSWORD}".encode()).hexdigest()
    (folder / "users").write_text(f"{USER}:{realm}:{secret}\n")
    port = free_port()
    modules = "/usr/lib/apache2/modules"
    names = ("mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_digest", "dir")
    loaded = "\n".join(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in names)
    configuration = folder / "httpd.conf"
    configuration.write_text(
        f"""ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/error.log
DocumentRoot {folder}/www
DefaultRuntimeDir {folder}
{loaded}
DirectoryIndex index.html
<Location "/">
  AuthType Digest
  AuthName "{realm}"
  AuthDigestProvider file
  AuthDigestNonceLifetime 1
  AuthUserFile {folder}/users
  Require valid-user
</Location>
"""
    )
    with running([program("apache2"), "-X", "-f", str(configuration)], port, folder / "log"):
        yield f"http://127.0.0.1:{port}"


def test_apache_proves_itself_and_renews_its_nonces(client: httpx.Client, apache: str) -> None:
    world, good = context()._replace(random=urandom), scheme("digest", USER, PASSWORD)
    first = converse(client, good, request(f"GET {apache}/"), world)
    assert first.statuses == [401, 200]
    assert "rspauth=" in (first.head.value("Authentication-Info") or "")
    assert "nextnonce=" in (first.head.value("Authentication-Info") or "")
    remembered = dict(world.memory)
    assert converse(client, good, request(f"GET {apache}/"), world._replace(exchange={})).statuses == [200]
    # Whoever does not take the next nonce has a stale one after a second of the server's clock.
    statuses = [200]
    end = time.monotonic() + 10
    while statuses == [200] and time.monotonic() < end:
        late = world._replace(memory=dict(remembered), exchange={})
        statuses = converse(client, good, request(f"GET {apache}/"), late).statuses
    assert statuses == [401, 200]
    bad = scheme("digest", USER, "wrong")
    assert converse(client, bad, request(f"GET {apache}/"), context()).statuses == [401, 401]


def test_squid(client: httpx.Client, httpbin: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A proxy that wants Digest itself."""
    folder = tmp_path_factory.mktemp("squid")
    secret = hashlib.md5(f"{USER}:squid:{PASSWORD}".encode()).hexdigest()
    (folder / "users").write_text(f"{USER}:squid:{secret}\n")
    login = f"auth_param digest program {program('digest_file_auth')} -c {folder}/users\nauth_param digest realm squid"
    with (
        running_squid(folder, login) as port,
        httpx.Client(proxy=f"http://127.0.0.1:{port}", timeout=20) as through,
    ):
        proxy = parse_origin(f"http://127.0.0.1:{port}")
        good = replace(Digest(plain(USER), plain(PASSWORD)), side=PROXY, proxy=proxy)
        world = context()
        assert converse(through, good, request(f"GET {httpbin}/get?a=b"), world).statuses == [407, 200]
        assert converse(through, good, request(f"GET {httpbin}/get"), world._replace(exchange={})).statuses == [200]
        bad = replace(good, password=plain("wrong"))
        assert converse(through, bad, request(f"GET {httpbin}/get"), context()).statuses == [407, 407]
