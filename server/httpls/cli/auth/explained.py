"""Runs the authentication of a request as far as it goes without the network, and keeps what it did."""

import argparse
import sys
import time
from collections.abc import Callable, Generator, Sequence
from typing import NamedTuple, TypeVar

from httpls.cli.auth.target import warn
from httpls.host.login import BrowserLogin
from httpls.host.prompts import TerminalPrompter
from httpls.run.authenticate import Prepared
from httpls.run.cancel import Cancel
from httpls.run.credentials import Credentials
from httpls.run.engine import Engine
from httpls.run.errors import TransportError
from httpls.run.filling import CannotFillError
from httpls.run.run_options import RunOptions
from httpls.run.selection import Analyses, Selected
from httpls.run.session import Session
from httpls.run.wire import Limits, Progress, Received, Route
from httpls.world import Allowed, Person, RealWorld
from httpls_auth.errors import AuthenticationError
from httpls_auth.schemes.flow import (
    Ask,
    Flow,
    FlowContext,
    Note,
    Open,
    RunCommand,
    Send,
    Show,
    Step,
    TakeToken,
    Token,
    TokenSource,
    UseToken,
    Wait,
)
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.schemes.scheme import Stage
from httpls_auth.tokens.name import TokenName
from httpls_auth.tokens.store import TokenStore
from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.redactor import Redactor
from httpls_auth.values.value import Value

Result = TypeVar("Result")


class SchemeSteps(NamedTuple):
    """What one scheme did: its notes, and what stopped it (the first thing that it would have asked of the outside)."""

    prepared: Prepared
    notes: Sequence[Note]
    stopped_by: str | None
    would_send: OutgoingRequest | None
    error: AuthenticationError | None


class Explanation(NamedTuple):
    """The steps of all schemes of a request, and the request with what they added to it.

    `before` and `after` are None for a request that cannot be made without the network, for its texts hold a token or
    a response; `missing` says what.
    """

    selected: Selected
    steps: Sequence[SchemeSteps]
    before: OutgoingRequest | None
    after: OutgoingRequest | None
    missing: Sequence[str]
    redactor: Redactor


def explained(
    selected: Selected, analyses: Analyses, options: argparse.Namespace, store: TokenStore, cancel: Cancel
) -> Explanation:
    """Explain a request, with the tokens in `store`.

    Raises `CredentialsRefusedError`, `AuthenticationError` and `CancelledError`.
    """
    prompter = TerminalPrompter()
    origins = frozenset(map(parse_origin, options.allow_origin))
    root = selected.analysis.root
    world = RealWorld(root, Allowed(options.trust, origins), Person(prompter, warn, sys.stderr.isatty()), cancel)
    redactor = Redactor()
    ports = world.ports._replace(tokens=store, new_wire=_NoWire, login=BrowserLogin(None, prompter, is_attended=False))
    engine = Engine(ports, Session(redactor))
    run = RunOptions(is_trusted=options.trust, allowed_origins=origins, runs_dependencies=False)
    try:
        with engine.credentials(selected, analyses, run, cancel) as credentials:
            offline = _Offline(store, credentials.steps.name_of, redactor)
            found = [_token_steps(one, credentials, offline) for one in credentials.tokens.values()]
            before, missing = _draft(credentials)
            after = before
            for prepared in credentials.schemes:
                # A request that cannot be made is explained as far as its schemes need nothing of it.
                steps, changed = _scheme_steps(prepared, after or _NO_REQUEST, credentials, offline)
                after = changed if after is not None else None
                found.append(steps)
            for note in [note for steps in found for note in steps.notes]:
                redactor.add(note.text)
            return Explanation(selected, found, before, after, missing, redactor)
    finally:
        engine.close()


_HERE = Provenance(Origination.LITERAL, "explanation")
_NO_REQUEST = OutgoingRequest("GET", Origin("https", "api.invalid", 443), Value("/", _HERE), ())


