"""A new token for a refresh token (RFC 6749, section 6)."""

from httpls_auth.schemes.compose import plain
from httpls_auth.schemes.flow import Flow, FlowContext, Token
from httpls_auth.schemes.oauth import dpop
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.endpoints import Endpoints
from httpls_auth.schemes.oauth.token_request import origin_of
from httpls_auth.values.labels import Labels
from httpls_auth.values.value import Value


def refreshed(
    given: Endpoints, client: Client, refresh_token: Value, stored: Token | None, context: FlowContext
) -> Flow[Token]:
    """Return a new token. What the answer leaves out, refresh and ID token, is as it was in `stored` (OpenID Connect
    Core 1.0, section 12.2). `given` are the endpoints that are written down. Raises `TokenError`.
    """
    endpoints = yield from client.endpoints(given, ("token",), context)
    assert endpoints.token is not None
    bound = refresh_token.labelled(Labels("refresh token", frozenset((origin_of(endpoints.token),))))
    # Without scope the new token allows what the old one did; who wants less says so with `refresh-param.scope`.
    form = (("grant_type", plain("refresh_token")), ("refresh_token", bound), *client.targets())
    key = (stored.key if stored is not None else None) or (dpop.new_key(context) if client.dpop else None)
    token = yield from client.token(endpoints.token, form, context, key=key, is_refresh=True)
    identity = token.identity if token.identity is not None or stored is None else stored.identity
    return token._replace(refresh=token.refresh or refresh_token, identity=identity)
