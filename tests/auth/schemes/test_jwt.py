"""JSON Web Tokens: the vectors of the RFCs, every algorithm, every form of key, and what is refused."""

import hmac
import json
from base64 import b64encode, urlsafe_b64decode
from typing import cast

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from jwt.algorithms import OKPAlgorithm, RSAAlgorithm
from tests.support.schemes import context, notes, plain, request, scheme, signed

from httpls_auth.errors import AuthenticationError, KeyMaterialError
from httpls_auth.jws import sign_compact, sign_encoded
from httpls_auth.keys import read_private_key
from httpls_auth.schemes.flow import drive

_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey

_RSA = rsa.generate_private_key(65537, 2048)
_P256 = ec.generate_private_key(ec.SECP256R1())
_KEYS: dict[str, _Key] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), _RSA),
    "ES256": _P256,
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "ES512": ec.generate_private_key(ec.SECP521R1()),
    "ES256K": ec.generate_private_key(ec.SECP256K1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
    "Ed25519": ed25519.Ed25519PrivateKey.generate(),
    "Ed448": ed448.Ed448PrivateKey.generate(),
}
_SECRET = "a secret that is long enough for sixty-four bytes of HMAC with SHA-512"
_PAYLOAD = '{"sub": "alice", "n": 1}'

# RFC 7515, appendix A.1 and A.2: the keys, the payload, and the signatures.
_A1_KEY = '{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}'
_A_PAYLOAD = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
_A2_KEY = """{"kty": "RSA", "e": "AQAB",
    "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    "d": "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ"}"""
_A2_SIGNATURE = (
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t"
    "1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12j"
    "zDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQ"
    "Ge77Rw"
)
# RFC 8037, appendix A.4.
_ED25519_KEY = (
    '{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",'
    '"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'
)


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_rfc_7515_a1() -> None:
    key = read_private_key(plain(_A1_KEY)).key
    signed_token = sign_encoded("HS256", f"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{_A_PAYLOAD}", key)
    assert signed_token.signature == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


def test_rfc_7515_a2_as_a_request_carries_it() -> None:
    payload = _decoded(_A_PAYLOAD).decode()
    parameters = {"algorithm": "RS256", "payload": payload, "private-key": _A2_KEY, "typ": ""}
    sent = signed("jwt", parameters, "GET https://a.example/")
    assert sent.value("Authorization") == f"Bearer eyJhbGciOiJSUzI1NiJ9.{_A_PAYLOAD}.{_A2_SIGNATURE}"


def test_rfc_8037_a4() -> None:
    key = read_private_key(plain(_ED25519_KEY)).key
    assert sign_compact({"alg": "EdDSA"}, b"Example of Ed25519 signing", key).token == (
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    )


def _pem(
    key: _Key,
    form: serialization.PrivateFormat = serialization.PrivateFormat.PKCS8,
    password: bytes | None = None,
) -> str:
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password is not None:
        encryption = serialization.BestAvailableEncryption(password)
    return key.private_bytes(serialization.Encoding.PEM, form, encryption).decode()


def _token(parameters: dict[str, str], now: float = 0) -> str:
    value = signed("jwt", parameters, "GET https://a.example/", now=now).value("Authorization")
    assert value is not None
    return value.removeprefix("Bearer ")


@pytest.mark.parametrize("algorithm", list(_KEYS))
def test_every_algorithm_with_a_private_key(algorithm: str) -> None:
    key = _KEYS[algorithm]
    token = _token({"algorithm": algorithm, "payload": _PAYLOAD, "private-key": _pem(key)})
    header = json.loads(_decoded(token.partition(".")[0]))
    assert header == {"alg": algorithm, "typ": "JWT"}
    # The library does not know the names of RFC 9864; the signature is that of `EdDSA`.
    known = pyjwt.PyJWS()
    if algorithm in ("Ed25519", "Ed448"):
        known.register_algorithm(algorithm, OKPAlgorithm())
    verified = known.decode(token, key.public_key(), algorithms=[algorithm])
    assert verified == _PAYLOAD.encode()


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize("encoded", [False, True])
def test_every_algorithm_with_a_secret(algorithm: str, encoded: bool) -> None:
    secret = b64encode(_SECRET.encode()).decode() if encoded else _SECRET
    parameters = {"algorithm": algorithm, "payload": _PAYLOAD, "secret": secret, "secret-base64": str(encoded)}
    assert pyjwt.decode(_token(parameters), _SECRET, algorithms=[algorithm]) == json.loads(_PAYLOAD)


