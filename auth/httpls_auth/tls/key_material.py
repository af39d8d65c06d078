"""Reads a client certificate with its key, whatever format they are in, and checks that they can be used.

Understood are PEM (certificate, chain and key in one file or in two), DER, PKCS#12 and OpenSSH keys; keys may be
encrypted in any way that `cryptography` knows. Whatever is wrong is a `KeyMaterialError` before anything is sent.
"""

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote_to_bytes

from httpls_auth.errors import KeyMaterialError
from httpls_auth.tls.choice import ClientCertificate, Material, shown_material
from httpls_auth.values.labels import Labels
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

LARGEST = 4 * 1024 * 1024
"""How many bytes a file of keys or certificates may have."""

_PEM_CERTIFICATE = re.compile(rb"-----BEGIN ((?:X509 )?)CERTIFICATE-----.*?-----END \1CERTIFICATE-----", re.DOTALL)


class KeyPair(NamedTuple):
    """A certificate with its private key, and the certificates that lead from it towards a root, in their order."""

    certificate: "x509.Certificate"
    chain: "tuple[x509.Certificate, ...]"
    key: "PrivateKeyTypes"


def read_key_pair(given: ClientCertificate, now: float | None = None) -> KeyPair:
    """Read a client certificate and its key, and check that they belong together and are valid at the time `now`.

    `now` is in seconds since the epoch, by default the time of the machine. Raises `KeyMaterialError`, which names the
    rule by which the certificate was chosen.
    """
    try:
        pair = _read(given)
    except KeyMaterialError as error:
        raise KeyMaterialError(f"{error}{_by(given)}", error.remedy) from error
    check_validity(pair.certificate, given, time.time() if now is None else now)
    return pair


def check_validity(certificate: "x509.Certificate", given: ClientCertificate, now: float) -> None:
    """Raise `KeyMaterialError` for a certificate that is not valid yet or no more at `now` (since the epoch)."""
    moment = datetime.fromtimestamp(now, UTC)
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    shown = f"the client certificate {shown_material(given.certificate)}"
    if moment > last:
        raise KeyMaterialError(
            f"{shown} expired on {_date(last)}{_by(given)}", "Have it renewed, and name the new one."
        )
    if moment < first:
        raise KeyMaterialError(
            f"{shown} is valid only from {_date(first)}{_by(given)}",
            "Wait until then, or check the clock of this machine.",
        )


def read_certificates(content: bytes) -> "list[x509.Certificate]":
    """Return the certificates in the bytes of a file, PEM, DER or PKCS#7; none if there are none.

    Raises ValueError for one that is broken.
    """
    from cryptography import x509

    blocks = [match.group() for match in _PEM_CERTIFICATE.finditer(content)]
    if blocks:
        return x509.load_pem_x509_certificates(b"\n".join(blocks))
    if b"-----BEGIN PKCS7-----" in content:
        from cryptography.hazmat.primitives.serialization import pkcs7

        return pkcs7.load_pem_pkcs7_certificates(content)
    second = _second_tag(content)
    if second == _SEQUENCE:
        return [x509.load_der_x509_certificate(content)]
    if second == _OBJECT_IDENTIFIER:
        from cryptography.hazmat.primitives.serialization import pkcs7

        return pkcs7.load_der_pkcs7_certificates(content)
    return []


def read_key(content: bytes, passphrase: Value | None, shown: str) -> "PrivateKeyTypes":
    """Return the private key in the bytes of a file of any format; `shown` is how errors call the file.

    A passphrase for a key that is not encrypted is ignored. Raises `KeyMaterialError`.
    """
    from base64 import b64encode

    from httpls_auth.keys import read_private_key

    # What is not PEM goes as a data URI, which may hold any bytes. What stands around a PEM block is of no account.
    is_pem = b"-----BEGIN" in content
    text = content.decode("latin-1") if is_pem else "data:;base64," + b64encode(content).decode("ascii")
    value = Value(text, Provenance(Origination.LITERAL, shown), Labels("a private key"))
    key = read_private_key(value, passphrase, shown).key
    if isinstance(key, bytes):
        raise KeyMaterialError(f"{shown} is a symmetric key, which no certificate has", "Name the right file.")
    return key


