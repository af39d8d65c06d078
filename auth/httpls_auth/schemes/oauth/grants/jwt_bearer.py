"""A signed assertion about a person or a service, exchanged for a token."""

from dataclasses import dataclass

from httpls_auth.errors import ParameterError
from httpls_auth.schemes.compose import plain
from httpls_auth.schemes.flow import Flow, FlowContext, Token
from httpls_auth.schemes.oauth import dpop
from httpls_auth.schemes.oauth.assertion import ASYMMETRIC, SigningKey, signed_by_key, unique_identifier
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.grants.grant import Grant, TokenEndpointGrant
from httpls_auth.schemes.oauth.json_object import json_object
from httpls_auth.schemes.parameter import ParameterKind, Required, parameter
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtBearerGrant(TokenEndpointGrant):
    """An assertion as authorization grant, such as the service accounts of Google and others."""

    word = "jwt_bearer"
    title = "JWT Bearer"
    summary = "A JWT that is signed with a private key, of a service account for example, is exchanged for a token."
    sources = ("RFC 7523, section 2.1",)
    needs_client_id = False

    given: Value | None = parameter(
        ParameterKind.TEXT, "The assertion, in place of one that is made with `assertion-key`.", name="assertion",
        default=None, secret=True, required=Required(unless=("assertion-key",)),
    )  # fmt: skip
    key: Value | None = parameter(
        ParameterKind.KEY, "The private key that signs the assertion; `assertion-key-file` names a file with it.",
        name="assertion-key", default=None, secret=True, aliases=("assertion-private-key",),
        example="{{$secret serviceAccountKey}}",
    )  # fmt: skip
    passphrase: Value | None = parameter(
        ParameterKind.TEXT, "The passphrase of an encrypted key.", name="assertion-passphrase", default=None,
        secret=True,
    )  # fmt: skip
    claims: Value | None = parameter(
        ParameterKind.JSON, "The claims of the assertion. What is missing is added: `iss` and `sub` (the client id), "
        "`aud` (the token endpoint), `iat`, `exp`, `jti`.", name="assertion-claims", default=None,
        aliases=("assertion-payload",), example='{"iss": "{{account}}", "scope": "orders:read"}',
    )  # fmt: skip
    header: Value | None = parameter(
        ParameterKind.JSON, "Further members of the assertion's header.", name="assertion-header", default=None
    )
    key_id: Value | None = parameter(
        ParameterKind.TEXT, "The `kid` of the assertion's header.", name="assertion-kid", default=None,
        aliases=("assertion-key-id",),
    )  # fmt: skip
    algorithm: str | None = parameter(
        ParameterKind.CHOICE, "The algorithm of the signature; by default the usual one for the kind of key.",
        name="assertion-algorithm", default=None, choices=ASYMMETRIC,
    )  # fmt: skip
    lifetime: float = parameter(
        ParameterKind.SECONDS, "How long the assertion is valid.", name="assertion-lifetime", default=300.0,
        shown_default="300s",
    )  # fmt: skip

    def obtain(self, client: Client, context: FlowContext) -> Flow[Token]:
        """Make the assertion, then send the token request."""
        endpoints = yield from client.endpoints(self.endpoints, ("token",), context)
        assert endpoints.token is not None
        form = (
            ("grant_type", plain("urn:ietf:params:oauth:grant-type:jwt-bearer")),
            ("assertion", self._assertion(client, endpoints.token, context)),
            *client.wanted(),
        )
        key = dpop.new_key(context) if client.dpop else None
        return (yield from client.token(endpoints.token, form, context, key=key))

    def key_parts(self) -> tuple[str, ...]:
        """Return them with the assertion, or what it is made of but for the key."""
        given = (self.given, self.claims, self.header, self.key_id)
        return (*Grant.key_parts(self), *[one.reveal() if one is not None else "" for one in given])

    def _assertion(self, client: Client, url: Value, context: FlowContext) -> Value:
        if self.given is not None and self.given.reveal():
            return self.given
        if self.key is None:
            raise ParameterError("assertion", "`jwt_bearer` needs `assertion` or `assertion-key`")
        now = int(context.now())
        claims: dict[str, object] = {"aud": url.reveal(), "iat": now, "exp": now + max(int(self.lifetime), 1)}
        if client.client_id is not None:
            claims |= {"iss": client.client_id.reveal(), "sub": client.client_id.reveal()}
        claims |= {"jti": unique_identifier(context)}
        claims |= (json_object(self.claims.reveal()) or {}) if self.claims is not None else {}
        header = json_object(self.header.reveal()) if self.header is not None else None
        key = SigningKey(self.key, self.passphrase, self.algorithm, self.key_id)
        return signed_by_key(claims, key, context, header)
