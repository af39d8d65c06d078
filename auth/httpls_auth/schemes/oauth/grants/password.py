"""User name and password of a person, given to the client."""

from dataclasses import dataclass

from httpls_auth.schemes.compose import plain
from httpls_auth.schemes.flow import Flow, FlowContext, Token
from httpls_auth.schemes.oauth import dpop
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.grants.grant import RefreshableGrant
from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, parameter
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Password(RefreshableGrant):
    """The resource owner's password."""

    word = "password"
    title = "Password"
    summary = "A person's user name and password are sent to the token endpoint."
    sources = ("RFC 6749, section 4.3", "RFC 9700, section 2.4")
    deprecated = (
        "the password grant gives the person's password to the client and knows no second factor, and RFC 9700 forbids "
        "it: use `authorization_code` or `device_code`"
    )

    username: Value = parameter(
        ParameterKind.TEXT, "The person's user name.", required=ALWAYS, postman="username", jetbrains="Username",
        aliases=("user",), example="{{user}}",
    )  # fmt: skip
    password: Value = parameter(
        ParameterKind.TEXT, "The person's password.", required=ALWAYS, secret=True, postman="password",
        may_be_empty=True, jetbrains="Password", example="{{$secret password}}",
    )  # fmt: skip

    def obtain(self, client: Client, context: FlowContext) -> Flow[Token]:
        """Send the token request."""
        endpoints = yield from client.endpoints(self.endpoints, ("token",), context)
        assert endpoints.token is not None
        form = (
            ("grant_type", plain("password")), ("username", self.username), ("password", self.password),
            *client.wanted(),
        )  # fmt: skip
        key = dpop.new_key(context) if client.dpop else None
        return (yield from client.token(endpoints.token, form, context, key=key))

    def key_parts(self) -> tuple[str, ...]:
        """Return them with the user, and without the password."""
        return (*RefreshableGrant.key_parts(self), self.username.reveal())
