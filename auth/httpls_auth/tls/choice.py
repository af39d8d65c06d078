"""What is chosen for the TLS connections to one origin; equal choices share a context and connections."""

from typing import NamedTuple, TypeAlias

from httpls_auth.values.value import Value

Material: TypeAlias = str | Value
"""The absolute path of a file with keys or certificates, or, as a `Value`, what would stand in it: PEM, or a data URI
with what is no text."""


def is_material(text: str) -> bool:
    """Tell whether a text is keys or certificates itself, and not the path of a file with them."""
    return text.lstrip().startswith(("-----BEGIN ", "data:"))


def shown_material(material: Material) -> str:
    """Return how messages call it: by its path, else by where its text comes from."""
    if isinstance(material, str):
        return f"`{material}`"
    return f"(its text comes from {material.labels.secret or material.provenance.label})"


class ClientCertificate(NamedTuple):
    """A client certificate by its files, or their contents, with the passphrase of its key.

    Either `certificate` (PEM, with or without the key, or DER) and `key`, or `certificate` alone for PEM with both and
    for PKCS#12. `rule` says by which rule it was chosen, such as `# @cert of line 3 of orders.http`.
    """

    certificate: Material
    key: Material | None = None
    passphrase: Value | None = None
    rule: str = ""


class TlsChoice(NamedTuple):
    """The choice for one origin.

    `trust_anchors` are absolute paths of PEM or DER files (or folders of them), or the texts of such files, that are
    trusted too, or alone if `replaces_system` is set. `verify_rule` says why the server is not verified, where it is
    not. `server_name` is sent instead of the host (SNI) and verified. `minimum_version` and `maximum_version` are `1.0`
    to `1.3`. `key_log` is the absolute path of a file in the format of SSLKEYLOGFILE.
    `pins` are hashes of public keys (`httpls_auth.tls.pins`) of which the server has to have one.
    `ciphers` are those that are offered up to TLS 1.2, as a list of OpenSSL.
    """

    verify: bool = True
    verify_rule: str = ""
    trust_anchors: tuple[Material, ...] = ()
    replaces_system: bool = False
    client_certificate: ClientCertificate | None = None
    server_name: str | None = None
    minimum_version: str | None = None
    maximum_version: str | None = None
    key_log: str | None = None
    pins: tuple[str, ...] = ()
    ciphers: str | None = None


DEFAULT = TlsChoice()
