"""Performs one request of a file: what it needs first, plan, fill, authenticate, send, and what follows a response."""

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from httpls.model.auth_plan import PlannedParameter, PlannedScheme
from httpls.model.auth_plan import draft as draft_scheme
from httpls.model.auth_prepare import prepared
from httpls.model.authentication import AuthDeclaration, Form, Level
from httpls.model.options import RequestOptions
from httpls.model.plan import Plan
from httpls.model.planned_text import Hole, HoleKind, PlannedText
from httpls.model.resolve import Context, resolve
from httpls.model.scopes import Definition, Scope, ScopeKind
from httpls.run.after_response import Desk, after_response
from httpls.run.auth_failure import auth_failure
from httpls.run.authenticate import AuthenticationFailedError, Authenticator, Prepared, World, context_for
from httpls.run.body_content import BodySources
from httpls.run.cookie_use import CookieUse
from httpls.run.credentials import Credentials, CredentialsRefusedError
from httpls.run.errors import CancelledError, RefusedError
from httpls.run.exchange import Assertion, Exchange, Failure, Hop, Outcome, Result
from httpls.run.filling import CannotFillError, Filler, Supplies
from httpls.run.flow_steps import FlowPorts, FlowSteps
from httpls.run.hooks import Effects, Occasion
from httpls.run.job import Job
from httpls.run.needs import Needs
from httpls.run.outgoing import Defaults, draft
from httpls.run.permitted_paths import Permissions
from httpls.run.send import Made, Means, send
from httpls.run.sending_rules import SendingRules
from httpls.run.surroundings import Surroundings
from httpls.run.wire import Limits, Route, Wire
from httpls_auth.errors import AuthenticationError, CredentialError, InvalidOriginError
from httpls_auth.schemes.flow import Token, TokenSource
from httpls_auth.schemes.message import Body, OutgoingRequest
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.provenance import Place
from httpls_auth.values.value import Value
from httpls_grammar.block import Block
from httpls_grammar.diagnose import block_problems
from httpls_grammar.problems import Problem, Severity
from httpls_grammar.text import Range

if TYPE_CHECKING:
    from httpls.run.cookies.jar import CookieJar
    from httpls_auth.refusal import Refusal


def perform(job: Job, wire: Wire, surroundings: Surroundings) -> Sequence[Result]:
    """Perform a request with its repetitions, and return a result for each.

    Raises nothing that a result can tell; when the run is cancelled, the last result says so.
    """
    results: list[Result] = []
    for more, iteration in _repetitions(job, surroundings):
        results.append(_Performance(job, wire, surroundings, more, iteration).result())
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
    if loop.variable is None:
        return [((), iteration) for iteration in range(len(loop.values))]
    literal = job.analysis.context(job.request).literal
    return [
        ((Definition(loop.variable, str(planned), literal, is_literal=True),), iteration)
        for iteration, planned in enumerate(loop.values)
    ]


