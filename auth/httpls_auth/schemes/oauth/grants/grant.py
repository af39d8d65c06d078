"""What every grant is: a frozen dataclass of its parameters, with the flow that obtains a token."""

from dataclasses import dataclass
from typing import Any, ClassVar

from httpls_auth.schemes.flow import Flow, FlowContext, Token
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.endpoints import Endpoints
from httpls_auth.schemes.parameter import Parameter, ParameterKind, Required, declared_parameters, parameter
from httpls_auth.values.value import Value


class Grant:
    """A grant. `word` is its value of `grant`; `deprecated` says why it should not be used any more, where that is so.

    `is_interactive` tells that a person is needed. `uses_refresh_tokens` tells that a refresh token that comes with a
    token is used; the other grants ask for a new token as they did for the first.
    """

    __slots__ = ()

    word: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    sources: ClassVar[tuple[str, ...]] = ()
    deprecated: ClassVar[str | None] = None
    is_interactive: ClassVar[bool] = False
    uses_refresh_tokens: ClassVar[bool] = False
    needs_client_id: ClassVar[bool] = True
    needs_client_authentication: ClassVar[bool] = False

    @classmethod
    def parameters(cls) -> tuple[Parameter, ...]:
        """Return its own parameters."""
        return declared_parameters(cls)

    @property
    def endpoints(self) -> Endpoints:
        """The endpoints that are written down."""
        return Endpoints()

    @property
    def seed(self) -> Value | None:
        """A refresh token that is written down, with which the first token is obtained if it is still good."""
        return None

    @property
    def refresh_endpoints(self) -> Endpoints:
        """The endpoints that are written down, for refresh requests."""
        return self.endpoints

    def obtain(self, client: Client, context: FlowContext) -> Flow[Token]:
        """Return the flow that obtains a token anew. Raises `TokenError`."""
        raise NotImplementedError

    def key_parts(self) -> tuple[str, ...]:
        """Return what makes its tokens other ones than those of the same grant with other parameters.

        Passwords are not in it: a hash of them would allow to guess them.
        """
        urls = [url for url in self.endpoints if isinstance(url, Value)]
        return (self.word, *[url.reveal() for url in urls])


def token_url() -> Any:
    """Declare a field as the URL of the token endpoint."""
    return parameter(
        ParameterKind.TEXT, "The URL of the token endpoint.", default=None, required=Required(unless=("issuer",)),
        postman="accessTokenUrl", jetbrains="Token URL", aliases=("token-endpoint", "token-uri"),
        example="https://login.example.com/token",
    )  # fmt: skip


def auth_url() -> Any:
    """Declare a field as the URL of the authorization endpoint."""
    return parameter(
        ParameterKind.TEXT, "The URL of the page where the person logs in, the authorization endpoint.", default=None,
        required=Required(unless=("issuer",)), postman="authUrl", jetbrains="Auth URL",
        aliases=("authorization-url", "authorization-endpoint", "authorize-endpoint", "authorize-url"),
        example="https://login.example.com/authorize",
    )  # fmt: skip


def redirect_url() -> Any:
    """Declare a field as the redirect URL."""
    return parameter(
        ParameterKind.TEXT, "Where the browser comes back after the login. On `127.0.0.1`, `[::1]` or `localhost` "
        "httpls listens itself, with port 0 at a free port; for any other URL it asks to paste the address back.",
        default=None, shown_default=DEFAULT_REDIRECT_URL, postman="redirect_uri", jetbrains="Redirect URL",
        aliases=("redirect-uri", "callback-url", "callBackUrl"), example="http://127.0.0.1:0/callback",
    )  # fmt: skip


def state() -> Any:
    """Declare a field as the state."""
    return parameter(
        ParameterKind.TEXT, "A fixed `state`, for servers that want one. By default each login has a random one, which "
        "is what protects it.", default=None, postman="state", jetbrains="State",
    )  # fmt: skip


DEFAULT_REDIRECT_URL = "http://127.0.0.1:0/callback"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenEndpointGrant(Grant):
    """A grant that asks the token endpoint."""

    token_url: Value | None = token_url()

    @property
    def endpoints(self) -> Endpoints:
        """The token endpoint."""
        return Endpoints(token=self.token_url)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshableGrant(TokenEndpointGrant):
    """A grant whose tokens come with refresh tokens."""

    uses_refresh_tokens = True

    refresh_url: Value | None = parameter(
        ParameterKind.TEXT, "Where tokens are refreshed, if not at the token endpoint.", default=None,
        postman="refreshTokenUrl", aliases=("refresh-token-url",),
    )  # fmt: skip
    refresh_token: Value | None = parameter(
        ParameterKind.TEXT, "A refresh token from elsewhere: the first token is obtained with it, without a person, if "
        "it is still good.", default=None, secret=True, example="{{$secret refreshToken}}",
    )  # fmt: skip

    @property
    def seed(self) -> Value | None:
        """The refresh token that is written down."""
        return self.refresh_token

    @property
    def refresh_endpoints(self) -> Endpoints:
        """The URL for refresh requests in place of the token endpoint."""
        return self.endpoints._replace(token=self.refresh_url or self.token_url)

    def key_parts(self) -> tuple[str, ...]:
        """Return them with the refresh token, which decides whose tokens these are."""
        return (*Grant.key_parts(self), self.refresh_token.reveal() if self.refresh_token is not None else "")
