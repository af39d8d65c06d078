"""OAuth 2.0 as other tools write it: httpyac's prefixes, REST Client's variables, JetBrains' objects."""

import json
from collections.abc import Mapping, Sequence

import pytest
from tests.server.model.test_authentication import headers, plan, schemes, shown
from tests.support.memory_files import analyse, problems

HTTPYAC = {
    "http-client.env.json": json.dumps(
        {
            "dev": {
                "shop_tokenEndpoint": "https://idp/token",
                "shop_clientId": "cli",
                "shop_clientSecret": "{{$secret s}}",
                "shop_scope": "a b",
                "gate": {"tokenEndpoint": "https://idp/token", "clientId": "gate", "clientSecret": "{{$secret g}}"},
                "web_authorizationEndpoint": "https://idp/auth",
                "web_tokenEndpoint": "https://idp/token",
                "web_clientId": "web",
                "web_usePkce": True,
                "web_useAuthorizationHeader": False,
                "oauth2_tokenEndpoint": "https://idp/token",
            }
        }
    )
}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (
            "oauth2 client_credentials shop",
            "oauth2 grant=client_credentials token-url=https://idp/token client-id=cli client-secret=‹$secret s› scope=a b",
        ),
        ("oauth2 shop", "oauth2 grant=client_credentials token-url=https://idp/token client-id=cli client-secret=‹$secret s› scope=a b"),
        ("openid client gate", "oidc grant=client token-url=https://idp/token client-id=gate client-secret=‹$secret g›"),
        (
            "oauth2 code web",
            "oauth2 grant=code token-url=https://idp/token auth-url=https://idp/auth client-id=web pkce=true redirect-url=http://localhost:3000/callback client-auth=body",
        ),
    ],
)  # fmt: skip
def test_a_prefix_of_httpyac(value: str, found: str) -> None:
    planned = plan(f"GET https://a\nAuthorization: {value}\n", HTTPYAC, ["dev"])
    assert schemes(planned) == [found]
    assert headers(planned) == []


def test_a_missing_variable_of_httpyac_is_named() -> None:
    analysis = analyse("GET https://a\nAuthorization: oauth2\n", HTTPYAC, ["dev"])
    assert problems(analysis) == ["2:16 missing-auth-parameter 'oauth2'"] * 2
    assert {problem.remedy for problem in analysis.problems()} == {
        "Define the variable `oauth2_clientId`.",
        "Define the variable `oauth2_clientSecret`.",
    }


def test_a_credential_that_only_looks_like_it_is_sent_as_it_is() -> None:
    planned = plan("GET https://a\nAuthorization: OAuth2 c2VjcmV0\n", HTTPYAC, ["dev"])
    assert (schemes(planned), headers(planned)) == ([], ["Authorization: OAuth2 c2VjcmV0"])


def test_httpyac_exchanges_one_token_for_another() -> None:
    planned = plan(
        "GET https://a\nAuthorization: oauth2 client_credentials shop token_exchange gate\n", HTTPYAC, ["dev"]
    )
    (scheme,) = planned.auth.schemes
    assert shown(scheme).startswith("oauth2 grant=token_exchange token-url=https://idp/token client-id=gate")
    (hole,) = [hole for hole in scheme.holes if hole.kind.value == "token"]
    assert shown(planned.auth.tokens[hole.arguments].scheme).startswith(
        "oauth2 grant=client_credentials token-url=https://idp/token client-id=cli"
    )
    assert planned.problems == []


AZURE = {
    "http-client.private.env.json": json.dumps(
        {
            "dev": {
                "aadV2TenantId": "contoso",
                "aadV2ClientId": "app",
                "aadV2ClientSecret": "hidden",
                "aadV2AppUri": "https://graph",
            }
        }
    )
}


@pytest.mark.parametrize(
    ("variable", "found", "is_new"),
    [
        ("$aadToken", "aad version=1", False),
        ("$aadToken new us contoso.com aud:api.contoso.com", "aad version=1 cloud=us tenant=contoso.com audience=api.contoso.com", True),
        ("$aadV2Token", "aad app-only=false tenant=contoso", False),
        ("$aadV2Token scopes:User.Read tenantid:common clientid:c", "aad app-only=false tenant=common client-id=c scope=User.Read,openid,profile", False),
        ("$aadV2Token new appOnly", "aad app-only=true tenant=contoso client-id=app client-secret=••••• scope=https://graph/.default", True),
        (
            "$oidcAccessToken clientId:cli callbackPort:7001 authorizeEndpoint:https://idp/a tokenEndpoint:https://idp/t scopes:openid,profile audience:x",
            "oidc client-id=cli auth-url=https://idp/a token-url=https://idp/t scope=openid,profile resource=x redirect-url=http://localhost:7001",
            False,
        ),
    ],
)  # fmt: skip
def test_tokens_of_rest_client(variable: str, found: str, is_new: bool) -> None:
    planned = plan(f"GET https://a\nAuthorization: {{{{{variable}}}}}\n", AZURE, ["dev"])
    assert [(shown(token.scheme), token.is_new) for token in planned.auth.tokens.values()] == [(found, is_new)]
    assert headers(planned) == [f"Authorization: Bearer ‹{variable}›"]
    assert planned.problems == []


