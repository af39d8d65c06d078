"""Client certificates from the command line: `httpls run` shows them, `httpls cert explain` says why."""

import json
import socket
from base64 import b64encode
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from tests.support.certificates import authority, issue
from tests.support.literal_server import answering, response, serve
from tests.support.tls_server import TlsServer, tls_server

from httpls.cli.main import main
from httpls_auth.tls.pins import public_key_pin

_ROOT = authority()
_SERVER = issue("server", _ROOT, hosts=("localhost",))
_ALICE = issue("alice", _ROOT, days=(-1, 400))
_OLD = issue("old", _ROOT, days=(-9, -2))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[TlsServer]:
    with tls_server(tmp_path_factory.mktemp("server"), _SERVER, clients=_ROOT) as running:
        running.context.set_alpn_protocols(["http/1.1"])
        yield running


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], server: TlsServer) -> Run:
    """Write a file and run a command with it, in a project with the files of two clients."""
    _ROOT.write(tmp_path, "ca")
    _ALICE.write(tmp_path, "alice")
    _OLD.write(tmp_path, "old")
    (tmp_path / "httpls.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HTTPLS_STATE_HOME", str(tmp_path / "state"))
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"):
        monkeypatch.delenv(name, raising=False)

    def run(command: str, text: str, *options: str) -> tuple[int, str, str]:
        (tmp_path / "a.http").write_text(text.replace("{server}", f"https://localhost:{server.port}"))
        code = main([*command.split(), "a.http", *options])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


@pytest.mark.parametrize(
    ("lines", "options"),
    [
        ("# @cert alice.pem alice.key\n# @ca ca.pem\n", ()),
        ("# @auth mtls alice.pem alice.key ca=ca.pem\n", ()),
        ("", ("--cert", "alice.pem", "--key", "alice.key", "--cacert", "ca.pem")),
        ("# @cert old.pem old.key\n", ("--cert", "alice.pem", "--key", "alice.key")),
    ],
)
def test_the_server_knows_the_client(lines: str, options: tuple[str, ...], run: Run) -> None:
    assert run("run", f"{lines}GET {{server}}/", *options) == (0, "alice", "")


def _write_texts(folder: Path) -> None:
    """Write an environment whose variables are certificate, key and PKCS#12 themselves."""
    packed = serialize_key_and_certificates(b"a", _ALICE.key, _ALICE.certificate, None, BestAvailableEncryption(b"pw"))
    texts = {
        "certificate": _ALICE.pem.decode(), "privateKey": _ALICE.key_pem.decode(), "authority": _ROOT.pem.decode(),
        "p12Secret": f"data:application/x-pkcs12;base64,{b64encode(packed).decode()}", "passphrase": "pw",
    }  # fmt: skip
    (folder / "http-client.private.env.json").write_text(json.dumps({"dev": texts}))


@pytest.mark.parametrize(
    "lines",
    [
        "# @cert cert={{certificate}} key={{privateKey}}\n# @ca {{authority}}\n",
        "# @cert pfx={{p12Secret}} passphrase={{passphrase}}\n# @ca ca.pem\n",
        "# @auth mtls cert={{certificate}} key={{privateKey}} ca={{authority}}\n",
        "# @cert cert=alice.pem key={{privateKey}}\n# @ca ca.pem\n",
    ],
)
def test_certificate_and_key_may_be_secrets_themselves(lines: str, run: Run, tmp_path: Path) -> None:
    _write_texts(tmp_path)
    assert run("run", f"{lines}GET {{server}}/", "--env", "dev") == (0, "alice", "")
    code, shown, _ = run("cert explain", f"{lines}GET {{server}}/", "--env", "dev")
    assert code == 0
    assert "CN=alice" in shown
    assert not any(line in shown for line in _ALICE.key_pem.decode().splitlines()[1:-1])


