"""Chooses certificates and trust by the files of the project, and by what the command line says."""

from pathlib import Path
from typing import NamedTuple

from httpls.model.plan import Plan
from httpls.model.tls import Occasion, PlannedPath, PlannedTls, TlsOptions, plan_tls, tls_choice
from httpls.model.tls_problems import origin_of
from httpls.run.errors import RefusedError
from httpls.run.filling import CannotFillError
from httpls.run.permitted_paths import Permissions
from httpls.run.tls_rules import TlsQuestion
from httpls_auth.errors import AuthenticationError, CredentialError, InvalidOriginError
from httpls_auth.tls.choice import ClientCertificate, TlsChoice
from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.value import Value
from httpls_grammar.text import Range

UNUSABLE = "unusable-certificate"
"""The code of the refusal of a request whose certificate, key or authority cannot be used."""


class ProjectTls(NamedTuple):
    """The rules of `TlsRules`. `options` are those of the command line, None for none."""

    options: TlsOptions | None = None

    def __call__(self, question: TlsQuestion) -> TlsChoice:
        """Return the choice for an origin. Raises `RefusedError` for what is not known or cannot be used."""
        from httpls_auth.tls.context import check_choice

        analysis, plan = question.analysis, question.plan
        context = question.context or analysis.context(plan.request)
        options = self.options
        if question.is_insecure:
            options = (options or TlsOptions(analysis.root))._replace(is_insecure=True)
        sources = analysis.tls_sources(plan, context)._replace(
            is_insecure=question.options.is_insecure, options=options
        )
        planned = plan_tls(sources, question.origin, _occasion(question))
        permissions = Permissions(analysis.root, question.is_trusted)

        def permit(path: PlannedPath, resolved: str) -> str:
            if path.is_persons or resolved.startswith("pkcs11:"):
                return resolved
            is_here = path.where is not None and path.where.source is plan.file.source
            where = path.where.range if path.where is not None and is_here else None
            return str(permissions.to_read(Path(resolved), str(path.text), where))

        try:
            choice = tls_choice(planned, question.fill, permit)
            _check_labels(choice.client_certificate, question.origin)
            check_choice(choice)
        except CannotFillError as error:
            first = error.failures[0]
            raise RefusedError(
                first.code, f"{first.message}, for the connection to {question.origin}", first.remedy
            ) from error
        except AuthenticationError as error:
            raise RefusedError(UNUSABLE, str(error), error.remedy, _place(planned, plan, error)) from error
        return choice


def _check_labels(certificate: ClientCertificate | None, origin: Origin) -> None:
    """Raise `CredentialError` for a key or a certificate that is a secret of other origins.

    A passphrase opens a file of this machine, and goes nowhere.
    """
    given = (certificate.certificate, certificate.key) if certificate is not None else ()
    for one in given:
        if isinstance(one, Value) and not one.labels.allows(origin):
            raise CredentialError(
                f"{one.labels.secret or 'a secret'} may not be used for the client certificate that {origin} is shown",
                "Allow the origin where the secret is defined.",
            )


def _place(planned: PlannedTls, plan: Plan, error: AuthenticationError) -> Range | None:
    """Return where the file that an error tells of is named, if that is in the file of the request."""
    certificate = planned.certificate
    paths = [path for _, path in planned.authorities]
    if certificate is not None:
        paths += [path for path in (certificate.key, certificate.path) if path is not None]
    for path in paths:
        is_here = path.where is not None and path.where.source is plan.file.source
        if path.where is not None and is_here and path.absolute is not None and f"`{path.absolute}`" in str(error):
            return path.where.range
    return None


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