def test_a_short_secret_is_the_users_affair() -> None:
    token = _token({"algorithm": "HS256", "payload": "{}", "secret": "short"})
    signing_input, _, signature = token.rpartition(".")
    assert _decoded(signature) == hmac.digest(b"short", signing_input.encode(), "sha256")


def _data_uri(content: bytes) -> str:
    return "data:application/octet-stream;base64," + b64encode(content).decode()


def _pkcs12(password: bytes | None) -> str:
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password is not None:
        encryption = serialization.BestAvailableEncryption(password)
    return _data_uri(pkcs12.serialize_key_and_certificates(b"k", _RSA, None, None, encryption))


_PKCS8 = _pem(_RSA)
_DER = _RSA.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
_JWK = json.dumps(RSAAlgorithm.to_jwk(_RSA, as_dict=True) | {"kid": "7"})
_TRADITIONAL = serialization.PrivateFormat.TraditionalOpenSSL


@pytest.mark.parametrize(
    ("text", "passphrase"),
    [
        (_PKCS8, None),
        (_pem(_RSA, _TRADITIONAL), None),
        (_pem(_RSA, serialization.PrivateFormat.OpenSSH), None),
        (_pem(_RSA, password=b"open"), "open"),
        (_pem(_RSA, _TRADITIONAL, b"open"), "open"),
        (_PKCS8, "given in vain"),
        (_PKCS8.replace("\n", "\\n"), None),
        (_PKCS8.replace("\n", " "), None),
        (_PKCS8.replace("\n", ""), None),
        (f'"{_PKCS8}"', None),
        (_PKCS8.replace("\n", "%0A").replace(" ", "%20"), None),
        ("Bag Attributes\n  friendlyName: k\n" + _PKCS8, None),
        (_JWK, None),
        (f'{{"keys": [{_JWK}]}}', None),
        (b64encode(_DER).decode(), None),
        (_data_uri(_DER), None),
        (f"data:application/pkcs8;kid=7;base64,{b64encode(_DER).decode()}", None),
        (_pkcs12(None), None),
        (_pkcs12(b"open"), "open"),
    ],
)
def test_every_form_of_a_key(text: str, passphrase: str | None) -> None:
    parameters = {"algorithm": "RS256", "payload": _PAYLOAD, "private-key": text}
    if passphrase is not None:
        parameters["passphrase"] = passphrase
    assert pyjwt.decode(_token(parameters), _RSA.public_key(), algorithms=["RS256"]) == json.loads(_PAYLOAD)


def test_sec_1_keys() -> None:
    parameters = {"algorithm": "ES256", "payload": _PAYLOAD, "private-key": _pem(_P256, _TRADITIONAL)}
    assert pyjwt.decode(_token(parameters), _P256.public_key(), algorithms=["ES256"]) == json.loads(_PAYLOAD)


_PUBLIC = (
    _RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
)


