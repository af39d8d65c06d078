"""JSON Web Tokens against Apache with mod_oauth2: Postman's twelve algorithms, header and query, expiry."""

import json
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from tests.support.real_servers import free_port, program, running
from tests.support.schemes import scheme

from httpls_auth.httpx_adapter import as_httpx_auth

pytestmark = pytest.mark.real

_SECRET = "secret-" * 10 + "0123456789"
_MODULES = Path("/usr/lib/apache2/modules")
_KEYS: dict[str, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey] = {
    "rsa": rsa.generate_private_key(65537, 2048),
    "p256": ec.generate_private_key(ec.SECP256R1()),
    "p384": ec.generate_private_key(ec.SECP384R1()),
    "p521": ec.generate_private_key(ec.SECP521R1()),
}
_PLACES = {
    **{f"HS{size}": "secret" for size in (256, 384, 512)},
    **{f"{kind}{size}": "rsa" for kind in ("RS", "PS") for size in (256, 384, 512)},
    "ES256": "p256",
    "ES384": "p384",
    "ES512": "p521",
}


def _jwk(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    if isinstance(key, rsa.RSAPrivateKey):
        return json.dumps(RSAAlgorithm.to_jwk(key.public_key(), as_dict=True))
    return json.dumps(ECAlgorithm.to_jwk(key.public_key(), as_dict=True))


@pytest.fixture(scope="module")
def apache(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    command = program("apache2")
    if not (_MODULES / "mod_oauth2.so").exists():
        pytest.skip("mod_oauth2 is not installed")
    folder = tmp_path_factory.mktemp("apache")
    port = free_port()
    verified = {"secret": f'plain "{_SECRET}" verify.exp=required'}
    for name, key in _KEYS.items():
        verified[name] = 'jwk "{}" verify.exp=required'.format(_jwk(key).replace('"', '\\"'))
    places: list[str] = []
    for name, how in verified.items():
        (folder / "www" / name).mkdir(parents=True)
        (folder / "www" / name / "index.html").write_text("ok")
        places.append(
            f"""<Location "/{name}">
  AuthType oauth2
  OAuth2TokenVerify {how}
  OAuth2AcceptTokenIn header
  OAuth2AcceptTokenIn query name=tok
  Require valid-user
</Location>"""
        )
    names = ("mpm_event", "authn_core", "authz_core", "authz_user", "dir", "oauth2")
    loaded = "\n".join(f"LoadModule {name}_module {_MODULES}/mod_{name}.so" for name in names)
    configuration = folder / "httpd.conf"
    configuration.write_text(
        f"ServerRoot {folder}\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {folder}/pid\n"
        f"ErrorLog {folder}/error.log\nDocumentRoot {folder}/www\nDefaultRuntimeDir {folder}\n{loaded}\n"
        "DirectoryIndex index.html\n" + "\n".join(places) + "\n"
    )
    with running([command, "-X", "-f", str(configuration)], port, folder / "log"):
        yield f"http://127.0.0.1:{port}"


def _pem(name: str) -> str:
    return (
        _KEYS[name]
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )


def _auth(algorithm: str, **more: str) -> httpx.Auth:
    name = _PLACES[algorithm]
    key = {"secret": _SECRET} if name == "secret" else {"private_key": _pem(name)}
    given = {"algorithm": algorithm, "payload": '{"sub": "alice"}', "expires_in": "5m", **key, **more}
    return as_httpx_auth(scheme("jwt", **{name.replace("_", "-"): text for name, text in given.items()}))


@pytest.mark.parametrize("algorithm", list(_PLACES))
def test_every_algorithm(apache: str, algorithm: str) -> None:
    url = f"{apache}/{_PLACES[algorithm]}/"
    assert httpx.get(url, auth=_auth(algorithm)).status_code == 200
    in_query = _auth(algorithm, **{"in": "query", "query-name": "tok"})
    assert httpx.get(url, auth=in_query).status_code == 200


@pytest.mark.parametrize(
    ("algorithm", "more"),
    [
        ("HS256", {"secret": "wrong"}),
        ("HS256", {"payload": '{"sub": "alice", "exp": 1}'}),
        ("RS256", {"private_key": _pem("rsa"), "payload": '{"sub": "alice", "exp": 1}'}),
        ("ES256", {"prefix": ""}),
    ],
)
def test_what_is_wrong_is_refused(apache: str, algorithm: str, more: dict[str, str]) -> None:
    assert httpx.get(f"{apache}/{_PLACES[algorithm]}/", auth=_auth(algorithm, **more)).status_code == 401


def test_a_token_of_another_key_is_refused(apache: str) -> None:
    assert httpx.get(f"{apache}/p256/", auth=_auth("RS256")).status_code == 401
