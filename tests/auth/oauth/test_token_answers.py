"""What a token endpoint answers is not trusted: a token is understood in every form, and nothing else hurts."""

import pytest
from tests.support.authorization_server import NOW, AuthorizationServer, answer, oauth2

from httpls_auth.errors import TokenError
from httpls_auth.schemes.flow import Token
from httpls_auth.schemes.message import Response, ResponseHead

SECRET = "MARKER-client-secret/+"


def _token(response: Response, **parameters: str) -> Token:
    server = AuthorizationServer([response])
    made = oauth2(
        grant="client", client_id="c", client_secret=SECRET, token_url="https://idp.example/token?x=y", **parameters
    )
    return server.run(made.token(server.context()))


_EXPIRES_AT_1700009999 = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDk5OTl9."


@pytest.mark.parametrize(
    ("members", "expires_at"),
    [
        ({"access_token": "a", "expires_in": 60}, NOW + 60),
        ({"access_token": "a", "expires_in": "3599"}, NOW + 3599),
        ({"access_token": "a", "expires_in": 59.5}, NOW + 59.5),
        ({"access_token": "a"}, NOW + 300),
        ({"access_token": "a", "expires_in": None}, NOW + 300),
        ({"access_token": "a", "expires_in": "soon"}, NOW + 300),
        ({"access_token": "a", "expires_in": -1}, NOW + 300),
        ({"access_token": "a", "expires_in": True}, NOW + 300),
        ({"access_token": "a", "expires_in": 1e300}, NOW + 10 * 365 * 86400),
        ({"access_token": _EXPIRES_AT_1700009999}, 1_700_009_999),
        ({"access_token": "a.b.c"}, NOW + 300),
    ],
)
def test_when_a_token_expires(members: dict[str, object], expires_at: float) -> None:
    assert _token(answer(members)).expires_at == expires_at


def test_the_lifetime_of_a_token_that_tells_none_may_be_given() -> None:
    assert _token(answer({"access_token": "a"}), expires_in="10m").expires_at == NOW + 600


def test_everything_that_an_answer_may_hold() -> None:
    members = {
        "access_token": "a", "token_type": "bearer", "refresh_token": "r", "id_token": "i", "scope": "x y",
        "instance_url": "https://eu1.example", "some_secret": "no", "nested": {"a": 1}, "expires_in": 1,
    }  # fmt: skip
    token = _token(answer(members))
    assert (token.kind, token.scope) == ("bearer", "x y")
    assert (token.refresh and token.refresh.reveal(), token.identity and token.identity.reveal()) == ("r", "i")
    assert token.extra == (("instance_url", "https://eu1.example"),)
    assert all(value.is_secret for value in (token.access, token.refresh, token.identity) if value is not None)


def test_a_form_as_github_answers() -> None:
    response = answer(
        "access_token=gho_1&scope=repo%2Cgist&token_type=bearer", Content_Type="application/x-www-form-urlencoded"
    )
    token = _token(response)
    assert (token.access.reveal(), token.scope) == ("gho_1", "repo,gist")


@pytest.mark.parametrize("name", ["accessToken", "access-token", "id_token"])
def test_other_names_of_the_token(name: str) -> None:
    assert _token(answer({name: "t"})).access.reveal() == "t"


def _raw(content: bytes, status: int = 200, media_type: str = "application/json") -> Response:
    return Response(ResponseHead(status, "", (("Content-Type", media_type),)), content)


@pytest.mark.parametrize(
    ("response", "complaint"),
    [
        (_raw(b"<html><body>Bad Gateway</body></html>", 502, "text/html"), "502 with a page for people"),
        (_raw(b"<!doctype html><title>Log in</title>", 200, "text/html; charset=utf-8"), "200 with a page for people"),
        (_raw(b"", 500), "500 with nothing"),
        (_raw(b"", 200), "200 with nothing"),
        (_raw(b'{"access_token": "MARKER-token', 200), "200 with 30 bytes of type `application/json`"),
        (_raw(b"\xff\xfe\x00" * 10, 200, "application/octet-stream"), "200 with 30 bytes"),
        (_raw(b"[" * 100_000, 200), "200 with 100000 bytes"),
        (_raw(b'{"a":' * 50_000, 200), "bytes"),
        (_raw(b"[1, 2]", 200), "200 with 6 bytes"),
        (_raw(b'"text"', 200), "200 with 6 bytes"),
        (_raw(b"{}", 200), "answered without a token"),
        (_raw(b'{"access_token": ""}', 200), "answered without a token"),
        (_raw(b'{"access_token": ["MARKER-token"]}', 200), "answered without a token"),
        (_raw(b'{"access_token": "MARKER-token"}', 500), "500 with"),
        (_raw(b'{"access_token": "MARKER-token", "token_type": "mac"}', 200), "MAC tokens"),
        (_raw(b"", 302, "text/html"), "302 with nothing"),
        (_raw(b"x", 200, "text/\x1b[31mhtml"), "200 with 1 bytes"),
        (_raw(b"&".join([b"a=b"] * 1000), 200, "text/plain"), "200 with"),
    ],
)  # fmt: skip
def test_what_is_no_token_is_a_clear_error(response: Response, complaint: str) -> None:
    with pytest.raises(TokenError) as told:
        _token(response)
    message = str(told.value)
    assert complaint in message
    assert "MARKER" not in message + told.value.remedy
    assert message.isprintable()
    assert len(message) < 300


def test_an_error_tells_its_code_and_its_description() -> None:
    with pytest.raises(TokenError) as told:
        _token(answer({"error": "invalid_scope", "error_description": "no such scope."}, 400))
    assert told.value.code == "invalid_scope"
    assert str(told.value) == "https://idp.example/token refused: `invalid_scope` (400), no such scope"


def test_an_error_with_status_200_is_an_error() -> None:
    with pytest.raises(TokenError, match="bad_verification_code"):
        _token(answer({"error": "bad_verification_code"}))


@pytest.mark.parametrize(
    "description",
    [
        f"the secret {SECRET} is wrong",
        "the secret MARKER-client-secret%2F%2B is wrong",
        "token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJNQVJLRVIifQ.MARKER is expired",
        "\x1b[2Jcleared\r\nX: y\u202e",
        "x" * 10_000,
    ],
)
def test_an_error_repeats_nothing_secret_and_steers_no_terminal(description: str) -> None:
    with pytest.raises(TokenError) as told:
        _token(answer({"error": "invalid_client", "error_description": description}, 401))
    message = str(told.value)
    assert "MARKER" not in message
    assert message.isprintable()
    assert len(message) < 500
