"""ASAP: claims, header, keys, and what verifiers would refuse."""

import json
from base64 import b64encode
from typing import Any, cast

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests.support.schemes import context, notes, request, scheme, signed

from httpls_auth.errors import AuthenticationError
from httpls_auth.schemes.flow import drive

_RSA = rsa.generate_private_key(65537, 2048)
_EC = ec.generate_private_key(ec.SECP256R1())
_NOW = 1_700_000_000


def _der(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _data_uri(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, kid: str = "my-service%2Fkey1") -> str:
    return f"data:application/pkcs8;kid={kid};base64,{b64encode(_der(key)).decode()}"


_GIVEN = {"iss": "my-service", "aud": "their-service", "kid": "my-service/key1", "privateKey": _pem(_RSA)}


def _token(more: dict[str, str]) -> str:
    value = cast("str", signed("asap", {**_GIVEN, **more}, "GET https://a.example/").value("Authorization"))
    assert value.startswith("Bearer ")
    return value.removeprefix("Bearer ")


def _claims(token: str, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = _RSA) -> dict[str, Any]:
    unchecked = {"verify_exp": False, "verify_iat": False, "verify_aud": False}
    return pyjwt.decode(token, key.public_key(), algorithms=["RS256", "PS512", "ES256"], options=unchecked)  # type: ignore[arg-type, unused-ignore]


def test_the_token() -> None:
    token = _token({})
    assert pyjwt.get_unverified_header(token) == {"alg": "RS256", "kid": "my-service/key1"}
    assert _claims(token) == {
        "iss": "my-service",
        "sub": "my-service",
        "aud": "their-service",
        "iat": _NOW,
        "exp": _NOW + 3600,
        "jti": "00010203-0405-4607-8809-0a0b0c0d0e0f",
    }


def test_other_claims() -> None:
    more = {"sub": "alice", "exp": "60", "aud": "a, b", "claims": '{"x": [1], "iss": "other", "kid": "k"}'}
    token = _token(more)
    assert pyjwt.get_unverified_header(token)["kid"] == "k"
    claims = _claims(token)
    assert (claims["sub"], claims["aud"], claims["iss"], claims["x"]) == ("alice", ["a", "b"], "other", [1])
    assert claims["exp"] - claims["iat"] == 60
    assert "kid" not in claims


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"alg": "PS512"}, _RSA),
        ({"alg": "ES256", "privateKey": _pem(_EC)}, _EC),
        ({"privateKey": _data_uri(_RSA)}, _RSA),
        ({"alg": "ES256", "privateKey": _data_uri(_EC)}, _EC),
        ({"privateKey": '"' + _pem(_RSA).replace("\n", "\\n") + '"'}, _RSA),
    ],
)
def test_keys(more: dict[str, str], key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> None:
    assert _claims(_token(more), key)["iss"] == "my-service"


@pytest.mark.parametrize(
    "more",
    [
        {"exp": "2h"},
        {"exp": "0"},
        {"claims": json.dumps({"exp": _NOW + 7200})},
        {"privateKey": _data_uri(_RSA, "another")},
        {"alg": "ES256"},
        {"iss": " "},
        {"aud": ","},
        {"claims": "[]"},
        {"alg": "HS256"},
    ],
)
def test_what_verifiers_would_refuse_is_not_sent(more: dict[str, str]) -> None:
    with pytest.raises(AuthenticationError):
        _token(more)


def test_the_computation_is_told() -> None:
    given = context(_NOW)
    made = scheme("asap", **_GIVEN)
    drive(made.authenticate(request("GET https://a.example/"), given), lambda step: step)
    assert notes(given)["key"] == "RSA, 2048 bits"
    assert '"iss":"my-service"' in notes(given)["payload of the token"]
