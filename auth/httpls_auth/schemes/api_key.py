"""An API key: a named value in a header field, the query, a cookie or the body."""

from dataclasses import dataclass

from httpls_auth.errors import CredentialError, ParameterError
from httpls_auth.schemes.compose import checked_for_field, composed, is_field_name, stripped
from httpls_auth.schemes.flow import Flow, FlowContext
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, parameter
from httpls_auth.schemes.request_parts import with_body_member, with_cookie, with_query_parameter
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True)
class ApiKey(Scheme):
    """A key under a name that the server asks for."""

    word = "apikey"
    title = "API key"
    summary = "Sends a key under a name of the server's choice, in a header field, the query, a cookie or the body."
    stage = Stage.PLACEMENT
    postman = "apikey"
    jetbrains = ("API Key",)
    example = "# @auth apikey X-API-Key {{apiKey}}\nGET {{lab}}/auth/apikey\n"
    notes = (
        "A server that wants two keys gets them by two `# @auth apikey` lines.\n\n"
        "In the query, the parameter is added at the end; the rest of the query stays as it is, byte for byte. In the "
        "body, it becomes a pair of a form or a member of a JSON object; a request without a body gets a form."
    )

    name: Value = parameter(
        ParameterKind.TEXT, "The name of the header field, parameter, cookie or member.", required=ALWAYS, position=0,
        postman="key", aliases=("header",), example="X-API-Key",
    )  # fmt: skip
    value: Value = parameter(
        ParameterKind.TEXT, "The key itself.", required=ALWAYS, secret=True, position=1, postman="value",
        aliases=("api-key",), example="{{$secret apiKey}}",
    )  # fmt: skip
    place: str = parameter(
        ParameterKind.CHOICE, "Where the key goes.", name="in", default="header",
        choices=("header", "query", "cookie", "body"), postman="in", aliases=("placement",),
        synonyms=(("queryParam", "query"), ("queryParams", "query")),
    )  # fmt: skip
    prefix: Value | None = parameter(
        ParameterKind.TEXT, "A word before the key, with a blank between, such as `Token`.", default=None,
        example="Token",
    )  # fmt: skip

    @property
    def writes(self) -> frozenset[str]:
        """The field, parameter, cookie or member."""
        name = self.name.reveal().strip()
        mark = {"header": "", "query": "?", "cookie": ";", "body": "."}[self.place]
        return frozenset((mark + (name if mark else name.lower()),))

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Put the key into its place."""
        _ = context
        name = stripped(self.name)
        key = checked_for_field(self.value, "the API key", "value")
        if not key.reveal():
            raise CredentialError("the API key is empty", "", "value")
        if self.prefix is not None and self.prefix.reveal().strip():
            key = composed(checked_for_field(self.prefix, "the prefix of the API key", "prefix"), " ", key)
        if self.place in ("header", "cookie") and not is_field_name(name.reveal()):
            raise ParameterError("name", f"`{self.name}` cannot be the name of a {_PLACES[self.place]}")
        if self.place == "query":
            return with_query_parameter(request, name, key)
        if self.place == "cookie":
            return with_cookie(request, name, key)
        if self.place == "body":
            return with_body_member(request, name, key)
        # The name cannot be labelled, so the value carries its labels.
        return request.with_field(name.reveal(), composed(key, name.cut(0, 0)))
        yield


_PLACES = {"header": "header field", "cookie": "cookie"}
