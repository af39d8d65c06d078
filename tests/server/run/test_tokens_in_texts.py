"""Tokens that stand in the texts of a request (`{{$auth.token("id")}}`): renewed when the server refuses them."""

import json
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from tests.support.literal_server import Conversation, LiteralServer, response, serve
from tests.support.running import Project, project

from httpls.run.exchange import Outcome, Result

_JSON = ["Content-Type: application/json"]
_REFUSED = response(b"", ['WWW-Authenticate: Bearer error="invalid_token"'], "401 Unauthorized")


@pytest.fixture
def files(tmp_path: Path) -> Generator[Project]:
    with project(tmp_path) as made:
        yield made


class _Api:
    """A token endpoint whose tokens are `t/1`, `t/2`, …, and an API that takes only the second one."""

    def __init__(self, challenge: bytes = _REFUSED, good: str = "2") -> None:
        self._numbers = iter(range(1, 100))
        self._challenge = challenge
        self._good = good

    def __call__(self, conversation: Conversation) -> None:
        while request := conversation.request():
            conversation.send(self._answer(request))

    def _answer(self, request: bytes) -> bytes:
        if request.startswith(b"POST /token"):
            made = next(self._numbers)
            token = {"access_token": f"t/{made}", "id_token": f"i-{made}", "expires_in": 3600}
            return response(json.dumps(token).encode(), _JSON)
        if not any(form + self._good.encode() in request for form in (b"t/", b"t%2F", b"i-")):
            return self._challenge
        if request.startswith(b"GET /elsewhere"):
            return response(b"", ["Location: /"], "302 Found")
        return response(b"in")


def _sent(server: LiteralServer) -> Iterator[str]:
    return (one.decode() for one in server.requests if not one.startswith(b"POST /token"))


def _run(files: Project, server: LiteralServer, text: str) -> Result:
    url = f"http://127.0.0.1:{server.port}"
    auth = {"Type": "OAuth2", "Grant Type": "Client Credentials", "Client ID": "me", "Client Secret": "x",
            "Token URL": f"{url}/token"}  # fmt: skip
    files.write("http-client.private.env.json", json.dumps({"dev": {"Security": {"Auth": {"id": auth}}}}))
    return files.result(text.replace("{base}", url), environments=("dev",))


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ('GET {base}/\nAuthorization: Bearer {{$auth.token("id")}}\n', "Authorization: Bearer t/2\r\n"),
        ('GET {base}/\nX-Token: a{{$auth.token("id")}}b{{$auth.token("id")}}\n', "X-Token: at/2bt/2\r\n"),
        ('GET {base}/\nAuthorization: Bearer {{$auth.idToken("id")}}\n', "Authorization: Bearer i-2\r\n"),
        ('GET {base}/?token={{$auth.token("id")}}&a=b\n', "GET /?token=t/2&a=b HTTP/1.1\r\n"),
        (
            'POST {base}/\nContent-Type: application/x-www-form-urlencoded\n\ntoken={{$auth.token("id")}}&a=b\n',
            "token=t/2&a=b",
        ),
        ('# @auth bearer {{$auth.token("id")}}\nGET {base}/\n', "Authorization: Bearer t/2\r\n"),
        ('# @auth apikey key {{$auth.token("id")}} in=query\nGET {base}/\n', "GET /?key=t%2F2 HTTP/1.1\r\n"),
    ],
)
def test_a_refused_token_is_renewed_wherever_it_stands(files: Project, text: str, second: str) -> None:
    with serve(_Api()) as server:
        result = _run(files, server, text)
        assert result.outcome is Outcome.SENT, result.failures
        assert not result.is_auth_failure
        assert [hop.purpose.value for hop in result.exchange.hops] == [
            "authentication", "request", "authentication", "challenge",
        ]  # fmt: skip
        first, again = _sent(server)
        assert second in again
        assert first == again.replace("t/2", "t/1").replace("t%2F2", "t%2F1").replace("i-2", "i-1")


def test_what_was_drawn_for_the_request_stays(files: Project) -> None:
    with serve(_Api()) as server:
        _run(files, server, 'GET {base}/\nX-Key: {{$uuid}}\nAuthorization: Bearer {{$auth.token("id")}}\n')
        first, again = (one.split("X-Key: ")[1][:36] for one in _sent(server))
        assert first == again


def test_a_token_is_renewed_once(files: Project) -> None:
    with serve(_Api(good="9")) as server:
        result = _run(files, server, 'GET {base}/\nAuthorization: Bearer {{$auth.token("id")}}\n')
        assert result.is_auth_failure
        assert len(list(_sent(server))) == 2


def test_a_refusal_for_another_reason_renews_nothing(files: Project) -> None:
    lacking = response(b"", ['WWW-Authenticate: Bearer error="insufficient_scope"'], "401 Unauthorized")
    with serve(_Api(lacking)) as server:
        _run(files, server, 'GET {base}/\nAuthorization: Bearer {{$auth.token("id")}}\n')
        assert len(list(_sent(server))) == 1


def test_a_redirect_at_the_same_origin_has_the_renewed_token(files: Project) -> None:
    with serve(_Api()) as server:
        result = _run(files, server, 'GET {base}/elsewhere\nAuthorization: Bearer {{$auth.token("id")}}\n')
        assert result.exchange.response is not None
        assert result.exchange.response.head.status == 200
        assert ["t/2" in one for one in _sent(server)] == [False, True, True]
