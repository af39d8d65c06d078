"""Authenticates a request: the schemes in their order, answers to challenges, signing again what is sent again."""

from collections.abc import Callable, Iterable, MutableMapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from httpls.model.auth_plan import PlannedScheme
from httpls.run.auth_failure import auth_failure, failure_at, unplaced_failure
from httpls.run.errors import RefusedError
from httpls.run.exchange import Failure
from httpls.run.flow_steps import FlowSteps
from httpls.run.ports import Clock, Randomness
from httpls_auth.errors import AuthenticationError, ChallengeError, LoginNeededError
from httpls_auth.schemes.flow import Flow, FlowContext, Note
from httpls_auth.schemes.message import OutgoingRequest, ResponseHead
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin

if TYPE_CHECKING:
    from httpls.run.renewed_tokens import RenewedToken

Answer = TypeVar("Answer")

MOST_ANSWERS = 3
"""How often the challenges to one request are answered (NTLM takes two, a stale nonce one more)."""


class AuthenticationFailedError(Exception):
    """A request cannot be authenticated; it must not be sent, or what came is no success.

    `is_from_server` tells that something was sent, and that it was the other side that did not agree.
    """

    def __init__(self, failure: Failure, is_from_server: bool) -> None:
        """Take the failure with its place."""
        super().__init__(failure.message)
        self.failure = failure
        self.is_from_server = is_from_server


class Prepared(NamedTuple):
    """A scheme that is ready, and the planned one that it was made of."""

    scheme: Scheme
    planned: PlannedScheme


class World(NamedTuple):
    """What flows may use of the world, but for their steps. `peer_certificate` is that of the last connection."""

    clock: Clock
    randomness: Randomness
    memory: MutableMapping[tuple[str, ...], object]
    peer_certificate: Callable[[], bytes | None]


