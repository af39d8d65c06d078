"""What is to be known about a client certificate before it is used, beside what makes it unusable."""

import time
from typing import TYPE_CHECKING, NamedTuple

from httpls_auth.tls.choice import ClientCertificate
from httpls_auth.tls.facts import CertificateFacts, facts_of
from httpls_auth.tls.key_material import read_key_pair

if TYPE_CHECKING:
    from cryptography import x509

SOON = 30
"""How many days before its end a certificate is worth a warning."""
_DAY = 86_400.0


class KeyPairFacts(NamedTuple):
    """A client certificate that can be used: its facts, those of its chain, the kind of its key.

    `warnings` are sentences about what a server may dislike.
    """

    certificate: CertificateFacts
    chain: tuple[CertificateFacts, ...]
    key: str
    warnings: tuple[str, ...]


def explain_certificate(given: ClientCertificate, now: float | None = None) -> KeyPairFacts:
    """Read a client certificate and say what it is; `now` is in seconds since the epoch.

    Raises `KeyMaterialError` for one that cannot be used.
    """
    from httpls_auth.keys import describe

    moment = time.time() if now is None else now
    pair = read_key_pair(given, moment)
    facts = facts_of(pair.certificate)
    warnings: list[str] = []
    days = int((facts.not_after - moment) // _DAY)
    if days < SOON:
        warnings.append(f"it expires in {days} days" if days != 1 else "it expires in 1 day")
    if not _is_for_clients(pair.certificate):
        warnings.append("it is not meant for clients (extended key usage); servers may refuse it")
    chain = tuple([facts_of(one) for one in pair.chain])
    issuers = {one.subject for one in chain}
    if not facts.is_self_issued and not issuers.isdisjoint({facts.issuer}):
        missing = [one.issuer for one in chain if not one.is_self_issued and one.issuer not in issuers]
        warnings += [f"the file does not hold `{name}`, which vouches for its chain" for name in missing]
    return KeyPairFacts(facts, chain, describe(pair.key), tuple(warnings))


def _is_for_clients(certificate: "x509.Certificate") -> bool:
    """Tell whether the extended key usage, if there is one, has client authentication (RFC 5280, 4.2.1.12)."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return True
    return ExtendedKeyUsageOID.CLIENT_AUTH in usage or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in usage
