"""Chooses certificates and trust by the files of the project, and by what the command line says."""

from typing import NamedTuple

from httpls.model.plan import Plan
from httpls.model.tls import Occasion, TlsOptions, plan_tls, tls_choice
from httpls.model.tls_problems import origin_of
from httpls.run.tls_rules import TlsQuestion
from httpls_auth.errors import InvalidOriginError
from httpls_auth.tls.choice import TlsChoice
from httpls_auth.values.origin import Origin, parse_origin


class ProjectTls(NamedTuple):
    """The rules of `TlsRules`. `options` are those of the command line, None for none."""

    options: TlsOptions | None = None

    def __call__(self, question: TlsQuestion) -> TlsChoice:
        """Return the choice for an origin. Raises what filling the paths and the passphrase raises."""
        analysis, plan = question.analysis, question.plan
        context = question.context or analysis.context(plan.request)
        options = self.options
        if question.is_insecure:
            options = (options or TlsOptions(analysis.root))._replace(is_insecure=True)
        sources = analysis.tls_sources(plan, context)._replace(
            is_insecure=question.options.is_insecure, options=options
        )
        return tls_choice(plan_tls(sources, question.origin, _occasion(question)), question.fill)


def _occasion(question: TlsQuestion) -> Occasion:
    if not question.is_own_request:
        return Occasion.AUTHENTICATION
    return Occasion.REQUEST if question.origin == _written_origin(question) else Occasion.REDIRECT


def _written_origin(question: TlsQuestion) -> Origin | None:
    """Return the origin to which the request is written."""
    plan: Plan = question.plan
    known = origin_of(plan)
    if known is not None:
        return known
    try:
        return parse_origin(question.fill(plan.target).reveal())
    except InvalidOriginError:
        return None
