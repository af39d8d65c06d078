"""A JWT that is signed with the client secret."""

from dataclasses import dataclass

from httpls_auth.schemes.flow import FlowContext
from httpls_auth.schemes.oauth.assertion import SYMMETRIC, signed_by_secret
from httpls_auth.schemes.oauth.client_authentication.jwt_assertion import (
    assertion_audience,
    assertion_lifetime,
    client_claims,
    with_assertion,
)
from httpls_auth.schemes.oauth.client_authentication.method import ClientAuthentication
from httpls_auth.schemes.oauth.client_authentication.secret import client_secret
from httpls_auth.schemes.oauth.token_request import TokenRequest
from httpls_auth.schemes.parameter import ParameterKind, parameter
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSecretJwt(ClientAuthentication):
    """An assertion by HMAC: the secret itself does not travel."""

    word = "client_secret_jwt"
    summary = "A JWT that is signed with the client secret; the secret itself is not sent."
    sources = ("RFC 7523, section 2.2", "OpenID Connect Core 1.0, section 9")

    client_secret: Value = client_secret()
    algorithm: str = parameter(
        ParameterKind.CHOICE, "The algorithm of the signature.", name="client-assertion-algorithm", default="HS256",
        choices=SYMMETRIC,
    )  # fmt: skip
    audience: Value | None = assertion_audience()
    lifetime: float = assertion_lifetime()

    def authenticated(
        self, request: TokenRequest, client_id: Value | None, audience: Value, context: FlowContext
    ) -> TokenRequest:
        """Add the assertion."""
        claims = client_claims(client_id, self.audience or audience, self.lifetime, context)
        assertion = signed_by_secret(claims, self.client_secret, self.algorithm, context)
        return with_assertion(request, client_id, assertion).proving(self.client_secret)
