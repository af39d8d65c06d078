"""What a certificate says about itself, as plain data for traces, hovers and explanations.

The facts of a connection's certificates are read by the `ssl` module, so that a traced request does not load
`cryptography`; those of certificates in files are read by `cryptography`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    import ssl

    from cryptography import x509


class CertificateFacts(NamedTuple):
    """One X.509 certificate.

    Times are in seconds since the epoch; `subject` and `issuer` are in the form of RFC 4514, the serial number and the
    SHA-256 fingerprint in hexadecimal. `names` are the subject's alternative names: host names, addresses, mail
    addresses and URIs.
    """

    subject: str
    issuer: str
    serial: str
    not_before: float
    not_after: float
    names: tuple[str, ...]
    fingerprint_sha256: str

    @property
    def is_self_issued(self) -> bool:
        """Tell whether subject and issuer are the same: a root, or a certificate that nobody else vouches for."""
        return self.subject == self.issuer


def certificate_facts(der: bytes) -> CertificateFacts:
    """Return the facts of a certificate in DER. Raises ValueError for anything else."""
    from cryptography import x509

    return facts_of(x509.load_der_x509_certificate(der))


def facts_of(certificate: "x509.Certificate") -> CertificateFacts:
    """Return the facts of a certificate that is already read."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return CertificateFacts(
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        f"{certificate.serial_number:x}",
        certificate.not_valid_before_utc.timestamp(),
        certificate.not_valid_after_utc.timestamp(),
        _alternative_names(certificate),
        _fingerprint(certificate.public_bytes(Encoding.DER)),
    )


def peer_facts(connection: "ssl.SSLSocket | ssl.SSLObject") -> tuple[CertificateFacts, ...]:
    """Return the facts of the certificates that the peer of a connection showed, its own one first.

    Where the interpreter cannot tell the chain, there is only the peer's own certificate; without any, nothing.
    """
    found: list[CertificateFacts] = []
    for information, der in _shown_certificates(connection):
        try:
            found.append(_facts_of_information(information, der) if information else certificate_facts(der))
        except ValueError:
            # A certificate may be too odd to be read (a negative serial number) and yet be accepted by OpenSSL.
            found.append(CertificateFacts("?", "?", "?", 0.0, 0.0, (), _fingerprint(der)))
    return tuple(found)


def _alternative_names(certificate: "x509.Certificate") -> tuple[str, ...]:
    from cryptography import x509

    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, ValueError):
        return ()
    return tuple([str(name.value) for name in extension.value if not isinstance(name, x509.OtherName)])


def _shown_certificates(
    connection: "ssl.SSLSocket | ssl.SSLObject",
) -> Iterable[tuple[Mapping[str, object], bytes]]:
    """Yield what `ssl` knows about each certificate, with its DER; the knowledge may be empty."""
    from ssl import PEM_cert_to_DER_cert

    # The chain is public only from Python 3.13 on, and then as bytes; the object behind the connection has always
    # had it, with the certificates already taken apart.
    inner = getattr(connection, "_sslobj", None)
    inner = getattr(inner, "_sslobj", inner)
    chain = getattr(inner, "get_unverified_chain", None)
    certificates = cast("Sequence[object]", (chain() if chain is not None else None) or ())
    if certificates:
        for certificate in certificates:
            information = getattr(certificate, "get_info", dict[str, object])()
            pem = getattr(certificate, "public_bytes", str)()
            yield information, PEM_cert_to_DER_cert(pem)
        return
    der = connection.getpeercert(binary_form=True)
    if der:
        yield cast("Mapping[str, object]", connection.getpeercert() or {}), der


def _fingerprint(der: bytes) -> str:
    from hashlib import sha256

    return sha256(der).hexdigest()


def _facts_of_information(information: Mapping[str, object], der: bytes) -> CertificateFacts:
    from ssl import cert_time_to_seconds

    names = cast("Iterable[tuple[str, str]]", information.get("subjectAltName", ()))
    return CertificateFacts(
        _distinguished_name(information["subject"]),
        _distinguished_name(information["issuer"]),
        str(information["serialNumber"]).lower().lstrip("0") or "0",
        float(cert_time_to_seconds(str(information["notBefore"]))),
        float(cert_time_to_seconds(str(information["notAfter"]))),
        tuple([_address(name) if kind == "IP Address" else name for kind, name in names]),
        _fingerprint(der),
    )


def _distinguished_name(parts: object) -> str:
    """Return the name in the form of RFC 4514, section 2: the last part first, special characters escaped."""
    sets = cast("Sequence[Sequence[tuple[str, str]]]", parts)
    written = [
        "+".join([f"{_SHORT.get(kind, kind)}={_escaped(value)}" for kind, value in one])
        for one in reversed(sets)
    ]  # fmt: skip
    return ",".join(written)


def _escaped(value: str) -> str:
    value = "".join([f"\\{character}" if character in '\\,+"<>;' else character for character in value])
    value = value.replace("\0", "\\00")
    if value.startswith(("#", " ")):
        value = "\\" + value
    return value[:-1] + "\\ " if value.endswith(" ") else value


def _address(name: str) -> str:
    """Return an address as people write it: OpenSSL writes `0:0:0:0:0:0:0:1`, with a line break behind."""
    from ipaddress import ip_address

    try:
        return str(ip_address(name.strip()))
    except ValueError:
        return name.strip()


_SHORT = {
    "commonName": "CN",
    "localityName": "L",
    "stateOrProvinceName": "ST",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "countryName": "C",
    "streetAddress": "STREET",
    "domainComponent": "DC",
    "userId": "UID",
    "emailAddress": "1.2.840.113549.1.9.1",
}
"""The short names of RFC 4514, section 3, by the names that OpenSSL uses."""
