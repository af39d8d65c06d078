"""A token for another token: of another audience, with less scope, or on behalf of somebody."""

from dataclasses import dataclass

from httpls_auth.errors import ParameterError, TokenError
from httpls_auth.schemes.compose import plain
from httpls_auth.schemes.flow import Flow, FlowContext, TakeToken, Token
from httpls_auth.schemes.oauth import dpop
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.grants.grant import Grant, TokenEndpointGrant
from httpls_auth.schemes.oauth.token_request import Pairs
from httpls_auth.schemes.parameter import ParameterKind, Required, parameter
from httpls_auth.values.value import Value

_TYPE = "urn:ietf:params:oauth:token-type:"
_TYPES = tuple((word, _TYPE + word) for word in ("access_token", "refresh_token", "id_token", "saml1", "saml2", "jwt"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenExchange(TokenEndpointGrant):
    """Token exchange."""

    word = "token_exchange"
    title = "Token Exchange"
    summary = "A token is exchanged for another one, for another audience for example. No person is needed."
    sources = ("RFC 8693",)
    needs_client_id = False

    subject: Value | None = parameter(
        ParameterKind.TEXT, "The configuration (`Security.Auth`) whose token is exchanged.", default=None,
        required=Required(unless=("subject-token",)), example="shop",
    )  # fmt: skip
    subject_token: Value | None = parameter(
        ParameterKind.TEXT, "The token that is exchanged, in place of `subject`.", default=None, secret=True,
        example='{{$auth.token("shop")}}',
    )  # fmt: skip
    subject_token_type: Value | None = parameter(
        ParameterKind.TEXT, "What kind of token it is: `access_token`, `refresh_token`, `id_token`, `jwt`, `saml1`, "
        "`saml2`, or any URI.", default=None, shown_default="access_token",
    )  # fmt: skip
    actor: Value | None = parameter(
        ParameterKind.TEXT, "The configuration (`Security.Auth`) of whoever acts for the subject.", default=None
    )
    actor_token: Value | None = parameter(
        ParameterKind.TEXT, "The token of whoever acts for the subject.", default=None, secret=True
    )
    actor_token_type: Value | None = parameter(
        ParameterKind.TEXT, "What kind of token that is.", default=None, shown_default="access_token"
    )
    requested_token_type: Value | None = parameter(ParameterKind.TEXT, "What kind of token is wanted.", default=None)

    def obtain(self, client: Client, context: FlowContext) -> Flow[Token]:
        """Take the tokens, then send the token request."""
        subject = yield from _taken(self.subject_token, self.subject, self.subject_token_type)
        if subject is None:
            raise ParameterError("subject", "a token exchange needs `subject` or `subject-token`")
        actor = yield from _taken(self.actor_token, self.actor, self.actor_token_type)
        endpoints = yield from client.endpoints(self.endpoints, ("token",), context)
        assert endpoints.token is not None
        form: Pairs = (
            ("grant_type", plain("urn:ietf:params:oauth:grant-type:token-exchange")),
            ("subject_token", subject), ("subject_token_type", _type(self.subject_token_type)),
            *((("actor_token", actor), ("actor_token_type", _type(self.actor_token_type))) if actor else ()),
            *((("requested_token_type", _type(self.requested_token_type)),) if self.requested_token_type else ()),
            *client.wanted(),
        )  # fmt: skip
        key = dpop.new_key(context) if client.dpop else None
        return (yield from client.token(endpoints.token, form, context, key=key))

    def key_parts(self) -> tuple[str, ...]:
        """Return them with the tokens that are exchanged."""
        given = (self.subject, self.subject_token, self.actor, self.actor_token, self.requested_token_type)
        return (*Grant.key_parts(self), *[one.reveal() if one is not None else "" for one in given])


def _taken(token: Value | None, configuration: Value | None, kind: Value | None) -> Flow[Value | None]:
    if token:
        return token
    if not configuration:
        return None
    taken: Token = yield TakeToken(configuration.reveal().strip())
    if kind is not None and kind.reveal().strip().endswith("id_token"):
        if taken.identity is None:
            raise TokenError(
                f"the token of `{configuration}` has no ID token to exchange", "Add `openid` to its scope."
            )
        return taken.identity
    return taken.access


def _type(kind: Value | None) -> Value:
    text = kind.reveal().strip() if kind is not None else "access_token"
    return plain(dict(_TYPES).get(text.lower().replace("-", "_"), text))
