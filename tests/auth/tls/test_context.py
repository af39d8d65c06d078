"""TLS contexts: what is trusted, which versions, what is shared."""

import ssl
import stat
import sys
import types
import warnings
from pathlib import Path

import pytest
from tests.support.certificates import authority, issue
from tests.support.tls_server import connected, converse, tls_server

from httpls_auth.errors import KeyMaterialError, ParameterError
from httpls_auth.tls import context as context_module
from httpls_auth.tls import trust_anchors
from httpls_auth.tls.choice import DEFAULT, ClientCertificate, TlsChoice
from httpls_auth.tls.context import client_certificate_facts, ssl_context
from httpls_auth.tls.facts import certificate_facts, peer_facts

_ROOT = authority()
_MIDDLE = authority("Middle", _ROOT)
_SERVER = issue("server", _MIDDLE, hosts=("localhost", "other.test", "127.0.0.1"))


def _anchored(*paths: Path) -> TlsChoice:
    return TlsChoice(trust_anchors=tuple(map(str, paths)), replaces_system=True)


def test_an_unknown_authority_is_not_trusted(tmp_path: Path) -> None:
    with tls_server(tmp_path, _SERVER, chain=_MIDDLE.pem) as server, pytest.raises(ssl.SSLCertVerificationError):
        converse(ssl_context(DEFAULT, ()), server.port)


@pytest.mark.parametrize("is_alone", [True, False])
@pytest.mark.parametrize("form", ["pem", "pem with prose", "der", "pkcs7", "folder", "intermediate", "leaf"])
def test_an_authority_of_a_file_or_folder_is_trusted(form: str, is_alone: bool, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

    contents = {
        "pem": _ROOT.pem,
        "pem with prose": "# die Wurzel für alle\n".encode() + _ROOT.pem + b"\nend\n",
        "der": _ROOT.der,
        "pkcs7": pkcs7.serialize_certificates([_ROOT.certificate], Encoding.DER),
        "intermediate": _MIDDLE.pem,
        "leaf": _SERVER.pem,
    }
    path = tmp_path / "anchors"
    if form == "folder":
        path.mkdir()
        (path / "root.crt").write_bytes(_ROOT.pem)
        (path / "README").write_text("not a certificate")
    else:
        path.write_bytes(contents[form])
    choice = TlsChoice(trust_anchors=(str(path),), replaces_system=is_alone)
    with tls_server(tmp_path, _SERVER, chain=_MIDDLE.pem) as server:
        assert converse(ssl_context(choice, ()), server.port) == "None"


def test_without_verification_anybody_is_accepted(tmp_path: Path) -> None:
    with tls_server(tmp_path, issue("self")) as server:
        assert converse(ssl_context(TlsChoice(verify=False), ()), server.port, "else.test") == "None"


def test_the_name_is_verified(tmp_path: Path) -> None:
    root = tmp_path / "root.pem"
    root.write_bytes(_ROOT.pem)
    with tls_server(tmp_path, _SERVER, chain=_MIDDLE.pem) as server:
        context = ssl_context(_anchored(root), ())
        assert converse(context, server.port, "other.test") == "None"
        with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
            converse(context, server.port, "else.test")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "the file of authorities `{path}` does not exist"),
        (b"", "the file of authorities `{path}` is empty"),
        (b"nonsense", "there is no certificate in the file of authorities `{path}`"),
        (_SERVER.key_pem, "there is no certificate in the file of authorities `{path}`"),
        (_ROOT.der[:100], "the file of authorities `{path}` is damaged"),
        (_ROOT.pem.replace(b"MII", b"XII"), "the file of authorities `{path}` is damaged"),
    ],
    ids=["missing", "empty", "nonsense", "key", "cut off", "damaged"],
)
def test_a_bad_file_of_authorities_is_refused(content: bytes | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(KeyMaterialError) as caught:
        ssl_context(_anchored(path), ())
    assert str(caught.value) == message.format(path=path)


def test_a_folder_without_certificates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyMaterialError, match="there is no certificate in the folder"):
        ssl_context(_anchored(tmp_path), ())


@pytest.mark.parametrize(
    ("minimum", "maximum", "spoken"),
    [(None, None, "TLSv1.3"), (None, "1.2", "TLSv1.2"), ("1.3", None, "TLSv1.3"), ("1.0", "1.1", "TLSv1.1"), (None, "1.0", "TLSv1")],
)  # fmt: skip
def test_versions(minimum: str | None, maximum: str | None, spoken: str, tmp_path: Path) -> None:
    choice = TlsChoice(verify=False, minimum_version=minimum, maximum_version=maximum)
    with tls_server(tmp_path, _SERVER) as server:
        server.context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            server.context.minimum_version = ssl.TLSVersion.TLSv1
        with connected(ssl_context(choice, ()), server.port) as connection:
            assert connection.version() == spoken