def test_a_key_that_is_a_secret_of_another_origin_is_refused(
    run: Run, server: TlsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPLS_SECRET_KEY", _ALICE.key_pem.decode())
    seen = len(server.seen)
    text = "# @cert cert=alice.pem key={{$secret key}}\n# @ca ca.pem\nGET {server}/"
    code, _, told = run("run", text, "--allow-origin", "https://other.example")
    assert code == 3
    assert "may not be used for the client certificate" in told
    assert len(server.seen) == seen
    assert run("run", text, "--allow-origin", f"https://localhost:{server.port}")[0] == 0


@pytest.mark.parametrize(
    ("variable", "text", "told"),
    [
        ("privateKey", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "privateKey"),
        ("privateKey", "data:;base64,!", "is a broken data URI"),
        ("certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "is damaged"),
    ],
)
def test_broken_texts_are_refused(
    variable: str, text: str, told: str, run: Run, tmp_path: Path, server: TlsServer
) -> None:
    _write_texts(tmp_path)
    seen = len(server.seen)
    path = tmp_path / "http-client.private.env.json"
    given = json.loads(path.read_text())
    given["dev"][variable] = text
    path.write_text(json.dumps(given))
    lines = "# @cert cert={{certificate}} key={{privateKey}}\n# @ca ca.pem\n"
    code, _, shown = run("run", f"{lines}GET {{server}}/", "--env", "dev")
    assert code == 3
    assert told in shown
    assert len(server.seen) == seen


_PIN = public_key_pin(_SERVER.der)
_OTHER_PIN = public_key_pin(_ALICE.der)


@pytest.mark.parametrize(
    ("lines", "toml", "code"),
    [
        ("# @tls pin-sha256=OWN\n", "", 0),
        ("# @tls pin-sha256=OTHER,OWN\n", "", 0),
        ("# @tls pin-sha256=OTHER\n", "", 4),
        ("", 'pin-sha256 = ["sha256/OWN"]', 0),
        ("", 'pin-sha256 = ["OTHER"]', 4),
        ("# @tls pin-sha256=nonsense\n", "", 3),
        ("", 'pin-sha256 = ["nonsense"]', 3),
    ],
)
def test_a_server_with_another_public_key_gets_nothing(
    lines: str, toml: str, code: int, run: Run, tmp_path: Path
) -> None:
    lines, toml = (text.replace("OWN", _PIN).replace("OTHER", _OTHER_PIN) for text in (lines, toml))
    if toml:
        (tmp_path / "httpls.toml").write_text(f'[[certificates]]\nhosts = ["localhost"]\n{toml}\n')
    found, shown, told = run("run", f"# @cert alice.pem alice.key\n# @ca ca.pem\n{lines}GET {{server}}/")
    assert (found, shown) == (code, "alice" if code == 0 else ""), told
    if code == 4:
        assert "has another public key" in told
        assert _PIN in told


@pytest.mark.parametrize(
    ("lines", "toml", "told"),
    [
        ("# @tls max=1.2 ciphers=ECDHE-ECDSA-AES256-GCM-SHA384\n", "", "ECDHE-ECDSA-AES256-GCM-SHA384"),
        ("# @tls max=1.2\n", '[tls]\nciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"\n', "ECDHE-ECDSA-AES128-GCM-SHA256"),
        ("# @tls ciphers=NONSENSE\n", "", "names no cipher that OpenSSL has"),
    ],
)
def test_ciphers(lines: str, toml: str, told: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "httpls.toml").write_text(toml)
    text = f"# @cert alice.pem alice.key\n# @ca ca.pem\n{lines}GET {{server}}/"
    code, shown, wrong = run("run", text, "--trace")
    assert told in shown + wrong
    assert code == (3 if "NONSENSE" in lines else 0)


def test_pins_of_an_environment_and_of_curl(run: Run, tmp_path: Path) -> None:
    configuration = {"hosts": {"localhost": {"pinSha256": [_OTHER_PIN]}}}
    (tmp_path / "http-client.private.env.json").write_text(json.dumps({"dev": {"SSLConfiguration": configuration}}))
    text = "# @cert alice.pem alice.key\n# @ca ca.pem\nGET {server}/"
    assert run("run", text, "--env", "dev")[0] == 4
    curl = "curl --cert alice.pem --key alice.key --cacert ca.pem --pinnedpubkey sha256//{pin} {{server}}/"
    assert run("run", curl.format(pin=_PIN))[0] == 0
    assert run("run", curl.format(pin=_OTHER_PIN))[0] == 4
    code, shown, _ = run("cert explain", text, "--connect")
    assert code == 0
    assert f"public key of 0 (`# @tls pin-sha256=…`): {_PIN}" in shown


def test_a_passphrase_is_asked_for_once_in_a_run(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encrypted = _ALICE.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"pw"))
    (tmp_path / "locked.key").write_bytes(encrypted)
    configuration = {
        "clientCertificate": "alice.pem", "clientCertificateKey": "locked.key", "hasCertificatePassphrase": True,
    }  # fmt: skip
    environment = {"dev": {"SSLConfiguration": configuration}}
    (tmp_path / "http-client.private.env.json").write_text(json.dumps(environment))
    answers = ["wrong", "pw"]
    asked: list[str] = []

    def ask(self: object, question: str, is_secret: bool, default: str | None, cancel: object) -> str:
        asked.append(f"{question} {is_secret}")
        return answers.pop(0)

    monkeypatch.setattr("httpls.host.prompts.TerminalPrompter.ask", ask)
    requests = "\n\n###\n".join(["# @ca ca.pem\nGET {server}/"] * 4)
    code, shown, told = run("run", requests, "--all", "--env", "dev")
    # A wrong one is asked for again with the next request, a right one no more.
    assert asked == ["Passphrase of the key of `locked.key` True"] * 2
    assert "locked.key`" in told + shown
    assert (code, (told + shown).count("200 OK")) == (3, 3)


def test_a_certificate_that_cannot_be_used_after_a_redirect_fails_the_request(
    run: Run, tmp_path: Path, server: TlsServer
) -> None:
    rule = (
        f'[[certificates]]\nhosts = ["localhost:{server.port}"]\ncert = "old.pem"\nkey = "old.key"\nca = ["ca.pem"]\n'
    )
    (tmp_path / "httpls.toml").write_text(rule)
    seen = len(server.seen)
    location = f"Location: https://localhost:{server.port}/"
    with serve(answering(response(b"", [location], "302 Found"))) as first:
        code, _, told = run("run", f"GET http://127.0.0.1:{first.port}/")
    assert code == 4
    assert "old.pem` expired on" in told
    assert len(first.requests) == 1
    assert len(server.seen) == seen


def test_what_cannot_be_used_stops_a_request_before_its_token_is_fetched(run: Run, server: TlsServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as endpoint:
        port = endpoint.getsockname()[1]
        auth = f"# @auth oauth2 client_credentials token-url=http://127.0.0.1:{port}/ client-id=a client-secret=b"
        seen = len(server.seen)
        code, shown, told = run("run", f"# @cert old.pem old.key\n{auth}\nGET {{server}}/")
        endpoint.settimeout(0.2)
        with pytest.raises(TimeoutError):
            endpoint.accept()
    assert (code, shown) == (3, "")
    assert "old.pem` expired on" in told
    assert "a.http:1:9" in told
    assert len(server.seen) == seen


@pytest.mark.parametrize(
    "line", ["# @cert {out}/alice.pem {out}/alice.key", "# @cert link.pem {out}/alice.key", "# @ca {out}/ca.pem"]
)
def test_files_outside_an_untrusted_project_are_not_read(
    line: str, run: Run, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    _ALICE.write(outside, "alice")
    _ROOT.write(outside, "ca")
    (tmp_path / "link.pem").symlink_to(outside / "alice.pem")
    text = f"{line.format(out=outside)}\nGET {{server}}/"
    code, shown, told = run("run", text)
    assert (code, shown) == (3, "")
    assert "lies outside the project and may not be read" in told
    assert "a.http:1:" in told
    assert run("run", text, "--trust")[0] != 3
    options = ("--cert", f"{outside}/alice.pem", "--key", f"{outside}/alice.key", "--cacert", f"{outside}/ca.pem")
    assert run("run", "GET {server}/", *options) == (0, "alice", "")


def test_a_dry_run_shows_how_the_connection_would_be_secured(run: Run) -> None:
    text = "# @cert alice.pem alice.key\n# @ca ca.pem\nGET https://a.test/"
    assert run("run", text, "--dry-run")[1].splitlines()[1:] == [
        "client certificate: alice.pem  by `# @cert` in line 1 of a.http",
        "trusts: ca.pem  by `# @ca` in line 2 of a.http",
    ]
    shown = json.loads(run("run", text, "--dry-run", "--json", "--cert", "old.pem", "--insecure")[1])[0]["tls"]
    assert (shown["clientCertificateRule"], shown["verifyRule"]) == ("`--cert`", "`--insecure`")


def test_a_key_without_a_certificate_is_wrong_usage(run: Run) -> None:
    with pytest.raises(SystemExit) as stop:
        run("run", "GET {server}/", "--key", "alice.key")
    assert stop.value.code == 2


def test_explain_says_which_certificate_and_why(run: Run, tmp_path: Path) -> None:
    (tmp_path / "httpls.toml").write_text(
        '[[certificates]]\nhosts = ["localhost"]\ncert = "old.pem"\nkey = "old.key"\n'
    )
    code, shown, _ = run("cert explain", "# @cert alice.pem alice.key\n# @ca ca.pem\nGET {server}/")
    lines = [line.strip() for line in shown.splitlines()]
    assert code == 0
    assert "client certificate  alice.pem with alice.key" in lines
    assert any(line.startswith("CN=alice, issued by CN=Test Authority, ") for line in lines)
    assert any(line.startswith("key: EC, P-256; SHA-256 ") for line in lines)
    assert "chosen by `# @cert` in line 1 of a.http" in lines
    assert any(line.startswith("instead of the entry `localhost` of `certificates`") for line in lines)
    assert "trusts the authorities of the system" in lines
    assert "trusts ca.pem, by `# @ca` in line 2 of a.http" in lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET {server}/", "NOT verified: servers of this machine are not verified (setting `tls.verify`)"),
        ("# @insecure\nGET https://a.test/", "NOT verified: `# @insecure`"),
        ("GET http://a.test/", "no certificates: the connection is not secured (http)"),
        ("GET https://{{$guid}}.test/", "the host is not known yet"),
        ("# @tls min=1.3 server-name=b.test\nGET https://a.test/", "TLS 1.3 to the highest"),
        ("# @cert none\nGET https://a.test/", "client certificate  none"),
    ],
)
def test_explain_of_what_is_not_there(text: str, shown: str, run: Run) -> None:
    code, out, _ = run("cert explain", text)
    assert code == 0
    assert shown in out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# @cert old.pem old.key\nGET {server}/", "expired on"),
        ("# @cert gone.pem\nGET {server}/", "does not exist"),
        ("# @cert alice.pem old.key\nGET {server}/", "do not belong together"),
        ("# @cert alice.pem {{$guid}}\nGET {server}/", "is known only when the request is sent"),
    ],
)
def test_explain_says_what_is_wrong(text: str, message: str, run: Run) -> None:
    code, out, _ = run("cert explain", text)
    assert code == 3
    assert message in out


