"""How a run authenticates: order, challenges, redirects, tokens, labels; and what is refused instead of sent bare."""

import base64
import json
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.support.literal_server import Conversation, LiteralServer, answering, response, serve
from tests.support.running import Project, outcomes, project

from httpls.run.exchange import Outcome, Purpose, Result
from httpls.run.run_options import RunOptions
from httpls_auth.values.origin import parse_origin

_CHALLENGE = response(b"", ['WWW-Authenticate: Digest realm="r", nonce="n", qop="auth", algorithm=MD5'], "401 No")


@pytest.fixture
def server() -> Generator[LiteralServer]:
    with serve(answering(response())) as running:
        yield running


@pytest.fixture
def files(tmp_path: Path) -> Generator[Project]:
    with project(tmp_path, secrets={"key": "s3cret-key", "bound": ("s3cret-bound", "https://api.example.com")}) as made:
        yield made


def _text(server: LiteralServer, text: str) -> str:
    return text.replace("{base}", f"http://127.0.0.1:{server.port}")


def _field(request: bytes, name: str) -> str | None:
    for line in request.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]:
        key, _, value = line.partition(": ")
        if key.lower() == name.lower():
            return value
    return None


def _purposes(result: Result) -> list[str]:
    return [hop.purpose.value for hop in result.exchange.hops]


def test_a_placement_and_a_parameter_of_the_query(server: LiteralServer, files: Project) -> None:
    files.result(_text(server, "# @auth basic me pw\n# @auth apikey key {{$secret key}} in=query\nGET {base}/a?b=c\n"))
    assert server.request.startswith(b"GET /a?b=c&key=s3cret-key HTTP/1.1\r\n")
    assert _field(server.request, "Authorization") == "Basic " + base64.b64encode(b"me:pw").decode()


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("# @auth basic {{$secret nothing}} x\nGET {base}/\n", "credential", (1, 15)),
        ("# @auth basic a{{colon}}b x\nGET {base}/\n\n###\n@colon = :\n", "credential", (1, 15)),
        ("# @auth apikey k v\n# @auth-in {{$secret key}}\nGET {base}/\n", "parameter", (2, 12)),
        ("# @auth bearer a\n# @auth basic b c\nGET {base}/\n", "auth-contradiction", None),
    ],
)
def test_what_cannot_be_prepared_is_refused_at_its_place(
    server: LiteralServer, files: Project, text: str, code: str, place: tuple[int, int] | None
) -> None:
    result = files.result(_text(server, text))
    assert result.outcome is Outcome.REFUSED
    if place is not None:
        assert [(one.code, (one.line, one.column)) for one in result.failures] == [(code, place)]
    assert server.requests == []


def test_a_challenge_is_answered(files: Project) -> None:
    with serve(answering(_CHALLENGE, response(b"in"))) as server:
        result = files.result(_text(server, "# @auth digest me {{$secret key}}\nPOST {base}/a\n\nbody\n"))
        assert (result.outcome, result.is_auth_failure) == (Outcome.SENT, False)
        assert _purposes(result) == ["request", "challenge"]
        first, second = server.requests
        assert _field(first, "Authorization") is None
        assert (_field(second, "Authorization") or "").startswith('Digest username="me"')
        assert second.endswith(b"\r\n\r\nbody")
        assert b"s3cret-key" not in first + second


def test_a_refused_credential_is_no_success(files: Project) -> None:
    with serve(answering(_CHALLENGE)) as server:
        result = files.result(_text(server, "# @auth digest me {{$secret key}}\nGET {base}/a\n"))
        assert (result.outcome, result.is_auth_failure) == (Outcome.SENT, True)
        bare = files.result(_text(server, "GET {base}/a\n"))
        assert (bare.outcome, bare.is_auth_failure) == (Outcome.SENT, False)
        expected = files.result(_text(server, "# @auth basic a b\n# @expect-status-code 401\nGET {base}/a\n"))
        assert expected.is_auth_failure is False


@pytest.mark.parametrize(
    ("text", "is_auth_failure", "sent"),
    [
        ("GET {base}/\nAuthorization: Bearer old\n", True, "the request carried `Authorization` with `Bearer`"),
        ("GET http://u:p@{host}/\n", True, "the request carried `Authorization` with `Basic`"),
        ("GET {base}/\nX-Api-Key: old\n", False, "the request carried `X-Api-Key`"),
        ("GET {base}/\n", False, "the request carried no credential"),
        ("GET {base}/\nAuthorization: Bearer old\n\n?? status == 401\n", False, None),
        (
            (
                "GET {base}/\nAuthorization: Bearer old\n\n"
                "> {% client.test('no', () => client.assert(response.status === 401)) %}\n"
            ),
            False,
            None,
        ),
        (
            "GET {base}/\nAuthorization: Bearer old\n\n> {% client.test('none', () => client.assert(true)) %}\n",
            True,
            "the request carried `Authorization` with `Bearer`",
        ),
    ],
)
def test_a_refused_credential_that_was_written_by_hand(
    files: Project, text: str, is_auth_failure: bool, sent: str | None
) -> None:
    with serve(answering(response(b"", ["WWW-Authenticate: Bearer"], "401 No"))) as server:
        result = files.result(_text(server, text).replace("{host}", f"127.0.0.1:{server.port}"))
        assert (result.outcome, result.is_auth_failure) == (Outcome.SENT, is_auth_failure)
        assert (result.refusal.sent if result.refusal is not None else None) == sent