@pytest.mark.parametrize(
    ("text", "passphrase", "message"),
    [
        ("", None, "needs `private-key`"),
        (" ", None, "empty"),
        ("hello!", None, "neither PEM"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE", None, "cut"),
        (_PKCS8[:200] + "-----END PRIVATE KEY-----", None, "damaged"),
        (_PUBLIC, None, "`PUBLIC KEY`"),
        (_pem(_RSA, password=b"open"), None, "encrypted"),
        (_pem(_RSA, password=b"open"), "wrong", "passphrase is wrong"),
        (_pem(_RSA, _TRADITIONAL, b"open"), None, "encrypted"),
        (_pkcs12(b"open"), None, "encrypted"),
        (_pkcs12(b"open"), "wrong", "passphrase"),
        (_data_uri(_DER[:100]), None, "damaged"),
        (_pem(_P256), None, "needs an RSA key"),
        ("{", None, "not valid JSON"),
        ('{"kty": "RSA"}', None, "public key only"),
        ('{"kty": "RSA", "d": "AA", "n": "AA", "e": "AQAB"}', None, "do not make a key"),
        ('{"kty": "PQ", "d": "AA"}', None, "none of RSA"),
        (f'{{"keys": [{_JWK}, {_JWK}]}}', None, "of which 2 fit"),
        ("data:application/pkcs8;base64,!!!", None, "no base64"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_without_repeating_it(
    text: str, passphrase: str | None, message: str
) -> None:
    parameters = {"algorithm": "RS256", "payload": _PAYLOAD, "private-key": text}
    if passphrase is not None:
        parameters["passphrase"] = passphrase
    with pytest.raises(AuthenticationError) as raised:
        _token(parameters)
    shown = f"{raised.value} {raised.value.remedy}"
    assert message in shown
    pieces = [text[start : start + 12] for start in range(30, len(text) - 60, 12)]
    assert not any(piece in shown for piece in pieces if not piece.startswith("-") and " " not in piece)


def test_a_secret_for_an_asymmetric_algorithm_is_refused() -> None:
    with pytest.raises(AuthenticationError, match="private"):
        _token({"algorithm": "RS256", "payload": _PAYLOAD, "secret": "x"})


def test_a_broken_base64_secret_is_refused() -> None:
    with pytest.raises(KeyMaterialError, match="base64"):
        _token({"algorithm": "HS256", "payload": _PAYLOAD, "secret": "!", "secret-base64": "true"})


@pytest.mark.parametrize(
    "parameters",
    [
        {"payload": "{"},
        {"payload": "[]", "expires-in": "5m"},
        {"payload": "{}", "header": "[]"},
    ],
)
def test_json_that_is_none_is_refused(parameters: dict[str, str]) -> None:
    with pytest.raises(AuthenticationError):
        _token({"algorithm": "HS256", "secret": _SECRET, **parameters})


def test_claims_are_added() -> None:
    parameters = {
        "algorithm": "HS256", "secret": _SECRET, "payload": '{"sub": "é", "iat": 5}', "expires-in": "5m",
        "not-before": "30s", "jti": "true",
    }  # fmt: skip
    token = _token(parameters, now=1000)
    claims = json.loads(_decoded(token.split(".")[1]))
    assert claims == {"sub": "é", "iat": 5, "nbf": 970, "exp": 1300, "jti": "00010203-0405-4607-8809-0a0b0c0d0e0f"}


@pytest.mark.parametrize("payload", ['{"a" : 1.0,  "a":2}', "[1]", '"text"', "17"])
def test_a_payload_is_signed_as_it_is_written(payload: str) -> None:
    token = _token({"algorithm": "HS256", "secret": _SECRET, "payload": payload})
    assert _decoded(token.split(".")[1]).decode() == payload


def test_members_of_the_header() -> None:
    parameters = {
        "algorithm": "HS256", "secret": _SECRET, "payload": "{}", "header": '{"alg": "none", "cty": "x", "typ": "y"}',
        "kid": "k",
    }  # fmt: skip
    assert json.loads(_decoded(_token(parameters).partition(".")[0])) == {
        "alg": "HS256",
        "typ": "y",
        "kid": "k",
        "cty": "x",
    }


def test_the_key_names_itself() -> None:
    token = _token({"algorithm": "RS256", "payload": "{}", "private-key": _JWK})
    assert json.loads(_decoded(token.partition(".")[0]))["kid"] == "7"


def test_in_the_query_as_postman_has_it() -> None:
    parameters = {"algorithm": "HS256", "secret": _SECRET, "payload": "{}", "addTokenTo": "queryParam"}
    sent = signed("jwt", parameters, "GET https://a.example/?a=[1]")
    assert sent.target.reveal().startswith("/?a=[1]&token=eyJ")
    assert sent.value("Authorization") is None
    named = signed("jwt", {**parameters, "queryParamKey": "jwt"}, "GET https://a.example/")
    assert named.target.reveal().startswith("/?jwt=eyJ")


@pytest.mark.parametrize(("prefix", "start"), [("", "eyJ"), ("JWT", "JWT eyJ")])
def test_another_prefix(prefix: str, start: str) -> None:
    parameters = {"algorithm": "HS256", "secret": _SECRET, "payload": "{}", "headerPrefix": prefix}
    assert cast("str", signed("jwt", parameters, "GET https://a.example/").value("Authorization")).startswith(start)


def test_the_computation_is_told_without_the_signature() -> None:
    given = context()
    made = scheme("jwt", "HS256", payload=_PAYLOAD, secret=_SECRET)
    sent = drive(made.authenticate(request("GET https://a.example/"), given), lambda step: step)
    shown = notes(given)
    assert shown["payload of the token"] == _PAYLOAD
    assert shown["key"] == f"symmetric, {8 * len(_SECRET)} bits"
    signature = cast("str", sent.value("Authorization")).rpartition(".")[2]
    assert not any(signature in text or _SECRET in text for text in shown.values())
    assert str(sent.values("Authorization")[0]).endswith(".•••••")
