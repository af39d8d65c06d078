"""NTLM and Kerberos against Apache's mod_auth_gssapi: an acceptor in C, by gss-ntlmssp and by MIT Kerberos."""

import importlib.util
import json
import os
import ssl
import subprocess
import sys
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from tests.support.certificates import authority, issue
from tests.support.gss_acceptor import accepting
from tests.support.plain_http import Conversation, converse, peer_certificate
from tests.support.real_servers import free_port, let_other_users_in, program, running
from tests.support.schemes import context, request, scheme

from httpls_auth.schemes.flow import FlowContext
from httpls_auth.schemes.scheme import Scheme

pytestmark = pytest.mark.real

ACCOUNT = ("alice", "s3cret pass")


class Servers(NamedTuple):
    """Apache: its address, its address with TLS, and the context that trusts it."""

    plain: str
    tls: str
    trust: ssl.SSLContext


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("gssapi")
    let_other_users_in(made)
    (made / "www").mkdir()
    for name in ("index.html", "ntlm", "spnego", "kerberos"):
        (made / "www" / name).write_text(f"ok {name}")
    return made


@pytest.fixture(scope="module")
def kerberos(folder: Path) -> Generator[dict[str, str]]:
    """A KDC with the user alice and the service HTTP/localhost; the environment in which it is found."""
    port = free_port()
    (folder / "krb5.conf").write_text(
        f"""[libdefaults]
  default_realm = TEST.LOCAL
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
[realms]
  TEST.LOCAL = {{
    kdc = 127.0.0.1:{port}
  }}
[domain_realm]
  localhost = TEST.LOCAL
"""
    )
    (folder / "kdc.conf").write_text(
        f"""[kdcdefaults]
  kdc_listen = 127.0.0.1:{port}
  kdc_tcp_listen = 127.0.0.1:{port}
[realms]
  TEST.LOCAL = {{
    database_name = {folder}/principal
    key_stash_file = {folder}/stash
    acl_file = {folder}/kadm5.acl
    max_life = 10h
  }}
[logging]
  kdc = FILE:{folder}/kdc.log
"""
    )
    environment = {
        "KRB5_CONFIG": str(folder / "krb5.conf"),
        "KRB5_KDC_PROFILE": str(folder / "kdc.conf"),
        "KRB5CCNAME": f"FILE:{folder}/cache",
    }
    given = {**os.environ, **environment}

    def run(*words: str, text: str | None = None) -> None:
        subprocess.run(
            [program(words[0]), *words[1:]], env=given, check=True, capture_output=True, text=True, input=text
        )

    run("kdb5_util", "create", "-s", "-r", "TEST.LOCAL", "-P", "master")
    run("kadmin.local", "-q", f"addprinc -pw {ACCOUNT[1].replace(' ', '-')} alice@TEST.LOCAL")
    run("kadmin.local", "-q", "addprinc -randkey HTTP/localhost@TEST.LOCAL")
    run("kadmin.local", "-q", f"ktadd -k {folder}/http.keytab HTTP/localhost@TEST.LOCAL")
    (folder / "http.keytab").chmod(0o644)
    with running([program("krb5kdc"), "-n"], port, folder / "kdc.out", environment):
        yield environment


@pytest.fixture(scope="module")
def apache(folder: Path, kerberos: dict[str, str]) -> Generator[Servers]:
    root = authority()
    (folder / "authority.pem").write_bytes(root.pem)
    certificate, key = issue("localhost", root, hosts=("localhost",)).write(folder, "server")
    (folder / "accounts").write_text(f"CORP:{ACCOUNT[0]}:{ACCOUNT[1]}\n")
    port, tls_port = free_port(), free_port()
    modules = "/usr/lib/apache2/modules"
    names = (
        "mpm_event",
        "authn_core",
        "authz_core",
        "authz_user",
        "auth_gssapi",
        "dir",
        "headers",
        "http2",
        "ssl",
        "socache_shmcb",
    )
    loaded = "\n".join(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in names)
    bound = "GssapiConnectionBound On\n  GssapiAllowedMech ntlmssp"
    (folder / "httpd.conf").write_text(
        f"""ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
Listen 127.0.0.1:{tls_port} https
PidFile {folder}/pid
ErrorLog {folder}/error.log
DefaultRuntimeDir {folder}
DocumentRoot {folder}/www
KeepAlive On
KeepAliveTimeout 30
{loaded}
DirectoryIndex index.html
<VirtualHost 127.0.0.1:{tls_port}>
  Protocols h2 http/1.1
  SSLEngine on
  SSLCertificateFile {certificate}
  SSLCertificateKeyFile {key}
</VirtualHost>
<Location "/ntlm">
  AuthType GSSAPI
  AuthName "ntlm"
  {bound}
  Require valid-user
  Header always set X-User "expr=%{{REMOTE_USER}}"
</Location>
<Location "/kerberos">
  AuthType GSSAPI
  AuthName "krb"
  GssapiCredStore keytab:{folder}/http.keytab
  GssapiAllowedMech krb5
  GssapiLocalName Off
  Require valid-user
  Header always set X-User "expr=%{{REMOTE_USER}}"
</Location>
"""
    )
    environment = {**kerberos, "NTLM_USER_FILE": str(folder / "accounts")}
    trust = ssl.create_default_context(cadata=root.pem.decode())
    with running([program("apache2"), "-X", "-f", str(folder / "httpd.conf")], port, folder / "log", environment):
        yield Servers(f"http://localhost:{port}", f"https://localhost:{tls_port}", trust)


