"""A person logs in with the browser, and the client takes the code that comes back to the token endpoint."""

from dataclasses import dataclass

from httpls_auth.errors import TokenError
from httpls_auth.schemes.compose import base64url, made_with, plain
from httpls_auth.schemes.flow import Flow, FlowContext, Token
from httpls_auth.schemes.oauth import dpop
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.endpoints import Endpoints
from httpls_auth.schemes.oauth.grants.grant import (
    DEFAULT_REDIRECT_URL,
    RefreshableGrant,
    auth_url,
    redirect_url,
    state,
)
from httpls_auth.schemes.oauth.login import LoginPage, check_nonce, fixed_redirect_url, logged_in
from httpls_auth.schemes.oauth.proof_key import challenge, checked_verifier
from httpls_auth.schemes.oauth.token_request import Pairs
from httpls_auth.schemes.parameter import ParameterKind, parameter
from httpls_auth.values.labels import Labels
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCode(RefreshableGrant):
    """Authorization code, with PKCE unless it is switched off."""

    word = "authorization_code"
    title = "Authorization Code"
    summary = "A person logs in with the browser. PKCE protects the code on its way back."
    sources = ("RFC 6749, section 4.1", "RFC 7636", "RFC 8252", "RFC 9126", "RFC 9207", "OpenID Connect Core 1.0")
    is_interactive = True

    auth_url: Value | None = auth_url()
    redirect_url: Value | None = redirect_url()
    pkce: str = parameter(
        ParameterKind.CHOICE, "How the code is protected (RFC 7636): by a hash, as it is, or not at all.",
        default="S256", choices=("S256", "plain", "none"), jetbrains="PKCE", postman="challengeAlgorithm",
        aliases=("code-challenge-method", "use-pkce"),
        synonyms=(("SHA-256", "S256"), ("true", "S256"), ("yes", "S256"), ("on", "S256"), ("1", "S256"),
                  ("false", "none"), ("no", "none"), ("off", "none"), ("0", "none")),
    )  # fmt: skip
    code_verifier: Value | None = parameter(
        ParameterKind.TEXT, "A fixed code verifier. By default each login has a random one.", default=None,
        secret=True, postman="code_verifier", jetbrains="Code Verifier",
    )  # fmt: skip
    state: Value | None = state()
    response_type: Value | None = parameter(
        ParameterKind.TEXT, "The response type, for hybrid flows such as `code id_token`.", default=None,
        shown_default="code", jetbrains="Response Type",
    )  # fmt: skip
    response_mode: Value | None = parameter(
        ParameterKind.TEXT, "The response mode: `query`, `fragment` or `form_post`.", default=None,
        jetbrains="Response Mode",
    )  # fmt: skip
    par: bool = parameter(
        ParameterKind.BOOLEAN, "Send the authorization request to the server beforehand (RFC 9126). It is done in any "
        "case if `par-url` is given, or the issuer demands it.", default=False,
    )  # fmt: skip
    par_url: Value | None = parameter(
        ParameterKind.TEXT, "The URL of the endpoint for pushed authorization requests.", default=None,
        aliases=("pushed-authorization-request-endpoint",),
    )  # fmt: skip

    @property
    def endpoints(self) -> Endpoints:
        """The endpoints for token, authorization and pushed requests."""
        return Endpoints(token=self.token_url, authorization=self.auth_url, pushed=self.par_url)

    def obtain(self, client: Client, context: FlowContext) -> Flow[Token]:
        """Log in with the browser, then send the token request."""
        needed = ("token", "authorization", "pushed") if self.par else ("token", "authorization")
        endpoints = yield from client.endpoints(self.endpoints, needed, context)
        assert endpoints.token is not None
        verifier = self._verifier(context)
        key = dpop.new_key(context) if client.dpop else None
        own: Pairs = (("response_mode", self.response_mode),) if self.response_mode else ()
        if verifier is not None:
            context.note("code verifier", verifier)
            hashed = challenge(verifier.reveal(), self.pkce)
            shown = verifier if self.pkce == "plain" else plain(hashed)
            own = (*own, ("code_challenge", shown), ("code_challenge_method", plain(self.pkce)))
        if key is not None:
            own = (*own, ("dpop_jkt", plain(dpop.thumbprint(key))))
        page = LoginPage(
            (self.response_type.reveal().strip() if self.response_type is not None else "") or "code",
            fixed_redirect_url(self.redirect_url, DEFAULT_REDIRECT_URL),
            own, self.state, self.par or self.par_url is not None or endpoints.requires_pushed,
        )  # fmt: skip
        answer = yield from logged_in(page, client, endpoints, context)
        code = answer.members.get("code")
        if not code:
            raise TokenError("the browser came back from the login without a code")
        context.note("code", secret_code := made_with(code).labelled(Labels("authorization code")))
        form: Pairs = (
            ("grant_type", plain("authorization_code")), ("code", secret_code),
            ("redirect_uri", plain(answer.redirect_url)),
            *((("code_verifier", verifier),) if verifier is not None else ()),
            *client.targets(),
        )  # fmt: skip
        token = yield from client.token(endpoints.token, form, context, key=key)
        check_nonce(token.identity, answer.nonce)
        return token

    def key_parts(self) -> tuple[str, ...]:
        """Return them with the redirect URL."""
        return (*RefreshableGrant.key_parts(self), fixed_redirect_url(self.redirect_url, DEFAULT_REDIRECT_URL))

    def _verifier(self, context: FlowContext) -> Value | None:
        if self.pkce == "none":
            return None
        if self.code_verifier is not None and self.code_verifier.reveal():
            return checked_verifier(self.code_verifier)
        return made_with(base64url(context.random(32))).labelled(Labels("code verifier"))
