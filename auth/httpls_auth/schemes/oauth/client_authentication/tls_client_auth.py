"""The client by its TLS certificate."""

from dataclasses import dataclass

from httpls_auth.schemes.flow import FlowContext
from httpls_auth.schemes.oauth.client_authentication.method import ClientAuthentication
from httpls_auth.schemes.oauth.token_request import TokenRequest
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsClientAuthentication(ClientAuthentication):
    """The client certificate of the connection, with the client id in the body."""

    word = "tls_client_auth"
    summary = "The client certificate that is chosen for the token endpoint, with the id in the body."
    sources = ("RFC 8705, section 2",)

    def authenticated(
        self, request: TokenRequest, client_id: Value | None, audience: Value, context: FlowContext
    ) -> TokenRequest:
        """Add `client_id`; the rest happens in the handshake."""
        _ = (audience, context)
        return request.with_form(("client_id", client_id))
