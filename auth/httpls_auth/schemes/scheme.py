"""What every scheme is: a frozen dataclass of its parameters, with the flow that authenticates a request."""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

from httpls_auth.schemes.flow import Flow, FlowContext
from httpls_auth.schemes.message import OutgoingRequest, ResponseHead
from httpls_auth.schemes.parameter import Parameter, declared_parameters

if TYPE_CHECKING:
    from httpls_auth.schemes.read import Named


class Stage(IntEnum):
    """When a scheme acts, where a request has several: what goes into the request first, signatures last."""

    PLACEMENT = 1
    """Puts a credential or a token into a field, the query or the body."""
    BODY_DIGEST = 2
    """Adds a field with a hash of the body."""
    SIGNATURE = 3
    """Signs the request as it stands; what follows may only add fields that it does not sign."""
    CHALLENGE = 4
    """Answers what the server asks for; at most one on a request."""


class Scheme:
    """A way to authenticate. The subclasses are frozen dataclasses whose fields are declared with `parameter(…)`.

    `word` is the canonical type word, `aliases` are others by which it is known (see `same_name`), `postman` is the
    type in a Postman collection, `jetbrains` the `Type` in `Security.Auth`. `title` is how people call it. `summary` is
    one paragraph for hover and the reference page. `sources` name what it follows. `verified_by` names the servers or
    verifiers, not written by us, against which it was tried. `writes` are the header fields it may write, in lower
    case, so that two schemes that write the same one can be told before anything is sent. `example` is a request in a
    file that shows it, run against the demonstration server by a test. `shorthands` are header lines by which files of
    other tools say the same, and `notes` is further Markdown for the reference page.
    """

    __slots__ = ()

    word: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    stage: ClassVar[Stage]
    aliases: ClassVar[tuple[str, ...]] = ()
    postman: ClassVar[str | None] = None
    jetbrains: ClassVar[tuple[str, ...]] = ()
    sources: ClassVar[tuple[str, ...]] = ()
    verified_by: ClassVar[tuple[str, ...]] = ()
    example: ClassVar[str] = ""
    shorthands: ClassVar[tuple[str, ...]] = ()
    notes: ClassVar[str] = ""
    verifies_responses: ClassVar[bool] = False
    """Whether `verify_response` is to be called for each final response."""
    deprecated: ClassVar[str | None] = None
    is_connection_bound: ClassVar[bool] = False
    """Whether the connection itself is what is authenticated, so that it may serve nobody else (NTLM, Negotiate)."""

    @classmethod
    def parameters(cls, given: Mapping[str, str] | None = None) -> tuple[Parameter, ...]:
        """Return the parameters, in the order of the reference page.

        `given` are the texts of the parameters that are known already, by canonical name: some schemes (OAuth 2.0)
        have parameters that depend on the value of another; without it, all there can be are returned.
        """
        _ = given
        return declared_parameters(cls)

    @classmethod
    def deprecation(cls, given: Mapping[str, str]) -> str | None:
        """Return why the scheme should no longer be used with these parameters, None if nothing speaks against it.

        `given` are the texts of the parameters by canonical name, templates in them and all. One sentence without full
        stop, shown as a warning; by default `deprecated`, whatever the parameters.
        """
        _ = given
        return cls.deprecated

    @classmethod
    def make(cls, texts: "Sequence[Named]") -> "Scheme":
        """Make the scheme of texts that are known to be for its parameters. Raises `ParameterError`.

        A scheme that is made of several dataclasses (OAuth 2.0 and its grants) does so here.
        """
        from httpls_auth.schemes.read import arguments_of

        return cls(**arguments_of(cls, texts))

    @property
    def uses_current_user(self) -> bool:
        """Whether it logs in as the current user of this machine, which only confirmed origins may be told."""
        return False

    @property
    def connection(self) -> str | None:
        """What names the login that a connection carries: requests whose schemes have the same may share one.

        None for a scheme that is not bound to its connection (`is_connection_bound`).
        """
        return None

    @property
    def writes(self) -> frozenset[str]:
        """What it writes: header fields in lower case, `?name` for a parameter of the query, `;name` for a cookie,
        `.name` for a member of the body.
        """
        return frozenset(("authorization",))

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Return the flow that puts the credential into a request, or signs it.

        Called for each request that leaves: the first, each one after a redirect to an origin that may have the
        credential, and each one after a challenge was answered. Raises `CredentialError` if it cannot be done; then
        nothing is sent.
        """
        raise NotImplementedError

    def answer(
        self, request: OutgoingRequest, response: ResponseHead, context: FlowContext
    ) -> Flow[OutgoingRequest | None]:
        """Return the flow that answers a response: the request to be sent instead, None to take the response as it is.

        `request` is the request as it was before anything authenticated it. Called for each response until it gives
        None, at most three times for one request. By default nothing is answered.
        """
        _ = (request, response, context)
        return None
        yield

    def verify_response(
        self, request: OutgoingRequest, response: ResponseHead, chunks: Iterable[bytes], context: FlowContext
    ) -> None:
        """Check that a response comes from who knows the secret; called where `verifies_responses` is set.

        `request` is the request as it was sent, `chunks` yields the body of the response as it arrived, its content
        coding undone. Raises `ChallengeError` if the response proves to be false. By default nothing is checked.
        """
        _ = (request, response, chunks, context)