class _StopError(Exception):
    """A request goes no further: it is refused or skipped, or has failed before it was sent."""

    def __init__(self, outcome: Outcome, failures: Sequence[Failure] = (), is_auth_failure: bool = False) -> None:
        super().__init__()
        self.outcome = outcome
        self.failures = tuple(failures)
        self.is_auth_failure = is_auth_failure


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
        self._assertions: list[Assertion] = []
        self._logs: list[str] = []
        self._saved: tuple[str, ...] = ()
        self._refusal: Refusal | None = None
        self._shown_url: str | None = None
        self._is_logged = True

    def result(self) -> Result:
        """Perform it, tell the listener, and return what came of it."""
        try:
            self._given.cancel.check()
            result = self._performed()
        except _StopError as stop:
            result = self._made(Made(stop.outcome, Exchange(tuple(self._hops)), stop.failures, stop.is_auth_failure))
        except CannotFillError as error:
            # A token that could not be had was perhaps asked for; then it is the other side that did not agree.
            outcome = Outcome.FAILED if self._hops else Outcome.REFUSED
            made = Made(outcome, Exchange(tuple(self._hops)), error.failures, is_auth_failure=bool(self._hops))
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
            single, _ = self._prepared_for_sending()
            return single.credentials()
        except _StopError as stop:
            skipped = Failure("skipped", "the request is switched off", "Take `# @disabled` out.")
            raise CredentialsRefusedError(stop.failures or [skipped]) from stop
        except CannotFillError as error:
            raise CredentialsRefusedError(error.failures) from error
        except (RefusedError, AuthenticationError) as error:
            raise CredentialsRefusedError([self._early_filler.failure(error, None)]) from error

    def _prepared_for_sending(self) -> "tuple[_Single, RequestOptions]":
        """Run what the request needs first, and plan it."""
        analysis, request = self._job.analysis, self._job.request
        globals_before = self._given.session.variables
        context = analysis.context(request, self._known)
        options = analysis.options(request, context=context)
        self._is_logged = options.is_logged
        if options.is_disabled or self._is_disabled_by(options.disabling_condition):
            raise _StopError(Outcome.SKIPPED)
        self._refuse_for(options.problems)
        needs = Needs(self._job, self._wire, self._given, self._filled_argument)
        self._stop_for(needs.run_named())
        self._take(self._given.ports.hooks.before_planning(self._occasion), Outcome.REFUSED)
        self._read_file_variables(options)
        if self._own_variables or self._given.session.variables is not globals_before:
            # A script, a dependency or a file has set a variable.
            context = analysis.context(request, self._known)
        plan = analysis.plan(request, context=context)
        self._shown_url = _without_user_information(str(plan.target))
        self._check(plan)
        self._stop_for(needs.run_referenced(plan))
        single = _Single(
            self._job, self._wire, self._given, plan, options, context, self._hops, needs, self._evaluated
        )  # fmt: skip
        return single, options

    def _performed(self) -> Result:
        analysis, request = self._job.analysis, self._job.request
        single, options = self._prepared_for_sending()
        hooks, occasion = self._given.ports.hooks, self._occasion
        self._confirm(options)
        if single.plan.method == "NOP":
            return self._made(Made(Outcome.SENT, Exchange(())))
        outgoing, effects = hooks.before_sending(occasion, single.draft())
        self._take(effects, Outcome.REFUSED)
        self._shown_url = str(outgoing.url)
        single.check_route(outgoing.origin)
        authenticator = single.authenticator()
        if options.sleep:
            self._given.cancel.wait(options.sleep)
        self._given.listener.started(
            self._number, analysis.file.path, request.line, request.name, single.plan.method, self._shown_url
        )
        made = send(outgoing, single.means(authenticator, self._number))
        if made.outcome is Outcome.SENT:
            made = self._after(made, options, single, occasion)
        return self._made(made)

    def _after(self, made: Made, options: RequestOptions, single: "_Single", occasion: Occasion) -> Made:
        job, given = self._job, self._given
        given.session.remember(job.analysis.file.path, job.names, made.exchange)
        desk = Desk(single.filler, given.session, single.permissions, given.ports.outputs)
        aftermath = after_response(job, options, made.exchange, desk)
        self._assertions += aftermath.assertions
        self._saved = aftermath.saved
        self._take(given.ports.hooks.after_response(occasion, made.exchange), Outcome.FAILED)
        is_expected = any(one.holds and one.name.startswith("status ") for one in aftermath.assertions)
        outcome = Outcome.FAILED if aftermath.failures else made.outcome
        if not is_expected:
            self._refusal = _refusal_of(made.exchange, single.scheme_words)
        return made._replace(
            outcome=outcome,
            failures=(*made.failures, *aftermath.failures),
            is_auth_failure=made.is_auth_failure and not is_expected,
        )

    def _made(self, made: Made) -> Result:
        return self._job.result(made.outcome, made.failures, self._shown_url, self._iteration)._replace(
            exchange=made.exchange,
            assertions=tuple(self._assertions),
            logs=tuple(self._logs),
            saved=self._saved,
            is_auth_failure=made.is_auth_failure,
            refusal=self._refusal,
            is_logged=self._is_logged,
        )

    @property
    def _known(self) -> Sequence[Scope]:
        own = Scope(ScopeKind.REQUEST, self._own_variables)
        return (self._job.scope(self._more), own, self._given.session.scope)

    def _check(self, plan: Plan) -> None:
        """Refuse a request with an error at any of its parts, and those that are not for HTTP."""
        if plan.method in _OTHER_PROTOCOLS:
            what = _OTHER_PROTOCOLS[plan.method]
            problem = Failure("unsupported-protocol", f"{what} are not sent yet", "Use another tool for them.")
            where = self._job.analysis.file.source.position(self._job.request.offset)
            path = str(self._job.analysis.file.path)
            raise _StopError(
                Outcome.REFUSED, [problem._replace(path=path, line=self._job.request.line, column=where.column)]
            )
        offset = self._job.request.offset
        own = [problem.shifted(offset) for problem in self._job.request.block.fact(_errors_of)]
        self._refuse_for([*own, *plan.problems])

    def _refuse_for(self, problems: Sequence[Problem]) -> None:
        errors = [problem for problem in problems if problem.severity is Severity.ERROR]
        if errors:
            raise _StopError(Outcome.REFUSED, [self._job.failure(problem) for problem in dict.fromkeys(errors)])

    def _stop_for(self, failures: Sequence[Failure]) -> None:
        if failures:
            raise _StopError(Outcome.REFUSED, failures)

    def _confirm(self, options: RequestOptions) -> None:
        if options.note is None or self._given.options.agrees:
            return
        question = options.note or f"Send {self._job.shown_name}?"
        try:
            agrees = self._given.ports.prompter.confirm(question, self._given.cancel)
        except RefusedError as error:
            failure = Failure("not-confirmed", str(error), "Give `--yes` to answer such questions.")
            raise _StopError(Outcome.REFUSED, [failure]) from error
        if not agrees:
            raise _StopError(Outcome.SKIPPED)

    @property
    def _occasion(self) -> Occasion:
        given = self._given
        return Occasion(
            self._job.analysis, self._job.request, self._iteration, lambda: self._known, self._filled_argument,
            given.session, _permissions(self._job, given), given.cancel,
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
        session = self._given.session
        for name, value in effects.globals:
            if value is None:
                session.clear_variable(name)
            else:
                session.set_variable(name, value, value.provenance)
        for name, value in effects.variables:
            self._own_variables[name] = _definition(name, value)
        self._assertions += effects.assertions
        self._logs += effects.logs
        if effects.failures:
            raise _StopError(outcome, effects.failures)
        if effects.skips:
            raise _StopError(Outcome.SKIPPED)

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
        return _filler(self._job, self._given, context, None, self._evaluated)


class _Single:
    """The parts of one request that is about to be sent."""

    def __init__(
        self,
        job: Job,
        wire: Wire,
        surroundings: Surroundings,
        plan: Plan,
        options: RequestOptions,
        context: Context,
        hops: list[Hop],
        needs: Needs,
        expression: Callable[[str], Value],
    ) -> None:
        self._job = job
        self._wire = wire
        self._given = surroundings
        self._plan = plan
        self._context = context
        self._taken: list[str] = []
        self._hops = hops
        self._routes: dict[Origin, Route] = {}
        self.needs = needs
        self.permissions = _permissions(job, surroundings)
        self.filler = _filler(job, surroundings, context, self, expression)
        self._rules = SendingRules(
            job.analysis, plan, options, surroundings.options, surroundings.ports.tls, self.filler.text, context
        )

    @property
    def plan(self) -> Plan:
        """What is to be sent."""
        return self._plan

    def draft(self) -> OutgoingRequest:
        """Return the request as it would be sent without authentication."""
        for planned in self._plan.auth.schemes:
            for parameter in planned.parameters:
                self.filler.check(parameter.text.holes, _place(parameter))
        sources = BodySources(self.filler, self.permissions, _open_file, self._rules.encodes)
        try:
            return draft(self._plan, sources, Defaults(self._given.user_agent))
        except RefusedError as error:
            raise CannotFillError([self.filler.failure(error, None)]) from error

    def check_route(self, origin: Origin) -> None:
        """Refuse a request whose certificates cannot be used before any step of its authentication is made."""
        try:
            self._route(origin, None)
        except RefusedError as error:
            raise _StopError(Outcome.REFUSED, [self.filler.failure(error, None)]) from error

    @property
    def scheme_words(self) -> Sequence[str]:
        """The schemes that authenticate the request."""
        return [one.word for one in self._plan.auth.schemes]

    def authenticator(self) -> Authenticator:
        """Return what authenticates the request."""
        schemes = [self._prepared(one) for one in self._plan.auth.schemes if one.word != "mtls"]
        if not schemes:
            return Authenticator((), None, None)
        try:
            return Authenticator(schemes, self._steps, self._world)
        except AuthenticationFailedError as error:
            raise _StopError(Outcome.REFUSED, [error.failure]) from error

    def credentials(self) -> Credentials:
        """Return what authenticates the request."""
        auth = self._plan.auth
        context = context_for(self._origin or _NOWHERE, self._world, {}, [])
        if self._origin is None:
            context = context._replace(token_labels=Labels("a token"))
        schemes = tuple([self._prepared(one) for one in auth.schemes if one.word != "mtls"])
        tokens = {words: self._prepared(one.scheme) for words, one in auth.tokens.items()}
        return Credentials(schemes, tokens, self._steps, context, self.draft, self._hops)

    def means(self, authenticator: Authenticator, number: int) -> Means:
        """Return with what the request is sent."""
        given = self._given
        return Means(
            self._wire,
            lambda origin: self._route(origin, authenticator.connection),
            self._limits,
            authenticator,
            given.ports.clock,
            given.cancel,
            lambda phase, done, total: given.listener.progressed(number, phase, done, total),
            self._hops,
            self._rules.redirects,
            CookieUse(self._jar),
            given.session.redactor,
        )

    def _route(self, origin: Origin, pin: str | None) -> Route:
        found = self._routes.get(origin)
        if found is None:
            found = self._routes[origin] = self._rules.route(origin)
        return found if pin is None else found._replace(pin=pin)

    @cached_property
    def _limits(self) -> Limits:
        return self._rules.limits

    def _jar(self, is_to_store: bool) -> "CookieJar | None":
        if not self._rules.uses_cookies:
            return None
        analysis = self._job.analysis
        return self._given.jars(analysis.root, tuple(analysis.chosen_environments), is_to_store)

    def token(self, hole: Hole) -> Value:
        """Return the token that a hole stands for, bound to the origin of the request."""
        planned = self._plan.auth.tokens.get(hole.arguments)
        if planned is None:
            raise RefusedError("unknown-token", f"there is nothing that gives `{hole.name}`", "Correct its arguments.")
        scheme = self._prepared(planned.scheme).scheme
        if not isinstance(scheme, TokenSource):
            raise CredentialError(f"`{scheme.word}` has no token of its own", "Refer to an OAuth 2.0 authentication.")
        origin = self._origin
        context = context_for(origin or _NOWHERE, self._world, {}, [])
        if origin is None:
            context = context._replace(token_labels=Labels("a token"))
        token = self._steps.run(scheme.token(context), planned.scheme.folder, obtains_anew=planned.is_new)
        value = token.identity if planned.is_identity else token.access
        if value is None:
            raise CredentialError("the token endpoint gave no ID token", "Ask for the scope `openid`.")
        return value.labelled(context.token_labels)

    def _other_token(self, identifier: str) -> Token:
        """Return the token of another configuration of the environment, for a token endpoint and so bound to none."""
        if identifier in self._taken:
            raise CredentialError(f"the token of `{identifier}` is needed to obtain it", "Refer to another one.")
        source, where = self._job.analysis.file.source, Range(self._job.request.offset, self._job.request.offset)
        reference = AuthDeclaration(
            source, Level.REQUEST, Form.OBJECT, "use", identifier, where, where, identifier=identifier
        )
        drafted = draft_scheme(reference, self._job.analysis.auth_objects, self._context)
        if drafted is None:
            raise CredentialError(
                f"no environment in force has `{identifier}` in `Security.Auth`", "Write the object, or choose another."
            )
        scheme = self._prepared(drafted.scheme).scheme
        if not isinstance(scheme, TokenSource):
            raise CredentialError(f"`{scheme.word}` has no token of its own", "Refer to an OAuth 2.0 authentication.")
        context = context_for(self._origin or _NOWHERE, self._world, {}, [])._replace(token_labels=Labels("a token"))
        self._taken.append(identifier)
        try:
            return self._steps.run(scheme.token(context), drafted.scheme.folder)
        finally:
            self._taken.pop()

    @cached_property
    def _steps(self) -> FlowSteps:
        given, ports = self._given, self._given.ports
        origin = self._origin
        may_use_machine = given.options.is_trusted or (origin is not None and origin in given.options.allowed_origins)
        analysis = self._job.analysis
        return FlowSteps(
            FlowPorts(
                self._wire,
                lambda target: self._rules.route(target, is_own_request=False),
                self._limits,
                ports.clock,
                ports.prompter,
                ports.login,
                ports.tokens,
                self.permissions,
                may_use_machine,
                analysis.workspace.os_environment.get,
                analysis.chosen_environments,
                lambda: ports.project(analysis.root),
                given.user_agent,
                given.session.redactor,
                given.cancel,
                self._other_token,
            ),
            self._hops,
        )

    @cached_property
    def _world(self) -> World:
        ports = self._given.ports
        return World(ports.clock, ports.randomness, self._given.session.memory, self._wire.peer_certificate)

    @cached_property
    def _origin(self) -> Origin | None:
        """The origin of the request, as far as it is known before everything is filled in."""
        known = "".join([piece.reveal() if isinstance(piece, Value) else "\0" for piece in self._plan.target.pieces])
        authority = known.partition("://")[2].partition("/")[0].partition("?")[0]
        try:
            return None if "\0" in authority else parse_origin(known.replace("\0", ""))
        except InvalidOriginError:
            return None

    def _prepared(self, planned: PlannedScheme) -> Prepared:
        places = {id(one.text): one for one in planned.parameters}

        def fill(text: PlannedText) -> Value:
            parameter = places.get(id(text))
            return self.filler.text(text, _place(parameter) if parameter is not None else None)

        def read_file(path: Path) -> bytes:
            real = self.permissions.to_read(path, str(path))
            try:
                return real.read_bytes()
            except OSError as error:
                raise CredentialError(
                    f"the file `{path}` cannot be read: {error.strerror or error}",
                    "Correct the path; it counts from the folder of the file in which it is written.",
                ) from error

        try:
            return Prepared(prepared(planned, fill, read_file), planned)
        except AuthenticationError as error:
            raise _StopError(Outcome.REFUSED, [auth_failure(error, planned)]) from error
        except RefusedError as error:
            failure = auth_failure(CredentialError(str(error), error.remedy), planned)
            raise _StopError(Outcome.REFUSED, [failure._replace(code=error.code)]) from error


_NOWHERE = Origin("https", "invalid", 443)
_OTHER_PROTOCOLS = {
    "GRPC": "gRPC requests", "WS": "WebSocket requests", "WSS": "WebSocket requests",
    "WEBSOCKET": "WebSocket requests", "SSE": "requests for server-sent events",
    "EVENTSOURCE": "requests for server-sent events", "MQTT": "MQTT messages", "MQTTS": "MQTT messages",
    "AMQP": "AMQP messages",
}  # fmt: skip


_FALSE = frozenset(("", "false", "0", "null", "undefined", "NaN"))
"""What JavaScript takes for false, as text."""


def _errors_of(block: Block) -> tuple[Problem, ...]:
    return tuple([problem for problem in block_problems(block) if problem.severity is Severity.ERROR])


def _without_user_information(url: str) -> str:
    return re.sub(r"^([A-Za-z][A-Za-z0-9+.\-]*://)[^/?#@]*@", r"\1", url)


def _definition(name: str, value: Value) -> Definition:
    return Definition(name, value.reveal(), value.provenance, value.labels, is_literal=True)


def _place(parameter: PlannedParameter) -> Place:
    source = parameter.argument.source
    position = source.position(parameter.argument.range.start)
    return Place(str(source.path), position.line, position.column)


def _permissions(job: Job, surroundings: Surroundings) -> Permissions:
    return Permissions(job.analysis.root, surroundings.options.is_trusted)


def _filler(
    job: Job,
    surroundings: Surroundings,
    context: Context,
    single: _Single | None,
    expression: Callable[[str], Value],
) -> Filler:
    ports, options = surroundings.ports, surroundings.options

    def no_token(hole: Hole) -> Value:
        raise RefusedError("early-token", f"`{hole.name}` is not known yet here", "Use it in a request.")

    return Filler(
        job.analysis,
        context,
        Supplies(
            ports.clock,
            ports.randomness,
            ports.prompter,
            ports.secrets,
            surroundings.session,
            _permissions(job, surroundings),
            job.analysis.chosen_environments,
            single.needs.exchange if single is not None else lambda _: None,
            single.token if single is not None else no_token,
            expression,
            surroundings.cancel,
            None if options.is_trusted else options.allowed_origins,
        ),
    )


def _open_file(path: Path) -> Body:
    from httpls.run.file_body import FileBody

    return FileBody(path)


def _refusal_of(exchange: Exchange, words: Sequence[str]) -> "Refusal | None":
    """Explain a final 401, 403 or 407; what explains it is loaded for these only."""
    if exchange.response is None or exchange.response.head.status not in (401, 403, 407):
        return None
    from httpls.run.refusals import refusal_of

    return refusal_of(exchange, words)
