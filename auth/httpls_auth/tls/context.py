"""Makes TLS contexts of choices, once for each choice, and shares them."""

import contextlib
import os
import ssl
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from httpls_auth.errors import KeyMaterialError, ParameterError
from httpls_auth.tls.choice import ClientCertificate, Material, TlsChoice, shown_material
from httpls_auth.tls.facts import CertificateFacts
from httpls_auth.tls.pins import checked_pins
from httpls_auth.tls.trust_anchors import add_trust_anchors, files_behind, verifying_context

if TYPE_CHECKING:
    from httpls_auth.tls.key_material import KeyPair

VERSIONS = ("1.0", "1.1", "1.2", "1.3")
"""The versions of TLS that a choice may name."""


def ssl_context(choice: TlsChoice, protocols: Sequence[str], now: Callable[[], float] = time.time) -> ssl.SSLContext:
    """Return the context for connections by this choice that offer these protocols (ALPN), such as `h2`, `http/1.1`.

    The same choice gives the same context, as long as its files are what they were; a client certificate that has
    expired since is told anyway. So this is to be called for each request that needs https, and its result decides
    whether connections can be used on. The name of the server (`choice.server_name`) is given when a socket is wrapped.

    Raises `KeyMaterialError` for a client certificate, key, authority or key log that cannot be used, and
    `ParameterError` for a version of TLS that there is not. OpenSSL never asks for a passphrase.
    """
    key = _Key(_without_rules(choice), tuple(protocols), _stamps(choice))
    with _lock:
        made = _made.get(key)
        if made is None:
            made = _make(choice, protocols, now())
            _forget_older(key)
            _made[key] = made
    if made.pair is not None and choice.client_certificate is not None:
        from httpls_auth.tls.key_material import check_validity

        check_validity(made.pair.certificate, choice.client_certificate, now())
    return made.context


def client_certificate_facts(choice: TlsChoice, now: Callable[[], float] = time.time) -> CertificateFacts | None:
    """Return the facts of the client certificate that a choice shows, None if it shows none.

    Raises `KeyMaterialError` as `ssl_context` does.
    """
    if choice.client_certificate is None:
        return None
    from httpls_auth.tls.facts import facts_of

    with _lock:
        return facts_of(_key_pair(choice.client_certificate, now()).certificate)


def check_choice(choice: TlsChoice, now: Callable[[], float] = time.time) -> None:
    """Raise what `ssl_context` would raise for a choice, before any connection is thought of."""
    checked_pins(choice.pins)
    if choice.client_certificate is not None or choice.trust_anchors or choice.key_log is not None or choice.ciphers:
        ssl_context(choice, (), now)


class _Stamp(NamedTuple):
    """What tells that a file has changed; None for one that cannot be looked at."""

    path: str
    modified: int | None
    size: int | None


class _Key(NamedTuple):
    choice: TlsChoice
    protocols: tuple[str, ...]
    stamps: tuple[_Stamp, ...]


class _Made(NamedTuple):
    context: ssl.SSLContext
    pair: "KeyPair | None"


_lock = threading.Lock()
_made: dict[_Key, _Made] = {}
_pairs: "dict[tuple[ClientCertificate, tuple[_Stamp, ...]], KeyPair]" = {}


def _make(choice: TlsChoice, protocols: Sequence[str], now: float) -> _Made:
    context = _context_with_trust(choice)
    _set_versions(context, choice)
    if protocols:
        context.set_alpn_protocols(list(protocols))
    pair = None
    if choice.client_certificate is not None:
        pair = _key_pair(choice.client_certificate, now)
        _load_key_pair(context, pair, choice.client_certificate)
        # A server may ask for the certificate only when it knows the path (RFC 8446, section 4.6.2); HTTP/2 forbids it.
        context.post_handshake_auth = "h2" not in protocols
    if choice.key_log is not None:
        _log_keys(context, choice.key_log)
    return _Made(context, pair)


def _key_pair(certificate: ClientCertificate, now: float) -> "KeyPair":
    """Read a key pair, or return it as it was read before; the lock is held."""
    from httpls_auth.tls.key_material import read_key_pair

    key = certificate._replace(rule=""), _stamps_of([certificate.certificate, certificate.key or ""])
    if key not in _pairs:
        pair = read_key_pair(certificate, now)
        for older in [one for one in _pairs if one[0] == key[0]]:
            del _pairs[older]
        _pairs[key] = pair
    return _pairs[key]


def _context_with_trust(choice: TlsChoice) -> ssl.SSLContext:
    if not choice.verify:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if choice.replaces_system and choice.trust_anchors:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        context = verifying_context()
    if choice.trust_anchors:
        add_trust_anchors(context, choice.trust_anchors)
    return context


