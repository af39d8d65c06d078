"""Performs one request of a file: what it needs first, plan, fill, authenticate, send, and what follows a response."""

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from httpls.model.analysis import Analysis
from httpls.model.imports import imports_of
from httpls.model.options import CONDITIONAL_LOOP, RequestOptions
from httpls.model.plan import Plan
from httpls.model.planned_text import Hole, HoleKind, PlannedText
from httpls.model.resolve import resolve
from httpls.model.scopes import Definition, Scope, ScopeKind
from httpls.run.after_response import Desk, after_response
from httpls.run.credentials import Credentials, CredentialsRefusedError
from httpls.run.errors import CancelledError, RefusedError
from httpls.run.exchange import Assertion, Exchange, Failure, Hop, Outcome, Result
from httpls.run.filling import LOGIN_NEEDED, CannotFillError, Filler
from httpls.run.hooks import Effects, Occasion
from httpls.run.job import Job
from httpls.run.needs import Needs
from httpls.run.permitted_paths import OUTSIDE_ROOT, REMEDY
from httpls.run.request_parts import FillingNeeds, RequestParts, filler_of, permissions_of
from httpls.run.send import Made, send
from httpls.run.stop import StopError
from httpls.run.surroundings import Surroundings
from httpls.run.wire import Wire
from httpls_auth.errors import AuthenticationError
from httpls_auth.values.value import Value
from httpls_grammar.block import Block
from httpls_grammar.diagnose import block_problems
from httpls_grammar.problems import Problem, Severity

if TYPE_CHECKING:
    from httpls_auth.refusal import Refusal


def perform(job: Job, wire: Wire, surroundings: Surroundings) -> Sequence[Result]:
    """Perform a request with its repetitions, and return a result for each.

    Raises nothing that a result can tell; when the run is cancelled, the last result says so.
    """
    results: list[Result] = []
    for more, iteration in _repetitions(job, surroundings):
        first = _Performance(job, wire, surroundings, more, iteration)
        results += first.results()
        for number in range(1, first.repetitions):
            if results[-1].outcome in (Outcome.INTERRUPTED, Outcome.REFUSED):
                break
            results += first.repeated(number).results()
        if results[-1].outcome is Outcome.INTERRUPTED:
            break
    return results


def credentials(job: Job, wire: Wire, surroundings: Surroundings) -> Credentials:
    """Return what authenticates a request. What it needs first is run; it is not sent itself.

    Raises `CredentialsRefusedError` and `CancelledError`.
    """
    return _Performance(job, wire, surroundings, (), 0).credentials()


def _repetitions(job: Job, surroundings: Surroundings) -> Sequence[tuple[tuple[Definition, ...], int]]:
    """Return the variables of each repetition with its number."""
    if "loop" not in job.request.block.text.lower():
        return [((), 0)]
    known = (job.scope(), surroundings.session.scope)
    loop = job.analysis.options(job.request, known).loop
    if loop is None:
        return [((), 0)]
    literal = job.analysis.context(job.request).literal
    repetitions: list[tuple[tuple[Definition, ...], int]] = []
    for iteration, planned in enumerate(loop.values):
        index = Definition(_INDEX, str(iteration), literal, is_literal=True)
        if loop.variable is None:
            repetitions.append(((index,), iteration))
        else:
            repetitions.append(((index, Definition(loop.variable, str(planned), literal, is_literal=True)), iteration))
    return repetitions


_INDEX = "$index"
"""What httpyac calls the number of a repetition, from 0."""


_MOST_REPLAYS = 100
"""How often a script may have its request sent again."""


