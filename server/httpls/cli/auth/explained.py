"""Runs the authentication of a request as far as it goes without the network, and keeps what it did."""

import argparse
import os
import sys
from collections.abc import Callable, Generator, Sequence
from typing import NamedTuple, TypeVar

from httpls.cli.terminal import visible
from httpls.host.prompts import TerminalPrompter
from httpls.host.token_store import token_store
from httpls.run.authenticate import Prepared
from httpls.run.cancel import Cancel
from httpls.run.credentials import Credentials
from httpls.run.engine import Engine
from httpls.run.run_options import RunOptions
from httpls.run.selection import Analyses, Selected
from httpls.run.session import Session
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
    UseToken,
    Wait,
)
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.schemes.scheme import Stage
from httpls_auth.secrets.keyring_access import SystemKeyring
from httpls_auth.tokens.name import token_name
from httpls_auth.tokens.store import TokenStore
from httpls_auth.values.origin import parse_origin
from httpls_auth.values.redactor import Redactor

Result = TypeVar("Result")


class SchemeSteps(NamedTuple):
    """What one scheme did: its notes, and what stopped it (the first thing that it would have asked of the outside)."""

    prepared: Prepared
    notes: Sequence[Note]
    stopped_by: str | None
    would_send: OutgoingRequest | None
    error: AuthenticationError | None


class Explanation(NamedTuple):
    """The steps of all schemes of a request, and the request with what they added to it."""

    selected: Selected
    steps: Sequence[SchemeSteps]
    before: OutgoingRequest
    after: OutgoingRequest
    redactor: Redactor


def explained(selected: Selected, analyses: Analyses, options: argparse.Namespace, cancel: Cancel) -> Explanation:
    """Explain a request. Raises `CredentialsRefusedError`, `AuthenticationError` and `CancelledError`."""
    prompter = TerminalPrompter()
    origins = frozenset(map(parse_origin, options.allow_origin))
    root = selected.analysis.root
    store = token_store(os.environ, SystemKeyring(os.environ), _warn)
    world = RealWorld(root, Allowed(options.trust, origins), Person(prompter, _warn, sys.stderr.isatty()), cancel)
    redactor = Redactor()
    engine = Engine(world.ports._replace(tokens=store), Session(redactor))
    run = RunOptions(is_trusted=options.trust, allowed_origins=origins, runs_dependencies=False)
    try:
        with engine.credentials(selected, analyses, run, cancel) as credentials:
            before = after = credentials.draft()
            found: list[SchemeSteps] = []
            for prepared in credentials.schemes:
                offline = _Offline(store, selected.analysis.chosen_environments, lambda: world.ports.project(root))
                steps, after = _steps(prepared, after, credentials, offline)
                found.append(steps)
                for note in steps.notes:
                    redactor.add(note.text)
            return Explanation(selected, found, before, after, redactor)
    finally:
        engine.close()


class _StopError(Exception):
    """A flow goes no further without the outside."""

    def __init__(self, what: str, request: OutgoingRequest | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.request = request


class _Offline:
    """Lets a flow have files and what is stored, and stops it at everything else."""

    def __init__(self, store: TokenStore, environments: Sequence[str], project: Callable[[], str]) -> None:
        self._store = store
        self._environments = environments
        self._project = project

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
        stored = self._store.find(token_name(step.key, self._environments, self._project()))
        return stored if stored is not None else (yield from self.of(step.obtain(None)))


def _steps(
    prepared: Prepared, request: OutgoingRequest, credentials: Credentials, offline: _Offline
) -> tuple[SchemeSteps, OutgoingRequest]:
    context: FlowContext = credentials.context._replace(notes=[])
    stopped_by: str | None = None
    would_send: OutgoingRequest | None = None
    failure: AuthenticationError | None = None
    try:
        flow = offline.of(prepared.scheme.authenticate(request, context))
        request = credentials.steps.run(flow, prepared.planned.folder)
        if prepared.scheme.stage is Stage.CHALLENGE and stopped_by is None:
            stopped_by = "waits for the challenge of the server"
    except _StopError as stop:
        stopped_by, would_send = stop.what, stop.request
    except AuthenticationError as error:
        failure = error
    return SchemeSteps(prepared, tuple(context.notes), stopped_by, would_send, failure), request


def _warn(text: str) -> None:
    print(f"httpls: {visible(text)}", file=sys.stderr)
