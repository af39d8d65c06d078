"""Loads what is trusted into a TLS context: the system's authorities, and those in files and folders."""

import re
import ssl
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from os import scandir
from pathlib import Path

from httpls_auth.errors import KeyMaterialError
from httpls_auth.tls.choice import Material, shown_material
from httpls_auth.tls.key_material import read_file
from httpls_auth.tls.system_paths import BUNDLES, FOLDERS

_SUFFIXES = (".pem", ".crt", ".cer", ".der", ".p7b", ".p7c")
_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.[0-9]+")


def verifying_context() -> ssl.SSLContext:
    """Return a context for clients that trusts what the system trusts.

    On Linux the authorities are found by hash when they are needed, where there is a folder for it: to load a bundle
    takes 16 ms. On macOS and Windows the system itself verifies.
    """
    if sys.platform == "darwin" or sys.platform == "win32":
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    folder = system_folder()
    if folder is not None:
        context.load_verify_locations(capath=folder)
    else:
        context.load_verify_locations(cafile=_system_bundle())
    return context


def add_trust_anchors(context: ssl.SSLContext, materials: Iterable[Material]) -> None:
    """Let a context trust the certificates in these files (PEM, DER, PKCS#7), or in the files of these folders.

    An intermediate or a server's own certificate is an anchor as well as a root (RFC 5280, section 6.1).
    Raises `KeyMaterialError` for a file that is missing or unreadable, or holds no certificate.
    """
    # A PEM block of OpenSSL's "trusted" kind says itself for what it is trusted, and is left out.
    for one in materials:
        if isinstance(one, str) and Path(one).is_dir():
            _add_folder(context, one)
        else:
            _add_file(context, one)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN


@cache
def system_folder() -> str | None:
    """Return the folder in which Linux keeps its authorities by hash; None if there is none with at least one."""
    compiled_in = ssl.get_default_verify_paths().openssl_capath
    return next((folder for folder in (compiled_in, *FOLDERS) if _is_hashed(folder)), None)


def files_behind(materials: Iterable[Material]) -> Iterator[str]:
    """Yield the files that the paths among these stand for: themselves, and those in folders.

    OpenSSL reads the files of a folder with names by hash when it needs them; it stands for itself.
    """
    for path in [one for one in materials if isinstance(one, str)]:
        yield path
        if Path(path).is_dir() and not _is_hashed(path):
            yield from _files_in(path)


def _system_bundle() -> str:
    compiled_in = ssl.get_default_verify_paths().openssl_cafile
    found = next((bundle for bundle in (compiled_in, *BUNDLES) if Path(bundle).is_file()), None)
    if found is not None:
        return found
    import certifi

    return certifi.where()


def _is_hashed(folder: str) -> bool:
    try:
        with scandir(folder) as entries:
            return any(_HASHED_NAME.fullmatch(entry.name) for entry in entries)
    except OSError:
        return False


def _add_folder(context: ssl.SSLContext, folder: str) -> None:
    if _is_hashed(folder):
        context.load_verify_locations(capath=folder)
        return
    files = _files_in(folder)
    if not files:
        known = ", ".join(_SUFFIXES)
        raise KeyMaterialError(
            f"there is no certificate in the folder `{folder}`", f"Put files there that end in one of {known}."
        )
    for file in files:
        _add_file(context, file)


def _files_in(folder: str) -> list[str]:
    try:
        return sorted(str(path) for path in Path(folder).iterdir() if path.suffix.lower() in _SUFFIXES)
    except OSError as error:
        message = f"the folder of authorities `{folder}` cannot be read: {error.strerror}"
        raise KeyMaterialError(message, "Check its permissions.") from error


def _add_file(context: ssl.SSLContext, material: Material) -> None:
    content = read_file(material, "the file of authorities")
    try:
        anchors = _certificates(content)
        if not anchors:
            raise KeyMaterialError(
                f"there is no certificate in the file of authorities {shown_material(material)}",
                "Name a file in PEM, DER or PKCS#7.",
            )
        for anchor in anchors:
            context.load_verify_locations(cadata=anchor)
    except (ssl.SSLError, ValueError) as error:
        raise KeyMaterialError(
            f"the file of authorities {shown_material(material)} is damaged", "Name another file."
        ) from error


def _certificates(content: bytes) -> list[str | bytes]:
    """Return what `load_verify_locations` takes; what needs no `cryptography` does not load it."""
    blocks = re.findall(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", content, re.DOTALL)
    if blocks:
        return [b"\n".join(blocks).decode("ascii", "replace")]
    if content.startswith(b"\x30") and b"-----BEGIN" not in content and not _is_pkcs7(content):
        return [content]
    from cryptography.hazmat.primitives.serialization import Encoding

    from httpls_auth.tls.key_material import read_certificates

    return [certificate.public_bytes(Encoding.DER) for certificate in read_certificates(content)]


def _is_pkcs7(content: bytes) -> bool:
    # The object identifier of signedData (RFC 2315, section 14) stands near the start.
    return b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" in content[:32]
