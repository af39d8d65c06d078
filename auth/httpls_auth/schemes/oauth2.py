"""OAuth 2.0 (RFC 6749) and what has grown around it: a token is obtained, kept, renewed, and sent with each request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from httpls_auth.errors import CredentialError, LoginNeededError, ParameterError, TokenError
from httpls_auth.schemes.bearer import deprecated_place, with_token, written_by_token
from httpls_auth.schemes.compose import plain
from httpls_auth.schemes.flow import Flow, FlowContext, Token, TokenKey, UseToken
from httpls_auth.schemes.message import OutgoingRequest, ResponseHead
from httpls_auth.schemes.oauth import dpop
from httpls_auth.schemes.oauth.claims import claims_of, time_of
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.grants.given_token import GivenToken
from httpls_auth.schemes.oauth.grants.grant import Grant
from httpls_auth.schemes.oauth.grants.index import GRANTS
from httpls_auth.schemes.oauth.introspect import introspected, user_information
from httpls_auth.schemes.oauth.parameters import (
    CLIENT_AUTHENTICATION,
    GRANT,
    built,
    distinct,
    grant_of,
    is_for_client,
    method_of,
    of_every_grant,
)
from httpls_auth.schemes.oauth.refresh import refreshed
from httpls_auth.schemes.oauth.revoke import revoked
from httpls_auth.schemes.parameter import Parameter, ParameterKind, declared_parameters, parameter
from httpls_auth.schemes.read import Named, converted
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.value import Value

REFRESH_BEFORE = 30.0
"""Seconds before its end from which a token is renewed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth2(Scheme):
    """A token of an authorization server. It is made of a grant, a client, and what is done with the token."""

    word = "oauth2"
    title = "OAuth 2.0"
    summary = (
        "Obtains an access token from an authorization server, keeps it encrypted, renews it when it runs out or is "
        "refused, and sends it with every request."
    )
    stage = Stage.PLACEMENT
    postman: ClassVar[str | None] = "oauth2"
    jetbrains: ClassVar[tuple[str, ...]] = ("OAuth2",)
    sources: ClassVar[tuple[str, ...]] = (
        "RFC 6749", "RFC 6750", "RFC 7009", "RFC 7521", "RFC 7522", "RFC 7523", "RFC 7636", "RFC 7662", "RFC 8252",
        "RFC 8414", "RFC 8628", "RFC 8693", "RFC 8705", "RFC 8707", "RFC 9126", "RFC 9207", "RFC 9449", "RFC 9700",
        "OpenID Connect Core 1.0",
    )  # fmt: skip
    verified_by: ClassVar[tuple[str, ...]] = (
        "oidc-provider: every grant but SAML, every way of client authentication, DPoP, PAR, revocation",
    )
    example = (
        "# @auth oauth2 client_credentials\n# @auth-token-url {{lab}}/oauth/token\n# @auth-client-id shop-cli\n"
        "# @auth-client-secret {{clientSecret}}\n# @auth-scope orders:read\nGET {{lab}}/auth/oauth2\n"
    )
    shorthands: ClassVar[tuple[str, ...]] = (
        'Authorization: Bearer {{$auth.token("shop")}}',
        "Authorization: oauth2 client_credentials shop",
    )
    notes = (
        "A token is renewed 30 seconds before it runs out (`refresh-before`), and once when the server refuses it "
        "with 401. It is kept for the environment and the project: another environment never gets it. Of many "
        "requests that need the same token, one obtains it, and the others wait for it.\n\n"
        "`httpls auth login` obtains it beforehand, `httpls auth token` prints it, `httpls auth logout` forgets it, "
        "`httpls auth revoke` also tells the server."
    )

    default_grant: ClassVar[str | None] = None
    """The grant where none is given."""

    grant: Grant
    client: Client
    place: str = parameter(
        ParameterKind.CHOICE, "Where the token goes; `body` is for forms only (RFC 6750, section 2.2).", name="in",
        default="header", choices=("header", "query", "body"), postman="addTokenTo", aliases=("placement",),
        synonyms=(("queryParam", "query"), ("queryParams", "query")),
    )  # fmt: skip
    prefix: Value | None = parameter(
        ParameterKind.TEXT, "The word before the token in the header field; empty for the token alone.", default=None,
        shown_default="Bearer", postman="headerPrefix", may_be_empty=True, example="Token",
    )  # fmt: skip
    name: Value | None = parameter(
        ParameterKind.TEXT, "The name of the header field, or of the parameter in the query or the body.", default=None,
        shown_default="`Authorization`, else `access_token`", example="X-Token",
    )  # fmt: skip
    token_name: Value | None = parameter(
        ParameterKind.TEXT, "What lists of tokens call it.", default=None, postman="tokenName", example="shop"
    )
    acquire_automatically: bool = parameter(
        ParameterKind.BOOLEAN, "Ask a person to log in when a request needs it; otherwise only `httpls auth login` "
        "does.", default=True, jetbrains="Acquire Automatically",
    )  # fmt: skip
    retry_on_401: bool = parameter(
        ParameterKind.BOOLEAN, "Renew the token once when the server refuses it with 401.", name="retry-on-401",
        default=True,
    )  # fmt: skip
    refresh_before: float = parameter(
        ParameterKind.SECONDS, "How long before its end the token is renewed.", default=REFRESH_BEFORE,
        shown_default="30s", aliases=("leeway",),
    )  # fmt: skip

    @classmethod
    def parameters(cls, given: Mapping[str, str] | None = None) -> tuple[Parameter, ...]:
        """Return the parameters of the grant and the client authentication that are given, else all there can be."""
        grant = grant_of(given or {}, cls.default_grant)
        client_id, *others = declared_parameters(Client)
        own = (*others, *declared_parameters(cls))
        if given is None or grant is None:
            every = distinct((cls._grant_parameter(), client_id, *of_every_grant(), *own), unites_choices=True)
            # Which ones a grant needs that is no grant, or is not known yet, nobody can say.
            return tuple([one._replace(required=None) for one in every]) if GRANT.name in (given or {}) else every
        if not grant.needs_client_id:
            client_id = client_id._replace(required=None)
        of_method = (CLIENT_AUTHENTICATION, *method_of(given, grant).parameters())
        # Configurations of other tools hold parameters of all grants; those of the others have no effect.
        others = [one._replace(required=None) for one in of_every_grant()]
        return distinct((cls._grant_parameter(), client_id, *grant.parameters(), *of_method, *own, *others))

    @classmethod
    def deprecation(cls, given: Mapping[str, str]) -> str | None:
        """Return what speaks against the grant, the place of the token, or the way in which the code is protected."""
        grant = grant_of(given, cls.default_grant)
        if grant is not None and grant.deprecated is not None:
            return grant.deprecated
        if given.get("pkce", "").lower() == "plain":
            return "whoever reads the login page can use the code: with `pkce=S256` only a hash stands there (RFC 7636)"
        return deprecated_place(given)

    @classmethod
    def make(cls, texts: Sequence[Named]) -> Self:
        """Make the scheme of its grant, its client and what is said about the token. Raises `ParameterError`."""
        known = {one.parameter.name: one.value.reveal() for one in texts}
        for one in texts:
            if one.parameter.name in (GRANT.name, CLIENT_AUTHENTICATION.name):
                converted(one.parameter, one.value)
        grant = grant_of(known, cls.default_grant)
        if grant is None:
            raise ParameterError("grant", f"`{cls.word}` needs `grant`", f"Write one of: {', '.join(GRANTS)}.")
        of_client = [
            one._replace(parameter=one.parameter._replace(name="client-assertion"))
            if is_for_client(one.parameter.name, grant, known)
            else one
            for one in texts
        ]
        client = built(Client, texts, authentication=built(method_of(known, grant), of_client))
        return built(cls, texts, grant=built(grant, texts), client=client)

    @property
    def writes(self) -> frozenset[str]:
        """The field or the parameter, and the proof of DPoP."""
        proof = ("dpop",) if self.client.dpop else ()
        return written_by_token(self.place, self.name).union(proof)

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Take the token, from the store or the server, and put it into its place."""
        token = yield from self.token(context)
        if token.kind.lower() == "dpop":
            return self._proved(request, token, context)
        return with_token(request, self._sent(token), place=self.place, prefix=self.prefix, name=self.name)

    def answer(
        self, request: OutgoingRequest, response: ResponseHead, context: FlowContext
    ) -> Flow[OutgoingRequest | None]:
        """Renew the token if the server refused it (RFC 6750, section 3.1), once; follow a demand for a DPoP nonce."""
        is_new_nonce = dpop.learn_nonce(request.origin, response.value("DPoP-Nonce"), context)
        if response.status != 401 or isinstance(self.grant, GivenToken):
            return None
        if is_new_nonce and "use_dpop_nonce" in _challenges(response):
            return (yield from self.authenticate(request, context))
        if not self._takes_as_refused(response, context):
            return None
        return (yield from self.authenticate(request, context))

    def renewed(self, response: ResponseHead, context: FlowContext) -> Flow[Token | None]:
        """Renew the token that stands in the text of a request, if the server refused it, once."""
        if isinstance(self.grant, GivenToken) or not self._takes_as_refused(response, context):
            return None
        return (yield from self.token(context))

    def token(self, context: FlowContext) -> Flow[Token]:
        """Take the token, from the store or the server; its values are labelled for the origin of the request."""
        if isinstance(self.grant, GivenToken):
            given = yield from self.grant.obtain(self.client, context)
            return _labelled(given, context)
        refused = context.exchange.get(self._memory_key("refused"))

        def obtained(stored: Token | None) -> Flow[Token]:
            return self._obtained(stored, context)

        known = refused if isinstance(refused, Value) else None
        key = self.token_key()
        token: Token = yield UseToken(key, obtained, self._is_fresh, known)
        context.note("token", plain(f"{key.title}{_left(token, context.now())}"))
        context.exchange[self._memory_key("used")] = token.access
        return _labelled(token, context)

    def login(self, context: FlowContext) -> Flow[Token]:
        """Obtain a token anew, whatever is stored."""

        def obtained(stored: Token | None) -> Flow[Token]:
            token = yield from self.grant.obtain(self.client, context)
            return (yield from self._verified(token, stored, context))

        token: Token = yield UseToken(self.token_key(), obtained, _never)
        return _labelled(token, context)

    def refresh(self, context: FlowContext) -> Flow[Token]:
        """Renew the token by its refresh token, however fresh it is. Raises `TokenError` if there is none."""

        def obtained(stored: Token | None) -> Flow[Token]:
            given = self._refresh_token(stored)
            if given is None:
                raise TokenError("there is no refresh token", "Log in anew with `httpls auth login`.")
            renewed = yield from refreshed(self.grant.refresh_endpoints, self.client, given, stored, context)
            return (yield from self._verified(renewed, stored, context))

        token: Token = yield UseToken(self.token_key(), obtained, _never)
        return _labelled(token, context)

    def revoke(self, stored: Token, context: FlowContext) -> Flow[None]:
        """Tell the server that a token is no longer used (RFC 7009). Raises `TokenError`."""
        yield from revoked(self.grant.endpoints, self.client, stored, context)

    def introspect(self, stored: Token, context: FlowContext) -> Flow[Mapping[str, object]]:
        """Return what the server knows of a token (RFC 7662). Raises `TokenError`."""
        return (yield from introspected(self.grant.endpoints, self.client, stored, context))

    def user_information(self, stored: Token, context: FlowContext) -> Flow[Mapping[str, object]]:
        """Return what the server tells about the person (OpenID Connect Core 1.0, 5.3). Raises `TokenError`."""
        return (yield from user_information(self.grant.endpoints, self.client, stored, context))

    def token_key(self) -> TokenKey:
        """Return what names the token in the store."""
        urls = (self.grant.endpoints.token, self.client.issuer, *self.grant.endpoints)
        server = next((one for one in urls if isinstance(one, Value)), None)
        # The server comes first: its origin decides which client certificate the token may be bound to.
        address = server.reveal().strip() if server is not None else ""
        parts = (address, self.word, *self.grant.key_parts(), "", *self.client.key_parts())
        given = self.token_name.reveal().strip() if self.token_name is not None else ""
        client = self.client.client_id.masked() if self.client.client_id is not None else ""
        where = server.masked().partition("?")[0] if server is not None else ""
        described = " ".join([word for word in (self.grant.word, client, where and f"at {where}") if word])
        return TokenKey(parts, f"{given} ({described})" if given else described)

    def _takes_as_refused(self, response: ResponseHead, context: FlowContext) -> bool:
        """Note the token that was used as refused, if the response says so, and that was not noted before."""
        challenges = _challenges(response)
        used = context.exchange.get(self._memory_key("used"))
        has_renewed = self._memory_key("refused") in context.exchange
        # Many servers say nothing but 401. A challenge that names another error is not about the token's age.
        is_about_token = response.status == 401 and ("error=" not in challenges or "invalid_token" in challenges)
        if not self.retry_on_401 or has_renewed or not isinstance(used, Value) or not is_about_token:
            return False
        context.exchange[self._memory_key("refused")] = used
        return True

    def _obtained(self, stored: Token | None, context: FlowContext) -> Flow[Token]:
        """Renew the token if there is a refresh token that is still good, else obtain it anew."""
        given = self._refresh_token(stored)
        if given is not None:
            try:
                token = yield from refreshed(self.grant.refresh_endpoints, self.client, given, stored, context)
                return (yield from self._verified(token, stored, context))
            except TokenError as error:
                if error.code not in _DEAD:
                    raise
                # Used up, expired, or lost when the one that replaced it could not be written down.
                context.note("refresh", plain(f"the refresh token is no longer good ({error.code})"))
        if self.grant.is_interactive and not self.acquire_automatically:
            raise LoginNeededError(
                "there is no token, and a person has to log in to get one",
                "Run `httpls auth login`, or set `acquire-automatically`.",
            )
        token = yield from self.grant.obtain(self.client, context)
        return (yield from self._verified(token, stored, context))

    def _verified(self, token: Token, stored: Token | None, context: FlowContext) -> Flow[Token]:
        """Check a new ID token, if that is wanted. Raises `TokenError` for one that does not hold."""
        known = stored.identity if stored is not None else None
        if self.client.verify_id_token and token.identity is not None and token.identity != known:
            from httpls_auth.schemes.oauth.identity_token import verified

            yield from verified(token.identity, self.client, context)
        return token

    def _refresh_token(self, stored: Token | None) -> Value | None:
        if not self.grant.uses_refresh_tokens:
            return None
        return stored.refresh if stored is not None and stored.refresh is not None else self.grant.seed

    def _is_fresh(self, token: Token, now: float) -> bool:
        ends = [token.expires_at]
        if self.client.use_id_token and token.identity is not None:
            ends.append(time_of(claims_of(token.identity.reveal()) or {}, "exp"))
        end = min((one for one in ends if one is not None), default=None)
        if end is None:
            return True
        # Of a token that lives for less than a minute, half of the life is kept.
        lead = min(self.refresh_before, max(end - token.obtained_at, 0) / 2)
        return now < end - lead

    def _sent(self, token: Token) -> Value:
        if not self.client.use_id_token:
            return token.access
        if token.identity is None:
            raise CredentialError(
                "the server gave no ID token, and `use-id-token` asks for it to be sent", "Add `openid` to `scope`."
            )
        return token.identity

    def _proved(self, request: OutgoingRequest, token: Token, context: FlowContext) -> OutgoingRequest:
        """Return the request with a token that is bound to a key, and with the proof (RFC 9449, section 7.1)."""
        if token.key is None:
            raise CredentialError("the token is bound to a key that is not there", "Log in anew: `httpls auth login`.")
        if self.place != "header":
            raise ParameterError("in", "a token with DPoP can be sent in a header field only", "Leave `in` out.")
        nonce = dpop.known_nonce(request.origin, context)
        proof = dpop.proof(
            token.key, request.method, request.url.reveal(), context, nonce=nonce, token=self._sent(token)
        ).labelled(context.token_labels)
        with_proof = request.with_field("DPoP", proof)
        return with_token(with_proof, self._sent(token), place="header", prefix=plain("DPoP"), name=self.name)

    def _memory_key(self, what: str) -> tuple[str, ...]:
        return (self.word, what, *self.token_key().parts)

    @classmethod
    def _grant_parameter(cls) -> Parameter:
        if cls.default_grant is None:
            return GRANT
        return GRANT._replace(required=None, default=cls.default_grant)


_DEAD = ("invalid_grant", "invalid_token", "expired_token", "interaction_required", "login_required")
"""The errors that say that a refresh token is no longer good."""


def _challenges(response: ResponseHead) -> str:
    return ", ".join(response.values("WWW-Authenticate"))


def _labelled(token: Token, context: FlowContext) -> Token:
    """Bind the values of a token that are sent to an API to the origin that this one may see."""
    identity = token.identity.labelled(context.token_labels) if token.identity is not None else None
    return token._replace(access=token.access.labelled(context.token_labels), identity=identity)


def _never(token: Token, now: float) -> bool:
    """Call no token fresh, so that a new one is obtained."""
    _ = (token, now)
    return False


def _left(token: Token, now: float) -> str:
    return f", good for {max(token.expires_at - now, 0):.0f} s" if token.expires_at is not None else ""
