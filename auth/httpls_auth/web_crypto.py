"""What `crypto.subtle` of scripts does (Web Cryptography API): pure functions over keys and bytes in base64.

A key travels as its type and its material: `secret` with the bytes themselves, `private` with PKCS#8, `public` with
SPKI, both in DER. Algorithms come as the objects of the API. The parameters are those of a script, so that anything may
stand in them; what is wrong with them is a `WebCryptoError`.
"""

import hmac
import os
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7

from httpls_auth.errors import WebCryptoError
from httpls_auth.schemes.compose import base64url

Algorithm = Mapping[str, Any]


class KeyMaterial(NamedTuple):
    """A key: its `type`, its bytes in base64, and what the algorithm of the key object tells beside its name."""

    type: str
    data: str
    details: Mapping[str, object] = {}


def digest(algorithm: Algorithm, data: str) -> str:
    """Return a hash."""
    value = hashes.Hash(_hash(algorithm["name"]))
    value.update(b64decode(data))
    return _text(value.finalize())


def random_bytes(count: int) -> str:
    """Return random bytes, at most 65536."""
    return _text(os.urandom(min(max(int(count), 0), 65536)))


def generate_key(algorithm: Algorithm) -> dict[str, object]:
    """Return the parts of a new key as `secret`, or as `private` and `public`."""
    name = _name(algorithm)
    if name.startswith("AES"):
        return {"secret": _secret(os.urandom(int(algorithm.get("length") or 256) // 8))}
    if name == "HMAC":
        size = int(algorithm["length"]) // 8 if algorithm.get("length") else _block_size(algorithm)
        return {"secret": _secret(os.urandom(size))}
    key: Any
    if name.startswith("RSA"):
        exponent = int.from_bytes(b64decode(algorithm.get("publicExponent") or "AQAB"), "big")
        key = rsa.generate_private_key(exponent, int(algorithm.get("modulusLength") or 2048))
    elif name in ("ECDSA", "ECDH"):
        key = ec.generate_private_key(_curve(algorithm))
    elif name == "ED25519":
        key = ed25519.Ed25519PrivateKey.generate()
    elif name == "X25519":
        key = x25519.X25519PrivateKey.generate()
    else:
        raise _unknown(algorithm)
    return {"private": _private(key)._asdict(), "public": _public(key.public_key())._asdict()}


def import_key(shape: str, data: Any, algorithm: Algorithm) -> dict[str, object]:
    """Return the parts of a key that is given in a format: `raw`, `pkcs8`, `spki` or `jwk`."""
    if shape == "jwk":
        return _of_jwk(cast("Mapping[str, str]", data), algorithm)._asdict()
    content = b64decode(data)
    try:
        if shape == "raw":
            return _of_raw(content, algorithm)._asdict()
        if shape == "pkcs8":
            return _private(serialization.load_der_private_key(content, None))._asdict()
        if shape == "spki":
            return _public(serialization.load_der_public_key(content))._asdict()
    except (ValueError, TypeError) as error:
        raise WebCryptoError(f"crypto.subtle: the data is no key in the format {shape}") from error
    raise WebCryptoError(f"{shape} is no format of keys: use raw, pkcs8, spki or jwk")


def export_key(shape: str, kind: str, data: str, algorithm: Algorithm) -> object:
    """Return a key in a format, in base64 or as a JWK."""
    if shape == "jwk":
        return _as_jwk(kind, data, algorithm)
    if shape == "raw" and kind == "public":
        key = _loaded(kind, data)
        if isinstance(key, ec.EllipticCurvePublicKey):
            point = serialization.PublicFormat.UncompressedPoint
            return _text(key.public_bytes(serialization.Encoding.X962, point))
        return _text(key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw))
    if {"raw": "secret", "pkcs8": "private", "spki": "public"}.get(shape) != kind:
        raise WebCryptoError(f"a {kind} key has no format {shape}")
    return data


def sign(algorithm: Algorithm, kind: str, key: str, data: str) -> str:
    """Return a signature. ECDSA gives the two numbers one after the other, as the API has it."""
    name, content = _name(algorithm), b64decode(data)
    if name == "HMAC":
        return _text(hmac.digest(b64decode(key), content, _hash(algorithm["hash"]).name))
    private = _loaded(kind, key)
    if name == "RSASSA-PKCS1-V1_5":
        return _text(private.sign(content, padding.PKCS1v15(), _hash(algorithm["hash"])))
    if name == "RSA-PSS":
        return _text(private.sign(content, _pss(algorithm), _hash(algorithm["hash"])))
    if name == "ECDSA":
        size = (private.curve.key_size + 7) // 8
        first, second = decode_dss_signature(private.sign(content, ec.ECDSA(_hash(algorithm["hash"]))))
        return _text(first.to_bytes(size, "big") + second.to_bytes(size, "big"))
    if name == "ED25519":
        return _text(private.sign(content))
    raise _unknown(algorithm)


def verify(algorithm: Algorithm, kind: str, key: str, signature: str, data: str) -> bool:
    """Tell whether a signature is that of the data."""
    name, content, given = _name(algorithm), b64decode(data), b64decode(signature)
    if name == "HMAC":
        return hmac.compare_digest(b64decode(sign(algorithm, kind, key, data)), given)
    public = _loaded(kind, key)
    try:
        if name == "RSASSA-PKCS1-V1_5":
            public.verify(given, content, padding.PKCS1v15(), _hash(algorithm["hash"]))
        elif name == "RSA-PSS":
            public.verify(given, content, _pss(algorithm), _hash(algorithm["hash"]))
        elif name == "ECDSA":
            half = len(given) // 2
            numbers = int.from_bytes(given[:half], "big"), int.from_bytes(given[half:], "big")
            public.verify(encode_dss_signature(*numbers), content, ec.ECDSA(_hash(algorithm["hash"])))
        elif name == "ED25519":
            public.verify(given, content)
        else:
            raise _unknown(algorithm)
    except InvalidSignature:
        return False
    return True


def encrypt(algorithm: Algorithm, kind: str, key: str, data: str) -> str:
    """Return data that only the key can read."""
    name, content = _name(algorithm), b64decode(data)
    if name == "RSA-OAEP":
        return _text(_loaded(kind, key).encrypt(content, _oaep(algorithm)))
    if name == "AES-GCM":
        return _text(AESGCM(b64decode(key)).encrypt(_bytes(algorithm, "iv"), content, _extra(algorithm)))
    if name == "AES-CBC":
        padder = PKCS7(128).padder()
        content = padder.update(content) + padder.finalize()
    encryptor = _cipher(algorithm, key).encryptor()
    return _text(encryptor.update(content) + encryptor.finalize())


def decrypt(algorithm: Algorithm, kind: str, key: str, data: str) -> str:
    """Return what was encrypted."""
    name, content = _name(algorithm), b64decode(data)
    try:
        if name == "RSA-OAEP":
            return _text(_loaded(kind, key).decrypt(content, _oaep(algorithm)))
        if name == "AES-GCM":
            return _text(AESGCM(b64decode(key)).decrypt(_bytes(algorithm, "iv"), content, _extra(algorithm)))
        decryptor = _cipher(algorithm, key).decryptor()
        plain = decryptor.update(content) + decryptor.finalize()
        if name == "AES-CBC":
            unpadder = PKCS7(128).unpadder()
            plain = unpadder.update(plain) + unpadder.finalize()
        return _text(plain)
    except (InvalidTag, ValueError) as error:
        raise WebCryptoError("the data cannot be decrypted with this key") from error


def derive_bits(algorithm: Algorithm, kind: str, key: str, bits: int) -> str:
    """Return bytes that are derived from a key: by PBKDF2, HKDF, ECDH or X25519."""
    name, size = _name(algorithm), int(bits) // 8
    if name == "PBKDF2":
        salt, rounds = _bytes(algorithm, "salt"), int(algorithm["iterations"])
        return _text(PBKDF2HMAC(_hash(algorithm["hash"]), size, salt, rounds).derive(b64decode(key)))
    if name == "HKDF":
        salt, info = _bytes(algorithm, "salt"), _bytes(algorithm, "info")
        return _text(HKDF(_hash(algorithm["hash"]), size, salt, info).derive(b64decode(key)))
    public = cast("list[str]", algorithm.get("public") or ["public", ""])
    other = _loaded(*public)
    private = _loaded(kind, key)
    shared = private.exchange(ec.ECDH(), other) if name == "ECDH" else private.exchange(other)
    return _text(shared[:size] if size else shared)


def jwt_signature(name: str, key: str, text: str) -> str:
    """Return the signature of a JSON Web Token by an algorithm of RFC 7518 or RFC 8037; the key is a text or a PEM."""
    return base64url(_jwt_algorithm(name).sign(text.encode(), _jwt_key(name, key)))


def jwt_verified(name: str, key: str, text: str, signature: str) -> bool:
    """Tell whether the signature of a JSON Web Token is right; the key is a text, a PEM or a certificate."""
    return bool(_jwt_algorithm(name).verify(text.encode(), _jwt_key(name, key), _unpadded(signature)))


def _jwt_algorithm(name: str) -> Any:
    from jwt.algorithms import get_default_algorithms

    found = get_default_algorithms().get(name)
    if found is None or name == "none":
        raise WebCryptoError(f"jwt: {name} is no algorithm of signatures")
    return found


def _jwt_key(name: str, key: str) -> Any:
    from jwt.exceptions import InvalidKeyError

    try:
        return _jwt_algorithm(name).prepare_key(key)
    except (InvalidKeyError, ValueError, TypeError) as error:
        raise WebCryptoError(f"jwt: the key cannot be used for {name}") from error


def _name(algorithm: Algorithm) -> str:
    return str(algorithm["name"]).upper()


def _unknown(algorithm: Algorithm) -> WebCryptoError:
    return WebCryptoError(f"{algorithm['name']} is not possible here")


def _hash(given: Any) -> hashes.HashAlgorithm:
    name = str(cast("Mapping[str, object]", given)["name"] if isinstance(given, dict) else given)
    found: dict[str, type[hashes.HashAlgorithm]] = {
        "SHA-1": hashes.SHA1, "SHA-256": hashes.SHA256, "SHA-384": hashes.SHA384, "SHA-512": hashes.SHA512,
        "SHA3-256": hashes.SHA3_256, "SHA3-384": hashes.SHA3_384, "SHA3-512": hashes.SHA3_512,
    }  # fmt: skip
    if name.upper() not in found:
        raise WebCryptoError(f"{name} is no hash that can be used here")
    return found[name.upper()]()


def _block_size(algorithm: Algorithm) -> int:
    """Return how many bytes a key of HMAC has by default: a block of its hash (RFC 2104, section 3)."""
    return 128 if _hash(algorithm["hash"]).name in ("sha384", "sha512") else 64


_CURVES: dict[str, type[ec.EllipticCurve]] = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}


def _curve(algorithm: Algorithm) -> ec.EllipticCurve:
    name = str(algorithm.get("namedCurve"))
    if name not in _CURVES:
        raise WebCryptoError(f"{name} is no curve: use P-256, P-384 or P-521")
    return _CURVES[name]()


def _pss(algorithm: Algorithm) -> padding.PSS:
    function = _hash(algorithm["hash"])
    return padding.PSS(padding.MGF1(function), int(algorithm.get("saltLength") or 0))


def _oaep(algorithm: Algorithm) -> padding.OAEP:
    label = _bytes(algorithm, "label")
    function = _hash(algorithm["hash"])
    return padding.OAEP(padding.MGF1(function), function, label or None)


def _cipher(algorithm: Algorithm, key: str) -> Cipher[Any]:
    name = _name(algorithm)
    if name == "AES-CBC":
        return Cipher(algorithms.AES(b64decode(key)), modes.CBC(_bytes(algorithm, "iv")))
    if name == "AES-CTR":
        return Cipher(algorithms.AES(b64decode(key)), modes.CTR(_bytes(algorithm, "counter")))
    raise _unknown(algorithm)


def _bytes(algorithm: Algorithm, name: str) -> bytes:
    return b64decode(algorithm.get(name) or "")


def _extra(algorithm: Algorithm) -> bytes | None:
    return _bytes(algorithm, "additionalData") or None


def _loaded(kind: str, data: str) -> Any:
    content = b64decode(data)
    if kind == "private":
        return serialization.load_der_private_key(content, None)
    if kind == "public":
        return serialization.load_der_public_key(content)
    raise WebCryptoError("this needs a key of another kind")


def _secret(content: bytes) -> dict[str, object]:
    return KeyMaterial("secret", _text(content), {"length": len(content) * 8})._asdict()


def _private(key: Any) -> KeyMaterial:
    content = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return KeyMaterial("private", _text(content), _details(key))


def _public(key: Any) -> KeyMaterial:
    content = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return KeyMaterial("public", _text(content), _details(key))


def _details(key: Any) -> Mapping[str, object]:
    if isinstance(key, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
        return {"namedCurve": next((name for name, kind in _CURVES.items() if isinstance(key.curve, kind)), "")}
    return {"modulusLength": key.key_size} if isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey) else {}


def _of_raw(content: bytes, algorithm: Algorithm) -> KeyMaterial:
    name = _name(algorithm)
    if name in ("ECDSA", "ECDH"):
        return _public(ec.EllipticCurvePublicKey.from_encoded_point(_curve(algorithm), content))
    if name == "ED25519":
        return _public(ed25519.Ed25519PublicKey.from_public_bytes(content))
    if name == "X25519":
        return _public(x25519.X25519PublicKey.from_public_bytes(content))
    return KeyMaterial("secret", _text(content), {"length": len(content) * 8})


def _of_jwk(jwk: Mapping[str, str], algorithm: Algorithm) -> KeyMaterial:
    from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
    from jwt.exceptions import InvalidKeyError

    kind = jwk.get("kty")
    if kind == "oct":
        return _of_raw(_unpadded(jwk["k"]), algorithm)
    readers: dict[str, Any] = {"RSA": RSAAlgorithm, "EC": ECAlgorithm, "OKP": OKPAlgorithm}
    reader = readers.get(str(kind))
    if reader is None:
        raise WebCryptoError(f"{kind} is no kind of keys")
    try:
        key = reader.from_jwk(dict(jwk))
    except InvalidKeyError as error:
        raise WebCryptoError("crypto.subtle: the data is no key in the format jwk") from error
    return _private(key) if "d" in jwk else _public(key)


def _as_jwk(kind: str, data: str, algorithm: Algorithm) -> Mapping[str, object]:
    from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

    if kind == "secret":
        return {"kty": "oct", "k": base64url(b64decode(data)), "ext": True}
    name = _name(algorithm)
    writer = RSAAlgorithm if name.startswith("RSA") else ECAlgorithm if name.startswith("EC") else OKPAlgorithm
    found = writer.to_jwk(_loaded(kind, data), as_dict=True)
    return {key: value for key, value in found.items() if key != "key_ops"} | {"ext": True}


def _unpadded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(content: bytes) -> str:
    return b64encode(content).decode()
