"""What every way of client authentication is: a frozen dataclass of its parameters, with what it adds to a request."""

from typing import ClassVar

from httpls_auth.schemes.flow import FlowContext
from httpls_auth.schemes.oauth.token_request import TokenRequest
from httpls_auth.schemes.parameter import Parameter, declared_parameters
from httpls_auth.values.value import Value


class ClientAuthentication:
    """A way of client authentication; `word` is its value of `client-auth`, `summary` says what it does in a line."""

    __slots__ = ()

    word: ClassVar[str]
    summary: ClassVar[str]
    sources: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def parameters(cls) -> tuple[Parameter, ...]:
        """Return its own parameters."""
        return declared_parameters(cls)

    def authenticated(
        self, request: TokenRequest, client_id: Value | None, audience: Value, context: FlowContext
    ) -> TokenRequest:
        """Return a request to the authorization server with what tells the client.

        `audience` is the issuer, or the token endpoint where the issuer is not known: for whom an assertion is meant.
        """
        raise NotImplementedError