class Authenticator:
    """Authenticates one request of a file, with its redirects and repetitions."""

    def __init__(
        self,
        schemes: Sequence[Prepared],
        steps: FlowSteps | None,
        world: World | None,
        renew: Callable[[ResponseHead], Sequence["RenewedToken"]] | None = None,
    ) -> None:
        """Take the schemes in the order in which they act; without any, there need be neither steps nor a world.

        `renew` gives new ones for those tokens in the texts of the request that a response refuses, if there are any.
        Raises `AuthenticationFailedError` for a contradiction.
        """
        self._schemes = tuple(schemes)
        self._steps = steps
        self._world = world
        self._renew = renew
        self._renewed: list[RenewedToken] = []
        self._exchange: MutableMapping[tuple[str, ...], object] = {}
        self._answers = 0
        self.notes: list[Note] = []
        _check(self._schemes)

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing that authenticates."""
        return not self._schemes

    @property
    def connection(self) -> str | None:
        """What names the login that a connection carries, None if none does: such a connection serves nobody else."""
        logins = [one.scheme.connection for one in self._schemes if one.scheme.connection is not None]
        return " ".join(logins) or None

    def authenticated(self, request: OutgoingRequest) -> OutgoingRequest:
        """Return the request with what all schemes add. Raises `AuthenticationFailedError` and `CancelledError`."""
        return self._apply(self._schemes, request)

    def answered(self, request: OutgoingRequest, response: ResponseHead) -> OutgoingRequest | None:
        """Return what is to be sent instead, the response being what came; None if the response is to be taken.

        `request` is the request before anything authenticated it. All other schemes act again: those that come first
        before the answer is made, the others on what it is.
        Raises `AuthenticationFailedError` if a challenge cannot be answered, and `CancelledError`.
        """
        if self._answers >= MOST_ANSWERS or (not self._schemes and self._renew is None):
            return None
        if self._renew is not None:
            renewed = self._newly_renewed(self._renew, response)
            if renewed:
                self._answers += 1
                self._renewed += renewed
                return self._apply(self._schemes, request)
        if not self._schemes:
            return None
        context = self._context(request.origin)
        request = self._with_renewed(request)
        for index, one in enumerate(self._schemes):
            if type(one.scheme).answer is Scheme.answer:
                continue
            before = self._apply(self._schemes[:index], request)
            answer = self._run(one, one.scheme.answer(before, response, context), request.origin, is_answer=True)
            if answer is not None:
                self._answers += 1
                return self._apply(self._schemes[index + 1 :], answer)
        return None

    def verify(self, sent: OutgoingRequest, response: ResponseHead, chunks: Callable[[], Iterable[bytes]]) -> None:
        """Let the schemes that can do so check the final response. Raises `AuthenticationFailedError`."""
        for one in self._schemes:
            if one.scheme.verifies_responses:
                try:
                    one.scheme.verify_response(sent, response, chunks(), self._context(sent.origin))
                except AuthenticationError as error:
                    raise AuthenticationFailedError(auth_failure(error, one.planned), is_from_server=True) from error

    def _newly_renewed(
        self, renew: "Callable[[ResponseHead], Sequence[RenewedToken]]", response: ResponseHead
    ) -> "Sequence[RenewedToken]":
        try:
            return renew(response)
        except AuthenticationError as error:
            raise AuthenticationFailedError(unplaced_failure(error), is_from_server=True) from error

    def _with_renewed(self, request: OutgoingRequest) -> OutgoingRequest:
        if not self._renewed:
            return request
        from httpls.run.renewed_tokens import with_renewed

        return with_renewed(request, self._renewed)

    def _apply(self, schemes: Sequence[Prepared], request: OutgoingRequest) -> OutgoingRequest:
        request = self._with_renewed(request)
        if not schemes:
            return request
        context = self._context(request.origin)
        for one in schemes:
            flow = one.scheme.authenticate(request, context)
            request = self._run(one, flow, request.origin, is_answer=False)
            if one.scheme.stage is Stage.PLACEMENT:
                # The token may stand in a parameter of what placed it.
                request = self._with_renewed(request)
        return request

    def _run(self, one: Prepared, flow: Flow[Answer], origin: Origin, is_answer: bool) -> Answer:
        assert self._steps is not None
        try:
            if one.scheme.uses_current_user:
                self._steps.check_current_user(one.scheme.word, origin)
            return self._steps.run(flow, one.planned.folder, origin=origin)
        except AuthenticationError as error:
            # Where a login was needed and nobody was there, it was not the other side that did not agree.
            is_tried = not isinstance(error, LoginNeededError) and self._steps.has_sent
            is_from_server = is_answer or isinstance(error, ChallengeError) or is_tried
            raise AuthenticationFailedError(auth_failure(error, one.planned), is_from_server) from error
        except RefusedError as error:
            place = one.planned.place_of("")
            failure = failure_at(place, error.code, str(error), error.remedy)
            raise AuthenticationFailedError(failure, is_from_server=False) from error

    def _context(self, origin: Origin) -> FlowContext:
        world = self._world
        assert world is not None
        return context_for(origin, world, self._exchange, self.notes)


def context_for(
    origin: Origin, world: World, exchange: MutableMapping[tuple[str, ...], object], notes: list[Note]
) -> FlowContext:
    """Return the context of a flow for a request that goes to `origin`: new tokens are bound to that."""
    return FlowContext(
        world.clock.now, world.randomness.bytes, world.memory, exchange, notes,
        Labels("a token", frozenset((origin,))), world.peer_certificate,
    )  # fmt: skip


def _check(schemes: Sequence[Prepared]) -> None:
    """Refuse two schemes that write one field, and two that answer challenges."""
    writers: dict[str, Prepared] = {}
    challenged: Prepared | None = None
    for one in schemes:
        for field in one.scheme.writes:
            if field in writers:
                first = writers[field].scheme.word
                raise _contradiction(
                    one, f"`{one.scheme.word}` and `{first}` both write `{field}`",
                    "Keep one of them, or let one write another field.",
                )  # fmt: skip
            writers[field] = one
        if one.scheme.stage is Stage.CHALLENGE:
            if challenged is not None:
                raise _contradiction(
                    one, f"`{one.scheme.word}` and `{challenged.scheme.word}` both answer challenges",
                    "Keep one of them.",
                )  # fmt: skip
            challenged = one


def _contradiction(one: Prepared, message: str, remedy: str) -> AuthenticationFailedError:
    failure = failure_at(one.planned.place_of(""), "auth-contradiction", message, remedy)
    return AuthenticationFailedError(failure, is_from_server=False)
