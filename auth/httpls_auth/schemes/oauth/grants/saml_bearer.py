"""A SAML assertion from elsewhere, exchanged for a token."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass

from httpls_auth.schemes.compose import plain
from httpls_auth.schemes.flow import Flow, FlowContext, Token
from httpls_auth.schemes.oauth import dpop
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.grants.grant import Grant, TokenEndpointGrant
from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, parameter
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlBearer(TokenEndpointGrant):
    """A SAML 2.0 assertion as authorization grant."""

    word = "saml_bearer"
    title = "SAML Bearer"
    summary = "A SAML 2.0 assertion that was obtained elsewhere is exchanged for a token."
    sources = ("RFC 7522, section 2.1",)
    needs_client_id = False

    assertion: Value = parameter(
        ParameterKind.TEXT, "The assertion, as XML or already in base64; `assertion-file` names a file with it.",
        required=ALWAYS, secret=True, example="{{$secret samlAssertion}}",
    )  # fmt: skip

    def obtain(self, client: Client, context: FlowContext) -> Flow[Token]:
        """Send the token request."""
        endpoints = yield from client.endpoints(self.endpoints, ("token",), context)
        assert endpoints.token is not None
        form = (
            ("grant_type", plain("urn:ietf:params:oauth:grant-type:saml2-bearer")),
            ("assertion", self.assertion.derived(_encoded)), *client.wanted(),
        )  # fmt: skip
        key = dpop.new_key(context) if client.dpop else None
        return (yield from client.token(endpoints.token, form, context, key=key))

    def key_parts(self) -> tuple[str, ...]:
        """Return them with the assertion."""
        return (*Grant.key_parts(self), self.assertion.reveal())


def _encoded(assertion: str) -> str:
    """Return an assertion in base64 for URLs, without padding, as the section asks for."""
    text = assertion.strip()
    return urlsafe_b64encode(text.encode("utf-8")).rstrip(b"=").decode("ascii") if text.startswith("<") else text
