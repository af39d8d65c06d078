"""A refresh token from elsewhere."""

from dataclasses import dataclass

from httpls_auth.schemes.flow import Flow, FlowContext, Token
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.grants.grant import Grant, TokenEndpointGrant
from httpls_auth.schemes.oauth.refresh import refreshed
from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, parameter
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken(TokenEndpointGrant):
    """A refresh token that is written down, or rather kept as a secret."""

    word = "refresh_token"
    title = "Refresh Token"
    summary = "A refresh token that was obtained elsewhere. No person is needed, for as long as it is good."
    sources = ("RFC 6749, section 6",)
    uses_refresh_tokens = True

    refresh_token: Value = parameter(
        ParameterKind.TEXT, "The refresh token. Servers may give a new one with each token: the last one is kept with "
        "the token, and this one is used if that fails.", required=ALWAYS, secret=True,
        example="{{$secret refreshToken}}",
    )  # fmt: skip

    def obtain(self, client: Client, context: FlowContext) -> Flow[Token]:
        """Send the refresh request with the token that is written down."""
        return (yield from refreshed(self.endpoints, client, self.refresh_token, None, context))

    def key_parts(self) -> tuple[str, ...]:
        """Return them with the refresh token, which decides whose tokens these are."""
        return (*Grant.key_parts(self), self.refresh_token.reveal())
