"""The client for itself."""

from dataclasses import dataclass

from httpls_auth.schemes.compose import plain
from httpls_auth.schemes.flow import Flow, FlowContext, Token
from httpls_auth.schemes.oauth import dpop
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.grants.grant import TokenEndpointGrant


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCredentials(TokenEndpointGrant):
    """The client's own credentials are all it takes."""

    word = "client_credentials"
    title = "Client Credentials"
    summary = "The client gets a token for itself. No person is needed."
    sources = ("RFC 6749, section 4.4",)
    needs_client_authentication = True

    def obtain(self, client: Client, context: FlowContext) -> Flow[Token]:
        """Send the token request."""
        endpoints = yield from client.endpoints(self.endpoints, ("token",), context)
        assert endpoints.token is not None
        form = (("grant_type", plain("client_credentials")), *client.wanted())
        key = dpop.new_key(context) if client.dpop else None
        return (yield from client.token(endpoints.token, form, context, key=key))
