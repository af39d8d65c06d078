"""The parameter that several ways of client authentication have in common."""

from typing import Any

from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, parameter


def client_secret() -> Any:
    """Declare a field as the client secret."""
    return parameter(
        ParameterKind.TEXT, "The secret of the client. A public client has none.", required=ALWAYS, secret=True,
        may_be_empty=True, postman="clientSecret", jetbrains="Client Secret", example="{{$secret clientSecret}}",
    )  # fmt: skip
