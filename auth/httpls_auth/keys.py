r"""Reads private keys, in whatever form people have them, for what signs with them.

Understood are PEM (PKCS#1, PKCS#8, SEC 1, OpenSSH, encrypted or not, also with its line breaks lost or written as
`\n`), JWK and JWK sets, DER, PKCS#12, and each of them in a data URI. No message repeats anything of a key.
"""

import json
import re
from base64 import b64decode, urlsafe_b64decode
from binascii import Error as Base64Error
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard, cast
from urllib.parse import unquote_to_bytes

from httpls_auth.errors import KeyMaterialError
from httpls_auth.values.value import Value

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_DATA_URI = re.compile(r"data:([^,]*),(.*)", re.DOTALL)


class PrivateKey(NamedTuple):
    """A private key, or the bytes of a symmetric one, with the id that its JWK or data URI names."""

    key: "PrivateKeyTypes | bytes"
    key_id: str | None = None


def read_private_key(
    given: Value,
    passphrase: Value | None = None,
    what: str = "the private key",
    key_id: str | None = None,
    parameter: str = "private-key",
) -> PrivateKey:
    """Read a private key. `what` names it in messages; `key_id` chooses from a set of JWKs.

    Raises `KeyMaterialError`, which blames `parameter`.
    """
    try:
        return _read(given, passphrase, what, key_id)
    except KeyMaterialError as error:
        error.parameter = parameter
        raise


def describe(key: "PrivateKeyTypes | bytes") -> str:
    """Return what kind of key it is, such as `RSA, 2048 bits` or `EC, P-256`."""
    if isinstance(key, bytes):
        return f"symmetric, {8 * len(key)} bits"
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

    if isinstance(key, rsa.RSAPrivateKey):
        return f"RSA, {key.key_size} bits"
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return f"EC, {CURVES.get(key.curve.name, key.curve.name)}"
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "Ed25519"
    if isinstance(key, ed448.Ed448PrivateKey):
        return "Ed448"
    return type(key).__name__.strip("_").removesuffix("PrivateKey")


CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521", "secp256k1": "secp256k1"}
"""The names that JOSE gives to curves (RFC 7518, section 6.2.1.1), by those of `cryptography`."""


def _read(given: Value, passphrase: Value | None, what: str, key_id: str | None) -> PrivateKey:
    text = given.reveal().strip().strip("\"'").strip()
    password = passphrase.reveal() if passphrase is not None and passphrase.reveal() else None
    if not text:
        raise KeyMaterialError(f"{what} is empty")
    uri = _DATA_URI.match(text)
    if uri is not None:
        return _from_data_uri(uri.group(1), uri.group(2), password, what)
    if text.startswith("{"):
        return _from_jwk(text, what, key_id)
    if "-----BEGIN" in text or "%0A" in text:
        return PrivateKey(_from_pem(_mended(text), password, what))
    content = _base64(text)
    if content is None:
        raise KeyMaterialError(
            f"{what} is neither PEM nor a JWK nor any other known form of a key",
            "Give the text of the key file, beginning with `-----BEGIN`, or its path with `private-key-file`.",
        )
    return PrivateKey(_from_der(content, password, what))


def _from_data_uri(head: str, data: str, password: str | None, what: str) -> PrivateKey:
    """Read `data:<type>[;kid=<id>][;base64],<data>`, as ASAP has it for PKCS#8."""
    attributes = [part.strip() for part in head.split(";")]
    key_id = next((part[4:] for part in attributes if part.lower().startswith("kid=")), None)
    if any(part.lower() == "base64" for part in attributes):
        content = _base64(unquote_to_bytes(data).decode("ascii", "replace"))
        if content is None:
            raise KeyMaterialError(f"{what} is a data URI, but what follows the comma is no base64")
    else:
        content = unquote_to_bytes(data)
    kid = unquote_to_bytes(key_id).decode("utf-8", "replace") if key_id else None
    if content.lstrip().startswith(b"-----BEGIN"):
        return PrivateKey(_from_pem(content.decode("ascii", "replace"), password, what), kid)
    if content.lstrip().startswith(b"{"):
        inner = _from_jwk(content.decode("utf-8", "replace"), what, None)
        return inner if kid is None else inner._replace(key_id=kid)
    return PrivateKey(_from_der(content, password, what), kid)


def _from_pem(text: str, password: str | None, what: str) -> "PrivateKeyTypes":
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key

    blocks = [(match.group(1), match.group()) for match in _PEM.finditer(text)]
    block = next((block for label, block in blocks if label.endswith("PRIVATE KEY")), None)
    if block is None:
        found = " and ".join(sorted({f"`{label}`" for label, _ in blocks}))
        raise KeyMaterialError(
            f"{what} is no private key, but {found}" if found else f"{what} is cut: it has no line `-----END …`",
            "Give the private key." if found else "Give all of the text of the key file.",
        )
    load = load_ssh_private_key if "BEGIN OPENSSH" in block else load_pem_private_key
    return _loaded(load, block.encode("utf-8"), password, what)


