"""How a client shows who it is."""

import jwt
import pytest
from jwt.types import Options
from tests.support.authorization_server import (
    NOW,
    AuthorizationServer,
    Sent,
    answer,
    authenticated,
    key_pair,
    oauth2,
    token_answer,
)

from httpls_auth.errors import KeyMaterialError, ParameterError, TokenError

URL = "https://idp.example/token"
_UNVERIFIED_TIME: Options = {"verify_exp": False, "verify_iat": False}


def _sent(**parameters: str) -> Sent:
    server = AuthorizationServer([token_answer()])
    authenticated(server, oauth2(grant="client_credentials", token_url=URL, **parameters))
    return server.sent[0]


@pytest.mark.parametrize(
    ("client_id", "secret", "encoding", "expected"),
    [
        # RFC 6749, section 4.1.3
        ("s6BhdRkqt3", "gX1fBat3bV", "form", "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW"),
        ("a:b", "p/w+ x", "form", "Basic YSUzQWI6cCUyRnclMkIreA=="),
        ("ab", "p/w+ x", "raw", "Basic YWI6cC93KyB4"),
        ("ab", "", "form", "Basic YWI6"),
    ],
)
def test_basic(client_id: str, secret: str, encoding: str, expected: str) -> None:
    sent = _sent(client_id=client_id, client_secret=secret, client_auth="header", client_auth_encoding=encoding)
    assert sent.fields["Authorization"] == expected
    assert sent.form == [("grant_type", "client_credentials")]


def test_body() -> None:
    sent = _sent(client_id="c", client_secret="s", client_auth="in body")
    assert sent.form[1:] == [("client_id", "c"), ("client_secret", "s")]
    assert "Authorization" not in sent.fields


def test_none() -> None:
    sent = _sent(client_id="c", client_secret="not sent", client_auth="none")
    assert sent.form[1:] == [("client_id", "c")]
    assert "Authorization" not in sent.fields


def test_tls_client_auth() -> None:
    assert _sent(client_id="c", client_auth="tls_client_auth").form[1:] == [("client_id", "c")]


def test_client_secret_jwt() -> None:
    secret = "a-secret-of-more-than-thirty-two-bytes"
    sent = _sent(client_id="c", client_secret=secret, client_auth="client_secret_jwt")
    assert sent.of("client_assertion_type") == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    claims = jwt.decode(sent.of("client_assertion") or "", secret, ["HS256"], audience=URL, options=_UNVERIFIED_TIME)
    assert claims | {"jti": ""} == {"iss": "c", "sub": "c", "aud": URL, "iat": NOW, "exp": NOW + 60, "jti": ""}
    assert secret not in str(sent.form)


@pytest.mark.parametrize(("kind", "algorithm"), [("RSA", "RS256"), ("EC", "ES256")])
def test_private_key_jwt_takes_the_algorithm_of_the_key(kind: str, algorithm: str) -> None:
    private, public = key_pair(kind)
    sent = _sent(client_id="c", private_key=private, kid="k-1")
    assertion = sent.of("client_assertion") or ""
    assert jwt.get_unverified_header(assertion) == {"alg": algorithm, "kid": "k-1", "typ": "JWT"}
    jwt.decode(assertion, public, [algorithm], audience=URL, options=_UNVERIFIED_TIME)


def test_private_key_jwt_may_be_told_its_algorithm_audience_and_claims() -> None:
    private, public = key_pair("RSA")
    sent = _sent(
        client_id="c", private_key=private, client_assertion_algorithm="PS384", client_assertion_audience="https://a",
        client_assertion_lifetime="5m", client_assertion_claims='{"extra": 1}',
    )  # fmt: skip
    claims = jwt.decode(
        sent.of("client_assertion") or "", public, ["PS384"], audience="https://a", options=_UNVERIFIED_TIME
    )
    assert (claims["exp"], claims["extra"]) == (NOW + 300, 1)


def test_an_assertion_may_come_from_elsewhere() -> None:
    assert _sent(client_id="c", client_assertion="a.b.c").of("client_assertion") == "a.b.c"
    # As Kulala writes it.
    assert _sent(client_id="c", client_auth="jwt", assertion="a.b.c").of("client_assertion") == "a.b.c"


def test_the_audience_of_an_assertion_is_the_issuer_if_it_is_known() -> None:
    private, public = key_pair("EC")
    sent = _sent(client_id="c", private_key=private, issuer="https://idp.example")
    jwt.decode(
        sent.of("client_assertion") or "", public, ["ES256"], audience="https://idp.example", options=_UNVERIFIED_TIME
    )


def test_a_key_that_does_not_fit_is_refused_before_anything_is_sent() -> None:
    server = AuthorizationServer([token_answer()])
    private, _ = key_pair("EC")
    made = oauth2(grant="client", client_id="c", token_url=URL, private_key=private, client_assertion_algorithm="RS256")
    with pytest.raises(KeyMaterialError):
        authenticated(server, made)
    assert not server.sent


def test_the_client_secret_is_required_where_it_is_needed() -> None:
    with pytest.raises(ParameterError) as told:
        oauth2(grant="client_credentials", client_id="c", token_url=URL)
    assert told.value.parameter == "client-secret"


def test_a_refusal_says_what_can_be_tried() -> None:
    server = AuthorizationServer([answer({"error": "invalid_client"}, 401)])
    with pytest.raises(TokenError) as told:
        authenticated(server, oauth2(grant="client", client_id="c", client_secret="a/b", token_url=URL))
    assert told.value.code == "invalid_client"
    assert "client-auth-encoding raw" in told.value.remedy
