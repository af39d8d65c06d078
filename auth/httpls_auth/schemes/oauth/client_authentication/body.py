"""The client secret in the body."""

from dataclasses import dataclass

from httpls_auth.schemes.flow import FlowContext
from httpls_auth.schemes.oauth.client_authentication.method import ClientAuthentication
from httpls_auth.schemes.oauth.client_authentication.secret import client_secret
from httpls_auth.schemes.oauth.token_request import TokenRequest
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSecretPost(ClientAuthentication):
    """Client id and client secret as pairs of the form."""

    word = "body"
    summary = "Client id and secret in the body (`client_secret_post`)."
    sources = ("RFC 6749, section 2.3.1",)

    client_secret: Value = client_secret()

    def authenticated(
        self, request: TokenRequest, client_id: Value | None, audience: Value, context: FlowContext
    ) -> TokenRequest:
        """Add `client_id` and `client_secret`."""
        _ = (audience, context)
        return request.with_form(("client_id", client_id), ("client_secret", self.client_secret))
