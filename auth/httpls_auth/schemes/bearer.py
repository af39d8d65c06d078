"""Bearer tokens (RFC 6750)."""

from collections.abc import Mapping
from dataclasses import dataclass

from httpls_auth.errors import CredentialError, ParameterError
from httpls_auth.schemes.compose import checked_for_field, composed, is_field_name, plain, stripped
from httpls_auth.schemes.flow import Flow, FlowContext
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, parameter
from httpls_auth.schemes.request_parts import FORM, is_form, with_body_member, with_query_parameter
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True)
class Bearer(Scheme):
    """A token that was obtained somewhere else."""

    word = "bearer"
    title = "Bearer token"
    summary = "Sends a token as it is. Whoever has the token may use it: send it over https only."
    stage = Stage.PLACEMENT
    postman = "bearer"
    jetbrains = ("Bearer",)
    sources = ("RFC 6750",)
    example = "# @auth bearer {{token}}\nGET {{lab}}/auth/bearer\n"
    shorthands = ("Authorization: Bearer {{token}}",)
    notes = "A token in the query lands in the logs of servers and proxies; RFC 6750, section 2.3 advises against it."

    access_token: Value = parameter(
        ParameterKind.TEXT, "The token, without the word `Bearer`.", name="token", required=ALWAYS, secret=True,
        position=0, postman="token", jetbrains="Token", aliases=("access-token",), example="{{$secret token}}",
    )  # fmt: skip
    prefix: Value | None = parameter(
        ParameterKind.TEXT, "The word before the token in the header field; empty for the token alone.", default=None,
        shown_default="Bearer", aliases=("header-prefix",), example="Token", may_be_empty=True,
    )  # fmt: skip
    place: str = parameter(
        ParameterKind.CHOICE, "Where the token goes; `body` is for forms only (RFC 6750, section 2.2).", name="in",
        default="header", choices=("header", "query", "body"), aliases=("placement",),
        synonyms=(("queryParam", "query"), ("queryParams", "query")),
    )  # fmt: skip
    name: Value | None = parameter(
        ParameterKind.TEXT, "The name of the header field, or of the parameter in the query or the body.", default=None,
        shown_default="`Authorization`, else `access_token`", example="access_token",
    )  # fmt: skip

    @classmethod
    def deprecation(cls, given: Mapping[str, str]) -> str | None:
        """Return what speaks against a token in the query."""
        return deprecated_place(given)

    @property
    def writes(self) -> frozenset[str]:
        """The field or the parameter."""
        return written_by_token(self.place, self.name)

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Put the token into its place."""
        _ = context
        return with_token(request, self.access_token, place=self.place, prefix=self.prefix, name=self.name)
        yield


def deprecated_place(given: Mapping[str, str]) -> str | None:
    """Return what speaks against the place of a token, None if nothing does."""
    place = given.get("in", "").lower()
    if place not in ("query", "queryparam", "queryparams"):
        return None
    return "a token in the URL ends up in logs and histories, and RFC 9700 advises against it: the header is the place"


def written_by_token(place: str, name: Value | None) -> frozenset[str]:
    """Return what `with_token` writes, as `Scheme.writes` has it."""
    if place == "header":
        return frozenset(((name.reveal().strip().lower() if name is not None else "") or "authorization",))
    mark = "?" if place == "query" else "."
    return frozenset((mark + ((name.reveal().strip() if name is not None else "") or "access_token"),))


def with_token(
    request: OutgoingRequest, token: Value, *, place: str, prefix: Value | None, name: Value | None
) -> OutgoingRequest:
    """Return the request with a token in the header field, the query or the body (`place`).

    `prefix` None means `Bearer`, an empty one none; it stands in header fields only. Raises `CredentialError` for a
    token that is empty or cannot be sent.
    """
    bare = checked_for_field(token, "the token", "token")
    text = bare.reveal()
    if not text:
        raise CredentialError("the token is empty", "", "token")
    word = plain("Bearer") if prefix is None else checked_for_field(prefix, "the prefix", "prefix")
    is_bearer = word.reveal().lower() == "bearer"
    if is_bearer and text.lower().startswith("bearer "):
        raise CredentialError(
            "the token begins with the word `Bearer` itself, so it would be sent twice",
            "Leave the word out of the token.",
            "token",
        )
    if is_bearer and any(character.isspace() for character in text):
        raise CredentialError(
            "the token has a blank in it, which no Bearer token may have (RFC 6750, section 2.1)",
            "Check where it comes from: a copied token is often cut or has two pieces.",
            "token",
        )
    given = stripped(name) if name is not None and name.reveal().strip() else None
    if place == "query":
        return with_query_parameter(request, given or "access_token", bare)
    if place == "body":
        has_body = request.body is not None and request.body.length > 0
        if request.method.upper() in ("GET", "HEAD") or (has_body and not is_form(request)):
            raise CredentialError(
                f"a token in the body needs a body of type `{FORM}`, and a method that has one (RFC 6750, section 2.2)",
                "Put it into the header field or the query (`in=header`, `in=query`).",
                "in",
            )
        return with_body_member(request, given or "access_token", bare)
    sent = composed(word, " ", bare) if word.reveal() else bare
    if given is None:
        return request.with_field("Authorization", sent)
    if not is_field_name(given.reveal()):
        raise ParameterError("name", f"`{given}` cannot be the name of a header field")
    # The name cannot be labelled, so the value carries its labels.
    return request.with_field(given.reveal(), composed(sent, given.cut(0, 0)))
