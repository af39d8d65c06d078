"""Every parameter by every name, what each grant requires, and what is deprecated."""

import pytest
from tests.support.authorization_server import oauth2
from tests.support.schemes import scheme

from httpls_auth.errors import ParameterError
from httpls_auth.schemes.oauth.client_authentication.index import METHODS, method_class
from httpls_auth.schemes.oauth.grants.authorization_code import AuthorizationCode
from httpls_auth.schemes.oauth.grants.device_code import DeviceCode
from httpls_auth.schemes.oauth.grants.index import GRANTS, grant_class
from httpls_auth.schemes.oauth2 import OAuth2
from httpls_auth.schemes.oidc import OpenIdConnect
from httpls_auth.schemes.parameter import same_name
from httpls_auth.schemes.read import find_parameter, missing_parameters


@pytest.mark.parametrize(
    ("grant", "required"),
    [
        ("client_credentials", ["client-id", "token-url", "client-secret"]),
        ("authorization_code", ["client-id", "token-url", "auth-url"]),
        ("implicit", ["client-id", "auth-url"]),
        ("password", ["client-id", "token-url", "username", "password"]),
        ("device_code", ["client-id", "token-url", "device-auth-url"]),
        ("refresh_token", ["client-id", "token-url", "refresh-token"]),
        ("token_exchange", ["token-url", "subject"]),
        ("jwt_bearer", ["token-url", "assertion"]),
        ("saml_bearer", ["token-url", "assertion"]),
        ("token", ["access-token"]),
    ],
)
def test_what_a_grant_requires(grant: str, required: list[str]) -> None:
    assert [one.name for one in missing_parameters(OAuth2, {"grant": grant})] == required


def test_every_grant_has_a_case() -> None:
    assert set(GRANTS) == {
        "client_credentials", "authorization_code", "implicit", "password", "device_code", "refresh_token",
        "token_exchange", "jwt_bearer", "saml_bearer", "token",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "required"),
    [
        ({"client-auth": "body"}, ["client-secret"]),
        ({"client-auth": "none"}, []),
        ({"client-auth": "tls_client_auth"}, []),
        ({"client-auth": "private_key_jwt"}, ["private-key"]),
        ({"client-auth": "private_key_jwt", "client-assertion": "x"}, []),
        ({"client-auth": "client_secret_jwt"}, ["client-secret"]),
        ({"client-auth": "jwt"}, ["client-secret"]),
        ({"client-auth": "jwt", "private-key": "x"}, []),
        ({"private-key": "x"}, []),
        ({"issuer": "https://i", "client-secret": "x"}, []),
    ],
)
def test_what_client_authentication_requires(more: dict[str, str], required: list[str]) -> None:
    given = {"grant": "Client Credentials", "token-url": "https://t", "client-id": "c", **more}
    assert [one.name for one in missing_parameters(OAuth2, given)] == required


def test_without_a_grant_the_grant_is_missing() -> None:
    assert [one.name for one in missing_parameters(OAuth2, {"client-id": "c"})] == ["grant"]
    assert not missing_parameters(OAuth2, {"access-token": "x"})
    assert [one.name for one in missing_parameters(OpenIdConnect, {"client-id": "c"})] == [
        "token-url", "auth-url", "issuer",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        # Postman
        "accessToken", "tokenType", "addTokenTo", "headerPrefix", "tokenName", "grant_type", "redirect_uri", "authUrl",
        "accessTokenUrl", "refreshTokenUrl", "clientId", "clientSecret", "scope", "state", "client_authentication",
        "challengeAlgorithm", "code_verifier", "username", "password", "audience", "resource", "callBackUrl",
        # JetBrains and Kulala
        "Grant Type", "Auth URL", "Token URL", "Redirect URL", "Client ID", "Client Secret", "Client Credentials",
        "PKCE", "Scope", "State", "Username", "Password", "Acquire Automatically", "Device Auth URL",
        "Open Complete URI", "Start Polling After Browser", "Use ID Token", "Revoke URL", "Response Type", "Expires In",
        "Code Verifier", "Assertion", "private_key",
        # httpyac
        "tokenEndpoint", "authorizationEndpoint", "deviceCodeEndpoint", "responseType", "responseMode", "redirectUri",
        "usePkce",
    ],
)  # fmt: skip
def test_names_of_other_tools_are_understood(name: str) -> None:
    assert find_parameter(OAuth2.parameters(), name) is not None


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("Authorization Code", "authorization_code"), ("authorization_code_with_pkce", "authorization_code"),
        ("code", "authorization_code"), ("Client Credentials", "client_credentials"), ("client", "client_credentials"),
        ("Device Authorization", "device_code"), ("device", "device_code"), ("Implicit", "implicit"),
        ("Password", "password"), ("password_credentials", "password"), ("refresh", "refresh_token"),
        ("urn:ietf:params:oauth:grant-type:token-exchange", "token_exchange"),
    ],
)  # fmt: skip
def test_names_of_grants(written: str, word: str) -> None:
    assert OAuth2.parameters({"grant": written}) == OAuth2.parameters({"grant": word})