def test_explain_warns_of_what_ends_soon(run: Run, tmp_path: Path) -> None:
    issue("soon", _ROOT, days=(-1, 5.5)).write(tmp_path, "soon")
    assert "it expires in 5 days" in run("cert explain", "# @cert soon.pem soon.key\nGET {server}/")[1]


def test_explain_asks_the_server(run: Run, server: TlsServer) -> None:
    code, out, _ = run("cert explain", "# @cert alice.pem alice.key\n# @ca ca.pem\nGET {server}/", "--connect")
    assert code == 0
    assert f"connection          localhost:{server.port}, TLSv1.3" in out
    assert "0  CN=server, issued by CN=Test Authority" in out


def test_explain_shows_whom_it_does_not_trust(run: Run, tmp_path: Path) -> None:
    (tmp_path / "httpls.toml").write_text('[tls]\nverify = "always"\n')
    code, out, _ = run("cert explain", "# @cert alice.pem alice.key\nGET {server}/", "--connect")
    assert code == 4
    assert "0  CN=server, issued by CN=Test Authority" in out
    assert "is signed by an authority that is not trusted" in out


def test_explain_as_json(run: Run) -> None:
    _, out, _ = run(
        "cert explain", "# @cert alice.pem alice.key\n# @ca ca.pem only\nGET {server}/", "--json", "--connect"
    )
    (one,) = json.loads(out)
    assert one["clientCertificate"]["facts"]["subject"] == "CN=alice"
    assert one["authorities"] == [{"path": "ca.pem", "rule": "`# @ca` in line 2 of a.http"}]
    assert (one["isVerified"], one["trustsSystem"], one["errors"]) == (True, False, [])
    assert one["connection"]["chain"][0]["names"] == ["localhost"]


