"""Akamai EdgeGrid: Akamai's test cases, those of Postman's runtime, and `.edgerc` files."""

from typing import cast

import pytest
from tests.support.schemes import World, context, notes, request, scheme, signed

from httpls_auth.errors import CredentialError
from httpls_auth.schemes.flow import drive

# From github.com/akamai/AkamaiOPEN-edgegrid-python, akamai/edgegrid/test (Apache-2.0).
_HOST = "akaa-baseurl-xxxxxxxxxxx-xxxxxxxxxxxxx.luna.akamaiapis.net"
_TOKENS = {
    "client-token": "akab-client-token-xxx-xxxxxxxxxxxxxxxx",
    "client-secret": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=",
    "access-token": "akab-access-token-xxx-xxxxxxxxxxxxxxxx",
}
_FIXED = {"timestamp": "20140321T19:34:21+0000", "nonce": "nonce-xx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"}
_AKAMAI = {**_TOKENS, **_FIXED, "headers-to-sign": "X-Test1, X-Test2, X-Test3", "max-body": "2048"}


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("GET /", "tL+y4hxyHxgWVD30X3pWnGKHcPzmrIF+LThiAOhMxYU="),
        ("GET /testapi/v1/t1?p1=1&p2=2", "hKDH1UlnQySSHjvIcZpDMbQHihTQ0XyVAKZaApabdeA="),
        ("POST /testapi/v1/t3\n\n" + "data" * 8, "hXm4iCxtpN22m4cbZb4lVLW5rhX8Ca82vCFqXzSTPe4="),
        ("POST /testapi/v1/t3\n\n" + "d" * 2049, "6Q6PiTipLae6n4GsSIDTCJ54bEbHUBp+4MUXrbQCBoY="),
        ("POST /testapi/v1/t3\n\n" + "d" * 2048, "6Q6PiTipLae6n4GsSIDTCJ54bEbHUBp+4MUXrbQCBoY="),
        ("POST /testapi/v1/t6\n\n", "1gEDxeQGD5GovIkJJGcBaKnZ+VaPtrc4qBUHixjsPCQ="),
        ("GET /testapi/v1/t4\nX-Test1: test-simple-header", "8F9AybcRw+PLxnvT+H0JRkjROrrUgsxJTnRXMzqvcwY="),
        (
            'GET /testapi/v1/t4\nX-Test1: "     test-header-with-spaces     "',
            "ucq2AbjCNtobHfCTuS38fdkl5UDdWHZhQX46fYR8CqI=",
        ),
        (
            "GET /testapi/v1/t4\nX-Test1:     first-thing      second-thing",
            "WtnneL539UadAAOJwnsXvPqT4Kt6z7HMgBEwAFpt3+c=",
        ),
        ("GET /testapi/v1/t4\nX-Test2: t2\nX-Test1: t1\nX-Test3: t3", "Wus73Nx8jOYM+kkBFF2q8D1EATRIMr0WLWwpLBgkBqY="),
        (
            "GET /testapi/v1/t5\nX-Test2: t2\nX-Test1: t1\nX-Test3: t3\nX-Extra: this won't be included",
            "Knd/jc0A5Ghhizjayr0AUUvl2MZjBpS3FDSzvtq4Ixc=",
        ),
        ("PUT /testapi/v1/t6\n\nPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPP", "GNBWEYSEWOLtu+7dD52da2C39aX/Jchpon3K/AmBqBU="),
        ("GET /testapi/v1/configs/111?from=12345&limit=200000", "XM+hsuSs6nuy/5eDRty1IjtVCAdr8xPFRAZ/b8RXDm8="),
        ("GET /testapi/v1/configs/111;222;333?from=12345&limit=200000", "pmQF7Is2+O4r/mMojPR4yeF58BrempNNoBX5/DT0Fxs="),
    ],
)
def test_the_cases_of_akamai(text: str, signature: str) -> None:
    method, _, rest = text.partition(" ")
    sent = signed("edgegrid", _AKAMAI, f"{method} https://{_HOST}{rest}")
    assert sent.value("Authorization") == (
        "EG1-HMAC-SHA256 client_token=akab-client-token-xxx-xxxxxxxxxxxxxxxx;"
        "access_token=akab-access-token-xxx-xxxxxxxxxxxxxxxx;timestamp=20140321T19:34:21+0000;"
        f"nonce=nonce-xx-xxxx-xxxx-xxxx-xxxxxxxxxxxx;signature={signature}"
    )


