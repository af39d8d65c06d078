"""Sends one request with all that follows from it: challenges, redirects, cookies; what came of it is data."""

from collections.abc import Callable
from typing import NamedTuple

from httpls.run.authenticate import AuthenticationFailedError, Authenticator
from httpls.run.cancel import Cancel
from httpls.run.cookie_use import CookieUse, without_cookies_of_the_jar
from httpls.run.errors import CancelledError, RefusedError, TransportError
from httpls.run.exchange import Exchange, Failure, Hop, Outcome, Purpose
from httpls.run.flow_steps import ALLOW_ORIGIN, failed_hop, label_refusal, learn
from httpls.run.outgoing import with_length
from httpls.run.ports import Clock
from httpls.run.project_tls import UNUSABLE
from httpls.run.redirects import Chain, RedirectRules, Stopped, follow
from httpls.run.wire import Limits, Progress, Received, Route, Unanswered, Wire
from httpls_auth.errors import BodyChangedError, KeyMaterialError
from httpls_auth.schemes.flow import Note
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.values.origin import Origin
from httpls_auth.values.redactor import Redactor


class Means(NamedTuple):
    """With what one request of a file is sent.

    `route` is that to an origin. Every hop is added to `hops`. `redactor` is told of every secret that leaves.
    """

    wire: Wire
    route: Callable[[Origin], Route]
    limits: Limits
    authenticator: Authenticator
    clock: Clock
    cancel: Cancel
    progress: Progress | None
    hops: list[Hop]
    redirects: RedirectRules
    cookies: CookieUse
    redactor: Redactor


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
        self._cookie_names: tuple[str, ...] = ()

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
        chain = Chain(request.origin)
        purpose, dropped = Purpose.REQUEST, tuple[str, ...]()
        while True:
            received, sent = self._answered(request, chain.is_signed, purpose, dropped)
            if isinstance(received, Failure):
                return self._made(Outcome.FAILED, received)
            head = received.response.head
            # What came along with the request as it was sent tells what is left behind; what it carries is what it was
            # before anything authenticated it.
            before = without_cookies_of_the_jar(sent, request)._replace(method=request.method, body=request.body)
            found = follow(before, head, self._means.redirects, chain)
            if isinstance(found, Stopped):
                return self._made(Outcome.FAILED, Failure(found.code, found.message, found.remedy))
            if found is None:
                break
            request, chain, dropped = found
            purpose = Purpose.REDIRECT
        authenticator = self._means.authenticator
        if chain.is_signed:
            authenticator.verify(sent, head, received.response.content.chunks)
        has_credential = not authenticator.is_empty or sent.value("Authorization") is not None
        refused = chain.is_signed and has_credential and head.status in (401, 407)
        return self._made(Outcome.SENT, None, is_auth_failure=refused)

    def _answered(
        self, request: OutgoingRequest, is_signed: bool, purpose: Purpose, dropped: tuple[str, ...]
    ) -> tuple[Received | Failure, OutgoingRequest]:
        """Send a request, and instead of it what answers the challenges that come; return the last response."""
        plain = self._with_cookies(request)
        if not is_signed:
            return self._send(plain, purpose, dropped), plain
        authenticator = self._means.authenticator
        ready = authenticator.authenticated(plain)
        received = self._send(ready, purpose, dropped)
        while isinstance(received, Received):
            # A challenge may set a cookie that says which of several servers has asked.
            answer = authenticator.answered(self._with_cookies(request), received.response.head)
            if answer is None:
                break
            ready = answer
            received = self._send(ready, Purpose.CHALLENGE, ())
        return received, ready

    def _with_cookies(self, request: OutgoingRequest) -> OutgoingRequest:
        added = self._means.cookies.added(request)
        self._cookie_names = added.names
        return added.request

    def _send(self, request: OutgoingRequest, purpose: Purpose, dropped: tuple[str, ...]) -> Received | Failure:
        means = self._means
        request = with_length(request)
        refusal = label_refusal(request)
        if refusal is not None:
            raise RefusedError("forbidden-origin", refusal, ALLOW_ORIGIN)
        learn(request, means.redactor)
        notes = self._taken_notes()
        started_at = means.clock.now()
        unanswered: Unanswered | None = None
        try:
            received = means.wire.send(request, means.route(request.origin), means.limits, means.cancel, means.progress)
        except TransportError as error:
            failure, unanswered = Failure(error.code, str(error), error.remedy), error.unanswered
        except CancelledError as error:
            interrupted = Failure("interrupted", "the request was interrupted", "")
            self._hops.append(failed_hop(purpose, "", request, interrupted, started_at, error.unanswered))
            raise
        except KeyMaterialError as error:
            # A redirect led to a host whose certificate nobody looked at before.
            failure = Failure(UNUSABLE, str(error), error.remedy)
        except BodyChangedError as error:
            failure = Failure("body-changed", str(error), error.remedy)
        else:
            hop = Hop(
                purpose, "", received.request, received.response, None, received.timing, received.connection,
                self._cookie_names, means.cookies.stored(request, received.response.head), dropped, notes,
            )  # fmt: skip
            self._hops.append(hop)
            return received
        hop = failed_hop(purpose, "", request, failure, started_at, unanswered)
        cookies = self._cookie_names if hop.request.head else ()
        self._hops.append(hop._replace(cookies_sent=cookies, dropped=dropped, notes=notes))
        return failure

    def _taken_notes(self) -> tuple[Note, ...]:
        notes = tuple(self._means.authenticator.notes)
        self._means.authenticator.notes.clear()
        return notes

    def _made(self, outcome: Outcome, failure: Failure | None, is_auth_failure: bool = False) -> Made:
        failures = (failure,) if failure is not None else ()
        return Made(outcome, Exchange(tuple(self._hops)), failures, is_auth_failure)
