"""OAuth 1.0a against PHP's OAuthProvider, the login included, and against npm's oauth-1.0a."""

import os
import time
from collections.abc import Generator

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.support.real_servers import SERVERS, free_port, node_modules, program, running
from tests.support.schemes import HERE, request, scheme

from httpls_auth.httpx_adapter import as_httpx_auth, httpx_request
from httpls_auth.schemes.flow import FlowContext, Open, Send, Step, UseToken, drive
from httpls_auth.schemes.message import Response, ResponseHead
from httpls_auth.values.labels import Labels
from httpls_auth.values.value import Value

pytestmark = pytest.mark.real

_KEY = rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def php(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    port, folder = free_port(), tmp_path_factory.mktemp("php")
    command = [program("php"), "-S", f"127.0.0.1:{port}", str(SERVERS / "oauth1.php")]
    with running(command, port, folder / "log", {"HTTPLS_STATE": str(folder / "state.json")}):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    port, folder = free_port(), tmp_path_factory.mktemp("node")
    public = folder / "public.pem"
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public.write_bytes(_KEY.public_key().public_bytes(serialization.Encoding.PEM, form))
    command = [program("node"), str(SERVERS / "oauth1.cjs"), str(port), str(public)]
    with running(command, port, folder / "log", node_modules()):
        yield f"http://127.0.0.1:{port}"


_PHP = {"consumer-key": "ck", "consumer-secret": "csecret", "token": "acc-tok", "token-secret": "accsecret"}


def _php(**more: str) -> httpx.Auth:
    return as_httpx_auth(scheme("oauth1", **{**_PHP, **{name.replace("_", "-"): text for name, text in more.items()}}))


@pytest.mark.parametrize("method", ["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"])
@pytest.mark.parametrize("place", ["header", "query"])
def test_php(php: str, method: str, place: str) -> None:
    auth = _php(signature_method=method, **{"in": place})
    response = httpx.get(f"{php}/photos?size=original%20x&b=%2B&c=", auth=auth)
    assert (response.status_code, response.text) == (200, f"{method} []")


def test_php_with_a_form(php: str) -> None:
    for place in ("header", "body", "auto"):
        response = httpx.post(f"{php}/photos?a=b", auth=_php(**{"in": place}), data={"c": "d é&", "b": ""})
        assert response.status_code == 200, response.text
        assert '"c":"d \\u00e9&"' in response.text


@pytest.mark.parametrize(
    "more",
    [
        {"consumer_secret": "wrong"},
        {"token_secret": "wrong"},
        {"consumer_key": "nobody"},
        {"token": "unknown"},
        {"timestamp": "1"},
    ],
)
def test_php_refuses(php: str, more: dict[str, str]) -> None:
    assert httpx.get(f"{php}/photos", auth=_php(**more)).status_code == 401


def test_php_refuses_a_replay(php: str) -> None:
    auth = _php(nonce="only-once", timestamp=str(int(time.time())))
    assert [httpx.get(f"{php}/photos", auth=auth).status_code for _ in range(2)] == [200, 401]


def test_the_login_in_three_steps(php: str) -> None:
    """The browser is a plain client here; the token that is obtained opens the resource."""
    made = scheme(
        "oauth1", consumer_key="ck", consumer_secret="csecret", request_token_url=f"{php}/request_token",
        authorize_url=f"{php}/authorize", access_token_url=f"{php}/access_token",
    )  # fmt: skip
    context = FlowContext(time.time, os.urandom, {}, {}, [], Labels("token"))

    def answer(step: Step) -> object:
        if isinstance(step, UseToken):
            return drive(step.obtain(None), answer)
        if isinstance(step, Open):
            page = drive(step.url("http://127.0.0.1:1/callback"), answer)
            location = httpx.get(page.reveal()).headers["Location"]
            assert f"state={step.state}" in location
            return Value(location, HERE, Labels("callback"))
        assert isinstance(step, Send)
        with httpx.Client() as client:
            response = client.send(httpx_request(step.request, None))
        return Response(ResponseHead(response.status_code, "", ()), response.content)

    sent = drive(made.authenticate(request(f"GET {php}/photos"), context), answer)
    with httpx.Client() as client:
        assert client.send(httpx_request(sent, None)).text == "HMAC-SHA1 []"


_NODE = {
    "consumer-key": "ck", "consumer-secret": "consumer s/ecret", "token": "acc-tok", "token-secret": "acc sec&ret",
}  # fmt: skip
_PEM = _KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()


@pytest.mark.parametrize("method", ["HMAC-SHA512", "HMAC-SHA256", "HMAC-SHA1", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512"])
def test_node(node: str, method: str) -> None:
    given = {**_NODE, "signature-method": method, "private-key": _PEM, "body-hash": "true", "realm": "r"}
    auth = as_httpx_auth(scheme("oauth1", **given))
    assert httpx.post(f"{node}/hashed?a=b%20c", auth=auth, content=b'{"x": 1}').status_code == 200
    assert httpx.post(f"{node}/x", auth=auth, data={"a": "b c", "d": "e"}).status_code == 200
    other = {**given, "consumer-secret": "wrong", "private-key": _other_key()}
    bad = as_httpx_auth(scheme("oauth1", **other))
    assert httpx.post(f"{node}/hashed?a=b%20c", auth=bad, content=b'{"x": 1}').status_code == 401


def _other_key() -> str:
    key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
