"""What each grant sends to the token endpoint, and what becomes of the answer."""

import json
from urllib.parse import quote

import jwt
import pytest
from tests.support.authorization_server import (
    API,
    NOW,
    AuthorizationServer,
    answer,
    asked,
    authenticated,
    came_back,
    key_pair,
    oauth2,
    token_answer,
)
from tests.support.schemes import HERE

from httpls_auth.errors import ParameterError, TokenError
from httpls_auth.schemes.flow import Token
from httpls_auth.values.labels import Labels
from httpls_auth.values.value import Value

URLS = {"token_url": "https://idp.example/token", "auth_url": "https://idp.example/authorize"}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (
            {"grant": "client_credentials", "client_id": "c", "client_secret": "s", "scope": "a b"},
            "grant_type=client_credentials&scope=a+b",
        ),
        (
            {"grant": "client_credentials", "client_id": "c", "client_secret": "s", "client_auth": "body",
             "audience": "https://x https://y", "resource": "https://z", "param.tenant": "t", "token_param.a": "1"},
            ("grant_type=client_credentials&audience=https%3A%2F%2Fx&audience=https%3A%2F%2Fy&resource=https%3A%2F%2Fz"
            "&tenant=t&a=1&client_id=c&client_secret=s"),
        ),
        (
            {"grant": "password", "client_id": "c", "username": "al ice", "password": "p&w"},
            "grant_type=password&username=al+ice&password=p%26w&client_id=c",
        ),
        (
            {"grant": "refresh_token", "client_id": "c", "refresh_token": "r", "scope": "not sent"},
            "grant_type=refresh_token&refresh_token=r&client_id=c",
        ),
        (
            {"grant": "token_exchange", "client_id": "c", "subject_token": "st", "subject_token_type": "id_token",
             "audience": "orders"},
            ("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=st"
            "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aid_token&audience=orders&client_id=c"),
        ),
        (
            {"grant": "jwt_bearer", "assertion": "eyJ.x.y"},
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJ.x.y",
        ),
        (
            {"grant": "saml_bearer", "assertion": "<a/>"},
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer&assertion=PGEvPg",
        ),
    ],
)  # fmt: skip
def test_the_token_request(parameters: dict[str, str], expected: str) -> None:
    server = AuthorizationServer([token_answer()])
    sent = authenticated(server, oauth2(token_url=URLS["token_url"], **parameters))
    assert sent.value("Authorization") == "Bearer at-1"
    (request,) = server.sent
    assert (request.request.content() or b"").decode() == expected
    assert request.url == URLS["token_url"]
    assert request.fields["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.fields["Accept"] == "application/json"


def test_authorization_code_with_pkce() -> None:
    server = AuthorizationServer([token_answer()])
    made = oauth2(grant="code", client_id="c", scope="orders:read", **URLS, **{"auth-param.prompt": "login"})
    authenticated(server, made)
    page = asked(server.opened[0])
    assert server.opened[0].startswith("https://idp.example/authorize?response_type=code&client_id=c&redirect_uri=")
    assert page["redirect_uri"] == "http://127.0.0.1:4711/callback"
    assert page["scope"] == "orders:read"
    assert page["prompt"] == "login"
    assert page["code_challenge_method"] == "S256"
    assert len(page["state"]) == 32
    (request,) = server.sent
    assert [name for name, _ in request.form] == ["grant_type", "code", "redirect_uri", "code_verifier", "client_id"]
    assert request.of("code") == "code-1"
    assert request.of("redirect_uri") == "http://127.0.0.1:4711/callback"


def test_the_code_challenge_of_rfc_7636_appendix_b() -> None:
    server = AuthorizationServer([token_answer()])
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    authenticated(server, oauth2(grant="code", client_id="c", code_verifier=verifier, **URLS))
    assert asked(server.opened[0])["code_challenge"] == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert server.sent[0].of("code_verifier") == verifier


def test_pkce_may_be_plain_or_left_out() -> None:
    server = AuthorizationServer([token_answer()])
    verifier = "a" * 43
    authenticated(server, oauth2(grant="code", client_id="c", pkce="Plain", code_verifier=verifier, **URLS))
    assert asked(server.opened[0])["code_challenge"] == verifier
    assert asked(server.opened[0])["code_challenge_method"] == "plain"
    authenticated(server, oauth2(grant="code", client_id="other", pkce="false", **URLS))
    assert "code_challenge" not in asked(server.opened[1])
    assert server.sent[1].of("code_verifier") is None


def test_a_verifier_that_is_too_short_is_refused_before_anything_is_opened() -> None:
    server = AuthorizationServer([token_answer()])
    with pytest.raises(ParameterError) as told:
        authenticated(server, oauth2(grant="code", client_id="c", code_verifier="short", **URLS))
    assert told.value.parameter == "code-verifier"
    assert not server.opened


def test_two_logins_have_different_states_and_verifiers() -> None:
    server = AuthorizationServer([token_answer()])
    context = server.context()
    made = oauth2(grant="code", client_id="c", **URLS)
    for _ in range(2):
        server.run(made.login(context))
    first, second = map(asked, server.opened)
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]


