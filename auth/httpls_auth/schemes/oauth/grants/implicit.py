"""A person logs in with the browser, and the token itself comes back through it."""

from dataclasses import dataclass

from httpls_auth.schemes.flow import Flow, FlowContext, Token
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.endpoints import Endpoints
from httpls_auth.schemes.oauth.grants.grant import DEFAULT_REDIRECT_URL, Grant, auth_url, redirect_url, state
from httpls_auth.schemes.oauth.login import LoginPage, check_nonce, fixed_redirect_url, logged_in
from httpls_auth.schemes.oauth.token_answer import token_of
from httpls_auth.schemes.parameter import ParameterKind, parameter
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Implicit(Grant):
    """The token in the fragment of the callback."""

    word = "implicit"
    title = "Implicit"
    summary = "A person logs in with the browser, and the token comes back in the address."
    sources = ("RFC 6749, section 4.2", "RFC 9700, section 2.1.2")
    deprecated = (
        "the implicit grant sends the token through the browser's address bar, and RFC 9700 advises against it: "
        "`authorization_code` needs no client secret either"
    )
    is_interactive = True

    auth_url: Value | None = auth_url()
    redirect_url: Value | None = redirect_url()
    state: Value | None = state()
    response_type: Value | None = parameter(
        ParameterKind.TEXT, "The response type, such as `token`, `id_token` or `id_token token`.", default=None,
        shown_default="token, with `use-id-token` `id_token token`", jetbrains="Response Type",
    )  # fmt: skip
    response_mode: Value | None = parameter(
        ParameterKind.TEXT, "The response mode: `fragment` or `form_post`.", default=None, jetbrains="Response Mode"
    )

    @property
    def endpoints(self) -> Endpoints:
        """The authorization endpoint."""
        return Endpoints(authorization=self.auth_url)

    def obtain(self, client: Client, context: FlowContext) -> Flow[Token]:
        """Log in with the browser."""
        endpoints = yield from client.endpoints(self.endpoints, ("authorization",), context)
        given = self.response_type.reveal().strip() if self.response_type is not None else ""
        page = LoginPage(
            given or ("id_token token" if client.use_id_token else "token"),
            fixed_redirect_url(self.redirect_url, DEFAULT_REDIRECT_URL),
            (("response_mode", self.response_mode),) if self.response_mode else (),
            self.state,
        )
        answer = yield from logged_in(page, client, endpoints, context)
        token = token_of(answer.members, context.now(), client.lifetime)
        check_nonce(token.identity, answer.nonce)
        return token

    def key_parts(self) -> tuple[str, ...]:
        """Return them with the redirect URL."""
        return (*Grant.key_parts(self), fixed_redirect_url(self.redirect_url, DEFAULT_REDIRECT_URL))
