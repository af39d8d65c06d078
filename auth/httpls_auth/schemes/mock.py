"""A made-up token, as JetBrains' `Mock` configurations have it, for working without the server that gives tokens."""

from dataclasses import dataclass

from httpls_auth.errors import CredentialError
from httpls_auth.schemes.bearer import with_token
from httpls_auth.schemes.flow import Flow, FlowContext, Token
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, parameter
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True)
class Mock(Scheme):
    """A token that stands in the file."""

    word = "mock"
    title = "Mock"
    summary = "Sends a token that is written down, in place of one that a token server would give."
    stage = Stage.PLACEMENT
    jetbrains = ("Mock",)
    sources = ("JetBrains HTTP Client, `Security.Auth` with `Type` `Mock`",)
    example = "# @auth mock {{token}}\nGET {{lab}}/auth/mock\n"
    shorthands = ('Authorization: Bearer {{$auth.token("id")}}',)

    access_token: Value = parameter(
        ParameterKind.TEXT, "The access token.", name="token", required=ALWAYS, secret=True, position=0,
        jetbrains="Token", example="{{token}}",
    )  # fmt: skip
    id_token: Value | None = parameter(
        ParameterKind.TEXT, 'The ID token, for `{{$auth.idToken("id")}}`.', default=None, secret=True,
        jetbrains="ID Token",
    )  # fmt: skip
    use_id_token: bool = parameter(
        ParameterKind.BOOLEAN, "Send the ID token instead.", default=False, jetbrains="Use ID Token"
    )

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Write the field `Authorization`."""
        token = yield from self.token(context)
        sent = token.identity if self.use_id_token else token.access
        if sent is None:
            raise CredentialError("there is no ID token to send", "Write `# @auth-id-token …`.")
        return with_token(request, sent, place="header", prefix=None, name=None)

    def token(self, context: FlowContext) -> Flow[Token]:
        """Return the tokens as they are written."""
        return Token(self.access_token, "Bearer", context.now(), identity=self.id_token)
        yield
