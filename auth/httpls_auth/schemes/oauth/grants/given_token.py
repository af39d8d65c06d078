"""An access token that was obtained elsewhere, as collections of Postman may hold one."""

from dataclasses import dataclass

from httpls_auth.errors import TokenError
from httpls_auth.schemes.flow import Flow, FlowContext, Token
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.grants.grant import Grant
from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, parameter
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenToken(Grant):
    """No grant at all: the token is written down, and nobody renews it."""

    word = "token"
    title = "Access Token"
    summary = "An access token that was obtained elsewhere is sent as it is, and never renewed."
    needs_client_id = False

    access_token: Value = parameter(
        ParameterKind.TEXT, "The access token.", required=ALWAYS, secret=True, postman="accessToken",
        example="{{$secret token}}",
    )  # fmt: skip
    token_type: Value | None = parameter(
        ParameterKind.TEXT, "The type of the token.", default=None, shown_default="Bearer", postman="tokenType"
    )

    def obtain(self, client: Client, context: FlowContext) -> Flow[Token]:
        """Return the token."""
        _ = client
        kind = (self.token_type.reveal().strip() if self.token_type is not None else "") or "Bearer"
        if kind.lower() in ("mac", "dpop"):
            raise TokenError(f"a token of the type `{kind}` cannot be used without its key")
        return Token(self.access_token, kind, context.now())
        yield
