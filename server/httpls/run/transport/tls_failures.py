"""Says in plain words why a connection could not be secured, and what can be done."""

import ssl

from httpls.run.errors import TlsError

_INSECURE = "for a test server, `# @insecure` switches the verification off."
_TRUST = "Trust its authority with `# @ca PATH` or in `httpls.toml` (`tls.ca`);"

_BY_VERIFY_CODE = {
    2: ("unknown-authority", "is signed by an authority that is not trusted", f"{_TRUST} {_INSECURE}"),
    9: ("certificate-not-yet-valid", "is not valid yet", "Check the clock of this machine and of the server."),
    10: ("certificate-expired", "has expired", f"Renew it on the server; {_INSECURE}"),
    18: ("self-signed-certificate", "is self-signed", f"Trust it with `# @ca PATH`, or in `httpls.toml`; {_INSECURE}"),
    19: ("unknown-authority", "is signed by an authority that is not trusted", f"{_TRUST} {_INSECURE}"),
    20: ("unknown-authority", "is signed by an authority that is not trusted", f"{_TRUST} {_INSECURE}"),
    21: (
        "incomplete-chain",
        "comes without the certificates that lead to a trusted authority",
        f"Let the server send its whole chain. {_TRUST} {_INSECURE}",
    ),
    23: ("certificate-revoked", "has been revoked", "Renew it on the server."),
    62: ("wrong-host", "is for another host", f"Check the URL, or the names in the certificate; {_INSECURE}"),
    64: ("wrong-host", "is for another address", f"Use the host's name, or let the certificate name it; {_INSECURE}"),
}  # fmt: skip
"""What OpenSSL's verification codes (`X509_V_ERR_…`) mean for a server's certificate: code, what it is, remedy."""

_CLIENT = "Choose a client certificate with `# @cert`, or for the host in `httpls.toml`"
_BY_REASON = {
    "WRONG_VERSION_NUMBER": ("no-tls", "does not speak TLS at this port", "Use `http://`, or the port for https."),
    "HTTP_REQUEST": ("no-tls", "does not speak TLS at this port", "Use `http://`, or the port for https."),
    "UNSUPPORTED_PROTOCOL": (
        "no-common-tls-version",
        "offers only versions of TLS that are not allowed here",
        "Lower the least version that is allowed, or update the server.",
    ),
    "TLSV1_ALERT_PROTOCOL_VERSION": (
        "no-common-tls-version",
        "does not accept the versions of TLS that are allowed here",
        "Allow other versions, or update the server.",
    ),
    "NO_PROTOCOLS_AVAILABLE": ("no-common-tls-version", "leaves no version of TLS to use", "Allow more versions."),
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": ("client-certificate-required", "demands a client certificate", f"{_CLIENT}."),
    "SSLV3_ALERT_HANDSHAKE_FAILURE": (
        "handshake-failure",
        "refused the handshake: no common cipher or version, or it demands a client certificate",
        f"{_CLIENT} if the server demands one.",
    ),
    "TLSV1_ALERT_UNKNOWN_CA": (
        "client-certificate-refused",
        "does not trust the authority of the client certificate",
        f"{_CLIENT} that the server trusts, with its chain.",
    ),
    "SSLV3_ALERT_BAD_CERTIFICATE": (
        "client-certificate-refused",
        "refused the client certificate",
        f"{_CLIENT} that the server accepts.",
    ),
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": (
        "client-certificate-refused",
        "says that the client certificate has expired",
        "Renew it.",
    ),
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": (
        "client-certificate-refused",
        "refused the client certificate",
        f"{_CLIENT} that the server accepts.",
    ),
    "TLSV1_ALERT_ACCESS_DENIED": ("client-certificate-refused", "refused the client certificate", f"{_CLIENT}."),
    "TLSV1_UNRECOGNIZED_NAME": (
        "unknown-server-name",
        "knows no host of this name",
        "Check the host in the URL.",
    ),
    "UNSAFE_LEGACY_RENEGOTIATION_DISABLED": (
        "legacy-server",
        "uses a form of TLS that has been unsafe since 2010",
        "Update the server.",
    ),
    "DH_KEY_TOO_SMALL": ("weak-server-key", "uses a key that is too short to be safe", "Update the server."),
    "EE_KEY_TOO_SMALL": ("weak-server-key", "uses a key that is too short to be safe", "Update the server."),
    "CA_MD_TOO_WEAK": ("weak-server-key", "has a certificate with an outdated signature", "Update the server."),
}  # fmt: skip
"""What OpenSSL's reasons mean, as `the server …`: code, what it does, remedy."""


def explained(error: OSError | ValueError, peer: str) -> TlsError:
    """Return the error that says what went wrong with `peer`, which is `host:port`."""
    if isinstance(error, ssl.SSLCertVerificationError):
        code, what, remedy = _BY_VERIFY_CODE.get(
            error.verify_code,
            ("certificate-refused", f"cannot be verified ({error.verify_message or error})", f"{_TRUST} {_INSECURE}"),
        )
        return TlsError(code, f"the certificate of {peer} {what}", remedy)
    if isinstance(error, ssl.SSLEOFError | ConnectionError):
        return TlsError(
            "handshake-failure",
            f"{peer} closed the connection during the handshake",
            "Check that the port is one for https, and whether the server demands something else, such as a client "
            "certificate or another name.",
        )
    reason = getattr(error, "reason", None) or ""
    if reason in _BY_REASON:
        code, what, remedy = _BY_REASON[reason]
        return TlsError(code, f"the server at {peer} {what}", remedy)
    shown = reason.replace("_", " ").lower() if reason else str(error)
    return TlsError("tls-failure", f"no TLS connection to {peer} could be made ({shown})", "Check the server's TLS.")