def read_file(material: Material, what: str) -> bytes:
    """Return the bytes of a file, or of what is given in its place; `what` is how errors call it.

    Raises `KeyMaterialError`.
    """
    if isinstance(material, Value):
        return _content_of(material, what)
    path = material
    if path.startswith("pkcs11:"):
        raise KeyMaterialError(
            f"{what} `{path}` is on a token or smart card, which cannot be used yet",
            "Use a certificate with its key in a file.",
        )
    try:
        # A device or a pipe could be read without end, and a pipe would wait for its writer already when opened.
        if Path(path).exists() and not Path(path).is_file():
            raise KeyMaterialError(f"{what} `{path}` is no file", "Name a file.")
        with open(path, "rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise KeyMaterialError(f"{what} `{path}` does not exist", "Correct the path.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the path is not valid"
        raise KeyMaterialError(f"{what} `{path}` cannot be read: {reason}", "Check its permissions.") from error
    if len(content) > LARGEST:
        raise KeyMaterialError(f"{what} `{path}` has more than {LARGEST >> 20} MB", "Name the right file.")
    if not content.strip():
        raise KeyMaterialError(f"{what} `{path}` is empty", "Name the right file.")
    return content


def _content_of(material: Value, what: str) -> bytes:
    """Return the bytes that a text stands for: those of a data URI (RFC 2397), else its own."""
    text = material.reveal().strip()
    if not text.startswith("data:"):
        return text.encode("utf-8", "surrogatepass")
    head, _, data = text.partition(",")
    try:
        from base64 import b64decode

        return b64decode("".join(data.split()), validate=True) if head.endswith(";base64") else unquote_to_bytes(data)
    except ValueError as error:
        message = f"{what} {shown_material(material)} is a broken data URI"
        raise KeyMaterialError(message, "Write it as `data:;base64,…`.") from error


_INTEGER, _OBJECT_IDENTIFIER, _SEQUENCE = 0x02, 0x06, 0x30


def _read(given: ClientCertificate) -> KeyPair:
    certificates, key = _certificates_and_key(given)
    leaf = next((one for one in certificates if _is_pair(one, key)), None)
    if leaf is None:
        shown = f"the key {shown_material(given.key)}" if given.key is not None else "the key in it"
        raise KeyMaterialError(
            f"the client certificate {shown_material(given.certificate)} and {shown} do not belong together",
            "Name the key with which the certificate was requested.",
        )
    return KeyPair(leaf, tuple([one for one in certificates if one is not leaf]), key)


def _certificates_and_key(given: ClientCertificate) -> "tuple[list[x509.Certificate], PrivateKeyTypes]":
    what = "the client certificate"
    content = read_file(given.certificate, what)
    if given.key is not None and given.key != given.certificate:
        key_content = read_file(given.key, "the key of the client certificate")
        return _readable_certificates(content, given), read_key(
            key_content, given.passphrase, f"the key {shown_material(given.key)}"
        )
    if b"-----BEGIN" not in content and _second_tag(content) == _INTEGER:
        return _read_pkcs12(content, given)
    certificates = _readable_certificates(content, given)
    if b"PRIVATE KEY-----" not in content:
        raise KeyMaterialError(
            f"no key is given for the client certificate {shown_material(given.certificate)}, and there is none in it",
            "Name it: `key=PATH`.",
        )
    return certificates, read_key(content, given.passphrase, f"the key in {shown_material(given.certificate)}")


def _readable_certificates(content: bytes, given: ClientCertificate) -> "list[x509.Certificate]":
    try:
        certificates = read_certificates(content)
    except ValueError as error:
        message = f"the client certificate {shown_material(given.certificate)} is damaged"
        raise KeyMaterialError(message, "Name another file.") from error
    if not certificates:
        raise KeyMaterialError(
            f"there is no certificate in {shown_material(given.certificate)}", "Name a file in PEM, DER or PKCS#12."
        )
    return certificates


def _read_pkcs12(content: bytes, given: ClientCertificate) -> "tuple[list[x509.Certificate], PrivateKeyTypes]":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import pkcs12

    shown = shown_material(given.certificate)
    passphrase = given.passphrase.reveal().encode() if given.passphrase is not None else b""
    # "No password" and "the empty password" are two things in PKCS#12, and nobody can tell which one a tool used.
    attempts = [passphrase] if passphrase else [None, b""]
    for attempt in attempts:
        try:
            key, certificate, others = pkcs12.load_key_and_certificates(content, attempt)
        except UnsupportedAlgorithm as error:
            raise KeyMaterialError(
                f"{shown} is encrypted in a way that is not supported",
                "Export it anew: `openssl pkcs12 -in OLD -nodes | openssl pkcs12 -export -out NEW`.",
            ) from error
        except ValueError:
            continue
        if key is None:
            raise KeyMaterialError(f"there is no private key in {shown}", "Export certificate and key together.")
        if certificate is None and not others:
            raise KeyMaterialError(f"there is no certificate in {shown}", "Export certificate and key together.")
        return [one for one in (certificate, *others) if one is not None], key
    if passphrase:
        raise KeyMaterialError(
            f"{shown} cannot be opened: the passphrase is wrong, or the file is damaged", "Correct the passphrase."
        )
    raise KeyMaterialError(
        f"{shown} needs a passphrase, or is no PKCS#12 file",
        "Give it as `passphrase=…`, best from the keyring: `passphrase={{$secret NAME}}`.",
    )


def _is_pair(certificate: "x509.Certificate", key: "PrivateKeyTypes") -> bool:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return bool(certificate.public_key() == key.public_key())
    except (ValueError, UnsupportedAlgorithm):
        return False


def _second_tag(content: bytes) -> int | None:
    """Return the tag of the first element inside the outermost sequence (X.690), None if there is no sequence.

    By it the formats in DER are told apart: PKCS#12 and keys begin with a version, a certificate with a sequence.
    """
    if not content or content[0] != _SEQUENCE:
        return None
    length = content[1] if len(content) > 1 else 0
    start = 2 + (length & 0x7F if length > 0x80 else 0)
    return content[start] if start < len(content) else None


def _by(given: ClientCertificate) -> str:
    return f" (chosen by {given.rule})" if given.rule else ""


def _date(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