class _Performance:
    """One request, performed once."""

    def __init__(
        self, job: Job, wire: Wire, surroundings: Surroundings, more: tuple[Definition, ...], iteration: int
    ) -> None:
        self._job = job
        self._wire = wire
        self._given = surroundings
        self._more = more
        self._iteration = iteration
        self._number = surroundings.run.next_number()
        self._hops: list[Hop] = []
        self._own_variables: dict[str, Definition] = {}
        self._memory: dict[str, object] = {}
        self._is_repeated = False
        self._replays = 0
        self._is_to_be_replayed = False
        self.repetitions = 1
        self._assertions: list[Assertion] = []
        self._logs: list[str] = []
        self._saved: tuple[str, ...] = ()
        self._refusal: Refusal | None = None
        self._shown_url: str | None = None
        self._is_logged = True

    def repeated(self, number: int) -> "_Performance":
        """Return the same request for a further value of a list; what its scripts have set before stays so."""
        more = [one._replace(text=str(number)) if one.name == _INDEX else one for one in self._more]
        again = _Performance(self._job, self._wire, self._given, tuple(more), number)
        again._own_variables = dict(self._own_variables)
        again._memory = dict(self._memory)
        again._is_repeated = True
        return again

    def results(self) -> Sequence[Result]:
        """Return what came of it, and of each time that a script of it had it sent again."""
        results = [self.result()]
        performance = self
        while performance._is_to_be_replayed:
            performance = performance._replayed()
            results.append(performance.result())
        return results

    def _replayed(self) -> "_Performance":
        again = _Performance(self._job, self._wire, self._given, self._more, self._iteration)
        again._replays = self._replays + 1
        if self._is_repeated:
            again._own_variables, again._memory, again._is_repeated = self._own_variables, self._memory, True
        return again

    def result(self) -> Result:
        """Perform it, tell the listener, and return what came of it."""
        try:
            self._given.cancel.check()
            result = self._performed()
        except StopError as stop:
            result = self._made(Made(stop.outcome, Exchange(tuple(self._hops)), stop.failures))
        except CannotFillError as error:
            # A token that could not be had was perhaps asked for; then it is the other side that did not agree.
            is_tried = bool(self._hops) and any(failure.code != LOGIN_NEEDED for failure in error.failures)
            outcome = Outcome.FAILED if is_tried else Outcome.REFUSED
            made = Made(outcome, Exchange(tuple(self._hops)), error.failures, is_auth_failure=is_tried)
            result = self._made(made)
        except CancelledError:
            result = self._made(Made(Outcome.INTERRUPTED, Exchange(tuple(self._hops))))
        except (RefusedError, AuthenticationError) as error:
            failure = self._early_filler.failure(error, None)
            result = self._made(Made(Outcome.REFUSED, Exchange(tuple(self._hops)), (failure,)))
        self._given.listener.finished(self._number, result)
        return result

    def credentials(self) -> Credentials:
        """Prepare the request, and return what authenticates it. Raises `CredentialsRefusedError`, `CancelledError`."""
        try:
            self._given.cancel.check()
            parts, _ = self._prepared_for_sending()
            return parts.credentials()
        except StopError as stop:
            skipped = Failure("skipped", "the request is switched off", "Take `# @disabled` out.")
            raise CredentialsRefusedError(stop.failures or [skipped]) from stop
        except CannotFillError as error:
            raise CredentialsRefusedError(error.failures) from error
        except (RefusedError, AuthenticationError) as error:
            raise CredentialsRefusedError([self._early_filler.failure(error, None)]) from error

    def _prepared_for_sending(self) -> tuple[RequestParts, RequestOptions]:
        """Run what the request needs first, and plan it."""
        self._refuse_files_outside()
        analysis, request = self._job.analysis, self._job.request
        globals_before = self._given.session.variables
        context = analysis.context(request, self._known)
        options = analysis.options(request, context=context)
        self._is_logged = options.is_logged
        if options.is_disabled or self._is_disabled_by(options.disabling_condition):
            raise StopError(Outcome.SKIPPED)
        self._refuse_for(options.problems)
        needs = Needs(self._job, self._wire, self._given, self._filled_argument)
        if not self._is_repeated:
            self._stop_for(needs.run_named())
            self._take(self._given.ports.hooks.before_planning(self._occasion), Outcome.REFUSED)
            self._read_file_variables(options)
            self.repetitions = self._given.ports.hooks.repetitions(self._occasion)
        if self._own_variables or self._given.session.variables is not globals_before:
            # A script, a dependency or a file has set a variable.
            context = analysis.context(request, self._known)
        plan = analysis.plan(request, context=context)
        self._shown_url = _without_user_information(str(plan.target))
        self._check(plan)
        self._stop_for(needs.run_referenced(plan))
        filling = FillingNeeds(needs.exchange, self._evaluated)
        parts = RequestParts(self._job, self._wire, self._given, plan, options, context, self._hops, filling)
        return parts, options

    def _performed(self) -> Result:
        analysis, request = self._job.analysis, self._job.request
        parts, options = self._prepared_for_sending()
        hooks, occasion = self._given.ports.hooks, self._occasion
        self._confirm(options)
        if parts.plan.method == "NOP":
            return self._made(Made(Outcome.SENT, Exchange(())))
        outgoing, effects = hooks.before_sending(occasion, parts.draft())
        self._take(effects, Outcome.REFUSED)
        self._shown_url = f"{outgoing.origin}{outgoing.target}"
        parts.check_route(outgoing.origin)
        authenticator = parts.authenticator()
        if options.sleep:
            self._given.cancel.wait(options.sleep)
        self._given.listener.started(
            self._number, analysis.file.path, request.line, request.name, parts.plan.method, self._shown_url
        )
        made = send(outgoing, parts.means(authenticator, self._number))
        if made.outcome is Outcome.SENT:
            made = self._after(made, options, parts, occasion)
        return self._made(made)

    def _after(self, made: Made, options: RequestOptions, parts: RequestParts, occasion: Occasion) -> Made:
        job, given = self._job, self._given
        names = job.names
        if options.loop is not None:
            # httpyac knows each repetition by its number.
            names = (*names, *[f"{name}{self._iteration}" for name in names])
        given.session.remember(job.analysis.file.path, names, made.exchange)
        desk = Desk(parts.filler, given.session, parts.permissions, given.ports.outputs)
        aftermath = after_response(job, options, made.exchange, desk)
        self._assertions += aftermath.assertions
        self._saved = aftermath.saved
        self._take(given.ports.hooks.after_response(occasion, made.exchange), Outcome.FAILED)
        is_expected = _expects_status(self._assertions, job.request.block.text)
        outcome = Outcome.FAILED if aftermath.failures else made.outcome
        if not is_expected:
            self._refusal = _refusal_of(made.exchange, parts.scheme_words)
        return made._replace(
            outcome=outcome,
            failures=(*made.failures, *aftermath.failures),
            is_auth_failure=made.is_auth_failure and not is_expected,
        )

    def _made(self, made: Made) -> Result:
        failures = tuple([self._placed(failure) for failure in made.failures])
        return self._job.result(made.outcome, failures, self._shown_url, self._iteration)._replace(
            exchange=made.exchange,
            assertions=tuple(self._assertions),
            logs=tuple(self._logs),
            saved=self._saved,
            is_auth_failure=made.is_auth_failure,
            refusal=self._refusal,
            is_logged=self._is_logged,
        )

    def _placed(self, failure: Failure) -> Failure:
        """Return a failure with a place: one that no part of the request is to blame for stands at its request line."""
        if failure.path is not None:
            return failure
        request = self._job.request
        start = request.syntax.line.range.start + request.offset
        position = self._job.analysis.file.source.position(start)
        return failure._replace(path=str(self._job.analysis.file.path), line=position.line, column=position.column)

    @property
    def _known(self) -> Sequence[Scope]:
        own = Scope(ScopeKind.REQUEST, self._own_variables)
        return (self._job.scope(self._more), own, self._given.session.scope)

    def _refuse_files_outside(self) -> None:
        """Refuse a request into which the content of files outside an untrusted project may get."""
        if self._given.options.is_trusted:
            return
        caller = self._job.caller
        for analysis in (self._job.analysis, caller) if caller is not None else (self._job.analysis,):
            self._stop_for([_outside(analysis, path) for path in self._given.run.files_outside(analysis)])

    def _check(self, plan: Plan) -> None:
        """Refuse a request with an error at any of its parts, and those that are not for HTTP."""
        if plan.method in _OTHER_PROTOCOLS:
            what = _OTHER_PROTOCOLS[plan.method]
            failure = Failure("unsupported-protocol", f"{what} are not sent yet", "Use another tool for them.")
            raise StopError(Outcome.REFUSED, [failure])
        offset = self._job.request.offset
        own = [problem.shifted(offset) for problem in self._job.request.block.fact(_errors_of)]
        self._refuse_for([*own, *plan.problems])

    def _refuse_for(self, problems: Sequence[Problem]) -> None:
        errors = [
            problem
            for problem in problems
            # Other tools run such a loop, so that the file is right, but it cannot be done here.
            if problem.severity is Severity.ERROR or problem.code == CONDITIONAL_LOOP.code
        ]
        if errors:
            raise StopError(Outcome.REFUSED, [self._job.failure(problem) for problem in dict.fromkeys(errors)])

    def _stop_for(self, failures: Sequence[Failure]) -> None:
        if failures:
            raise StopError(Outcome.REFUSED, failures)

    def _confirm(self, options: RequestOptions) -> None:
        if options.note is None or self._given.options.agrees:
            return
        question = options.note or f"Send {self._job.shown_name}?"
        try:
            agrees = self._given.ports.prompter.confirm(question, self._given.cancel)
        except RefusedError as error:
            failure = Failure("not-confirmed", str(error), "Give `--yes` to answer such questions.")
            raise StopError(Outcome.REFUSED, [failure]) from error
        if not agrees:
            raise StopError(Outcome.SKIPPED)

    @property
    def _occasion(self) -> Occasion:
        given = self._given
        return Occasion(
            self._job.analysis, self._job.request, self._iteration, lambda: self._known, self._filled_argument,
            given.session, permissions_of(self._job, given), given.cancel, self._memory,
        )  # fmt: skip

    def _is_disabled_by(self, condition: str | None) -> bool:
        if condition is None:
            return False
        try:
            return self._evaluated(condition).reveal() not in _FALSE
        except RefusedError:
            if self._given.options.is_forced:
                return False
            raise

    def _evaluated(self, expression: str) -> Value:
        return self._given.ports.hooks.evaluate(self._occasion, expression)

    def _take(self, effects: Effects, outcome: Outcome) -> None:
        """Let count what a script has done."""
        for name, value in effects.variables:
            self._own_variables[name] = _definition(name, value)
        self._assertions += effects.assertions
        self._logs += effects.logs
        if effects.failures:
            raise StopError(outcome, effects.failures)
        if effects.skips:
            raise StopError(Outcome.SKIPPED)
        if effects.replays and self._replays >= _MOST_REPLAYS:
            remedy = "Call `request.replay()` under a condition that comes to an end."
            raise StopError(outcome, [Failure("script-error", f"it was sent again {_MOST_REPLAYS} times", remedy)])
        self._is_to_be_replayed = effects.replays

    def _read_file_variables(self, options: RequestOptions) -> None:
        for variable in options.file_variables:
            hole = Hole(
                HoleKind.FILE, str(variable.path), ("", str(variable.path)), variable.range,
                self._job.analysis.context(self._job.request).literal,
            )  # fmt: skip
            value = self._early_filler.text(PlannedText((hole,)))
            self._own_variables[variable.variable] = _definition(variable.variable, value)

    def _filled_argument(self, text: str, start: int) -> Value:
        """Return an argument of a `run` statement, filled in as a text of the request is."""
        context = self._job.analysis.context(self._job.request, self._known)
        found = resolve(text, start, context)
        self._refuse_for(found.problems)
        return self._early_filler.text(found.text)

    @cached_property
    def _early_filler(self) -> Filler:
        """What fills texts before there is a plan."""
        context = self._job.analysis.context(self._job.request, self._known)
        return filler_of(self._job, self._given, context, FillingNeeds(_no_exchange, self._evaluated), _no_token)


