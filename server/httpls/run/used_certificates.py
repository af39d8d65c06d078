"""Works out which certificates a request uses, and why, without a connection."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from httpls.model.analysis import Analysis
from httpls.model.plan import Plan
from httpls.model.planned_text import PlannedText
from httpls.model.tls import Occasion, PlannedTls, TlsSources, plan_tls, tls_choice
from httpls.model.tls_problems import origin_of, tls_problems
from httpls.run.errors import RefusedError
from httpls_auth.errors import AuthenticationError
from httpls_auth.tls.choice import TlsChoice
from httpls_auth.values.origin import Origin
from httpls_auth.values.value import Value
from httpls_grammar import Request
from httpls_grammar.problems import Severity

if TYPE_CHECKING:
    from httpls_auth.tls.explain import KeyPairFacts


class Explained(NamedTuple):
    """What is known of one request. `facts` are those of the client certificate, if it can be used."""

    title: str
    origin: Origin | None
    planned: PlannedTls | None
    choice: TlsChoice | None = None
    facts: "KeyPairFacts | None" = None
    errors: tuple[tuple[str, str], ...] = ()
    """What is wrong, and what to do."""


def explain(analysis: Analysis, request: Request, fill: Callable[[PlannedText], Value]) -> Explained:
    """Return what is used for a request, and what is wrong with it.

    `fill` gives texts, such as a passphrase, their values. It may raise `AuthenticationError` and `RefusedError`.
    """
    plan = analysis.plan(request)
    title = f"{plan.method} {plan.target}" if request.name is None else f"{request.name}: {plan.method} {plan.target}"
    origin = origin_of(plan)
    if origin is None:
        return Explained(title, None, None)
    if origin.scheme != "https":
        return Explained(title, origin, None)
    sources = analysis.tls_sources(plan, analysis.context(request))
    sources = sources._replace(is_insecure=analysis.options(request).is_insecure)
    planned = plan_tls(sources, origin, Occasion.REQUEST)
    problems = _problems(analysis, request, plan, sources)
    if problems:
        return Explained(title, origin, planned, errors=tuple(problems))
    try:
        choice = tls_choice(planned, fill, lambda _, path: path)
        facts = _usable(choice)
    except (AuthenticationError, RefusedError) as error:
        return Explained(title, origin, planned, errors=((str(error), error.remedy),))
    return Explained(title, origin, planned, choice, facts)


def _problems(analysis: Analysis, request: Request, plan: Plan, sources: TlsSources) -> list[tuple[str, str]]:
    place = request.syntax.line.range.shifted(request.offset)
    found = tls_problems(plan, sources, analysis.workspace.files, place)
    return [(one.message, one.remedy) for one in found if one.severity is Severity.ERROR]


def _usable(choice: TlsChoice) -> "KeyPairFacts | None":
    """Return the facts of the client certificate. Raises `AuthenticationError` for a choice that cannot be used."""
    from httpls_auth.tls.context import check_choice
    from httpls_auth.tls.explain import explain_certificate

    facts = explain_certificate(choice.client_certificate) if choice.client_certificate is not None else None
    check_choice(choice)
    return facts
