"""Client certificates in every format reach a server, and what cannot be used is refused before anything is sent."""

import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from tests.support.certificates import Issued, authority, issue
from tests.support.tls_server import TlsServer, converse, tls_server

from httpls_auth.errors import KeyMaterialError
from httpls_auth.tls.choice import ClientCertificate, TlsChoice
from httpls_auth.tls.context import ssl_context
from httpls_auth.values.labels import Labels
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

_PASSPHRASE = "correct hörse"
_ROOT = authority()
_ALICE = issue("alice", _ROOT)
_RSA = issue("rsa", _ROOT, key=rsa.generate_private_key(65537, 2048))
_EDWARDS = issue("edwards", _ROOT, key=ed25519.Ed25519PrivateKey.generate())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsServer]:
    own = issue("server", _ROOT, hosts=("localhost",))
    with tls_server(tmp_path_factory.mktemp("server"), own, clients=_ROOT) as running:
        yield running


def _passphrase(text: str | None) -> Value | None:
    return Value(text, Provenance(Origination.LITERAL, "test"), Labels("a passphrase")) if text is not None else None


def _key(issued: Issued, encoding: Encoding, form: PrivateFormat, is_encrypted: bool) -> bytes:
    how = BestAvailableEncryption(_PASSPHRASE.encode()) if is_encrypted else NoEncryption()
    return issued.key.private_bytes(encoding, form, how)


def _pkcs12(issued: Issued, how: KeySerializationEncryption) -> bytes:
    key = issued.key
    return pkcs12.serialize_key_and_certificates(b"me", key, issued.certificate, [_ROOT.certificate], how)


def _legacy(algorithm: pkcs12.PBES, mac: type[SHA1] | type[SHA256] = SHA1) -> KeySerializationEncryption:
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2048)
    return builder.key_cert_algorithm(algorithm).hmac_hash(mac()).build(_PASSPHRASE.encode())


_Files = dict[str, bytes]
_FORMATS: dict[str, tuple[Callable[[], _Files], str | None, str]] = {
    "PEM in two files": (lambda: {"c": _ALICE.pem, "k": _ALICE.key_pem}, None, "alice"),
    "PEM in one file, key first": (lambda: {"c": _ALICE.key_pem + _ALICE.pem}, None, "alice"),
    "PEM with chain, root first, and prose": (
        lambda: {"c": "Zoë's key\n".encode() + _ROOT.pem + _ALICE.pem + _ALICE.key_pem}, None, "alice",
    ),
    "PEM with CR LF": (lambda: {"c": (_ALICE.pem + _ALICE.key_pem).replace(b"\n", b"\r\n")}, None, "alice"),
    "DER certificate, PEM key": (lambda: {"c": _ALICE.der, "k": _ALICE.key_pem}, None, "alice"),
    "DER certificate, DER key": (
        lambda: {"c": _ALICE.der, "k": _key(_ALICE, Encoding.DER, PrivateFormat.PKCS8, False)}, None, "alice",
    ),
    "DER certificate, encrypted DER key": (
        lambda: {"c": _ALICE.der, "k": _key(_ALICE, Encoding.DER, PrivateFormat.PKCS8, True)}, _PASSPHRASE, "alice",
    ),
    "SEC 1 key": (
        lambda: {"c": _ALICE.pem, "k": _key(_ALICE, Encoding.PEM, PrivateFormat.TraditionalOpenSSL, False)}, None, "alice",
    ),
    "PKCS#1 DER key": (
        lambda: {"c": _RSA.pem, "k": _key(_RSA, Encoding.DER, PrivateFormat.TraditionalOpenSSL, False)}, None, "rsa",
    ),
    "encrypted PKCS#8": (
        lambda: {"c": _RSA.pem, "k": _key(_RSA, Encoding.PEM, PrivateFormat.PKCS8, True)}, _PASSPHRASE, "rsa",
    ),
    "encrypted traditional RSA": (
        lambda: {"c": _RSA.pem, "k": _key(_RSA, Encoding.PEM, PrivateFormat.TraditionalOpenSSL, True)}, _PASSPHRASE, "rsa",
    ),
    "encrypted traditional EC": (
        lambda: {"c": _ALICE.pem, "k": _key(_ALICE, Encoding.PEM, PrivateFormat.TraditionalOpenSSL, True)},
        _PASSPHRASE, "alice",
    ),
    "Ed25519": (lambda: {"c": _EDWARDS.pem, "k": _EDWARDS.key_pem}, None, "edwards"),
    "encrypted Ed25519": (
        lambda: {"c": _EDWARDS.pem, "k": _key(_EDWARDS, Encoding.PEM, PrivateFormat.PKCS8, True)}, _PASSPHRASE, "edwards",
    ),
    "OpenSSH key": (
        lambda: {"c": _ALICE.pem, "k": _key(_ALICE, Encoding.PEM, PrivateFormat.OpenSSH, False)}, None, "alice",
    ),
    "passphrase that is not needed": (lambda: {"c": _ALICE.pem, "k": _ALICE.key_pem}, _PASSPHRASE, "alice"),
    "PKCS#12, AES": (
        lambda: {"c": _pkcs12(_ALICE, _legacy(pkcs12.PBES.PBESv2SHA256AndAES256CBC, SHA256))}, _PASSPHRASE, "alice",
    ),
    "PKCS#12, 3DES": (
        lambda: {"c": _pkcs12(_ALICE, _legacy(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC))}, _PASSPHRASE, "alice",
    ),
    "PKCS#12, not encrypted": (lambda: {"c": _pkcs12(_ALICE, NoEncryption())}, None, "alice"),
    "PKCS#12 as the key only": (lambda: {"c": _ALICE.pem, "k": _pkcs12(_ALICE, NoEncryption())}, None, "alice"),
}  # fmt: skip


