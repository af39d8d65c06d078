"""The lab, as clients see it that are not ours: the standard library, httpx, PyJWT."""

import http.client
import json
import os
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import jwt
import pytest

from httpls.lab.endpoint import Found
from httpls.lab.index import GROUPS, routes
from httpls.lab.message import Request
from httpls.lab.server import Lab, running_lab
from httpls.lab.state import API_KEY, PASSWORD, SHARED_KEY, TOKEN, USER


@pytest.fixture
def client(lab: Lab) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=lab.http, trust_env=False) as client:
        yield client


def test_the_page_lists_every_endpoint(client: httpx.Client) -> None:
    listed = {endpoint["path"] for group in client.get("/").json()["groups"] for endpoint in group["endpoints"]}
    assert listed == {endpoint.pattern for group in GROUPS for endpoint in group.endpoints}
    page = client.get("/", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "/auth/digest" in page.text


def test_a_path_without_endpoint_and_a_wrong_method_are_told_apart(client: httpx.Client) -> None:
    assert client.get("/nowhere").status_code == 404
    refused = client.patch("/items")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, POST")


def test_items_are_added_changed_and_deleted(client: httpx.Client) -> None:
    added = client.post("/items", json={"name": "a table"})
    path = added.headers["location"]
    assert client.patch(path, json={"price": 5}).json() == {"name": "a table", "price": 5, "id": added.json()["id"]}
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_several_requests_share_a_connection_whether_or_not_their_bodies_were_looked_at(lab: Lab) -> None:
    connection = http.client.HTTPConnection(urlsplit(lab.http).netloc)
    for path in ("/status/200", "/anything", "/status/404"):
        connection.request("POST", path, body=b"x" * 1000)
        port = connection.sock.getsockname()[1]
        connection.getresponse().read()
        connection.request("HEAD", "/items")
        assert connection.sock.getsockname()[1] == port
        connection.getresponse().read()
    connection.close()


def test_a_chunked_upload_is_measured(client: httpx.Client) -> None:
    told = client.post("/upload", content=iter([b"ab", b"c" * 70_000])).json()
    assert told["length"] == 70_002
    assert told["transfer coding"] == "chunked"


def test_the_parts_of_a_multipart_body_are_told(client: httpx.Client) -> None:
    told = client.post(
        "/form", data={"title": "a lamp"}, files={"picture": ("lamp.png", b"\x89PNG\r\n\x00", "image/png")}
    )
    title, picture = told.json()["parts"]
    assert (title["name"], title["value"]) == ("title", "a lamp")
    assert (picture["filename"], picture["type"], picture["length"]) == ("lamp.png", "image/png", 7)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_answers_come_compressed(client: httpx.Client, coding: str) -> None:
    answer = client.get(f"/compressed/{coding}")
    assert answer.headers["content-encoding"] == coding
    assert answer.json()["coding"] == coding


def test_redirects_lead_on_and_to_another_origin(lab: Lab) -> None:
    with httpx.Client(base_url=lab.http, trust_env=False, follow_redirects=True) as client:
        assert client.get("/redirect/3").url.path == "/anything"
        crossed = client.get("/redirect-cross?status=307")
        assert crossed.history[0].status_code == 307
        assert crossed.url.host == "localhost"


def test_cookies_are_set_and_told(client: httpx.Client) -> None:
    line = client.get("/cookies/set?a=1&Max-Age=60&HttpOnly=").headers["set-cookie"]
    assert line == "a=1; Max-Age=60; HttpOnly"
    assert client.get("/cookies", headers={"Cookie": "a=1; b=2"}).json() == {"cookies": ["a=1", "b=2"]}


def test_lines_come_one_after_the_other(client: httpx.Client) -> None:
    answer = client.get("/drip?count=3&pause=0.001")
    assert [json.loads(line)["line"] for line in answer.text.splitlines()] == [1, 2, 3]


@pytest.mark.parametrize(
    "path", ["/broken/cut", "/broken/cut-chunk", "/broken/cut-head", "/broken/garbage", "/broken/close"]
)
def test_broken_answers_are_broken(client: httpx.Client, path: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(path)


def test_what_is_no_request_is_answered_and_the_lab_lives_on(lab: Lab, client: httpx.Client) -> None:
    with socket.create_connection((urlsplit(lab.http).hostname or "", urlsplit(lab.http).port or 0)) as connection:
        connection.sendall(b"\x16\x03\x01\x00\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")
    assert client.get("/items").status_code == 200


def test_every_pattern_finds_its_own_endpoint() -> None:
    every = routes()
    for group in GROUPS:
        for endpoint in group.endpoints:
            method = endpoint.methods[0] if endpoint.methods else "GET"
            found = every.find(method, endpoint.pattern.replace("{", "").replace("}", ""))
            assert isinstance(found, Found)
            assert found.endpoint is endpoint


def test_basic_wants_user_and_password(client: httpx.Client) -> None:
    assert client.get("/auth/basic", auth=(USER, PASSWORD)).json()["authenticated"]
    refused = client.get("/auth/basic", auth=(USER, "wrong"))
    assert (refused.status_code, refused.json()["reason"]) == (401, "user or password is wrong")


def test_a_bearer_token_is_wanted_exactly(client: httpx.Client) -> None:
    assert client.get("/auth/bearer", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert client.get("/auth/bearer", headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 401
    assert client.get("/auth/bearer").headers["www-authenticate"] == 'Bearer realm="lab"'


def test_an_api_key_is_taken_from_one_place(client: httpx.Client) -> None:
    assert client.get("/auth/apikey", headers={"X-API-Key": API_KEY}).json()["place"] == "header"
    assert client.get(f"/auth/apikey?api_key={API_KEY}").json()["place"] == "query"
    assert client.get("/auth/apikey", headers={"Cookie": f"api_key={API_KEY}"}).json()["place"] == "cookie"
    both = client.get(f"/auth/apikey?api_key={API_KEY}", headers={"X-API-Key": API_KEY})
    assert both.status_code == 401


@pytest.mark.parametrize("path", ["/auth/digest", "/auth/digest/MD5", "/auth/digest/MD5-sess", "/auth/digest/SHA-256"])
def test_digest_is_checked(client: httpx.Client, path: str) -> None:
    assert client.get(path, auth=httpx.DigestAuth(USER, PASSWORD)).json()["authenticated"]
    assert client.get(path, auth=httpx.DigestAuth(USER, "wrong")).status_code == 401


def test_a_digest_is_good_for_one_count_only(client: httpx.Client) -> None:
    used = client.get("/auth/digest/SHA-256", auth=httpx.DigestAuth(USER, PASSWORD)).request.headers["authorization"]
    again = client.get("/auth/digest/SHA-256", headers={"Authorization": used})
    assert again.status_code == 401
    assert "stale=true" in again.headers["www-authenticate"]


def test_a_token_signed_by_the_client_is_checked(lab: Lab, client: httpx.Client) -> None:
    for algorithm, key in (
        ("HS256", SHARED_KEY),
        ("RS256", (lab.folder / "rsa-private.pem").read_text()),
        ("ES256", (lab.folder / "ec-private.pem").read_text()),
        ("EdDSA", (lab.folder / "ed25519-private.pem").read_text()),
    ):
        token = jwt.encode({"sub": "ada"}, key, algorithm=algorithm)
        told = client.get("/auth/jwt", headers={"Authorization": f"Bearer {token}"}).json()
        assert told["claims"] == {"sub": "ada"}, algorithm
    forged = jwt.encode({"sub": "ada"}, "another key of more than thirty-two bytes", algorithm="HS256")
    assert client.get(f"/auth/jwt?token={forged}").status_code == 401


def test_a_client_certificate_is_seen(lab: Lab) -> None:
    context = ssl.create_default_context(cafile=lab.folder / "ca.pem")
    with httpx.Client(base_url=lab.https, verify=context, trust_env=False) as client:
        assert client.get("/auth/mtls").status_code == 403
    context.load_cert_chain(lab.folder / "client.pem", lab.folder / "client-key.pem")
    with httpx.Client(base_url=lab.https, verify=context, trust_env=False) as client:
        assert client.get("/auth/mtls").json()["authenticated"]


def test_private_keys_are_the_users_alone_and_a_temporary_folder_is_removed(tmp_path: Path) -> None:
    with running_lab(folder=tmp_path / "keys") as lab:
        assert lab.folder == tmp_path / "keys"
        if os.name == "posix":
            assert (lab.folder / "client-key.pem").stat().st_mode & 0o077 == 0
    assert (tmp_path / "keys" / "ca.pem").exists()
    with running_lab() as lab:
        folder = lab.folder
    assert not folder.exists()


def test_requests_are_told_to_who_asks() -> None:
    seen: list[tuple[str, int]] = []

    def note(request: Request, status: int) -> None:
        seen.append((request.target, status))

    with running_lab(on_request=note) as lab, httpx.Client(base_url=lab.http, trust_env=False) as client:
        client.get("/items?limit=1")
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/broken/close")
    assert seen == [("/items?limit=1", 200), ("/broken/close", 0)]