def test_a_challenge_that_cannot_be_answered_fails(files: Project) -> None:
    challenge = response(b"", ['WWW-Authenticate: Digest realm="r", nonce="n", algorithm=NOBODY'], "401 No")
    with serve(answering(challenge)) as server:
        result = files.result(_text(server, "# @auth digest me pw\nGET {base}/a\n"))
        assert result.is_auth_failure
        assert len(server.requests) == 1


def test_a_redirect_to_the_same_origin_is_authenticated_again(files: Project) -> None:
    redirect = response(b"", ["Location: /b"], "307 There")
    with serve(answering(redirect, response(b"there"))) as server:
        text = "# @auth hawk id {{$secret key}} payload-hash=true\nPOST {base}/a\n\nbody\n"
        result = files.result(_text(server, text))
        assert _purposes(result) == ["request", "redirect"]
        first, second = server.requests
        assert second.startswith(b"POST /b HTTP/1.1")
        assert second.endswith(b"\r\n\r\nbody")
        assert _field(first, "Authorization") != _field(second, "Authorization")
        assert (_field(second, "Authorization") or "").startswith("Hawk ")


@pytest.mark.parametrize(
    ("auth", "authorization"),
    [
        ("# @auth basic me pw\n", None),
        ("# @auth-follow-redirects {other}\n# @auth basic me pw\n", "Basic bWU6cHc="),
        ("", None),
    ],
)
def test_a_redirect_to_another_origin_takes_no_credentials_along(
    files: Project, auth: str, authorization: str | None
) -> None:
    with serve(answering(response(b"there"))) as other:
        back = response(b"", [f"Location: http://127.0.0.1:{other.port}/there"], "302 There")
        with serve(answering(back)) as server:
            field = "" if auth else "Authorization: Bearer by-hand\nCookie: a=b\n"
            text = f"{auth}GET {{base}}/a\nX-Key: {{{{$secret key}}}}\nX-Plain: 1\n{field}"
            text = text.replace("{other}", f"http://127.0.0.1:{other.port}")
            result = files.result(_text(server, text))
            assert result.outcome is Outcome.SENT
            assert _field(other.request, "Authorization") == authorization
            assert _field(other.request, "Cookie") is None
            assert (_field(other.request, "X-Key"), _field(other.request, "X-Plain")) == (None, "1")
            assert {"Authorization", "X-Key"} <= set(result.exchange.hops[-1].dropped)


def test_what_was_dropped_does_not_come_back(files: Project) -> None:
    def handler(conversation: Conversation) -> None:
        while request := conversation.request():
            if b"GET /a " in request:
                conversation.send(response(b"", [f"Location: http://127.0.0.1:{other.port}/there"], "302 There"))
            else:
                conversation.send(response(b"back"))

    with serve(handler) as server:
        back = response(b"", [f"Location: http://127.0.0.1:{server.port}/b"], "302 There")
        with serve(answering(back)) as other:
            result = files.result(_text(server, "# @auth basic me pw\nGET {base}/a\nX-Key: {{$secret key}}\n"))
            assert _purposes(result) == ["request", "redirect", "redirect"]
            home = server.requests[-1]
            assert home.startswith(b"GET /b ")
            assert (_field(home, "Authorization"), _field(home, "X-Key")) == (None, None)


def test_a_body_with_a_secret_is_not_sent_on(files: Project) -> None:
    with serve(answering(response(b"there"))) as other:
        back = response(b"", [f"Location: http://127.0.0.1:{other.port}/there"], "307 There")
        with serve(answering(back)) as server:
            result = files.result(_text(server, "POST {base}/a\n\n{{$secret key}}\n"))
            assert (result.outcome, result.failures[0].code) == (Outcome.FAILED, "redirect-carries-secret")
            assert other.requests == []


@pytest.mark.parametrize(
    "text",
    [
        "GET {base}/?{{$secret bound}}\n",
        "GET {base}/\nX: {{$secret bound}}\n",
        "POST {base}/\n\n{{$secret bound}}\n",
        "# @auth bearer {{$secret bound}}\nGET {base}/\n",
        "# @auth basic me {{$secret bound}}\nGET {base}/\n",
        "@x = a{{$secret bound}}b\nGET {base}/\nX: {{x}}\n",
    ],
)
def test_a_secret_goes_only_to_its_origin(server: LiteralServer, files: Project, text: str) -> None:
    result = files.result(_text(server, text))
    assert [failure.code for failure in result.failures] == ["forbidden-origin"]
    assert "https://api.example.com" in result.failures[0].message
    assert (result.outcome, server.requests) == (Outcome.REFUSED, [])
    assert "s3cret" not in repr(result)


