"""ASAP against Atlassian's own verifier."""

from base64 import b64encode
from collections.abc import Generator

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests.support.real_servers import SERVERS, free_port, python_program, running
from tests.support.schemes import scheme

from httpls_auth.httpx_adapter import as_httpx_auth

pytestmark = pytest.mark.real

_RSA = rsa.generate_private_key(65537, 2048)
_EC = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    port, folder = free_port(), tmp_path_factory.mktemp("asap")
    for name, key in (("rsa", _RSA), ("ec", _EC)):
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        content = key.public_key().public_bytes(serialization.Encoding.PEM, form)
        (folder / f"my-service_{name}.pem").write_bytes(content)
    command = [python_program("python"), str(SERVERS / "asap.py"), str(port), str(folder)]
    with running(command, port, folder / "log"):
        yield f"http://127.0.0.1:{port}/"


def _key(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, encoding: serialization.Encoding) -> bytes:
    return key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _auth(**more: str) -> httpx.Auth:
    pem = _key(_RSA, serialization.Encoding.PEM).decode()
    given = {"issuer": "my-service", "audience": "their-service", "key-id": "my-service/rsa", "private-key": pem}
    return as_httpx_auth(scheme("asap", **{**given, **{name.replace("_", "-"): text for name, text in more.items()}}))


def _data_uri(name: str, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    der = b64encode(_key(key, serialization.Encoding.DER)).decode()
    return f"data:application/pkcs8;kid=my-service%2F{name};base64,{der}"


@pytest.mark.parametrize("algorithm", ["RS256", "RS512", "PS384"])
def test_rsa(server: str, algorithm: str) -> None:
    response = httpx.get(server, auth=_auth(algorithm=algorithm))
    assert (response.status_code, response.text) == (200, "my-service")


def test_ec_and_data_uris(server: str) -> None:
    more = {"algorithm": "ES256", "key_id": "my-service/ec", "private_key": _data_uri("ec", _EC)}
    assert httpx.get(server, auth=_auth(**more)).status_code == 200
    assert httpx.get(server, auth=_auth(private_key=_data_uri("rsa", _RSA))).status_code == 200


@pytest.mark.parametrize(
    "more",
    [
        {"audience": "another-service"},
        {"issuer": "another-service"},
        {"key_id": "my-service/unknown"},
        {"key_id": "my-service/ec"},
        {"claims": '{"exp": 1, "iat": 0}'},
    ],
)
def test_what_is_wrong_is_refused(server: str, more: dict[str, str]) -> None:
    assert httpx.get(server, auth=_auth(**more)).status_code == 401


def test_a_token_is_not_taken_twice(server: str) -> None:
    auth = _auth(claims='{"jti": "same"}')
    assert [httpx.get(server, auth=auth).status_code for _ in range(2)] == [200, 401]
