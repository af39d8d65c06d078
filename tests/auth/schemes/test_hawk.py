"""Hawk: the examples of its documentation, signed responses, the clock, and signatures in the URL."""

from base64 import urlsafe_b64decode
from typing import cast

import pytest
from tests.support.schemes import World, context, notes, request, scheme, signed

from httpls_auth.errors import AuthenticationError, ChallengeError
from httpls_auth.schemes.flow import FlowContext, drive
from httpls_auth.schemes.message import ResponseHead

_KEY = "werxhqb98rpaxn39848xrunpaw3489ruxnpa98w4rxn"
_EXAMPLE = {
    "id": "dh37fgj492je", "key": _KEY, "timestamp": "1353832234", "nonce": "j4h3g2", "ext": "some-app-ext-data",
}  # fmt: skip


def test_the_example_without_a_body() -> None:
    sent = signed("hawk", _EXAMPLE, "GET http://example.com:8000/resource/1?b=1&a=2")
    assert sent.value("Authorization") == (
        'Hawk id="dh37fgj492je", ts="1353832234", nonce="j4h3g2", ext="some-app-ext-data", '
        'mac="6R4rV5iE+NPoym+WwjeHzjAGXUtLNIxmo1vpMofpLAE="'
    )
    assert str(sent.values("Authorization")[0]).endswith('mac="•••••"')


def test_the_example_with_a_body() -> None:
    given = {**_EXAMPLE, "payload-hash": "true"}
    text = (
        "POST http://example.com:8000/resource/1?b=1&a=2\nContent-Type: Text/Plain; charset=utf-8\n\n"
        "Thank you for flying Hawk"
    )
    assert signed("hawk", given, text).value("Authorization") == (
        'Hawk id="dh37fgj492je", ts="1353832234", nonce="j4h3g2", hash="Yi9LfIIFRtBEPt74PVmbTF/xVAwPn7ub15ePICfgnuY=", '
        'ext="some-app-ext-data", mac="aSe1DERmZuRl3pI36/9BdZmnErTw3sNzOOAUlfeKjVw="'
    )


def test_what_is_signed_is_told() -> None:
    given = context(1353832234)
    made = scheme("hawk", id="i", key=_KEY, nonce="n", app="a", dlg="d", algorithm="sha1")
    drive(made.authenticate(request("PUT https://h.example/x?y"), given), World().answer)
    assert notes(given)["normalised text of the request"] == (
        "hawk.1.header\n1353832234\nn\nPUT\n/x?y\nh.example\n443\n\n\na\nd\n"
    )


def test_the_host_field_is_what_the_server_sees() -> None:
    given = context(1)
    made = scheme("hawk", id="i", key=_KEY, nonce="n")
    text = "GET http://127.0.0.1:9000/\nHost: Example.com"
    drive(made.authenticate(request(text), given), World().answer)
    assert "\nexample.com\n80\n" in notes(given)["normalised text of the request"]


@pytest.mark.parametrize(
    "more", [{"id": 'a"b'}, {"ext": "a\\b"}, {"dlg": "x"}, {"key": ""}, {"id": " "}, {"nonce": 'a"'}]
)
def test_what_cannot_be_carried_is_refused(more: dict[str, str]) -> None:
    with pytest.raises(AuthenticationError):
        signed("hawk", {**_EXAMPLE, **more}, "GET http://a.example/")


# The response of the project's own tests (test/client.js), and the request that it answers.
_ANSWERED = {"id": "123456", "key": _KEY, "timestamp": "1362336900", "nonce": "eb5S_L", "ext": "Bazinga!"}
_SERVER_AUTHORIZATION = (
    'Hawk mac="XIJRsMl/4oL+nn+vKoeVZPdCHXB4yJkNnBbTbHFZUYE=", '
    'hash="f9cDF/TDm7TkYRLnGwRMfeDzT6LixQVLvrIKhh0vgmM=", ext="response-specific"'
)


def _verify(fields: dict[str, str], body: bytes, **more: str) -> FlowContext:
    given = context()
    made = scheme("hawk", **_ANSWERED, **more)
    sent = drive(made.authenticate(request("POST http://example.com:8080/resource/4?filter=a"), given), World().answer)
    made.verify_response(sent, ResponseHead(200, "OK", tuple(fields.items())), [body[:3], body[3:]], given)
    return given


def test_a_signed_response() -> None:
    assert scheme("hawk", **_ANSWERED).verifies_responses
    fields = {"Server-Authorization": _SERVER_AUTHORIZATION, "Content-Type": "text/plain; x=y"}
    assert "normalised text of the response" in notes(_verify(fields, b"some reply"))