def test_hybrid_flow() -> None:
    server = AuthorizationServer([token_answer()], came_back(code="from-fragment", id_token="e30.e30.x"))
    authenticated(server, oauth2(grant="code", client_id="c", response_type="code id_token", **URLS))
    assert asked(server.opened[0])["response_type"] == "code id_token"
    assert server.sent[0].of("code") == "from-fragment"


def test_implicit() -> None:
    def back(address: str) -> str:
        state = quote(asked(address)["state"])
        return f"http://127.0.0.1:4711/callback#access_token=at-9&token_type=bearer&expires_in=60&state={state}"

    server = AuthorizationServer((), back)
    sent = authenticated(server, oauth2(grant="implicit", client_id="c", auth_url=URLS["auth_url"]))
    assert asked(server.opened[0])["response_type"] == "token"
    assert sent.value("Authorization") == "Bearer at-9"
    assert not server.sent


def test_a_pushed_authorization_request_leaves_nothing_for_the_browser_to_tell() -> None:
    pushed = answer({"request_uri": "urn:example:bwc4JK-ESC0w8acc191e-Y1LTC2", "expires_in": 60}, 201)

    def browser(address: str) -> str:
        state = server.sent[0].of("state")
        return f"http://127.0.0.1:4711/callback?code=c&state={state}"

    server = AuthorizationServer([pushed, token_answer()], browser)
    made = oauth2(
        grant="code", client_id="c", client_secret="s", par_url="https://idp.example/par", scope="secret-scope", **URLS
    )
    authenticated(server, made)
    assert asked(server.opened[0]) == {"client_id": "c", "request_uri": "urn:example:bwc4JK-ESC0w8acc191e-Y1LTC2"}
    assert server.sent[0].url == "https://idp.example/par"
    assert server.sent[0].of("scope") == "secret-scope"
    assert server.sent[0].fields["Authorization"] == "Basic Yzpz"


def test_device_authorization_as_in_rfc_8628() -> None:
    device = answer(
        {"device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS", "user_code": "WDJB-MJHT",
         "verification_uri": "https://example.com/device",
         "verification_uri_complete": "https://example.com/device?user_code=WDJB-MJHT", "expires_in": 1800,
         "interval": 5}
    )  # fmt: skip
    pending = answer({"error": "authorization_pending"}, 400)
    slow = answer({"error": "slow_down"}, 400)
    server = AuthorizationServer([device, pending, slow, pending, token_answer()])
    made = oauth2(
        grant="Device Authorization", client_id="1406020730", device_auth_url="https://idp.example/device",
        token_url=URLS["token_url"],
    )  # fmt: skip
    authenticated(server, made)
    assert [tuple(one) for one in server.shown] == [
        ("https://example.com/device", "WDJB-MJHT", "https://example.com/device?user_code=WDJB-MJHT")
    ]
    assert server.waited == [5, 5, 10, 10]
    assert server.sent[-1].form == [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS"),
        ("client_id", "1406020730"),
    ]


@pytest.mark.parametrize(
    ("members", "complaint"),
    [
        ({"user_code": "x", "verification_uri": "https://e.example"}, "without a device code"),
        ({"device_code": "d", "user_code": "x", "verification_uri": "javascript:alert(1)"}, "without an address"),
        ({"device_code": "d", "user_code": "x", "verification_uri": "https://e.example/\nx"}, "without an address"),
    ],
)
def test_a_device_answer_that_is_none(members: dict[str, str], complaint: str) -> None:
    server = AuthorizationServer([answer(members)])
    made = oauth2(
        grant="device", client_id="c", device_auth_url="https://idp.example/device", token_url=URLS["token_url"]
    )
    with pytest.raises(TokenError, match=complaint):
        authenticated(server, made)
    assert not server.shown


def test_a_device_login_that_nobody_confirms_ends() -> None:
    device = answer({"device_code": "d", "user_code": "x", "verification_uri": "https://e.example", "expires_in": 12})
    server = AuthorizationServer([device, answer({"error": "authorization_pending"}, 400)])
    made = oauth2(
        grant="device", client_id="c", device_auth_url="https://idp.example/device", token_url=URLS["token_url"]
    )
    with pytest.raises(TokenError, match="nobody confirmed"):
        authenticated(server, made)
    assert server.waited == [5, 5, 5]


