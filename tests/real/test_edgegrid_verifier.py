"""EdgeGrid against Akamai's own library, which signs the request anew and compares."""

from collections.abc import Generator
from pathlib import Path

import httpx
import pytest
from tests.support.real_servers import SERVERS, free_port, python_program, running
from tests.support.schemes import scheme

from httpls_auth.httpx_adapter import as_httpx_auth

pytestmark = pytest.mark.real

_GIVEN = {
    "client-token": "akab-client-token", "client-secret": "client/secret+=", "access-token": "akab-access-token",
    "headers-to-sign": "X-Test1,X-Test2", "max-body": "2048",
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    port = free_port()
    command = [python_program("python"), str(SERVERS / "edgegrid.py"), str(port)]
    with running(command, port, tmp_path_factory.mktemp("edgegrid") / "log"):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("method", "target", "headers", "body"),
    [
        ("GET", "/", {}, b""),
        ("GET", "/papi/v1/groups?a=[1]&b=%20;c", {"X-Test1": "a   b"}, b""),
        ("POST", "/x", {"X-Test2": "2", "X-Test1": "1"}, b"d" * 5000),
        ("POST", "/x", {}, b""),
        ("PUT", "/x", {}, b"unsigned"),
        ("DELETE", "/a/../b", {}, b""),
    ],
)
def test_requests(server: str, method: str, target: str, headers: dict[str, str], body: bytes) -> None:
    auth = as_httpx_auth(scheme("edgegrid", **_GIVEN))
    response = httpx.request(method, f"{server}{target}", headers=headers, content=body, auth=auth)
    assert response.status_code == 200, response.text


def test_forms(server: str) -> None:
    auth = as_httpx_auth(scheme("edgegrid", **_GIVEN))
    parts = {"file": ("a.bin", b"\0\xff" * 2000, "application/octet-stream")}
    assert httpx.post(f"{server}/x", data={"a": "b c"}, files=parts, auth=auth).status_code == 200
    assert httpx.post(f"{server}/x", data={"a": "b c", "d": "é&"}, auth=auth).status_code == 200
    graphql = {"query": "query Test { hello }", "operationName": "Test", "variables": {"foo": "bar"}}
    assert httpx.post(f"{server}/x", json=graphql, auth=auth).status_code == 200


@pytest.mark.parametrize(
    "more", [{"client-secret": "wrong"}, {"access-token": "wrong"}, {"timestamp": "20140321T19:34:21+0000"}]
)
def test_wrong_credentials(server: str, more: dict[str, str]) -> None:
    auth = as_httpx_auth(scheme("edgegrid", **{**_GIVEN, **more}))
    assert httpx.get(f"{server}/", auth=auth).status_code == 401


def test_a_replay_is_refused(server: str) -> None:
    auth = as_httpx_auth(scheme("edgegrid", **_GIVEN, nonce="once"))
    assert [httpx.get(f"{server}/", auth=auth).status_code for _ in range(2)] == [200, 401]


def test_tokens_from_a_file(server: str, tmp_path: Path) -> None:
    host = server.removeprefix("http://")
    (tmp_path / "edgerc").write_text(
        f"[papi]\nhost = {host}\nclient_token = akab-client-token\nclient_secret = client/secret+=\n"
        "access_token = akab-access-token\n"
    )
    made = scheme("edgegrid", edgerc="edgerc", section="papi")
    assert httpx.get(f"{server}/", auth=as_httpx_auth(made, tmp_path)).status_code == 200