def _set_versions(context: ssl.SSLContext, choice: TlsChoice) -> None:
    lowest = _version("minimum-tls-version", choice.minimum_version)
    highest = _version("maximum-tls-version", choice.maximum_version)
    if lowest is not None and highest is not None and lowest > highest:
        raise ParameterError(
            "minimum-tls-version",
            f"TLS {choice.minimum_version} at least and TLS {choice.maximum_version} at most leave no version",
            "Raise the maximum, or lower the minimum.",
        )
    if highest is not None and highest < ssl.TLSVersion.TLSv1_2 and lowest is None:
        lowest = highest
    with warnings.catch_warnings():
        # Who asks for TLS 1.0 by name has an old server to test, and knows.
        warnings.simplefilter("ignore", DeprecationWarning)
        if lowest is not None:
            context.minimum_version = lowest
        if highest is not None:
            context.maximum_version = highest
    if lowest is not None and lowest < ssl.TLSVersion.TLSv1_2:
        # OpenSSL 3 speaks the old versions, with the hashes that they need, only at its lowest level.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    if choice.ciphers is not None:
        try:
            context.set_ciphers(choice.ciphers)
        except ssl.SSLError as error:
            raise ParameterError(
                "ciphers", f"`{choice.ciphers}` names no cipher that OpenSSL has", "See `openssl ciphers -v`."
            ) from error


def _version(parameter: str, written: str | None) -> ssl.TLSVersion | None:
    if written is None:
        return None
    if written not in VERSIONS:
        known = ", ".join(VERSIONS)
        raise ParameterError(parameter, f"there is no TLS {written}", f"Write one of {known}.")
    return {
        "1.0": ssl.TLSVersion.TLSv1,
        "1.1": ssl.TLSVersion.TLSv1_1,
        "1.2": ssl.TLSVersion.TLSv1_2,
        "1.3": ssl.TLSVersion.TLSv1_3,
    }[written]


def _load_key_pair(context: ssl.SSLContext, pair: "KeyPair", given: ClientCertificate) -> None:
    """Hand a key pair to OpenSSL, which takes it from files only: for that moment there is one, with the key encrypted
    by a password that nobody knows.
    """
    import tempfile
    from secrets import token_hex

    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

    password = token_hex(32)
    key = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode()))
    certificates = [one.public_bytes(Encoding.PEM) for one in (pair.certificate, *pair.chain)]
    handle, name = tempfile.mkstemp(prefix="httpls-", suffix=".pem")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key + b"".join(certificates))
        context.load_cert_chain(name, password=password)
    except ssl.SSLError as error:
        reason = (error.reason or "unknown reason").replace("_", " ").lower()
        raise KeyMaterialError(
            f"the client certificate {shown_material(given.certificate)} cannot be used: {reason}",
            "Have one issued with an RSA key of 2048 bits or more, or with an elliptic curve.",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(name)


def _log_keys(context: ssl.SSLContext, path: str) -> None:
    try:
        # The keys in it open every recorded session: nobody else may read them.
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        context.keylog_filename = path
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the path is not valid"
        raise KeyMaterialError(
            f"the session keys cannot be written to `{path}`: {reason}", "Name another file in SSLKEYLOGFILE."
        ) from error


def _without_rules(choice: TlsChoice) -> TlsChoice:
    """Return the choice without what only explains it and what is not the affair of the context."""
    certificate = choice.client_certificate
    if certificate is not None:
        certificate = certificate._replace(rule="")
    return choice._replace(verify_rule="", server_name=None, client_certificate=certificate, pins=())


def _stamps(choice: TlsChoice) -> tuple[_Stamp, ...]:
    paths: list[Material] = list(files_behind(choice.trust_anchors)) if choice.verify else []
    if choice.client_certificate is not None:
        paths.append(choice.client_certificate.certificate)
        if choice.client_certificate.key is not None:
            paths.append(choice.client_certificate.key)
    return _stamps_of(paths)


def _stamps_of(materials: Sequence[Material]) -> tuple[_Stamp, ...]:
    stamps: list[_Stamp] = []
    for path in [one for one in materials if isinstance(one, str)]:
        try:
            status = os.stat(path)
            stamps.append(_Stamp(path, status.st_mtime_ns, status.st_size))
        except (OSError, ValueError):
            stamps.append(_Stamp(path, None, None))
    return tuple(stamps)


def _forget_older(key: _Key) -> None:
    """Forget contexts of the same choice whose files have changed since: their keys need not stay in memory."""
    for older in [one for one in _made if one[:2] == key[:2]]:
        del _made[older]