class _NoWire:
    """A wire over which nothing goes."""

    def send(
        self, request: OutgoingRequest, route: Route, limits: Limits, cancel: Cancel, progress: Progress | None = None
    ) -> Received:
        """Refuse."""
        _ = (request, route, limits, cancel, progress)
        raise TransportError("offline", "nothing is sent while a request is explained", "Log in: `httpls auth login`.")

    def peer_certificate(self) -> bytes | None:
        """There is none."""
        return None

    def close(self) -> None:
        """Do nothing."""


class _StopError(Exception):
    """A flow goes no further without the outside."""

    def __init__(self, what: str, request: OutgoingRequest | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.request = request


class _Offline:
    """Lets a flow have files and what is stored, and stops it at everything else."""

    def __init__(self, store: TokenStore, name_of: Callable[[UseToken], TokenName], redactor: Redactor) -> None:
        self._store = store
        self._name_of = name_of
        self._redactor = redactor

    def of(self, flow: Flow[Result]) -> Flow[Result]:
        """Return the flow, which raises `_StopError` where it would need the network or a person."""
        try:
            step = next(flow)
            while True:
                step = flow.send((yield from self._answer(step)))
        except StopIteration as stop:
            result: Result = stop.value
            return result

    def _answer(self, step: Step) -> Generator[Step, object, object]:
        if isinstance(step, Send):
            raise _StopError(f"would send the {step.purpose}", step.request)
        if isinstance(step, Open):
            yield from self.of(step.url(step.redirect_url))
            raise _StopError("would open this page in the browser, and wait until it comes back")
        if isinstance(step, Ask):
            raise _StopError(f"would ask: {step.question}")
        if isinstance(step, RunCommand):
            raise _StopError(f"would run a command ({step.purpose})")
        if isinstance(step, TakeToken):
            raise _StopError(f"would take the token of `{step.configuration}`")
        if isinstance(step, Show | Wait):
            raise _StopError("would wait for a person")
        if isinstance(step, UseToken):
            return (yield from self._token(step))
        given: object = yield step
        return given

    def _token(self, step: UseToken) -> Generator[Step, object, Token]:
        stored = self._store.find(self._name_of(step))
        for secret in (stored.access, stored.refresh, stored.identity, stored.key) if stored is not None else ():
            if secret is not None:
                self._redactor.add(secret)
        if stored is not None and step.is_fresh(stored, time.time()):
            return stored
        return (yield from self.of(step.obtain(stored)))


def _draft(credentials: Credentials) -> tuple[OutgoingRequest | None, Sequence[str]]:
    """Return the request without authentication, or what is missing for it."""
    try:
        return credentials.draft(), ()
    except CannotFillError as error:
        return None, [failure.message for failure in error.failures]


def _token_steps(prepared: Prepared, credentials: Credentials, offline: _Offline) -> SchemeSteps:
    """Explain a scheme whose token stands in the texts of the request."""
    source = prepared.scheme
    assert isinstance(source, TokenSource)
    steps, _ = _steps(prepared, credentials, offline, source.token)
    return steps


def _scheme_steps(
    prepared: Prepared, request: OutgoingRequest, credentials: Credentials, offline: _Offline
) -> tuple[SchemeSteps, OutgoingRequest]:
    """Explain a scheme in force, and return the request with what it adds."""
    steps, after = _steps(
        prepared, credentials, offline, lambda context: prepared.scheme.authenticate(request, context)
    )
    if prepared.scheme.stage is Stage.CHALLENGE and steps.stopped_by is None:
        steps = steps._replace(stopped_by="waits for the challenge of the server")
    return steps, after if after is not None else request


def _steps(
    prepared: Prepared, credentials: Credentials, offline: _Offline, begin: Callable[[FlowContext], Flow[Result]]
) -> tuple[SchemeSteps, Result | None]:
    context: FlowContext = credentials.context._replace(notes=[])
    stopped_by: str | None = None
    would_send: OutgoingRequest | None = None
    failure: AuthenticationError | None = None
    result: Result | None = None
    try:
        result = credentials.steps.run(offline.of(begin(context)), prepared.planned.folder)
    except _StopError as stop:
        stopped_by, would_send = stop.what, stop.request
    except AuthenticationError as error:
        failure = error
    return SchemeSteps(prepared, tuple(context.notes), stopped_by, would_send, failure), result