def one_connection(verify: ssl.SSLContext | bool = True) -> httpx.Client:
    return httpx.Client(timeout=20, verify=verify, limits=httpx.Limits(max_connections=1, max_keepalive_connections=1))


def talk(client: httpx.Client, given: Scheme, text: str, world: FlowContext | None = None) -> Conversation:
    return converse(client, given, request(text), world or context())


def lengths(found: Conversation) -> list[int]:
    return [one.body.length if one.body is not None else 0 for one in found.sent]


def ntlm(user: str = ACCOUNT[0], password: str = ACCOUNT[1], **more: str) -> Scheme:
    return scheme("ntlm", username=user, password=password, **more)


@pytest.mark.parametrize(
    "given",
    [ntlm(domain="CORP"), ntlm("CORP\\alice"), ntlm("alice@CORP"), ntlm(domain="CORP", workstation="PC1")],
    ids=["domain", "backslash", "at", "workstation"],
)
def test_ntlm(apache: Servers, given: Scheme) -> None:
    with one_connection() as client:
        found = talk(client, given, f"GET {apache.plain}/ntlm")
        assert found.statuses == [401, 401, 200]
        assert found.head.value("X-User") == "CORP\\alice"
        assert found.sent[0].value("Authorization") is None
        # The connection is logged in now.
        assert talk(client, given, f"GET {apache.plain}/ntlm").statuses == [200]


def test_ntlm_sends_a_body_with_the_proof_only(apache: Servers) -> None:
    with one_connection() as client:
        world, given = context(), ntlm(domain="CORP")
        found = talk(client, given, f"POST {apache.plain}/ntlm\n\nthe body", world)
        assert found.statuses == [401, 401, 200]
        assert lengths(found) == [0, 0, 8]
        # The connection is logged in: without its body the next request would be carried out as it stands.
        again = talk(client, given, f"POST {apache.plain}/ntlm\n\nthe body", world._replace(exchange={}))
        assert (again.statuses, lengths(again)) == ([200], [8])
    with one_connection() as client:
        anew = talk(client, given, f"POST {apache.plain}/ntlm\n\nthe body", world._replace(exchange={}))
        assert (anew.statuses, lengths(anew)) == ([401, 401, 200], [8, 0, 8])


def test_a_body_follows_where_nobody_asks(apache: Servers) -> None:
    with one_connection() as client:
        found = talk(client, ntlm(domain="CORP"), f"POST {apache.plain}/\n\nthe body")
        assert (found.statuses, lengths(found)) == ([200, 200], [0, 8])


@pytest.mark.parametrize(
    "given", [ntlm(password="wrong", domain="CORP"), ntlm("nobody", domain="CORP"), ntlm(domain="ELSEWHERE")]
)
def test_ntlm_with_a_wrong_account(apache: Servers, given: Scheme) -> None:
    with one_connection() as client:
        assert talk(client, given, f"GET {apache.plain}/ntlm").statuses == [401, 401, 401]


def test_ntlm_over_tls(apache: Servers) -> None:
    with one_connection(apache.trust) as client:
        certificate = peer_certificate(client, f"{apache.tls}/")
        world = context()._replace(peer_certificate=lambda: certificate)
        assert talk(client, ntlm(domain="CORP"), f"GET {apache.tls}/ntlm", world).statuses == [401, 401, 200]


