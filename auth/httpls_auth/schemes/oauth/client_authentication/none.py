"""No client authentication: a public client tells its id only."""

from dataclasses import dataclass

from httpls_auth.schemes.flow import FlowContext
from httpls_auth.schemes.oauth.client_authentication.method import ClientAuthentication
from httpls_auth.schemes.oauth.token_request import TokenRequest
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class NoClientAuthentication(ClientAuthentication):
    """A public client."""

    word = "none"
    summary = "A public client: its id in the body, no secret."
    sources = ("RFC 6749, section 3.2.1",)

    def authenticated(
        self, request: TokenRequest, client_id: Value | None, audience: Value, context: FlowContext
    ) -> TokenRequest:
        """Add `client_id`."""
        _ = (audience, context)
        return request.with_form(("client_id", client_id))
