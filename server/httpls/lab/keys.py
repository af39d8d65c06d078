"""The certificates and keys of a lab, made when it starts: nothing secret is in the distribution, nothing expires.

What is in the folder afterwards: `ca.pem`, the authority of server and client; `client.pem` with `client-key.pem`, and
both in `client.p12`; a key pair for each kind of signature.
"""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

CA = "ca.pem"
SERVER = "server.pem"
CLIENT, CLIENT_KEY, CLIENT_PKCS12 = "client.pem", "client-key.pem", "client.p12"
RSA_PRIVATE, RSA_PUBLIC = "rsa-private.pem", "rsa-public.pem"
EC_PRIVATE, EC_PUBLIC = "ec-private.pem", "ec-public.pem"
ED25519_PRIVATE, ED25519_PUBLIC = "ed25519-private.pem", "ed25519-public.pem"
PASSPHRASE = "lab-passphrase"  # noqa: S105 - the passphrase of a demonstration, shown on its page


def make_keys(folder: Path) -> None:
    """Write all files into the folder, readable by the user only. Raises OSError."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("httpls lab authority", authority_key, None, authority_key)
    server_key = ec.generate_private_key(ec.SECP256R1())
    server = _certificate("httpls lab", server_key, authority, authority_key, is_server=True)
    client_key = ec.generate_private_key(ec.SECP256R1())
    client = _certificate("ada", client_key, authority, authority_key)
    encryption = BestAvailableEncryption(PASSPHRASE.encode())
    packed = pkcs12.serialize_key_and_certificates(b"ada", client_key, client, [authority], encryption)
    files = {
        CA: authority.public_bytes(Encoding.PEM),
        SERVER: _private(server_key) + server.public_bytes(Encoding.PEM),
        CLIENT: client.public_bytes(Encoding.PEM),
        CLIENT_KEY: _private(client_key),
        CLIENT_PKCS12: packed,
    }
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    ec_key = ec.generate_private_key(ec.SECP256R1())
    ed25519_key = ed25519.Ed25519PrivateKey.generate()
    files |= {RSA_PRIVATE: _private(rsa_key), RSA_PUBLIC: _public(rsa_key)}
    files |= {EC_PRIVATE: _private(ec_key), EC_PUBLIC: _public(ec_key)}
    files |= {ED25519_PRIVATE: _private(ed25519_key), ED25519_PUBLIC: _public(ed25519_key)}
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(content)


def _certificate(
    name: str,
    key: "ec.EllipticCurvePrivateKey",
    issuer: "x509.Certificate | None",
    issuer_key: "ec.EllipticCurvePrivateKey",
    is_server: bool = False,
) -> "x509.Certificate":
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    # A clock that is a little behind ours still finds the certificate valid.
    begin = datetime.now(UTC) - timedelta(hours=1)
    is_authority = issuer is None
    usage = x509.KeyUsage(
        digital_signature=not is_authority, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=is_authority, crl_sign=is_authority,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if is_server:
        names: list[x509.GeneralName] = [x509.DNSName("localhost")]
        names += [x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "::1")]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if not is_authority:
        purpose = ExtendedKeyUsageOID.SERVER_AUTH if is_server else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return builder.sign(issuer_key, SHA256())


def _private(key: "ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public(key: "ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