@pytest.mark.parametrize(
    ("authorization", "body"),
    [
        (_SERVER_AUTHORIZATION, b"some other reply"),
        (_SERVER_AUTHORIZATION.replace("XIJ", "XIK"), b"some reply"),
        (_SERVER_AUTHORIZATION.replace("response-specific", "other"), b"some reply"),
        (_SERVER_AUTHORIZATION.replace("f9c", "é9c"), b"some reply"),
        ("nonsense", b"some reply"),
    ],
)
def test_a_false_response(authorization: str, body: bytes) -> None:
    with pytest.raises(ChallengeError):
        _verify({"Server-Authorization": authorization, "Content-Type": "text/plain"}, body)


def test_an_unsigned_response() -> None:
    _verify({}, b"x")
    with pytest.raises(ChallengeError):
        _verify({}, b"x", require_response="true")


def _challenge(text: str) -> ResponseHead:
    return ResponseHead(401, "Unauthorized", (("WWW-Authenticate", "Basic x"), ("WWW-Authenticate", text)))


def test_the_servers_time_is_taken_once_it_is_proved() -> None:
    import hmac
    from base64 import b64encode

    given = context(1_000_000)
    made = scheme("hawk", id="i", key=_KEY)
    first = request("GET http://h.example/")
    proof = b64encode(hmac.digest(_KEY.encode(), b"hawk.1.ts\n1003600\n", "sha256")).decode()
    refusal = _challenge(f'Hawk ts="1003600", tsm="{proof}", error="Stale timestamp"')
    again = drive(made.answer(first, refusal, given), World().answer)
    assert again is not None
    assert 'ts="1003600"' in cast("str", again.value("Authorization"))
    assert drive(made.answer(first, refusal, given), World().answer) is None
    # The next request to this origin has the right time at once, another origin does not.
    later = given._replace(exchange={}, now=lambda: 1_000_010)
    next_one = drive(made.authenticate(first, later), World().answer)
    assert 'ts="1003610"' in cast("str", next_one.value("Authorization"))
    other = drive(made.authenticate(request("GET http://other.example/"), later), World().answer)
    assert 'ts="1000010"' in cast("str", other.value("Authorization"))


def test_a_false_time_is_a_failure() -> None:
    refusal = _challenge('Hawk ts="1353832234", tsm="bm90IGl0", error="Stale timestamp"')
    with pytest.raises(ChallengeError):
        drive(
            scheme("hawk", id="i", key=_KEY).answer(request("GET http://h.example/"), refusal, context()),
            World().answer,
        )


@pytest.mark.parametrize(
    "response", [_challenge("Hawk"), _challenge('Hawk error="Bad mac"'), ResponseHead(200, "", ())]
)
def test_other_responses_are_taken_as_they_are(response: ResponseHead) -> None:
    made = scheme("hawk", id="i", key=_KEY)
    assert drive(made.answer(request("GET http://h.example/"), response, context()), World().answer) is None


def test_a_bewit() -> None:
    """The vector of the project's tests (test/uri.js)."""
    given = {"id": "123456", "key": "2983d45yun89q", "ext": "xandyandz", "in_": "bewit", "expires-in": "300"}
    sent = signed("hawk", given, "GET https://example.com/somewhere/over/the/rainbow", now=1356420407.2)
    assert sent.target.reveal() == (
        "/somewhere/over/the/rainbow?bewit=MTIzNDU2XDEzNTY0MjA3MDdca3NjeHdOUjJ0SnBQMVQxekRMTlBiQjVVaUtJVTl0T1NKWFRVZEc3"
        "WDloOD1ceGFuZHlhbmR6"
    )
    assert str(sent.target) == "/somewhere/over/the/rainbow?bewit=•••••"
    assert sent.fields == ()


def test_a_bewit_replaces_another_and_comes_last() -> None:
    given = {"id": "1", "key": "k", "in_": "query"}
    sent = signed("hawk", given, "HEAD https://example.com/a?bewit=old&b=1")
    path, _, bewit = sent.target.reveal().rpartition("bewit=")
    assert path == "/a?b=1&"
    assert urlsafe_b64decode(bewit + "==").startswith(b"1\\1700000300\\")


def test_a_bewit_is_for_reading() -> None:
    with pytest.raises(AuthenticationError):
        signed("hawk", {"id": "1", "key": "k", "in_": "query"}, "POST https://example.com/")
