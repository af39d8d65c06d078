"""The lab checks signatures with what is not ours: each way to sign, and what must be refused."""

import json
import time

import httpx
import pytest
from tests.support.live_flows import LiveFlows
from tests.support.schemes import request, scheme

from httpls.lab.auth import aws, edgegrid, hawk, oauth1
from httpls.lab.keys import EC_PRIVATE, RSA_PRIVATE
from httpls.lab.server import Lab
from httpls.lab.state import CLIENT_SECRET, PASSWORD, SHARED_KEY, TOKEN, USER
from httpls_auth.schemes.message import Response

AWS = {"access_key": aws.ACCESS_KEY, "secret_key": aws.SECRET_KEY}
HAWK = {"id": hawk.ID, "key": SHARED_KEY}
OAUTH1 = {"consumer_key": oauth1.CONSUMER_KEY, "consumer_secret": oauth1.CONSUMER_SECRET}
TOKENS = {"token": TOKEN, "token_secret": oauth1.TOKEN_SECRET}
EDGEGRID = {
    "client_token": edgegrid.CLIENT_TOKEN, "client_secret": CLIENT_SECRET, "access_token": edgegrid.ACCESS_TOKEN,
}  # fmt: skip
JSON = 'Content-Type: application/json\n\n{"a": "b c"}'
FORM = "Content-Type: application/x-www-form-urlencoded\n\na=b+c&d=%C3%A9"


def _sent(lab: Lab, word: str, parameters: dict[str, str], head: str = "GET", more: str = "") -> Response:
    with httpx.Client(timeout=10) as client:
        path, separator, rest = more.partition("\n")
        sent = request(f"{head} {lab.http}/auth/{word}{path}{separator}{rest}")
        return LiveFlows(client, lambda _: None).fetch(scheme(word, **parameters), sent)


CASES: list[tuple[str, dict[str, str], str, str, dict[str, object]]] = [
    (
        "aws",
        {**AWS, "region": "eu-central-1", "service": "execute-api"},
        "GET",
        "?b=2&a=1%20x&a=0",
        {"place": "header"},
    ),
    ("aws", {**AWS, "service": "execute-api"}, "GET", "/a%20b", {"region": "us-east-1"}),
    ("aws", {**AWS, "service": "s3"}, "PUT", f"/a%20b\n{JSON}", {"service": "s3"}),
    ("aws", {**AWS, "session_token": aws.SESSION_TOKEN}, "POST", f"\n{JSON}", {"session": True}),
    ("aws", {**AWS, "in_": "query", "expires": "5m"}, "GET", "?a=1", {"place": "query"}),
    ("aws", {**AWS, "in_": "query", "service": "s3", "session_token": aws.SESSION_TOKEN}, "GET", "", {"session": True}),
    (
        "hawk",
        {**HAWK, "payload_hash": "true", "ext": "more"},
        "POST",
        f"?x=1\n{JSON}",
        {"payload": True, "ext": "more"},
    ),
    ("hawk", {**HAWK, "app": "shop", "dlg": "gateway"}, "GET", "", {"app": "shop", "dlg": "gateway"}),
    ("hawk", {**HAWK, "in_": "query", "ext": "more"}, "GET", "?a=1&b=2", {"place": "bewit"}),
    ("edgegrid", EDGEGRID, "POST", f"?a=1\n{JSON}", {"body": True}),
    ("edgegrid", {**EDGEGRID, "headers_to_sign": "X-A"}, "GET", "?signed=X-A\nX-A:  b   c ", {"signed": ["X-A"]}),
    ("oauth1", {**OAUTH1, **TOKENS}, "GET", "?b5=%3D%253D&a3=a&c%40=&a2=r%20b", {"place": "header", "token": True}),
    (
        "oauth1",
        {**OAUTH1, **TOKENS, "in_": "query", "signature_method": "HMAC-SHA512"},
        "GET",
        "?a=1",
        {"place": "query"},
    ),
    ("oauth1", {**OAUTH1, "in_": "body", "signature_method": "HMAC-SHA256"}, "POST", f"\n{FORM}", {"place": "body"}),
    ("oauth1", {**OAUTH1, **TOKENS, "body_hash": "true"}, "POST", f"\n{JSON}", {"body_hash": True}),
    ("oauth1", {**OAUTH1, **TOKENS, "signature_method": "PLAINTEXT"}, "GET", "", {"method": "PLAINTEXT"}),
]