@pytest.mark.parametrize(("minimum", "maximum"), [("1.4", None), (None, "3"), ("1.3", "1.2")])
def test_versions_that_there_are_not(minimum: str | None, maximum: str | None) -> None:
    with pytest.raises(ParameterError):
        ssl_context(TlsChoice(minimum_version=minimum, maximum_version=maximum), ())


def test_protocols_are_offered(tmp_path: Path) -> None:
    with tls_server(tmp_path, _SERVER) as server:
        choice = TlsChoice(verify=False)
        for protocols, agreed in ((("h2", "http/1.1"), "h2"), (("http/1.1",), "http/1.1"), ((), None)):
            with connected(ssl_context(choice, protocols), server.port) as connection:
                assert connection.selected_alpn_protocol() == agreed


def test_session_keys_are_logged_to_a_private_file(tmp_path: Path) -> None:
    log = tmp_path / "keys.log"
    with tls_server(tmp_path, _SERVER) as server:
        converse(ssl_context(TlsChoice(verify=False, key_log=str(log)), ()), server.port)
    assert "CLIENT_TRAFFIC_SECRET_0" in log.read_text()
    assert sys.platform == "win32" or stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_key_log_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyMaterialError, match="cannot be written"):
        ssl_context(TlsChoice(key_log=str(tmp_path / "missing" / "keys.log")), ())


def test_equal_choices_share_a_context_and_rules_do_not_count(tmp_path: Path) -> None:
    certificate, key = issue("me").write(tmp_path, "me")
    first = TlsChoice(client_certificate=ClientCertificate(str(certificate), str(key), rule="line 1"))
    second = TlsChoice(client_certificate=ClientCertificate(str(certificate), str(key), rule="line 2"), server_name="x")
    assert ssl_context(first, ()) is ssl_context(second, ())
    assert ssl_context(first, ("h2",)) is not ssl_context(first, ())


def test_the_default_context_uses_the_folder_of_hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "0123abcd.0").write_bytes(_ROOT.pem)
    loaded: list[object] = []
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(trust_anchors, "system_folder", lambda: str(tmp_path))

    def record(_: ssl.SSLContext, **given: str) -> None:
        loaded.append(given)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", record)
    trust_anchors.verifying_context()
    assert loaded == [{"capath": str(tmp_path)}]


def test_without_a_folder_of_hashes_the_bundle_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(_ROOT.pem)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(trust_anchors, "system_folder", lambda: None)
    monkeypatch.setattr(trust_anchors, "BUNDLES", (str(bundle),))
    paths = ssl.get_default_verify_paths()._replace(openssl_cafile=str(tmp_path / "none"))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    assert len(trust_anchors.verifying_context().get_ca_certs()) == 1


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_macos_and_windows_verify_by_their_own_store(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class FakeContext(ssl.SSLContext):
        pass

    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(context_module, "_made", {})
    monkeypatch.setitem(sys.modules, "truststore", types.SimpleNamespace(SSLContext=FakeContext))
    assert isinstance(trust_anchors.verifying_context(), FakeContext)
    assert isinstance(context_module.ssl_context(TlsChoice(maximum_version="1.2"), ("h2",)), FakeContext)


def test_facts_of_a_connection_equal_those_of_the_files(tmp_path: Path) -> None:
    context = ssl_context(TlsChoice(verify=False), ())
    with tls_server(tmp_path, _SERVER, chain=_MIDDLE.pem) as server, connected(context, server.port) as connection:
        assert peer_facts(connection) == (certificate_facts(_SERVER.der), certificate_facts(_MIDDLE.der))
    facts = certificate_facts(_SERVER.der)
    assert (facts.subject, facts.issuer, facts.names) == (
        "CN=server",
        "CN=Middle",
        ("localhost", "other.test", "127.0.0.1"),
    )


def test_facts_of_odd_names(tmp_path: Path) -> None:
    odd = issue('a,b+c="d" <e>;#\\ ', hosts=("::1", "*.example.com"))
    context = ssl_context(TlsChoice(verify=False), ())
    with tls_server(tmp_path, odd) as server, connected(context, server.port) as connection:
        (facts,) = peer_facts(connection)
    assert facts == certificate_facts(odd.der)
    assert facts.names == ("::1", "*.example.com")
    assert facts.is_self_issued


def test_facts_of_the_client_certificate(tmp_path: Path) -> None:
    me = issue("me")
    certificate, key = me.write(tmp_path, "me")
    choice = TlsChoice(client_certificate=ClientCertificate(str(certificate), str(key)))
    assert client_certificate_facts(choice) == certificate_facts(me.der)
    assert client_certificate_facts(DEFAULT) is None