_OTHER_PROTOCOLS = {
    "GRPC": "gRPC requests", "WS": "WebSocket requests", "WSS": "WebSocket requests",
    "WEBSOCKET": "WebSocket requests", "SSE": "requests for server-sent events",
    "EVENTSOURCE": "requests for server-sent events", "MQTT": "MQTT messages", "MQTTS": "MQTT messages",
    "AMQP": "AMQP messages",
}  # fmt: skip


_STATUS = re.compile(r"\bstatus(Code)?\b")


def _expects_status(assertions: Sequence[Assertion], text: str) -> bool:
    """Tell whether the status that came is the one that the file expects, a refusal then too.

    That is so where an assertion about it holds, or where tests of a script hold that looks at it.
    """
    if any(one.holds and _STATUS.search(one.name) for one in assertions):
        return True
    return bool(assertions) and all(one.holds for one in assertions) and _STATUS.search(text) is not None


_FALSE = frozenset(("", "false", "0", "null", "undefined", "NaN"))
"""What JavaScript takes for false, as text."""


def _errors_of(block: Block) -> tuple[Problem, ...]:
    return tuple([problem for problem in block_problems(block) if problem.severity is Severity.ERROR])


def _without_user_information(url: str) -> str:
    return re.sub(r"^([A-Za-z][A-Za-z0-9+.\-]*://)[^/?#@]*@", r"\1", url)


def _definition(name: str, value: Value) -> Definition:
    return Definition(name, value.reveal(), value.provenance, value.labels, is_literal=True)


def _outside(analysis: Analysis, path: Path) -> Failure:
    """Return why a file may not be used, at the line that names it if there is one."""
    line = next((line for line in imports_of(analysis.file) if line.path == path), None)
    root = analysis.root
    shown = line.written if line is not None else path.relative_to(root) if root in path.parents else path
    failure = Failure(OUTSIDE_ROOT, f"`{shown}` lies outside the project and may not be read", REMEDY)
    if line is None:
        return failure
    position = analysis.file.source.position(line.range.start)
    return failure._replace(path=str(analysis.file.path), line=position.line, column=position.column)


def _no_exchange(name: str) -> None:
    _ = name


def _no_token(hole: Hole) -> Value:
    raise RefusedError("early-token", f"`{hole.name}` is not known yet here", "Use it in a request.")


def _refusal_of(exchange: Exchange, words: Sequence[str]) -> "Refusal | None":
    """Explain a final 401, 403 or 407; what explains it is loaded for these only."""
    if exchange.response is None or exchange.response.head.status not in (401, 403, 407):
        return None
    from httpls.run.refusals import refusal_of

    return refusal_of(exchange, words)