@pytest.mark.parametrize(("word", "parameters", "method", "more", "told"), CASES)
def test_a_signed_request_is_admitted(
    lab: Lab, word: str, parameters: dict[str, str], method: str, more: str, told: dict[str, object]
) -> None:
    response = _sent(lab, word, parameters, method, more)
    answer = json.loads(response.content)
    assert (response.head.status, answer["authenticated"]) == (200, True), answer
    assert told.items() <= answer.items()


@pytest.mark.parametrize("method", ["RSA-SHA1", "RSA-SHA256", "RSA-SHA512"])
def test_oauth1_with_a_key(lab: Lab, method: str) -> None:
    key = (lab.folder / RSA_PRIVATE).read_text(encoding="ascii")
    parameters = {"consumer_key": oauth1.CONSUMER_KEY, "signature_method": method, "private_key": key}
    assert _sent(lab, "oauth1", parameters).head.status == 200


@pytest.mark.parametrize(("algorithm", "file"), [("RS256", RSA_PRIVATE), ("PS512", RSA_PRIVATE), ("ES256", EC_PRIVATE)])
def test_asap(lab: Lab, algorithm: str, file: str) -> None:
    parameters = {
        "issuer": "my-service", "audience": "their-service", "key_id": "my-service/key1", "algorithm": algorithm,
        "private_key": (lab.folder / file).read_text(encoding="ascii"),
    }  # fmt: skip
    assert _sent(lab, "asap", parameters).head.status == 200
    assert _sent(lab, "asap", {**parameters, "audience": "somebody-else"}).head.status == 401


@pytest.mark.parametrize("form", ["bruno", "standard", "text"])
def test_wsse(lab: Lab, form: str) -> None:
    assert _sent(lab, "wsse", {"username": USER, "password": PASSWORD, "form": form}).head.status == 200
    assert _sent(lab, "wsse", {"username": USER, "password": "wrong", "form": form}).head.status == 401


@pytest.mark.parametrize(
    ("word", "parameters"),
    [
        ("aws", {**AWS, "secret_key": "wrong"}),
        ("aws", {**AWS, "secret_key": "wrong", "in_": "query"}),
        ("aws", {**AWS, "session_token": "wrong"}),
        ("hawk", {**HAWK, "key": "wrong"}),
        ("hawk", {**HAWK, "in_": "query", "key": "wrong"}),
        ("edgegrid", {**EDGEGRID, "client_secret": "wrong"}),
        ("edgegrid", {**EDGEGRID, "timestamp": "20200101T00:00:00+0000"}),
        ("oauth1", {**OAUTH1, **TOKENS, "token_secret": "wrong"}),
        ("oauth1", {**OAUTH1, "timestamp": "1"}),
    ],
)
def test_a_wrong_secret_or_time_is_refused(lab: Lab, word: str, parameters: dict[str, str]) -> None:
    assert _sent(lab, word, parameters).head.status == 401


@pytest.mark.parametrize(
    ("word", "parameters"),
    [
        ("hawk", {**HAWK, "nonce": "again", "timestamp": "now"}),
        ("edgegrid", {**EDGEGRID, "nonce": "again"}),
        ("oauth1", {**OAUTH1, "nonce": "again", "timestamp": "now"}),
        ("wsse", {"username": USER, "password": PASSWORD, "nonce": "again"}),
    ],
)
def test_a_nonce_is_good_once(lab: Lab, word: str, parameters: dict[str, str]) -> None:
    # A nonce belongs to a second for some: both requests are of the same one.
    now = str(int(time.time()))
    parameters = {name: now if text == "now" else text for name, text in parameters.items()}
    assert [_sent(lab, word, parameters).head.status for _ in range(2)] == [200, 401]


def test_a_clock_that_is_wrong_is_set_by_hawk(lab: Lab) -> None:
    with httpx.Client(timeout=10) as client:
        flows = LiveFlows(client, lambda _: None, later=-3600)
        assert flows.fetch(scheme("hawk", **HAWK), request(f"GET {lab.http}/auth/hawk")).head.status == 200


def test_a_login_of_oauth1_in_three_steps(lab: Lab) -> None:
    def visit(address: str) -> None:
        httpx.get(address, follow_redirects=True, timeout=10)

    urls = {f"{name}_url": f"{lab.http}/oauth1/{name}" for name in ("request_token", "access_token")}
    made = scheme("oauth1", **OAUTH1, **urls, authorize_url=f"{lab.http}/oauth1/authorize")
    with httpx.Client(timeout=10) as client:
        response = LiveFlows(client, visit).fetch(made, request(f"GET {lab.http}/auth/oauth1"))
    assert response.head.status == 200
    assert json.loads(response.content)["token"] is True