def _from_der(content: bytes, password: str | None, what: str) -> "PrivateKeyTypes":
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    try:
        return _loaded(load_der_private_key, content, password, what)
    except KeyMaterialError as error:
        key = _from_pkcs12(content, password, what)
        if key is None:
            raise error from None
        return key


def _from_pkcs12(content: bytes, password: str | None, what: str) -> "PrivateKeyTypes | None":
    """Return the key of a PKCS#12 store, None if the bytes are none."""
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

    # Every PKCS#12 store begins with a sequence and the version 3.
    if re.match(rb"\x30(?:\x80|[\x81-\x84].{1,4}?|.)\x02\x01\x03", content, re.DOTALL) is None:
        return None
    for attempt in [password.encode("utf-8")] if password is not None else [None, b""]:
        try:
            store = load_pkcs12(content, attempt)
        except ValueError:
            continue
        if store.key is None:
            raise KeyMaterialError(f"{what} is a PKCS#12 store without a private key")
        return store.key
    raise KeyMaterialError(
        f"the passphrase of {what} is wrong" if password is not None else f"{what} is encrypted",
        "Give its passphrase with `passphrase`.",
    )


def _loaded(load: Any, content: bytes, password: str | None, what: str) -> "PrivateKeyTypes":
    """Call a function of `cryptography` that loads a key, and say in our words what fails."""
    from cryptography.exceptions import UnsupportedAlgorithm

    secret = password.encode("utf-8") if password is not None else None
    try:
        return cast("PrivateKeyTypes", load(content, secret))
    except TypeError:
        # This is its way to say that a password is missing, or that one was given in vain.
        if secret is not None:
            return _loaded(load, content, None, what)
        raise KeyMaterialError(f"{what} is encrypted", "Give its passphrase with `passphrase`.") from None
    except UnsupportedAlgorithm:
        raise KeyMaterialError(f"{what} is of a kind that cannot be used here") from None
    except ValueError:
        wrong = "its passphrase is wrong, or it" if secret is not None else "it"
        raise KeyMaterialError(f"{what} cannot be read: {wrong} is damaged or no private key") from None


def _from_jwk(text: str, what: str, key_id: str | None) -> PrivateKey:
    from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
    from jwt.exceptions import PyJWTError

    jwk = _chosen_jwk(_json(text, what), what, key_id)
    kind = jwk.get("kty")
    named = jwk.get("kid")
    kid = named if isinstance(named, str) else None
    if kind == "oct" and isinstance(jwk.get("k"), str):
        secret = _base64(cast("str", jwk["k"]))
        if secret is not None:
            return PrivateKey(secret, kid)
    readers: dict[object, Any] = {
        "RSA": RSAAlgorithm.from_jwk,
        "EC": ECAlgorithm.from_jwk,
        "OKP": OKPAlgorithm.from_jwk,
    }
    if kind not in readers:
        raise KeyMaterialError(f"{what} is a JWK whose `kty` is none of RSA, EC, OKP and oct")
    if "d" not in jwk:
        raise KeyMaterialError(
            f"{what} is a JWK with the public key only", "Give the private one, with its member `d`."
        )
    try:
        return PrivateKey(cast("PrivateKeyTypes", readers[kind](jwk)), kid)
    except (PyJWTError, ValueError, TypeError, KeyError):
        raise KeyMaterialError(f"{what} is a JWK whose members do not make a key") from None


def _chosen_jwk(document: object, what: str, key_id: str | None) -> dict[str, object]:
    if _is_object(document) and "keys" in document:
        every = document["keys"]
        keys = [one for one in cast("list[object]", every) if _is_object(one)] if isinstance(every, list) else []
        wanted = [one for one in keys if one.get("kid") == key_id] if key_id else keys
        if len(wanted) != 1:
            raise KeyMaterialError(
                f"{what} is a set of {len(keys)} keys, of which {len(wanted)} fit", "Name one of them with `kid`."
            )
        return wanted[0]
    if not _is_object(document):
        raise KeyMaterialError(f"{what} is JSON, but no JWK")
    return document


def _is_object(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def _json(text: str, what: str) -> object:
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError):
        # The error would hold the text.
        raise KeyMaterialError(f"{what} begins like a JWK, but is not valid JSON") from None
    return document


def _mended(text: str) -> str:
    """Give a PEM text its line breaks back, which are often lost on the way through variables and JSON files."""
    if "%0A" in text or "%20" in text:
        text = unquote_to_bytes(text).decode("utf-8", "replace")
    text = text.replace("\\r", "").replace("\\n", "\n")
    return _PEM.sub(_rewrapped, text)


def _rewrapped(match: re.Match[str]) -> str:
    label, body = match.group(1), match.group(2).strip()
    if ":" not in body:
        packed = "".join(body.split())
        body = "\n".join(packed[start : start + 64] for start in range(0, len(packed), 64))
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


def _base64(text: str) -> bytes | None:
    packed = "".join(text.split()).rstrip("=")
    padded = packed + "=" * (-len(packed) % 4)
    try:
        if "-" in packed or "_" in packed:
            return urlsafe_b64decode(padded)
        return b64decode(padded, validate=True)
    except (Base64Error, ValueError):
        return None
