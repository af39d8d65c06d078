"""`crypto` and `jwt` of scripts: hashes, HMAC, keys of RSA and of elliptic curves, and tokens signed with them."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from httpls.run.cancel import Cancel
from httpls.run.scripts.call import ScriptCall
from httpls.run.scripts.worker import ScriptWorkers

_RSA = rsa.generate_private_key(65537, 2048)
_EC = ec.generate_private_key(ec.SECP256R1())
_ED = ed25519.Ed25519PrivateKey.generate()
_HELPERS = (
    "const bytes = (text) => new TextEncoder().encode(text);\n"
    "const base64 = (given) => Buffer.from(given).toString('base64');\n"
    "const der = (text) => Uint8Array.fromBase64(text);\n"
)


@pytest.fixture(scope="module")
def workers() -> Iterator[ScriptWorkers]:
    workers = ScriptWorkers(time_limit=30)
    yield workers
    workers.close()


def _logs(workers: ScriptWorkers, code: str, mode: str = "script") -> list[str]:
    outcome = workers.run(ScriptCall(_HELPERS + code, mode, {"response": None, "hasNames": False}), Cancel())
    assert outcome.failure is None, outcome.failure
    return list(outcome.logs)


def _failure(workers: ScriptWorkers, code: str) -> str:
    outcome = workers.run(ScriptCall(_HELPERS + code, "script", {"response": None, "hasNames": False}), Cancel())
    assert outcome.failure is not None
    return outcome.failure.message


def _pkcs8(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    content = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return b64encode(content).decode()


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> str:
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(pem, pkcs8, serialization.NoEncryption()).decode()


def _public_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> str:
    pem, spki = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(pem, spki).decode()


def test_the_bits_of_sha3_are_given_with_a_call(workers: ScriptWorkers) -> None:
    code = (
        "client.log(crypto.sha3('256').updateWithText('abc').digest().toHex());"
        "client.log(crypto.hmac.sha3('512').withTextSecret('Jefe').updateWithText('what do ya want for nothing?').digest().toHex());"
    )
    # FIPS 202 and RFC 4231's second test with SHA-3.
    assert _logs(workers, code) == [
        "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
        "5a4bfeab6166427c7a3647b747292b8384537cdb89afb3bf5665e4c5e709350b287baec921fd7ca0ee7a0c31d022a95e1fc92ba9d77df883960275beb4e62024",
    ]


def test_results_of_subtle_are_there_at_once_and_can_be_awaited(workers: ScriptWorkers) -> None:
    code = (
        "const now = crypto.subtle.digest('SHA-256', bytes('abc'));\n"
        "client.log(Buffer.from(now).toString('hex') === Buffer.from(await now).toString('hex'), now instanceof ArrayBuffer);\n"
        "crypto.subtle.digest('SHA-256', bytes('abc')).then((later) => client.log(Buffer.from(later).toString('hex').slice(0, 8)));\n"
    )
    assert _logs(workers, code, "async") == ["true true", "ba7816bf"]


def test_a_signature_of_rsa_is_right(workers: ScriptWorkers) -> None:
    code = (
        f"const key = crypto.subtle.importKey('pkcs8', der('{_pkcs8(_RSA)}'), {{name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256'}}, false, ['sign']);\n"
        "client.log(base64(crypto.subtle.sign('RSASSA-PKCS1-v1_5', key, bytes('hello'))), key.algorithm.modulusLength);"
    )
    (log,) = _logs(workers, code)
    signature, length = log.split()
    _RSA.public_key().verify(b64decode(signature), b"hello", padding.PKCS1v15(), hashes.SHA256())
    assert length == "2048"


def test_a_signature_of_an_elliptic_curve_is_right(workers: ScriptWorkers) -> None:
    code = (
        f"const key = crypto.subtle.importKey('pkcs8', der('{_pkcs8(_EC)}'), {{name: 'ECDSA', namedCurve: 'P-256'}}, false, ['sign']);\n"
        "client.log(base64(crypto.subtle.sign({name: 'ECDSA', hash: {name: 'SHA-256'}}, key, bytes('hello'))));"
    )
    (signature,) = map(b64decode, _logs(workers, code))
    numbers = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    _EC.public_key().verify(encode_dss_signature(*numbers), b"hello", ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize(
    ("made", "used"),
    [
        ("{name: 'RSA-PSS', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256'}", "{name: 'RSA-PSS', saltLength: 32}"),
        ("{name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-512'}", "'RSASSA-PKCS1-v1_5'"),
        ("{name: 'ECDSA', namedCurve: 'P-521'}", "{name: 'ECDSA', hash: 'SHA-512'}"),
        ("{name: 'Ed25519'}", "'Ed25519'"),
    ],
)  # fmt: skip
def test_keys_are_made_and_travel_in_their_formats(workers: ScriptWorkers, made: str, used: str) -> None:
    code = (
        f"const made = {made};\nconst pair = crypto.subtle.generateKey(made, true, ['sign', 'verify']);\n"
        "const copy = crypto.subtle.importKey('jwk', crypto.subtle.exportKey('jwk', pair.privateKey), made, true, ['sign']);\n"
        "const other = crypto.subtle.importKey('spki', crypto.subtle.exportKey('spki', pair.publicKey), made, true, ['verify']);\n"
        f"const signature = crypto.subtle.sign({used}, copy, bytes('hello'));\n"
        f"client.log(crypto.subtle.verify({used}, other, signature, bytes('hello')), crypto.subtle.verify({used}, other, signature, bytes('hullo')));"
    )
    assert _logs(workers, code) == ["true false"]


def test_hmac_by_subtle(workers: ScriptWorkers) -> None:
    code = (
        "const key = crypto.subtle.importKey('raw', bytes('key'), {name: 'HMAC', hash: 'SHA-1'}, false, ['sign', 'verify']);\n"
        "const made = crypto.subtle.sign('HMAC', key, bytes('The quick brown fox jumps over the lazy dog'));\n"
        "client.log(Buffer.from(made).toString('hex'), crypto.subtle.verify('HMAC', key, made, bytes('other')));"
    )
    assert _logs(workers, code) == ["de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9 false"]


@pytest.mark.parametrize(
    ("made", "used"),
    [
        ("{name: 'AES-GCM', length: 256}", "{name: 'AES-GCM', iv: new Uint8Array(12), additionalData: bytes('more')}"),
        ("{name: 'AES-CBC', length: 128}", "{name: 'AES-CBC', iv: new Uint8Array(16)}"),
        ("{name: 'AES-CTR', length: 128}", "{name: 'AES-CTR', counter: new Uint8Array(16), length: 64}"),
    ],
)
def test_what_is_encrypted_is_decrypted(workers: ScriptWorkers, made: str, used: str) -> None:
    code = (
        f"const key = crypto.subtle.generateKey({made}, true, ['encrypt', 'decrypt']);\n"
        f"const hidden = crypto.subtle.encrypt({used}, key, bytes('hello'));\n"
        f"client.log(new TextDecoder().decode(crypto.subtle.decrypt({used}, key, hidden)), base64(hidden) === base64(bytes('hello')));"
    )
    assert _logs(workers, code) == ["hello false"]


def test_keys_are_derived_from_passwords(workers: ScriptWorkers) -> None:
    code = (
        "const password = crypto.subtle.importKey('raw', bytes('password'), 'PBKDF2', false, ['deriveBits']);\n"
        "const made = crypto.subtle.deriveBits({name: 'PBKDF2', hash: 'SHA-1', salt: bytes('salt'), iterations: 2}, password, 160);\n"
        "client.log(Buffer.from(made).toString('hex'));"
    )
    # RFC 6070, the second test.
    assert _logs(workers, code) == ["ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("crypto.subtle.digest('SHA-9', bytes(''))", "SHA-9 is no hash"),
        ("crypto.subtle.importKey('pkcs8', bytes('x'), 'ECDSA', false, ['sign'])", "no key in the format pkcs8"),
        ("crypto.subtle.exportKey('raw', crypto.subtle.generateKey('AES-GCM', false, ['encrypt']))", "not to be exported"),
        ("crypto.subtle.sign('HMAC', {}, bytes('x'))", "no CryptoKey"),
        ("crypto.subtle.sign('HMAC', crypto.subtle.generateKey({name: 'HMAC', hash: 'SHA-256'}, true, ['verify']), bytes('x'))", "not meant to sign"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(workers: ScriptWorkers, code: str, message: str) -> None:
    assert message in _failure(workers, code)


@pytest.mark.parametrize(("name", "key"), [("RS256", _RSA), ("PS384", _RSA), ("ES256", _EC), ("EdDSA", _ED)])
def test_tokens_are_signed_with_private_keys(
    workers: ScriptWorkers, name: str, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
) -> None:
    code = (
        f"const token = jwt.sign({{sub: 'me'}}, {json.dumps(_pem(key))}, {{algorithm: '{name}', expiresIn: '1h', keyid: 'k1'}});\n"
        f"client.log(token, jwt.verify(token, {json.dumps(_public_pem(key))}).sub);"
    )
    (log,) = _logs(workers, code)
    token, subject = log.split()
    claims = jwt.decode(token, key.public_key(), algorithms=[name])
    assert (claims["sub"], subject, claims["exp"] - claims["iat"]) == ("me", "me", 3600)
    assert jwt.get_unverified_header(token) == {"alg": name, "typ": "JWT", "kid": "k1"}


def test_a_token_is_verified_in_all_that_it_says(workers: ScriptWorkers) -> None:
    public = json.dumps(_public_pem(_RSA))
    code = (
        "const tried = (body) => { try { body(); client.log('fine'); } catch (error) { client.log(error.message); } };\n"
        "tried(() => jwt.verify(jwt.sign({}, 'key', {expiresIn: 0}), 'key'));\n"
        "tried(() => jwt.verify(jwt.sign({}, 'key', {notBefore: '1d'}), 'key'));\n"
        f"tried(() => jwt.verify(jwt.sign({{}}, 'key'), {public}));\n"
        "tried(() => jwt.verify(jwt.sign({}, 'key'), 'key', {algorithms: ['HS512']}));\n"
        "tried(() => jwt.sign({}, 'no key', {algorithm: 'RS256'}));\n"
        "tried(() => jwt.sign({}, '', {algorithm: 'none'}));\n"
    )
    assert _logs(workers, code) == [
        "jwt: the token has expired",
        "jwt: the token is not valid yet",
        "jwt: the key cannot be used for HS256",
        "jwt: HS256 is not allowed",
        "jwt: the key cannot be used for RS256",
        "jwt: none is no algorithm of signatures",
    ]