def test_a_token_is_obtained_once_and_shows_as_a_step(server: LiteralServer, files: Project) -> None:
    token = json.dumps({"access_token": "t-1", "token_type": "Bearer", "expires_in": 3600}).encode()
    with serve(answering(response(token, ["Content-Type: application/json"]))) as endpoint:
        url = f"http://127.0.0.1:{endpoint.port}/token"
        auth = f"# @auth oauth2 client_credentials token-url={url} client-id=me client-secret={{{{$secret key}}}}\n"
        report = files.run(_text(server, f"{auth}GET {{base}}/1\n\n###\n{auth}GET {{base}}/2\n"))
        assert outcomes(report) == ["line 2 sent", "line 6 sent"]
        assert [_purposes(result) for result in report.results] == [["authentication", "request"], ["request"]]
        assert [_field(request, "Authorization") for request in server.requests] == ["Bearer t-1", "Bearer t-1"]
        assert b"grant_type=client_credentials" in endpoint.request
        assert "t-1" not in str([hop.request.fields for result in report.results for hop in result.exchange.hops])


def test_a_token_for_a_hole_comes_from_the_environment(server: LiteralServer, files: Project) -> None:
    token = json.dumps({"access_token": "t-1", "token_type": "Bearer", "expires_in": 3600}).encode()
    with serve(answering(response(token, ["Content-Type: application/json"]))) as endpoint:
        auth = {
            "Type": "OAuth2", "Grant Type": "Client Credentials", "Client ID": "me", "Client Secret": "x",
            "Token URL": f"http://127.0.0.1:{endpoint.port}/token",
        }  # fmt: skip
        files.write("http-client.private.env.json", json.dumps({"dev": {"Security": {"Auth": {"id": auth}}}}))
        text = 'GET {base}/\nX-Token: {{$auth.token("id")}}\n'
        result = files.result(_text(server, text), environments=("dev",))
        assert result.outcome is Outcome.SENT, result.failures
        assert _field(server.request, "X-Token") == "t-1"
        assert [hop.purpose for hop in result.exchange.hops] == [Purpose.AUTHENTICATION, Purpose.REQUEST]


def test_a_token_endpoint_that_refuses_keeps_the_request_from_being_sent(server: LiteralServer, files: Project) -> None:
    with serve(answering(response(b'{"error": "invalid_client"}', status="401 No"))) as endpoint:
        url = f"http://127.0.0.1:{endpoint.port}/token"
        auth = f"# @auth oauth2 client_credentials token-url={url} client-id=me client-secret=x\n"
        result = files.result(_text(server, f"{auth}GET {{base}}/1\n"))
        assert (result.outcome, result.is_auth_failure) == (Outcome.FAILED, True)
        assert _purposes(result) == ["authentication"]
        assert server.requests == []


@pytest.mark.parametrize("is_in_text", [True, False])
def test_a_login_that_nobody_is_there_for_is_refused_even_after_a_discovery(
    server: LiteralServer, files: Project, is_in_text: bool
) -> None:
    with serve(_issuer) as issuer:
        url = f"http://127.0.0.1:{issuer.port}"
        auth = {"Type": "OAuth2", "Grant Type": "Authorization Code", "Client ID": "me", "issuer": url}
        files.write("http-client.private.env.json", json.dumps({"dev": {"Security": {"Auth": {"id": auth}}}}))
        text = 'X-Token: {{$auth.token("id")}}\n' if is_in_text else ""
        head = "" if is_in_text else "# @auth use id\n"
        result = files.result(_text(server, f"{head}GET {{base}}/\n{text}"), environments=("dev",))
        assert _purposes(result) == ["authentication"]
        assert (result.outcome, result.is_auth_failure) == (Outcome.REFUSED, False)
        assert server.requests == []


def _issuer(conversation: Conversation) -> None:
    url = f"http://127.0.0.1:{conversation.connection().getsockname()[1]}"
    names = ("issuer", "token_endpoint", "authorization_endpoint")
    while conversation.request():
        described = json.dumps(dict(zip(names, (url, f"{url}/token", f"{url}/login"), strict=True)))
        conversation.send(response(described.encode(), ["Content-Type: application/json"]))


def test_secrets_of_the_machine_go_only_to_confirmed_origins(server: LiteralServer, tmp_path: Path) -> None:
    with project(tmp_path, os_environment={"API_TOKEN": "from-the-machine"}) as files:
        text = _text(server, "GET {base}/\nX: {{$processEnv API_TOKEN}}\n")
        refused = files.result(text)
        assert [failure.code for failure in refused.failures] == ["forbidden-origin"]
        assert server.requests == []
        origin = parse_origin(f"http://127.0.0.1:{server.port}")
        assert files.result(text, options=RunOptions(allowed_origins=frozenset((origin,)))).outcome is Outcome.SENT
        assert files.result(text, options=RunOptions(is_trusted=True)).outcome is Outcome.SENT
        via = _text(server, "@t = Bearer {{$processEnv API_TOKEN}}\nGET {base}/\nX: {{t}}\n")
        assert files.result(via).outcome is Outcome.REFUSED
