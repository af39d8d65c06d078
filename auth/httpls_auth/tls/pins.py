"""Pinned public keys: the SHA-256 of the SubjectPublicKeyInfo in base64, as RFC 7469 and curl have it."""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterable
from hashlib import sha256

from httpls_auth.errors import ParameterError


def public_key_pin(certificate: bytes) -> str:
    """Return the pin of the public key in a certificate (DER)."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from cryptography.x509 import load_der_x509_certificate

    key = load_der_x509_certificate(certificate).public_key()
    content = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b64encode(sha256(content).digest()).decode("ascii")


def checked_pins(written: Iterable[str]) -> tuple[str, ...]:
    """Return pins as `public_key_pin` writes them; `sha256//` before one is left out.

    Raises `ParameterError` for a text that is no SHA-256 in base64.
    """
    found: list[str] = []
    for text in written:
        pin = text.strip().removeprefix("sha256//").removeprefix("sha256/")
        try:
            is_one = len(b64decode(pin, validate=True)) == sha256().digest_size
        except (binascii.Error, ValueError):
            is_one = False
        if not is_one:
            raise ParameterError(
                "pin-sha256", f"`{text}` is no SHA-256 of a public key in base64",
                "`httpls cert explain URL --connect` shows that of the server.",
            )  # fmt: skip
        found.append(pin)
    return tuple(found)
