"""Azure AD in the words of REST Client is OAuth 2.0 at Microsoft's endpoints."""

import pytest
from tests.support.authorization_server import API, AuthorizationServer, answer, token_answer
from tests.support.schemes import request, scheme

from httpls_auth.errors import ParameterError
from httpls_auth.schemes.aad import REST_CLIENT_ID, AzureAd

DEVICE = answer({"device_code": "d", "user_code": "u", "verification_url": "https://microsoft.com/devicelogin"})


def _sent(server: AuthorizationServer, **parameters: str) -> AuthorizationServer:
    made = scheme("aad", **parameters)
    server.run(made.authenticate(request(f"GET {API}/me"), server.context()))
    return server


def test_version_2_by_device_code() -> None:
    server = _sent(AuthorizationServer([DEVICE, token_answer()]), tenantid="contoso", scopes="User.Read,Mail.Read")
    base = "https://login.microsoftonline.com/contoso/oauth2/v2.0"
    assert [one.url for one in server.sent] == [f"{base}/devicecode", f"{base}/token"]
    assert server.sent[0].form == [("scope", "User.Read Mail.Read offline_access"), ("client_id", REST_CLIENT_ID)]
    assert server.shown[0].url == "https://microsoft.com/devicelogin"


def test_version_2_for_the_application() -> None:
    server = _sent(
        AuthorizationServer([token_answer()]), app_only="true", client_id="app", client_secret="s", tenant="t"
    )
    assert server.sent[0].url == "https://login.microsoftonline.com/t/oauth2/v2.0/token"
    assert server.sent[0].form == [
        ("grant_type", "client_credentials"), ("scope", f"{API}/.default"), ("client_id", "app"), ("client_secret", "s"),
    ]  # fmt: skip


def test_version_1_names_the_resource() -> None:
    server = _sent(AuthorizationServer([DEVICE, token_answer()]), version="1", cloud="cn", aud="management.example")
    assert server.sent[0].url == "https://login.partner.microsoftonline.cn/common/oauth2/devicecode"
    assert ("resource", "https://management.example") in server.sent[0].form
    assert ("resource", "https://management.example") in server.sent[1].form
    other = _sent(AuthorizationServer([DEVICE, token_answer()]), version="v1")
    assert ("resource", f"{API}/") in other.sent[0].form


def test_the_application_needs_id_and_secret() -> None:
    with pytest.raises(ParameterError) as told:
        scheme("aad", app_only="true", client_id="app")
    assert told.value.parameter == "client-secret"


def test_the_token_alone_is_for_the_origin_it_is_bound_to() -> None:
    server = AuthorizationServer([token_answer()])
    made = scheme("aad", app_only="true", client_id="app", client_secret="s")
    assert isinstance(made, AzureAd)
    server.run(made.token(server.context("https://graph.example")))
    assert server.sent[0].of("scope") == "https://graph.example/.default"