def test_what_an_app_only_token_needs_is_named() -> None:
    found = problems(analyse("GET https://a\nAuthorization: Bearer {{$aadV2Token appOnly clientid:x}}\n"))
    assert found == ["2:23 undefined-variable '{{$aadV2Token appOnly clientid:x}}'"] * 2


def test_cognito_of_rest_client() -> None:
    planned = plan("GET https://a\nAuthorization: COGNITO me {{$secret p}} eu-central-1 pool client\n")
    assert schemes(planned) == [
        "cognito username=me password=‹$secret p› region=eu-central-1 pool=pool client-id=client"
    ]
    assert planned.problems == []


def jetbrains(auth: Mapping[str, object], text: str = "# @auth use shop\nGET https://a\n") -> Sequence[str]:
    environment = {"dev": {"idp": "https://idp", "Security": {"Auth": {"shop": auth}}}}
    return schemes(plan(text, {"http-client.env.json": json.dumps(environment)}, ["dev"]))


def test_an_object_of_jetbrains() -> None:
    found = jetbrains(
        {
            "Type": "OAuth2",
            "Grant Type": "Authorization Code",
            "Auth URL": "{{idp}}/authorize",
            "Token URL": "{{idp}}/token",
            "Redirect URL": "http://localhost:1234",
            "Client ID": "shop-cli",
            "Client Credentials": "none",
            "PKCE": {"Code Challenge Method": "SHA-256", "Code Verifier": "v"},
            "Scope": "openid orders:read",
            "Custom Request Parameters": {
                "audience": {"Value": "https://api", "Use": "In Auth Request"},
                "resource": ["a", "b"],
                "x": {"Value": ["1", "2"], "Use": "In Token Request"},
                "everywhere": "z",
            },
        }
    )
    assert found == [(
        "oauth2 Grant Type=Authorization Code Auth URL=https://idp/authorize Token URL=https://idp/token "
        "Redirect URL=http://localhost:1234 Client ID=shop-cli Client Credentials=none PKCE=SHA-256 Code Verifier=••••• "
        "Scope=openid orders:read auth-param.audience=https://api param.resource=a param.resource=b token-param.x=1 "
        "token-param.x=2 param.everywhere=z"
    )]  # fmt: skip


def test_the_other_types_of_objects() -> None:
    for auth, found in (
        ({"Type": "AwsSigV4", "Profile": "dev", "Region": "eu", "Service": "s3"}, "aws Profile=dev Region=eu Service=s3"),
        ({"Type": "Negotiate"}, "negotiate"),
        ({"Type": "JwtBearer", "Algorithm": "RS256", "Private Key File": "./k.pem", "Payload": {"sub": "me"}, "Expires In": 300},
         'jwt Algorithm=RS256 Private Key<./k.pem Payload={"sub": "me"} Expires In=300'),
        ({"Type": "Asap", "Issuer": "a", "Audience": "b", "Key ID": "a/1", "Private Key File": "./asap.pem"},
         "asap Issuer=a Audience=b Key ID=a/1 Private Key<./asap.pem"),
    ):  # fmt: skip
        assert jetbrains(auth) == [found]


def test_deprecated_grants_are_told() -> None:
    text = "# @auth oauth2 password token-url=https://idp/token client-id=c username=u password={{$secret p}}\nGET https://a\n"
    assert problems(analyse(text)) == ["1:9 deprecated-auth 'oauth2'"]


def test_a_token_to_exchange_has_to_be_there() -> None:
    text = (
        "# @auth oauth2 token_exchange token-url=https://idp/token client-id=c client-secret={{$secret s}} subject=shop\n"
        "GET https://a\n"
    )
    assert problems(analyse(text)) == ["1:107 unknown-auth-object 'shop'"]


def test_a_token_that_needs_itself_is_an_error() -> None:
    auth = {
        "Type": "OAuth2",
        "Grant Type": "Client Credentials",
        "Token URL": 'https://idp/{{$auth.token("shop")}}',
        "Client ID": "c",
        "Client Secret": "{{$secret s}}",
    }
    environment = {"http-client.env.json": json.dumps({"dev": {"Security": {"Auth": {"shop": auth}}}})}
    text = 'GET https://a\nAuthorization: Bearer {{$auth.token("shop")}}\n'
    assert {problem.code for problem in analyse(text, environment, ["dev"]).problems()} == {"cyclic-auth"}
