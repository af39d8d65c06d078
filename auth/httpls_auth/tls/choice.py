"""What is chosen for the TLS connections to one origin; equal choices share a context and connections."""

from typing import NamedTuple

from httpls_auth.values.value import Value


class ClientCertificate(NamedTuple):
    """A client certificate by its files, as absolute paths, with the passphrase of its key.

    Either `certificate` (PEM, with or without the key, or DER) and `key`, or `certificate` alone for PEM with both and
    for PKCS#12. `rule` says by which rule it was chosen, such as `# @cert of line 3 of orders.http`.
    """

    certificate: str
    key: str | None = None
    passphrase: Value | None = None
    rule: str = ""


class TlsChoice(NamedTuple):
    """The choice for one origin.

    `trust_anchors` are absolute paths of PEM or DER files (or folders of them) that are trusted too, or alone if
    `replaces_system` is set. `verify_rule` says why the server is not verified, where it is not. `server_name` is sent
    instead of the host (SNI) and verified. `minimum_version` and `maximum_version` are `1.0` to `1.3`. `key_log` is
    the absolute path of a file in the format of SSLKEYLOGFILE.
    """

    verify: bool = True
    verify_rule: str = ""
    trust_anchors: tuple[str, ...] = ()
    replaces_system: bool = False
    client_certificate: ClientCertificate | None = None
    server_name: str | None = None
    minimum_version: str | None = None
    maximum_version: str | None = None
    key_log: str | None = None


DEFAULT = TlsChoice()