def test_ntlm_inside_spnego(apache: Servers) -> None:
    """A server that names Negotiate only is answered in its words."""

    class OnlyNegotiate(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            response = super().handle_request(request)
            kept = [(name, value) for name, value in response.headers.raw if not value.startswith(b"NTLM")]
            response.headers = httpx.Headers(kept)
            return response

    limits = httpx.Limits(max_connections=1)
    for given in (ntlm(domain="CORP"), scheme("negotiate", "CORP\\alice", ACCOUNT[1])):
        with httpx.Client(transport=OnlyNegotiate(limits=limits), timeout=20) as client:
            found = talk(client, given, f"POST {apache.plain}/ntlm\n\nbody")
            assert found.statuses == [401, 401, 200]
            assert found.head.value("X-User") == "CORP\\alice"
            assert (found.sent[1].value("Authorization") or "").startswith("Negotiate ")
            assert lengths(found) == [0, 0, 4]
    for given in (ntlm(domain="CORP", password="wrong"), scheme("negotiate", "CORP\\alice", "wrong")):
        with httpx.Client(transport=OnlyNegotiate(limits=limits), timeout=20) as client:
            assert talk(client, given, f"GET {apache.plain}/ntlm").statuses[-1] == 401


needs_kerberos = pytest.mark.skipif(importlib.util.find_spec("gssapi") is None, reason="the extra kerberos is missing")


@needs_kerberos
def test_ntlm_is_bound_to_the_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """gss-ntlmssp refuses a login that was made for another server, or for none."""
    (tmp_path / "accounts").write_text(f"CORP:{ACCOUNT[0]}:{ACCOUNT[1]}\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(tmp_path / "accounts"))
    root = authority()
    issued = issue("localhost", root, hosts=("localhost",))
    trust = ssl.create_default_context(cadata=root.pem.decode())
    with accepting(*issued.write(tmp_path, "server"), issued.der) as port:
        for certificate, last in ((issued.der, 200), (issue("other").der, 401)):
            with one_connection(trust) as client:
                world = context()._replace(peer_certificate=partial(bytes, certificate))
                found = talk(client, ntlm(domain="CORP"), f"GET https://localhost:{port}/", world)
                assert found.statuses == [401, 401, last]


@needs_kerberos
def test_kerberos(apache: Servers, kerberos: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in kerberos.items():
        monkeypatch.setenv(name, value)
    subprocess.run(["kinit", "alice@TEST.LOCAL"], input=ACCOUNT[1].replace(" ", "-"), text=True, check=True)
    for verify, address in ((True, apache.plain), (apache.trust, apache.tls)):
        with one_connection(verify) as client:
            certificate = peer_certificate(client, address) if address == apache.tls else None
            world = context()._replace(peer_certificate=partial(bytes, certificate) if certificate else lambda: None)
            found = talk(client, scheme("negotiate", mutual="true"), f"POST {address}/kerberos\n\nbody", world)
            assert found.statuses == [401, 200]
            assert found.head.value("X-User") == "alice@TEST.LOCAL"
            assert lengths(found) == [0, 4]


@needs_kerberos
def test_kerberos_with_a_password(
    apache: Servers, kerberos: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in {**kerberos, "KRB5CCNAME": f"FILE:{tmp_path}/none"}.items():
        monkeypatch.setenv(name, value)
    good = scheme("negotiate", "alice@TEST.LOCAL", ACCOUNT[1].replace(" ", "-"))
    with one_connection() as client:
        assert talk(client, good, f"GET {apache.plain}/kerberos").statuses == [401, 200]
    bad = scheme("negotiate", "alice@TEST.LOCAL", "wrong")
    with one_connection() as client:
        assert talk(client, bad, f"GET {apache.plain}/kerberos").status == 401


@needs_kerberos
def test_kerberos_without_a_ticket(
    apache: Servers, kerberos: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from httpls_auth.errors import CredentialError

    for name, value in {**kerberos, "KRB5CCNAME": f"FILE:{tmp_path}/none"}.items():
        monkeypatch.setenv(name, value)
    with (
        one_connection() as client,
        pytest.raises(CredentialError, match="cannot be") as caught,
    ):
        talk(client, scheme("negotiate"), f"GET {apache.plain}/kerberos")
    assert "kinit" in caught.value.remedy


@needs_kerberos
def test_the_command_line(apache: Servers, kerberos: dict[str, str], folder: Path, tmp_path: Path) -> None:
    """The engine keeps the legs on one connection, and binds them to the certificate that it saw."""
    given = {**os.environ, **kerberos, "KRB5CCNAME": f"FILE:{tmp_path}/cache", "HOME": str(tmp_path)}
    password = ACCOUNT[1].replace(" ", "-")
    subprocess.run(["kinit", "alice@TEST.LOCAL"], input=password, text=True, check=True, env=given)
    (tmp_path / "httpls.toml").write_text("")
    (tmp_path / "a.http").write_text(
        f"""# @ca {folder}/authority.pem

### by the certificate's connection
# @auth ntlm {ACCOUNT[0]} {{{{$env.NTLM_PASSWORD}}}} domain=CORP
POST {apache.tls}/ntlm

the body

### again on the same connection
POST {apache.tls}/ntlm
Authorization: NTLM CORP\\alice {{{{$env.NTLM_PASSWORD}}}}

the body

### with the ticket
# @use-os-credentials
GET {apache.tls}/kerberos

### with a wrong password
# @auth ntlm {ACCOUNT[0]} wrong domain=CORP
GET {apache.plain}/ntlm
""".replace("\\\\", "\\")
    )
    command = [sys.executable, "-m", "httpls", "run", str(tmp_path / "a.http"), "--all", "--trust", "--json"]
    run = subprocess.run(command, env={**given, "NTLM_PASSWORD": ACCOUNT[1]}, capture_output=True, text=True)
    results = json.loads(run.stdout)["results"]
    assert [[hop["response"]["status"] for hop in one["hops"]] for one in results] == [
        [401, 401, 200], [200], [401, 200], [401, 401, 401],
    ], run.stderr  # fmt: skip
    assert run.returncode == 4
    assert ACCOUNT[1] not in run.stdout + run.stderr