def test_token_exchange_takes_the_token_of_another_configuration() -> None:
    other = Token(Value("inner", HERE, Labels("token")), "Bearer", NOW)
    server = AuthorizationServer([token_answer()], others={"shop": other})
    authenticated(server, oauth2(grant="token_exchange", token_url=URLS["token_url"], subject="shop"))
    assert server.sent[0].of("subject_token") == "inner"
    assert server.sent[0].of("subject_token_type") == "urn:ietf:params:oauth:token-type:access_token"


def test_jwt_bearer_signs_the_assertion() -> None:
    server = AuthorizationServer([token_answer()])
    private, public = key_pair("RSA")
    made = oauth2(
        grant="jwt_bearer", token_url=URLS["token_url"], assertion_key=private, assertion_kid="k1",
        assertion_claims=json.dumps({"iss": "robot", "scope": "x"}),
    )  # fmt: skip
    authenticated(server, made)
    assertion = server.sent[0].of("assertion") or ""
    claims = jwt.decode(
        assertion, public, ["RS256"], audience=URLS["token_url"], options={"verify_exp": False, "verify_iat": False}
    )
    assert jwt.get_unverified_header(assertion) == {"alg": "RS256", "typ": "JWT", "kid": "k1"}
    assert claims | {"jti": ""} == {
        "iss": "robot", "scope": "x", "aud": URLS["token_url"], "iat": NOW, "exp": NOW + 300, "jti": "",
    }  # fmt: skip


def test_a_token_that_is_written_down_is_sent_as_it_is() -> None:
    server = AuthorizationServer()
    assert (
        authenticated(server, oauth2(accessToken="given", tokenType="bearer")).value("Authorization") == "Bearer given"
    )


def test_custom_parameters_go_where_they_are_sent() -> None:
    server = AuthorizationServer([token_answer(refresh_token="r", expires_in=60), token_answer("at-2")])
    made = oauth2(
        grant="password", client_id="c", username="u", password="p", token_url="https://idp.example/token?a=b",
        **{"token-query.q": "1 2", "token-header.Origin": "https://spa.example", "token-param.x": "first",
           "refresh-param.x": "second", "refresh-query.q": "3", "auth-param.no": "no"},
    )  # fmt: skip
    authenticated(server, made)
    server.now += 59
    authenticated(server, made)
    first, second = server.sent
    assert first.url == "https://idp.example/token?a=b&q=1+2"
    assert first.fields["Origin"] == "https://spa.example"
    assert first.of("x") == "first"
    assert second.url == "https://idp.example/token?a=b&q=3"
    assert [value for name, value in second.form if name == "x"] == ["second"]
    assert first.of("no") is None


def test_what_is_empty_is_left_out() -> None:
    server = AuthorizationServer([token_answer()])
    made = oauth2(grant="client", client_id="c", client_secret="s", scope="", token_url=URLS["token_url"])
    authenticated(server, made)
    assert server.sent[0].form == [("grant_type", "client_credentials")]


def test_the_token_may_go_elsewhere() -> None:
    server = AuthorizationServer([token_answer()])
    base = {"grant": "client", "client_id": "c", "client_secret": "s", "token_url": URLS["token_url"]}
    in_query = authenticated(server, oauth2(**base, addTokenTo="queryParams"), f"GET {API}/orders?a=1")
    assert in_query.target.reveal() == "/orders?a=1&access_token=at-1"
    assert authenticated(server, oauth2(**base, headerPrefix="Token")).value("Authorization") == "Token at-1"
    assert authenticated(server, oauth2(**base, headerPrefix="")).value("Authorization") == "at-1"
    assert authenticated(server, oauth2(**base, name="X-Token")).value("X-Token") == "Bearer at-1"


def test_the_id_token_may_be_sent_instead() -> None:
    server = AuthorizationServer([token_answer(id_token="e30.e30.sig")])
    made = oauth2(grant="client", client_id="c", client_secret="s", token_url=URLS["token_url"], use_id_token="true")
    assert authenticated(server, made).value("Authorization") == "Bearer e30.e30.sig"


def test_the_token_is_bound_to_the_origin_of_the_request() -> None:
    server = AuthorizationServer([token_answer()])
    made = oauth2(grant="client", client_id="c", client_secret="s", token_url=URLS["token_url"])
    (value,) = authenticated(server, made).values("Authorization")
    assert value.labels.secret is not None
    assert [str(one) for one in value.labels.origins or ()] == [API]
    assert str(value) == "Bearer •••••"
