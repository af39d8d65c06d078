"""What the two ways of client authentication by a JWT have in common (RFC 7523, sections 2.2 and 3)."""

from typing import Any

from httpls_auth.errors import ParameterError
from httpls_auth.schemes.compose import plain
from httpls_auth.schemes.flow import FlowContext
from httpls_auth.schemes.oauth.assertion import unique_identifier
from httpls_auth.schemes.oauth.token_request import TokenRequest
from httpls_auth.schemes.parameter import ParameterKind, parameter
from httpls_auth.values.value import Value

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def assertion_audience() -> Any:
    """Declare a field as the audience of the assertion."""
    return parameter(
        ParameterKind.TEXT, "The audience (`aud`) of the assertion; by default the issuer if it is given, else the URL "
        "of the token endpoint.", name="client-assertion-audience", default=None,
    )  # fmt: skip


def assertion_lifetime() -> Any:
    """Declare a field as the lifetime of the assertion."""
    return parameter(
        ParameterKind.SECONDS, "How long the assertion is valid.", name="client-assertion-lifetime", default=60.0,
        shown_default="60s",
    )  # fmt: skip


def client_claims(client_id: Value | None, audience: Value, lifetime: float, context: FlowContext) -> dict[str, object]:
    """Return the claims of a client's assertion about itself. Raises `ParameterError` without a client id."""
    if client_id is None or not client_id.reveal():
        raise ParameterError("client-id", "a client that authenticates by an assertion needs its `client-id`")
    now = int(context.now())
    return {
        "iss": client_id.reveal(),
        "sub": client_id.reveal(),
        "aud": audience.reveal(),
        "jti": unique_identifier(context),
        "iat": now,
        "exp": now + max(int(lifetime), 1),
    }


def with_assertion(request: TokenRequest, client_id: Value | None, assertion: Value) -> TokenRequest:
    """Return a request with the assertion of a client."""
    return request.with_form(
        ("client_id", client_id), ("client_assertion_type", plain(ASSERTION_TYPE)), ("client_assertion", assertion)
    )