def _choice(folder: Path, files: _Files, passphrase: str | None = None) -> TlsChoice:
    root = folder / "root.pem"
    root.write_bytes(_ROOT.pem)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    key = str(folder / "k") if "k" in files else None
    certificate = ClientCertificate(str(folder / "c"), key, _passphrase(passphrase), "line 3 of a.http")
    return TlsChoice(client_certificate=certificate, trust_anchors=(str(root),), replaces_system=True)


@pytest.mark.parametrize("form", _FORMATS)
def test_a_server_sees_the_certificate(form: str, server: TlsServer, tmp_path: Path) -> None:
    files, passphrase, name = _FORMATS[form]
    said = converse(ssl_context(_choice(tmp_path, files(), passphrase), ()), server.port)
    assert said == name


_EXPIRED = issue("alice", _ROOT, days=(-30, -2))
_FUTURE = issue("alice", _ROOT, days=(2, 30))
_ENCRYPTED_KEY = _key(_ALICE, Encoding.PEM, PrivateFormat.PKCS8, True)


@pytest.mark.parametrize(
    ("files", "passphrase", "message", "remedy"),
    [
        ({}, None, "the client certificate `{c}` does not exist", "Correct the path."),
        ({"c": _ALICE.pem, "k": b""}, None, "the key of the client certificate `{k}` is empty", "Name the right file."),
        ({"c": b"nonsense", "k": _ALICE.key_pem}, None, "there is no certificate in `{c}`", "Name a file in PEM, DER or PKCS#12."),
        ({"c": b"\x30\x82", "k": _ALICE.key_pem}, None, "there is no certificate in `{c}`", "Name a file in PEM, DER or PKCS#12."),
        ({"c": _ALICE.der[:200], "k": _ALICE.key_pem}, None, "the client certificate `{c}` is damaged", "Name another file."),
        ({"c": _ALICE.pem.replace(b"MII", b"XII"), "k": _ALICE.key_pem}, None, "the client certificate `{c}` is damaged", "Name another file."),
        ({"c": _ALICE.pem}, None, "no key is given for the client certificate `{c}`, and there is none in it", "Name it: `key=PATH`."),
        ({"c": _ALICE.pem, "k": _ALICE.pem}, None, "the key `{k}` is no private key, but `CERTIFICATE`", "Give the private key."),
        ({"c": _ALICE.pem, "k": b"nonsense"}, None, "the key `{k}` cannot be read: it is damaged or no private key", ""),
        ({"c": _ALICE.pem, "k": _RSA.key_pem}, None, "the client certificate `{c}` and the key `{k}` do not belong together", "Name the key with which the certificate was requested."),
        ({"c": _ALICE.pem + _RSA.key_pem}, None, "the client certificate `{c}` and the key in it do not belong together", "Name the key with which the certificate was requested."),
        ({"c": _ALICE.pem, "k": _ENCRYPTED_KEY}, None, "the key `{k}` is encrypted", "Give its passphrase with `passphrase`."),
        ({"c": _ALICE.pem, "k": _ENCRYPTED_KEY}, "wrong", "the key `{k}` cannot be read: its passphrase is wrong, or it is damaged or no private key", ""),
        ({"c": _pkcs12(_ALICE, BestAvailableEncryption(b"x"))}, None, "`{c}` needs a passphrase, or is no PKCS#12 file", "Give it as `passphrase=…`, best from the keyring: `passphrase={{$secret NAME}}`."),
        ({"c": _pkcs12(_ALICE, BestAvailableEncryption(b"x"))}, "y", "`{c}` cannot be opened: the passphrase is wrong, or the file is damaged", "Correct the passphrase."),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(
    files: _Files, passphrase: str | None, message: str, remedy: str, tmp_path: Path
) -> None:
    with pytest.raises(KeyMaterialError) as caught:
        ssl_context(_choice(tmp_path, files, passphrase), ())
    assert str(caught.value) == message.format(c=tmp_path / "c", k=tmp_path / "k") + " (chosen by line 3 of a.http)"
    assert caught.value.remedy == remedy


@pytest.mark.parametrize(("issued", "said"), [(_EXPIRED, "expired on "), (_FUTURE, "is valid only from ")])
def test_a_certificate_outside_its_time_is_refused_with_the_day(issued: Issued, said: str, tmp_path: Path) -> None:
    date = issued.certificate.not_valid_after_utc if issued is _EXPIRED else issued.certificate.not_valid_before_utc
    with pytest.raises(KeyMaterialError, match=said + date.strftime("%Y-%m-%d")):
        ssl_context(_choice(tmp_path, {"c": issued.pem, "k": issued.key_pem}), ())


def test_a_certificate_that_expires_while_its_context_is_kept_is_refused(tmp_path: Path) -> None:
    choice = _choice(tmp_path, {"c": _ALICE.pem, "k": _ALICE.key_pem})
    assert ssl_context(choice, ()) is ssl_context(choice, ())
    later = (datetime.now(UTC) + timedelta(days=400)).timestamp()
    with pytest.raises(KeyMaterialError, match="expired"):
        ssl_context(choice, (), lambda: later)


def test_a_renewed_file_is_read_again(server: TlsServer, tmp_path: Path) -> None:
    choice = _choice(tmp_path, {"c": _ALICE.pem, "k": _ALICE.key_pem})
    before = ssl_context(choice, ())
    _choice(tmp_path, {"c": _RSA.pem, "k": _RSA.key_pem})
    after = ssl_context(choice, ())
    assert after is not before
    assert converse(after, server.port) == "rsa"


def test_a_file_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choice = _choice(tmp_path, {"c": _ALICE.pem, "k": _ALICE.key_pem})

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(KeyMaterialError, match="cannot be read: Permission denied"):
        ssl_context(choice, ())


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("pkcs11:object=me", "the client certificate `pkcs11:object=me` is on a token or smart card, which cannot be used yet"),
        ("/dev/zero", "the client certificate `/dev/zero` is no file"),
        ("a\0b", "the client certificate `a\0b` cannot be read: the path is not valid"),
    ],
)  # fmt: skip
def test_what_is_no_file_is_refused(path: str, message: str) -> None:
    with pytest.raises(KeyMaterialError) as caught:
        ssl_context(TlsChoice(client_certificate=ClientCertificate(path)), ())
    assert str(caught.value) == message


def test_the_file_for_openssl_is_private_encrypted_and_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ssl

    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    seen: list[tuple[int, bytes]] = []
    load = ssl.SSLContext.load_cert_chain

    def watched(context: ssl.SSLContext, name: str, **more: str) -> None:
        seen.append((stat.S_IMODE(Path(name).stat().st_mode), Path(name).read_bytes()))
        load(context, name, **more)

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", watched)
    ssl_context(_choice(tmp_path, {"c": _ALICE.pem, "k": _ALICE.key_pem}), ())
    ((mode, content),) = seen
    assert mode == 0o600
    assert b"ENCRYPTED PRIVATE KEY" in content
    assert list(folder.iterdir()) == []
