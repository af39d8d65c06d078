"""The parts of one request that is about to be sent: its texts, its authentication, its way."""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from httpls.model.options import RequestOptions
from httpls.model.plan import Plan
from httpls.model.planned_text import Hole
from httpls.model.resolve import Context
from httpls.run.authenticate import Authenticator
from httpls.run.body_content import BodySources
from httpls.run.cookie_use import CookieUse
from httpls.run.credentials import Credentials
from httpls.run.errors import RefusedError
from httpls.run.exchange import Exchange, Hop, Outcome
from httpls.run.filling import CERTIFICATE_QUESTION, CannotFillError, Filler, Supplies
from httpls.run.job import Job
from httpls.run.outgoing import Defaults, draft
from httpls.run.permitted_paths import Permissions
from httpls.run.project_tls import UNUSABLE
from httpls.run.request_schemes import RequestSchemes, place_of
from httpls.run.send import Means
from httpls.run.sending_rules import SendingRules
from httpls.run.stop import StopError
from httpls.run.surroundings import Surroundings
from httpls.run.wire import Limits, Route, Wire
from httpls_auth.schemes.message import Body, OutgoingRequest
from httpls_auth.values.origin import Origin
from httpls_auth.values.value import Value

if TYPE_CHECKING:
    from httpls.run.cookies.jar import CookieJar


class FillingNeeds:
    """What filling asks for beyond the supplies of the run: earlier exchanges, JavaScript expressions."""

    def __init__(self, exchange: Callable[[str], Exchange | None], expression: Callable[[str], Value]) -> None:
        """Take what gives them, by the name of a request and by the text of an expression."""
        self.exchange = exchange
        self.expression = expression


class RequestParts:
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
        needs: FillingNeeds,
    ) -> None:
        """Take what is planned; nothing is filled yet. Every hop is added to `hops`."""
        self._job = job
        self._wire = wire
        self._given = surroundings
        self.plan = plan
        self._hops = hops
        self._routes: dict[Origin, Route] = {}
        self.permissions = permissions_of(job, surroundings)
        self.filler = filler_of(job, surroundings, context, needs, self._token)
        self._rules = SendingRules(
            job.analysis, plan, options, surroundings.options, surroundings.ports.tls, self.filler.text, context
        )
        self._schemes = RequestSchemes(
            job, wire, surroundings, plan, context, lambda: self.filler, self.permissions, self._route_of_flow,
            lambda: self._limits, hops,
        )  # fmt: skip

    @property
    def scheme_words(self) -> Sequence[str]:
        """The schemes that authenticate the request."""
        return [one.word for one in self.plan.auth.schemes]

    def draft(self) -> OutgoingRequest:
        """Return the request as it would be sent without authentication."""
        for planned in self.plan.auth.schemes:
            for parameter in planned.parameters:
                self.filler.check(parameter.text.holes, place_of(parameter))
        sources = BodySources(self.filler, self.permissions, _open_file, self._rules.encodes)
        try:
            return draft(self.plan, sources, Defaults(self._given.user_agent))
        except RefusedError as error:
            raise CannotFillError([self.filler.failure(error, None)]) from error

    def check_route(self, origin: Origin) -> None:
        """Refuse a request whose certificates cannot be used before any step of its authentication is made."""
        try:
            self._route(origin, None)
        except RefusedError as error:
            if error.code == UNUSABLE:
                # The passphrase that was typed may be wrong.
                self._given.session.forget_answers(CERTIFICATE_QUESTION)
            raise StopError(Outcome.REFUSED, [self.filler.failure(error, None)]) from error

    def authenticator(self) -> Authenticator:
        """Return what authenticates the request."""
        return self._schemes.authenticator()

    def credentials(self) -> Credentials:
        """Return what authenticates the request, for those who want its tokens and not its response."""
        auth, schemes = self.plan.auth, self._schemes
        prepared = tuple([schemes.prepared(one) for one in auth.schemes if one.word != "mtls"])
        tokens = {words: schemes.prepared(one.scheme) for words, one in auth.tokens.items()}
        return Credentials(prepared, tokens, schemes.steps, schemes.flow_context(), self.draft, self._hops)

    def means(self, authenticator: Authenticator, number: int) -> Means:
        """Return with what the request is sent; `number` is that of the request in the run."""
        given = self._given

        def route(origin: Origin) -> Route:
            return self._route(origin, authenticator.connection)

        def progress(phase: str, done: int, total: int | None) -> None:
            given.listener.progressed(number, phase, done, total)

        return Means(
            self._wire, route, self._limits, authenticator, given.ports.clock, given.cancel, progress, self._hops,
            self._rules.redirects, CookieUse(self._jar), given.session.redactor,
        )  # fmt: skip

    def _token(self, hole: Hole) -> Value:
        return self._schemes.token(hole)

    def _route(self, origin: Origin, pin: str | None) -> Route:
        found = self._routes.get(origin)
        if found is None:
            found = self._routes[origin] = self._rules.route(origin)
        if pin is None:
            return found
        # A login belongs to a connection, and one of HTTP/2 has many requests at once: servers refuse it there.
        return found._replace(pin=pin, version="1.1" if found.version == "auto" else found.version)

    def _route_of_flow(self, origin: Origin) -> Route:
        return self._rules.route(origin, is_own_request=False)

    @cached_property
    def _limits(self) -> Limits:
        return self._rules.limits

    def _jar(self, is_to_store: bool) -> "CookieJar | None":
        if not self._rules.uses_cookies:
            return None
        analysis = self._job.analysis
        return self._given.jars(analysis.root, tuple(analysis.chosen_environments), is_to_store)


def permissions_of(job: Job, surroundings: Surroundings) -> Permissions:
    """Return what the file of a request may read and write."""
    return Permissions(job.analysis.root, surroundings.options.is_trusted)


def filler_of(
    job: Job, surroundings: Surroundings, context: Context, needs: FillingNeeds, token: Callable[[Hole], Value]
) -> Filler:
    """Return what fills the texts of a request, those that are resolved in `context`."""
    ports, options = surroundings.ports, surroundings.options
    supplies = Supplies(
        ports.clock, ports.randomness, ports.prompter, ports.secrets, surroundings.session,
        permissions_of(job, surroundings), job.analysis.chosen_environments, needs.exchange, token, needs.expression,
        surroundings.cancel, None if options.is_trusted else options.allowed_origins,
    )  # fmt: skip
    return Filler(job.analysis, context, supplies)


def _open_file(path: Path) -> Body:
    from httpls.run.file_body import FileBody

    return FileBody(path)