_GRAPHQL = '{"query":"query Test { hello }","operationName":"Test","variables":{"foo":"bar"}}'
_POSTMAN = {
    "accessToken": "postman_access_token", "clientToken": "postman_client_token",
    "clientSecret": "postman_client_secret", "nonce": "foo", "timestamp": "20191009T06:38:34+0000",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("GET https://postman-echo.com/get", "UAU6Kp19TTPX+U0iwL02ILJgwHNN4Uo1vyYYKWileLM="),
        ("PUT https://postman-echo.com/get\n\nHello World!!", "qtdfIJzsauPvytI9WdIQoPKH15jGjIgWZyJ37yuzrbM="),
        ("POST https://postman-echo.com/get\n\nHello World!!", "/206+PqfPKDQ4ljGCU3Jq9kj1D+XrycugYy8GmyVKzg="),
        ("POST https://postman-echo.com/get\n\nfoo=bar", "CX6gvvw5aaNv0qa9M6Kn2e/+swM914PxBv6wU6jHa84="),
        # GraphQL, as Postman puts it together.
        (
            f"POST https://postman-echo.com/get\n\n{_GRAPHQL}",
            "gyJTYlDGTNOGYsOyTvPIWKsEtWBfuILnmMhIIYMcSoU=",
        ),
    ],
)
def test_the_cases_of_postmans_runtime(text: str, signature: str) -> None:
    sent = signed("edgegrid", _POSTMAN, text)
    assert cast("str", sent.value("Authorization")).endswith(f"nonce=foo;signature={signature}")


def test_time_and_nonce_are_made() -> None:
    sent = signed("edgegrid", _TOKENS, "GET https://h.example/", now=1395430461.5)
    value = cast("str", sent.value("Authorization"))
    assert ";timestamp=20140321T19:34:21+0000;nonce=00010203-0405-4607-8809-0a0b0c0d0e0f;" in value
    assert str(sent.values("Authorization")[0]).endswith(";signature=•••••")


def test_what_is_signed_is_told() -> None:
    given = context()
    made = scheme("edgegrid", **_AKAMAI, base_url="https://Other.example:8443/x")
    text = "POST https://h.example/p?q=1\nX-Test2: b\n\nx"
    drive(made.authenticate(request(text), given), World().answer)
    assert notes(given)["data to sign"].startswith("POST\thttps\tother.example:8443\t/p?q=1\tx-test2:b\tLXEWQr")


def test_a_host_alone_may_be_given_to_sign_for() -> None:
    sent = [
        signed("edgegrid", {**_AKAMAI, "base-url": base}, "GET http://h.example/")
        for base in ("o.example:81", "http://o.example:81/")
    ]
    assert sent[0].value("Authorization") == sent[1].value("Authorization")


def test_the_account_switch_key_is_signed() -> None:
    given = {**_AKAMAI, "account-switch-key": "1-ABC:1-2"}
    sent = signed("edgegrid", given, f"GET https://{_HOST}/papi?x=1")
    assert sent.target.reveal() == "/papi?x=1&accountSwitchKey=1-ABC%3A1-2"
    same = signed("edgegrid", _AKAMAI, f"GET https://{_HOST}/papi?x=1&accountSwitchKey=1-ABC%3A1-2")
    assert sent.value("Authorization") == same.value("Authorization")


_EDGERC = f"""[default]
host = {_HOST}
client_token = akab-client-token-xxx-xxxxxxxxxxxxxxxx
client_secret = xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=
access_token = akab-access-token-xxx-xxxxxxxxxxxxxxxx
max-body = 2048

[papi]
host = https://{_HOST}/
client_token = c
client_secret = 100%=
access_token = a
account_key = 1-X

[half]
host = {_HOST}
client_token = c
"""


def test_tokens_from_a_file() -> None:
    world = World(files={"~/.edgerc": _EDGERC})
    text = f"POST https://{_HOST}/testapi/v1/t3\n\n" + "d" * 2049
    sent = signed("edgegrid", {"edgerc": "~/.edgerc", **_FIXED}, text, world=world)
    assert cast("str", sent.value("Authorization")).endswith("signature=6Q6PiTipLae6n4GsSIDTCJ54bEbHUBp+4MUXrbQCBoY=")
    assert sent.values("Authorization")[0].labels.origins == frozenset((sent.origin,))


def test_another_section() -> None:
    world = World(files={"/x/edgerc": _EDGERC})
    sent = signed("edgegrid", {"edgerc": "/x/edgerc", "section": "papi"}, f"GET https://{_HOST}/", world=world)
    assert sent.target.reveal() == "/?accountSwitchKey=1-X"
    assert "client_token=c;access_token=a;" in cast("str", sent.value("Authorization"))


@pytest.mark.parametrize(
    ("given", "host", "content"),
    [
        ({}, _HOST, None),
        ({}, "other.example", _EDGERC),
        ({"section": "missing"}, _HOST, _EDGERC),
        ({"section": "half"}, _HOST, _EDGERC),
        ({}, _HOST, "no section\nclient_secret = hunter2"),
    ],
)
def test_a_file_that_does_not_serve_is_refused(given: dict[str, str], host: str, content: str | None) -> None:
    world = World(files={} if content is None else {"~/.edgerc": content})
    with pytest.raises(CredentialError) as raised:
        signed("edgegrid", {"edgerc": "~/.edgerc", **given}, f"GET https://{host}/", world=world)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("more", [{"access-token": "a;b"}, {"nonce": " "}, {"base-url": "https://["}])
def test_what_cannot_be_signed_is_refused(more: dict[str, str]) -> None:
    with pytest.raises(CredentialError):
        signed("edgegrid", {**_AKAMAI, **more}, f"GET https://{_HOST}/")