def test_explain_of_a_url_uses_the_project(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "httpls.toml").write_text(
        '[[certificates]]\nhosts = ["*.test"]\ncert = "alice.pem"\nkey = "alice.key"\n'
    )
    assert main(["cert", "explain", "https://api.test:8443/x"]) == 0
    assert "chosen by the entry `*.test` of `certificates`" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["cert", "explain", "nowhere.http"], ["cert", "explain", "a.http", "-n", "nobody"]])
def test_wrong_usage(words: list[str], run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.http").write_text("GET https://a.test/")
    assert main(words) == 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# @cert old.pem old.key\nGET {server}/", "a.http:1:9: error: the client certificate `{folder}/old.pem` expired on"),
        ("# @cert alice.pem old.key\nGET {server}/", "a.http:1:9: error: the client certificate `{folder}/alice.pem` and the key `{folder}/old.key` do not belong"),
        ("GET {server}/\nX-ClientCert: cert: old.pem key: old.key", "a.http:2:21: error: the client certificate `{folder}/old.pem` expired on"),
        ("# @cert soon.pem soon.key\nGET {server}/", "a.http:1:9: warning: a server may refuse the client certificate `soon.pem`: it expires in 5 days"),
        ("# @cert alice.pem alice.key\nGET {server}/", None),
        ("# @cert old.pem old.key passphrase={{$secret p}}\nGET {server}/", None),
    ],
)  # fmt: skip
def test_check_reads_certificates(text: str, found: str | None, run: Run, tmp_path: Path) -> None:
    issue("soon", _ROOT, days=(-1, 5.5)).write(tmp_path, "soon")
    _, out, told = run("check", text)
    if found is None:
        assert (out, told) == ("", "1 file: no problem\n")
    else:
        assert found.format(folder=tmp_path) in out
