"""A scheme used by plain httpx, with clients of both kinds."""

import asyncio

import httpx
import pytest
from tests.support.schemes import scheme

from httpls_auth.errors import ChallengeError, CredentialError
from httpls_auth.httpx_adapter import as_httpx_auth


def _echo(request: httpx.Request) -> httpx.Response:
    target = request.extensions.get("target", request.url.raw_path).decode()
    return httpx.Response(200, text=f"{request.headers.get('authorization')} {target} {request.read().decode()}")


def test_a_field_is_written() -> None:
    with httpx.Client(transport=httpx.MockTransport(_echo), auth=as_httpx_auth(scheme("bearer", "abc"))) as client:
        assert client.post("https://a.example/x?y=[1]", content=b"body").text == "Bearer abc /x?y=[1] body"


def test_an_asynchronous_client() -> None:
    async def run() -> str:
        auth = as_httpx_auth(scheme("apikey", "k", "v w", in_="query"))
        async with httpx.AsyncClient(transport=httpx.MockTransport(_echo), auth=auth) as client:
            return (await client.get("https://a.example/?a=[1]")).text

    assert asyncio.run(run()) == "None /?a=[1]&k=v%20w "


def test_a_challenge_is_answered() -> None:
    times: list[str] = []

    def server(request: httpx.Request) -> httpx.Response:
        times.append(request.headers["x-amz-date"])
        status = 403 if len(times) == 1 else 200
        return httpx.Response(status, headers={"Date": "Sun, 30 Aug 2015 13:36:00 GMT"})

    auth = as_httpx_auth(scheme("aws", "A", "s"), now=lambda: 1440938160.0)
    with httpx.Client(transport=httpx.MockTransport(server), auth=auth) as client:
        assert client.get("https://a.example/").status_code == 200
    assert times == ["20150830T123600Z", "20150830T133600Z"]


def test_a_flow_sends_requests_of_its_own_once() -> None:
    asked: list[str] = []

    def server(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        if request.url.host.startswith("sts"):
            members = (
                "<AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
            )
            return httpx.Response(200, text=members)
        return httpx.Response(200, text=request.headers["authorization"])

    auth = as_httpx_auth(scheme("aws", "A", "s", role_arn="arn:x", region="eu-west-1"))
    with httpx.Client(transport=httpx.MockTransport(server), auth=auth) as client:
        assert "Credential=ASIA/" in client.get("https://a.example/").text
        client.get("https://a.example/")
    assert asked == ["sts.eu-west-1.amazonaws.com", "a.example", "a.example"]


def test_a_false_response_is_an_error() -> None:
    auth = as_httpx_auth(scheme("hawk", "i", "k", require_response="true"))
    with httpx.Client(transport=httpx.MockTransport(_echo), auth=auth) as client, pytest.raises(ChallengeError):
        client.get("https://a.example/")


def test_nothing_is_sent_that_cannot_be_prepared() -> None:
    def server(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    auth = as_httpx_auth(scheme("bearer", "a b"))
    with httpx.Client(transport=httpx.MockTransport(server), auth=auth) as client, pytest.raises(CredentialError):
        client.get("https://a.example/")