def test_parameters_of_another_grant_have_no_effect() -> None:
    """Postman keeps what was typed for every grant."""
    made = oauth2(
        grant_type="client_credentials", authUrl="https://i/authorize", accessTokenUrl="https://i/token", clientId="c",
        clientSecret="s", redirect_uri="https://cb", username="u", password="p", challengeAlgorithm="S256",
        accessToken="old",
    )  # fmt: skip
    assert made.grant.word == "client_credentials"


def test_jetbrains_objects_are_read() -> None:
    made = oauth2(**{
        "Grant Type": "Authorization Code", "Auth URL": "https://i/authorize", "Token URL": "https://i/token",
        "Redirect URL": "http://localhost:1234", "Client ID": "shop-cli", "Client Credentials": "none", "PKCE": "true",
        "Scope": "openid orders:read", "Acquire Automatically": "true", "Use ID Token": "false",
        "auth-param.audience": "https://api.example.com",
    })  # fmt: skip
    assert isinstance(made.grant, AuthorizationCode)
    assert (made.grant.pkce, made.client.authentication.word) == ("S256", "none")
    assert made.client.authorization_parameters[0][0] == "audience"


def test_device_objects_are_read() -> None:
    made = oauth2(**{
        "Grant Type": "Device Authorization", "Device Auth URL": "https://i/device", "Token URL": "https://i/token",
        "Client ID": "c", "Open Complete URI": "false", "Start Polling After Browser": "true",
    })  # fmt: skip
    assert isinstance(made.grant, DeviceCode)
    assert not made.grant.open_complete_url


def test_deprecated_grants_say_why() -> None:
    texts = {word: OAuth2.deprecation({"grant": word}) for word in GRANTS}
    assert sorted(word for word, text in texts.items() if text) == ["implicit", "password"]
    assert "authorization_code" in (texts["implicit"] or "")
    assert OAuth2.deprecation({"grant": "password_credentials"}) == texts["password"]


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"grant": "authorization_code"}, None),
        ({"grant": "authorization_code", "pkce": "plain"}, "pkce=S256"),
        ({"grant": "client_credentials", "in": "query"}, "logs and histories"),
        ({"grant": "client_credentials", "in": "header"}, None),
    ],
)
def test_what_speaks_against_other_parameters(given: dict[str, str], complaint: str | None) -> None:
    told = OAuth2.deprecation(given)
    assert (told is None) == (complaint is None)
    assert complaint is None or complaint in str(told)


def test_a_word_that_is_no_grant_names_those_that_are() -> None:
    with pytest.raises(ParameterError, match="no value of `grant`") as told:
        oauth2(grant="magic")
    assert "device_code" in told.value.remedy


def test_all_parameters_have_one_name_and_a_text() -> None:
    every = OAuth2.parameters()
    assert len({same_name(one.name) for one in every}) == len(every)
    assert all(one.documentation.endswith(".") for one in every)


def test_every_part_is_described() -> None:
    summaries = [grant_class(word).summary for word in GRANTS] + [method_class(word).summary for word in METHODS]
    assert all(summary.endswith(".") for summary in summaries)
    assert all(grant_class(word).word == word for word in GRANTS)
    assert all(method_class(word).word == word for word in METHODS)


def test_two_placements_in_one_field_can_be_told() -> None:
    base = {"access_token": "x"}
    assert oauth2(**base).writes == {"authorization"}
    assert oauth2(**base, in_="query").writes == {"?access_token"}
    assert "dpop" in oauth2(**base, dpop="true").writes


def test_the_title_of_a_token_says_whose_it_is() -> None:
    made = oauth2(grant="client", client_id="cli", client_secret="s", token_url="https://idp.example/token?x=y")
    assert made.token_key().title == "client_credentials cli at https://idp.example/token"
    assert scheme("oauth2", tokenName="shop", access_token="x").word == "oauth2"
    named = oauth2(grant="client", client_id="cli", client_secret="s", token_url="https://t.example", token_name="shop")
    assert named.token_key().title.startswith("shop (")


def test_secrets_that_can_be_guessed_do_not_name_the_token() -> None:
    base = {"grant": "password", "client_id": "c", "token_url": "https://t.example", "username": "u"}
    assert oauth2(**base, password="one").token_key() == oauth2(**base, password="two").token_key()
    assert oauth2(**base, password="one").token_key() != oauth2(**{**base, "username": "v"}, password="one").token_key()
