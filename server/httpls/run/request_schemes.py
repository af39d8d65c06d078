"""The schemes of one request, made of what is planned for it, and what their flows need of the world."""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from httpls.model.auth_plan import PlannedParameter, PlannedScheme, PlannedToken
from httpls.model.auth_plan import draft as draft_scheme
from httpls.model.auth_prepare import prepared
from httpls.model.authentication import AuthDeclaration, Form, Level
from httpls.model.plan import Plan
from httpls.model.planned_text import Hole, PlannedText
from httpls.model.resolve import Context
from httpls.run.auth_failure import auth_failure
from httpls.run.authenticate import AuthenticationFailedError, Authenticator, Prepared, World, context_for
from httpls.run.errors import RefusedError
from httpls.run.exchange import Hop, Outcome
from httpls.run.filling import Filler
from httpls.run.flow_steps import FlowPorts, FlowSteps
from httpls.run.job import Job
from httpls.run.permitted_paths import Permissions
from httpls.run.stop import StopError
from httpls.run.surroundings import Surroundings
from httpls.run.wire import Limits, Route, Wire
from httpls_auth.errors import AuthenticationError, CredentialError, InvalidOriginError
from httpls_auth.schemes.flow import FlowContext, RenewableTokenSource, Token, TokenSource
from httpls_auth.schemes.message import ResponseHead
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.provenance import Place
from httpls_auth.values.value import Value
from httpls_grammar.text import Range

if TYPE_CHECKING:
    from httpls.run.renewed_tokens import RenewedToken


class RequestSchemes:
    """The schemes of one request.

    `filler` gives the filler of its texts, which asks for tokens here. `route` is that of the requests of flows. Every
    hop of a flow is added to `hops`.
    """

    def __init__(
        self,
        job: Job,
        wire: Wire,
        surroundings: Surroundings,
        plan: Plan,
        context: Context,
        filler: Callable[[], Filler],
        permissions: Permissions,
        route: Callable[[Origin], Route],
        limits: Callable[[], Limits],
        hops: list[Hop],
    ) -> None:
        """Take what the schemes are made of; nothing is made yet."""
        self._job = job
        self._wire = wire
        self._given = surroundings
        self._plan = plan
        self._context = context
        self._filler = filler
        self._permissions = permissions
        self._route = route
        self._limits = limits
        self._hops = hops
        self._taken: list[str] = []
        self._tokens_in_texts: dict[tuple[str, ...], _TokenInText] = {}

    def authenticator(self) -> Authenticator:
        """Return what authenticates the request. Raises `StopError`, `CannotFillError` and `CancelledError`."""
        schemes = [self.prepared(one) for one in self._plan.auth.schemes if one.word != "mtls"]
        renew = self._renewed if self._tokens_in_texts else None
        if not schemes and renew is None:
            return Authenticator((), None, None)
        try:
            return Authenticator(schemes, self.steps, self._world, renew)
        except AuthenticationFailedError as error:
            raise StopError(Outcome.REFUSED, [error.failure]) from error

    def flow_context(self) -> FlowContext:
        """Return the context of a flow outside of any exchange: new tokens are bound to the request's origin."""
        context = context_for(self._origin or _NOWHERE, self._world, {}, [])
        return context if self._origin is not None else context._replace(token_labels=Labels("a token"))

    def token(self, hole: Hole) -> Value:
        """Return the token that a hole stands for, bound to the origin of the request."""
        planned = self._plan.auth.tokens.get(hole.arguments)
        if planned is None:
            raise RefusedError("unknown-token", f"there is nothing that gives `{hole.name}`", "Correct its arguments.")
        scheme = self.prepared(planned.scheme).scheme
        if not isinstance(scheme, TokenSource):
            raise CredentialError(f"`{scheme.word}` has no token of its own", "Refer to an OAuth 2.0 authentication.")
        context = self.flow_context()
        token = self.steps.run(scheme.token(context), planned.scheme.folder, planned.is_new)
        value = _of_token(token, planned, context)
        if isinstance(scheme, RenewableTokenSource):
            self._tokens_in_texts[hole.arguments] = _TokenInText(scheme, planned, context, value)
        return value

    def _renewed(self, response: ResponseHead) -> "Sequence[RenewedToken]":
        """Renew the tokens in the texts of the request that a response refuses, each once."""
        from httpls.run.renewed_tokens import RenewedToken

        found: list[RenewedToken] = []
        for words, one in self._tokens_in_texts.items():
            token = self.steps.run(one.source.renewed(response, one.context), one.planned.scheme.folder)
            if token is not None:
                value = _of_token(token, one.planned, one.context)
                found.append(RenewedToken(one.value, value))
                self._tokens_in_texts[words] = one._replace(value=value)
        return found

    def prepared(self, planned: PlannedScheme) -> Prepared:
        """Make a scheme. Raises `StopError` at the parameter that is to blame, and what filling raises."""
        places = {id(one.text): one for one in planned.parameters}

        def fill(text: PlannedText) -> Value:
            parameter = places.get(id(text))
            return self._filler().text(text, place_of(parameter) if parameter is not None else None)

        def read_file(path: Path) -> bytes:
            real = self._permissions.to_read(path, str(path))
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
            raise StopError(Outcome.REFUSED, [auth_failure(error, planned)]) from error
        except RefusedError as error:
            failure = auth_failure(CredentialError(str(error), error.remedy), planned)
            raise StopError(Outcome.REFUSED, [failure._replace(code=error.code)]) from error

    @cached_property
    def steps(self) -> FlowSteps:
        """What drives the flows of the schemes."""
        given, ports = self._given, self._given.ports
        analysis = self._job.analysis
        return FlowSteps(
            FlowPorts(
                self._wire,
                self._route,
                self._limits(),
                ports.clock,
                ports.prompter,
                ports.login,
                ports.tokens,
                self._permissions,
                self._may_use_machine,
                analysis.workspace.os_environment.get,
                analysis.chosen_environments,
                lambda: ports.project(analysis.root),
                given.user_agent,
                given.session.redactor,
                given.cancel,
                self._other_token,
            ),
            self._hops,
            self._origin,
        )

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
        scheme = self.prepared(drafted.scheme).scheme
        if not isinstance(scheme, TokenSource):
            raise CredentialError(f"`{scheme.word}` has no token of its own", "Refer to an OAuth 2.0 authentication.")
        context = context_for(self._origin or _NOWHERE, self._world, {}, [])._replace(token_labels=Labels("a token"))
        self._taken.append(identifier)
        try:
            return self.steps.run(scheme.token(context), drafted.scheme.folder)
        finally:
            self._taken.pop()

    def _may_use_machine(self, origin: Origin | None) -> bool:
        options = self._given.options
        return options.is_trusted or (origin is not None and origin in options.allowed_origins)

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


class _TokenInText(NamedTuple):
    """A token that stands in a text of the request, and what can renew it."""

    source: RenewableTokenSource
    planned: PlannedToken
    context: FlowContext
    value: Value


def _of_token(token: Token, planned: PlannedToken, context: FlowContext) -> Value:
    value = token.identity if planned.is_identity else token.access
    if value is None:
        raise CredentialError("the token endpoint gave no ID token", "Ask for the scope `openid`.")
    return value.labelled(context.token_labels)


def place_of(parameter: PlannedParameter) -> Place:
    """Return where a parameter of a scheme is written."""
    source = parameter.argument.source
    position = source.position(parameter.argument.range.start)
    return Place(str(source.path), position.line, position.column)


_NOWHERE = Origin("https", "invalid", 443)
"""Where a request goes of which that is not known yet; nothing is bound to it."""
