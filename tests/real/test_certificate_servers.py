"""Client certificates against nginx, in files that openssl has written, with the command that a person types."""

import os
import subprocess
import sys
from collections.abc import Generator, Mapping
from pathlib import Path

import pytest
from tests.support.certificates import authority, issue
from tests.support.real_servers import free_port, program, running

pytestmark = pytest.mark.real

_PASSPHRASE = "correct horse"


class Site:
    """An nginx that demands a certificate at one port and asks for none at another, with the files of a client."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.demanding = free_port()
        self.plain = free_port()

    def run(self, text: str, *options: str, environment: Mapping[str, str] | None = None) -> tuple[int, str, str]:
        """Run a file with one request; return exit code, standard output and error."""
        (self.folder / "a.http").write_text(text.replace("{site}", f"https://localhost:{self.demanding}"))
        command = [sys.executable, "-m", "httpls", "run", "a.http", *options]
        made = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, "HTTPLS_STATE_HOME": str(self.folder / "state"), **(environment or {})},
        )  # fmt: skip
        return made.returncode, made.stdout, made.stderr


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run([program("openssl"), *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    folder = tmp_path_factory.mktemp("nginx")
    root = authority()
    root.write(folder, "ca")
    issue("server", root, hosts=("localhost",)).write(folder, "server")
    issue("alice", root).write(folder, "alice")
    issue("mallory", authority("Other")).write(folder, "mallory")
    _openssl(
        folder,
        "pkcs8",
        "-topk8",
        "-in",
        "alice.key",
        "-out",
        "alice.enc.key",
        "-v2",
        "aes256",
        "-passout",
        f"pass:{_PASSPHRASE}",
    )
    _openssl(folder, "ec", "-in", "alice.key", "-aes256", "-out", "alice.trad.key", "-passout", f"pass:{_PASSPHRASE}")
    export = ("pkcs12", "-export", "-inkey", "alice.key", "-in", "alice.pem", "-certfile", "ca.pem")
    _openssl(folder, *export, "-out", "alice.p12", "-passout", f"pass:{_PASSPHRASE}")
    _openssl(folder, *export, "-out", "alice.rc2.p12", "-legacy", "-passout", f"pass:{_PASSPHRASE}")
    _openssl(folder, *export, "-out", "alice.empty.p12", "-passout", "pass:")
    _openssl(folder, "x509", "-in", "alice.pem", "-outform", "DER", "-out", "alice.der")
    hashed = folder / "hashed"
    hashed.mkdir()
    (hashed / "ca.pem").write_bytes(root.pem)
    _openssl(folder, "rehash", "hashed")
    (folder / "httpls.toml").write_text("")
    found = Site(folder)
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"""
        daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
        events {{}}
        http {{
          access_log {folder}/access.log; client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2;
          fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
          ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
          ssl_client_certificate {folder}/ca.pem; ssl_protocols TLSv1.2 TLSv1.3;
          server {{ listen 127.0.0.1:{found.demanding} ssl http2; ssl_verify_client on;
            location / {{ return 200 "$ssl_client_s_dn $server_protocol $ssl_protocol"; }} }}
          server {{ listen 127.0.0.1:{found.plain} ssl; ssl_verify_client optional_no_ca;
            location / {{ return 200 "[$ssl_client_s_dn]"; }}
            location /elsewhere {{ return 307 https://localhost:{found.demanding}/; }} }}
        }}
        """
    )
    with running([program("nginx"), "-c", str(configuration)], found.demanding, folder / "log"):
        yield found


@pytest.mark.parametrize(
    "line",
    [
        "# @cert alice.pem alice.key",
        "# @cert cert=alice.der key=alice.key",
        f'# @cert cert=alice.pem key=alice.enc.key passphrase="{_PASSPHRASE}"',
        f'# @cert cert=alice.pem key=alice.trad.key passphrase="{_PASSPHRASE}"',
        f'# @cert pfx=alice.p12 passphrase="{_PASSPHRASE}"',
        f'# @cert pfx=alice.rc2.p12 passphrase="{_PASSPHRASE}"',
        "# @cert pfx=alice.empty.p12",
        "# @auth mtls alice.pem alice.key",
        "# @cert alice.pem alice.key\n# @tls max=1.2",
    ],
)
@pytest.mark.parametrize("authorities", ["# @ca ca.pem only", "# @ca hashed"])
def test_nginx_knows_the_client(line: str, authorities: str, site: Site) -> None:
    code, shown, wrong = site.run(f"{line}\n{authorities}\nGET {{site}}/")
    version = "TLSv1.2" if "max=1.2" in line else "TLSv1.3"
    assert (code, shown, wrong) == (0, f"CN=alice HTTP/2.0 {version}", "")


def test_the_field_of_httpyac(site: Site) -> None:
    text = f"# @ca ca.pem\nGET {{site}}/\nX-ClientCert: pfx: alice.p12 passphrase: {_PASSPHRASE}"
    assert site.run(text)[:2] == (0, "CN=alice HTTP/2.0 TLSv1.3")


def test_a_passphrase_from_a_variable_of_the_system(site: Site) -> None:
    text = "# @cert pfx=alice.p12 passphrase={{$secret p12}}\n# @ca ca.pem\nGET {site}/"
    given = {"HTTPLS_SECRET_P12": _PASSPHRASE}
    assert site.run(text, environment=given)[:2] == (0, "CN=alice HTTP/2.0 TLSv1.3")


def test_without_a_certificate_nginx_refuses(site: Site) -> None:
    code, shown, _ = site.run("# @ca ca.pem\nGET {site}/")
    assert code == 0
    assert "No required SSL certificate was sent" in shown


def test_a_certificate_of_another_authority_is_refused(site: Site) -> None:
    _, shown, _ = site.run("# @cert mallory.pem mallory.key\n# @ca ca.pem\nGET {site}/")
    assert "The SSL certificate error" in shown


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("# @cert alice.pem server.key", "do not belong together"),
        ("# @cert alice.pem alice.enc.key", "is encrypted"),
        ("# @cert pfx=alice.p12 passphrase=wrong-one", "cannot be opened"),
        ("# @cert gone.pem alice.key", "does not exist"),
        ("# @ca alice.key", "there is no certificate"),
    ],
)
def test_what_cannot_be_used_reaches_nobody(line: str, message: str, site: Site) -> None:
    log = site.folder / "access.log"
    before = log.read_text()
    code, shown, wrong = site.run(f"{line}\nGET {{site}}/")
    assert (code, shown) == (3, "")
    assert message in wrong
    assert "a.http:1:" in wrong
    assert log.read_text() == before


def test_a_certificate_does_not_follow_to_another_origin(site: Site) -> None:
    text = f"# @cert alice.pem alice.key\n# @ca ca.pem\nGET https://localhost:{site.plain}/elsewhere"
    code, shown, _ = site.run(text)
    assert code == 0
    assert "No required SSL certificate was sent" in shown


def test_the_trace_names_the_certificate_and_its_rule(site: Site) -> None:
    _, shown, _ = site.run("# @cert alice.pem alice.key\n# @ca ca.pem\nGET {site}/", "--trace")
    assert "client certificate CN=alice" in shown
    assert "chosen by `# @cert` in line 1 of a.http" in shown


def test_explain_asks_the_server(site: Site) -> None:
    (site.folder / "b.http").write_text(f"# @cert alice.pem alice.key\nGET https://localhost:{site.demanding}/")
    command = [sys.executable, "-m", "httpls", "cert", "explain", "b.http", "--connect"]
    made = subprocess.run(command, cwd=site.folder, capture_output=True, text=True, timeout=60, check=False)
    assert "CN=alice, issued by CN=Test Authority" in made.stdout
    assert "  connection          localhost:" in made.stdout
    assert made.returncode == 0
