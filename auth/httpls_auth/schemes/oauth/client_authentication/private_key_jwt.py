"""A JWT that is signed with a private key of the client."""

from dataclasses import dataclass

from httpls_auth.errors import ParameterError
from httpls_auth.schemes.flow import FlowContext
from httpls_auth.schemes.oauth.assertion import ASYMMETRIC, SigningKey, signed_by_key
from httpls_auth.schemes.oauth.client_authentication.jwt_assertion import (
    assertion_audience,
    assertion_lifetime,
    client_claims,
    with_assertion,
)
from httpls_auth.schemes.oauth.client_authentication.method import ClientAuthentication
from httpls_auth.schemes.oauth.json_object import json_object
from httpls_auth.schemes.oauth.token_request import TokenRequest
from httpls_auth.schemes.parameter import ParameterKind, Required, parameter
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateKeyJwt(ClientAuthentication):
    """An assertion by a private key, or one that was made elsewhere."""

    word = "private_key_jwt"
    summary = "A JWT that is signed with a private key of the client."
    sources = ("RFC 7523, section 2.2", "OpenID Connect Core 1.0, section 9")

    private_key: Value | None = parameter(
        ParameterKind.KEY, "The private key (PEM, JWK, PKCS#12, data URI); `private-key-file` names a file with it.",
        secret=True, required=Required(unless=("client-assertion", "assertion")), default=None,
        example="{{$secret clientKey}}",
    )  # fmt: skip
    passphrase: Value | None = parameter(
        ParameterKind.TEXT, "The passphrase of an encrypted key.", secret=True, default=None
    )
    key_id: Value | None = parameter(
        ParameterKind.TEXT, "The id of the key (`kid`), by which the server finds the public one.", name="kid",
        default=None, aliases=("key-id",),
    )  # fmt: skip
    algorithm: str | None = parameter(
        ParameterKind.CHOICE, "The algorithm of the signature; by default the usual one for the kind of key.",
        name="client-assertion-algorithm", default=None, choices=ASYMMETRIC,
    )  # fmt: skip
    audience: Value | None = assertion_audience()
    lifetime: float = assertion_lifetime()
    claims: Value | None = parameter(
        ParameterKind.JSON, "Further claims of the assertion; they win over those that are made.",
        name="client-assertion-claims", default=None,
    )  # fmt: skip
    given: Value | None = parameter(
        ParameterKind.TEXT, "An assertion that was made elsewhere, in place of one that is made with a key.",
        name="client-assertion", secret=True, default=None,
    )  # fmt: skip

    def authenticated(
        self, request: TokenRequest, client_id: Value | None, audience: Value, context: FlowContext
    ) -> TokenRequest:
        """Add the assertion."""
        if self.given is not None:
            return with_assertion(request, client_id, self.given)
        if self.private_key is None:
            raise ParameterError("private-key", "`private_key_jwt` needs `private-key`")
        claims = client_claims(client_id, self.audience or audience, self.lifetime, context)
        if self.claims is not None:
            claims |= json_object(self.claims.reveal()) or {}
        key = SigningKey(self.private_key, self.passphrase, self.algorithm, self.key_id)
        return with_assertion(request, client_id, signed_by_key(claims, key, context))
