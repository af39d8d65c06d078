"""Tells an authorization server that a token is no longer used (RFC 7009)."""

from httpls_auth.errors import TokenError
from httpls_auth.schemes.compose import plain
from httpls_auth.schemes.flow import Flow, FlowContext, Token
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.endpoints import Endpoints
from httpls_auth.schemes.oauth.token_answer import members_of, shown_url
from httpls_auth.schemes.oauth.token_request import TokenRequest


def revoked(given: Endpoints, client: Client, token: Token, context: FlowContext) -> Flow[None]:
    """Revoke the refresh token, which ends the access tokens too (section 2.1), or else the access token.

    `given` are the endpoints that are written down. Raises `TokenError` if the server refuses.
    """
    endpoints = yield from client.endpoints(given._replace(revocation=client.revoke_url), ("revocation",), context)
    assert endpoints.revocation is not None
    sent, kind = (token.access, "access_token") if token.refresh is None else (token.refresh, "refresh_token")
    request = TokenRequest(endpoints.revocation, (("token", sent), ("token_type_hint", plain(kind))))
    request = client.authenticated(request.with_form(*client.parameters), context)
    response = yield from client.send(request, "revocation request", context)
    if response.head.status in (200, 204):
        return
    members_of(request, response)
    raise TokenError(f"{shown_url(request)} answered {response.head.status}")
