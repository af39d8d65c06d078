"""Basic authentication (RFC 7617)."""

from base64 import b64encode
from dataclasses import dataclass

from httpls_auth.errors import CredentialError
from httpls_auth.schemes.flow import Flow, FlowContext
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, parameter
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.value import Value, joined


@dataclass(frozen=True, slots=True)
class Basic(Scheme):
    """User name and password, in base64, in the field `Authorization`."""

    word = "basic"
    title = "Basic"
    summary = "Sends user name and password with every request, encoded but not encrypted: use it over https only."
    stage = Stage.PLACEMENT
    postman = "basic"
    jetbrains = ("Basic",)
    sources = ("RFC 7617",)
    example = "# @auth basic {{user}} {{password}}\nGET {{lab}}/basic\n"

    username: Value = parameter(
        ParameterKind.TEXT, "The user name. It cannot hold a colon.", required=ALWAYS, position=0,
        postman="username", jetbrains="Username", aliases=("user",), example="{{user}}",
    )  # fmt: skip
    password: Value = parameter(
        ParameterKind.TEXT, "The password; it may be empty.", required=ALWAYS, secret=True, position=1,
        postman="password", jetbrains="Password", example="{{$secret password}}",
    )  # fmt: skip
    charset: str = parameter(
        ParameterKind.CHOICE, "The encoding of user name and password.", default="utf-8",
        choices=("utf-8", "iso-8859-1"),
    )  # fmt: skip

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Write the field `Authorization`. Raises `CredentialError` for a colon in the user name."""
        _ = context
        if ":" in self.username.reveal():
            raise CredentialError(
                "a user name with a colon cannot be sent by Basic authentication (RFC 7617, section 2)",
                "Use another user name, or another scheme.",
            )
        colon = Value(":", self.username.provenance)
        pair = joined((self.username, colon, self.password), self.password.provenance)
        return request.with_field("Authorization", pair.derived(self._credentials))
        yield

    def _credentials(self, pair: str) -> str:
        try:
            content = pair.encode(self.charset)
        except UnicodeEncodeError as error:
            raise CredentialError(
                f"the user name or the password has a character that {self.charset} does not have",
                "Use `charset=utf-8`.",
            ) from error
        return f"Basic {b64encode(content).decode('ascii')}"
