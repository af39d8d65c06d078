"""Sends one request with all that follows from it: challenges, redirects, cookies; what came of it is data."""

from collections.abc import Callable
from typing import NamedTuple

from httpls.run.authenticate import AuthenticationFailedError, Authenticator
from httpls.run.cancel import Cancel
from httpls.run.errors import CancelledError, RefusedError, TransportError
from httpls.run.exchange import Exchange, Failure, Hop, Outcome, Purpose
from httpls.run.flow_steps import failed_hop, label_refusal
from httpls.run.outgoing import with_length
from httpls.run.ports import Clock
from httpls.run.wire import Limits, Progress, Received, Route, Wire
from httpls_auth.errors import BodyChangedError
from httpls_auth.schemes.flow import Note
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.values.origin import Origin


class Means(NamedTuple):
    """With what one request of a file is sent. `route` is that to an origin, `pin` names the user of a connection."""

    wire: Wire
    route: Callable[[Origin], Route]
    limits: Limits
    authenticator: Authenticator
    clock: Clock
    cancel: Cancel
    progress: Progress | None
    hops: list[Hop]


class Made(NamedTuple):
    """What came of a request."""

    outcome: Outcome
    exchange: Exchange
    failures: tuple[Failure, ...] = ()
    is_auth_failure: bool = False


def send(request: OutgoingRequest, means: Means) -> Made:
    """Send a request and whatever has to be sent after it; raises nothing that the outcome can tell."""
    return _Sender(means).run(request)


class _Sender:
    def __init__(self, means: Means) -> None:
        self._means = means
        self._hops = means.hops

    def run(self, request: OutgoingRequest) -> Made:
        try:
            return self._run(request)
        except AuthenticationFailedError as error:
            outcome = Outcome.FAILED if error.is_from_server else Outcome.REFUSED
            return self._made(outcome, error.failure, is_auth_failure=error.is_from_server)
        except RefusedError as error:
            has_sent = any(hop.response is not None for hop in self._hops)
            outcome = Outcome.FAILED if has_sent else Outcome.REFUSED
            return self._made(outcome, Failure(error.code, str(error), error.remedy))
        except CancelledError:
            return self._made(Outcome.INTERRUPTED, None)

    def _run(self, request: OutgoingRequest) -> Made:
        authenticator = self._means.authenticator
        purpose = Purpose.REQUEST
        ready = authenticator.authenticated(request)
        while True:
            received = self._send(ready, purpose)
            if isinstance(received, Failure):
                return self._made(Outcome.FAILED, received)
            answer = authenticator.answered(request, received.response.head)
            if answer is None:
                break
            ready, purpose = answer, Purpose.CHALLENGE
        authenticator.verify(ready, received.response.head, received.response.content.chunks)
        refused = not authenticator.is_empty and received.response.head.status in (401, 407)
        return self._made(Outcome.SENT, None, is_auth_failure=refused)

    def _send(self, request: OutgoingRequest, purpose: Purpose) -> Received | Failure:
        means = self._means
        request = with_length(request)
        refusal = label_refusal(request)
        if refusal is not None:
            raise RefusedError("forbidden-origin", refusal, "Allow the origin where the secret is defined.")
        notes = self._taken_notes()
        started_at = means.clock.now()
        try:
            received = means.wire.send(request, means.route(request.origin), means.limits, means.cancel, means.progress)
        except TransportError as error:
            failure = Failure(error.code, str(error), error.remedy)
        except BodyChangedError as error:
            failure = Failure("body-changed", str(error), error.remedy)
        else:
            self._hops.append(
                Hop(purpose, "", received.request, received.response, None, received.timing, received.connection,
                    notes=notes)
            )  # fmt: skip
            return received
        self._hops.append(failed_hop(purpose, "", request, failure, started_at)._replace(notes=notes))
        return failure

    def _taken_notes(self) -> tuple[Note, ...]:
        notes = tuple(self._means.authenticator.notes)
        self._means.authenticator.notes.clear()
        return notes

    def _made(self, outcome: Outcome, failure: Failure | None, is_auth_failure: bool = False) -> Made:
        failures = (failure,) if failure is not None else ()
        return Made(outcome, Exchange(tuple(self._hops)), failures, is_auth_failure)
