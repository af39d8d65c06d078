"""Hawk against @hapi/hawk: requests, bodies, signed responses, a clock that is an hour off, bewits."""

import time
from collections.abc import Generator

import httpx
import pytest
from tests.support.real_servers import SERVERS, free_port, node_modules, program, running
from tests.support.schemes import scheme

from httpls_auth.errors import ChallengeError
from httpls_auth.httpx_adapter import as_httpx_auth

pytestmark = pytest.mark.real

_KEY = "werxhqb98rpaxn39848xrunpaw3489ruxnpa98w4rxn"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    port = free_port()
    command = [program("node"), str(SERVERS / "hawk.cjs"), str(port)]
    with running(command, port, tmp_path_factory.mktemp("hawk") / "log", node_modules()):
        yield f"http://127.0.0.1:{port}"


def _auth(id_: str = "dh37fgj492je", key: str = _KEY, **more: str) -> httpx.Auth:
    return as_httpx_auth(scheme("hawk", id_, key, **more))


@pytest.mark.parametrize(
    ("auth", "status"),
    [
        (_auth(require_response="true"), 200),
        (_auth(ext="data", app="a", dlg="d"), 200),
        (_auth("old", "k1", algorithm="sha1"), 200),
        (_auth(key="wrong"), 401),
        (_auth("nobody"), 401),
        (_auth("old", "k1"), 401),
    ],
)
def test_requests(server: str, auth: httpx.Auth, status: int) -> None:
    response = httpx.get(f"{server}/resource/1?b=1&a=%20[2]", auth=auth)
    assert response.status_code == status, response.text


def test_attributes_arrive(server: str) -> None:
    response = httpx.delete(f"{server}/x", auth=_auth(ext="some data", app="a", dlg="d"))
    assert response.text == "ext=some data app=a dlg=d"


def test_bodies(server: str) -> None:
    auth = _auth(payload_hash="true")
    assert httpx.post(f"{server}/payload", auth=auth, json={"a": "é"}).status_code == 200
    assert httpx.post(f"{server}/payload", auth=auth, data={"a": "b c"}).status_code == 200
    # A body that is not signed is refused where the server wants it signed.
    assert httpx.post(f"{server}/payload", auth=_auth(), json={}).status_code == 401


def test_a_request_is_not_taken_twice(server: str) -> None:
    auth = as_httpx_auth(scheme("hawk", "dh37fgj492je", _KEY, nonce="same"), now=lambda: _NOW)
    assert [httpx.get(server, auth=auth).status_code for _ in range(2)] == [200, 401]


_NOW = time.time()


def test_the_servers_time_is_taken(server: str) -> None:
    auth = _auth()
    sent: list[int] = []

    def note(response: httpx.Response) -> None:
        sent.append(response.status_code)

    with httpx.Client(auth=auth, event_hooks={"response": [note]}) as client:
        assert client.get(f"{server}/late").status_code == 200
        assert client.get(f"{server}/late").status_code == 200
    # Only the first request has to be told.
    assert sent == [401, 200, 200]


def test_a_wrong_key_does_not_learn_the_time(server: str) -> None:
    """The server proves its time only to who has the key; a wrong one gets no time at all."""
    assert httpx.get(f"{server}/late", auth=_auth(key="wrong")).status_code == 401


def test_a_forged_body_is_found_out(server: str) -> None:
    with pytest.raises(ChallengeError, match="body"):
        httpx.get(f"{server}/forged", auth=_auth())


def test_bewits(server: str) -> None:
    assert httpx.get(f"{server}/signed/x?a=1", auth=_auth(in_="query")).text == "by bewit"
    assert httpx.get(f"{server}/signed/x", auth=_auth(in_="query", ext="data")).status_code == 200
    assert httpx.get(f"{server}/signed/x", auth=_auth(in_="query", key="wrong")).status_code == 401
    past = as_httpx_auth(scheme("hawk", "dh37fgj492je", _KEY, in_="query"), now=lambda: _NOW - 3600)
    assert httpx.get(f"{server}/signed/x", auth=past).status_code == 401
