"""The client secret by Basic authentication."""

from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import quote_plus

from httpls_auth.schemes.compose import composed
from httpls_auth.schemes.flow import FlowContext
from httpls_auth.schemes.oauth.client_authentication.method import ClientAuthentication
from httpls_auth.schemes.oauth.client_authentication.secret import client_secret
from httpls_auth.schemes.oauth.token_request import TokenRequest
from httpls_auth.schemes.parameter import ParameterKind, parameter
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSecretBasic(ClientAuthentication):
    """Client id and client secret in the field `Authorization`."""

    word = "basic"
    summary = "Client id and secret in the field `Authorization` (`client_secret_basic`)."
    sources = ("RFC 6749, section 2.3.1",)

    client_secret: Value = client_secret()
    encoding: str = parameter(
        ParameterKind.CHOICE, "How id and secret are written before base64: encoded as in a form, as the standard "
        "wants it, or `raw`, as many servers do. It matters only where they have other characters than letters, "
        "digits, `-`, `.`, `_`.", name="client-auth-encoding", default="form", choices=("form", "raw"),
    )  # fmt: skip

    def authenticated(
        self, request: TokenRequest, client_id: Value | None, audience: Value, context: FlowContext
    ) -> TokenRequest:
        """Add the field `Authorization`."""
        _ = audience
        user = client_id if client_id is not None else composed()
        if self.encoding == "raw":
            pair = composed(user, ":", self.client_secret)
        else:
            pair = composed(user.transcribed(quote_plus), ":", self.client_secret.transcribed(quote_plus))
        context.note("client credentials", pair)
        credentials = pair.derived(lambda text: b64encode(text.encode("utf-8")).decode("ascii"))
        return request.with_field("Authorization", composed("Basic ", credentials)).proving(self.client_secret)
