"""Shows how the connection of a planned request would be secured: which certificate is shown, who is trusted, why."""

from collections.abc import Iterator

from httpls.cli.terminal import Style, visible
from httpls.model.analysis import Analysis
from httpls.model.plan import Plan
from httpls.model.tls import PlannedTls, TlsOptions, plan_tls
from httpls.model.tls_problems import origin_of


def planned_tls(analysis: Analysis, plan: Plan, options: TlsOptions | None) -> PlannedTls | None:
    """Return how the connection is secured; None for http, and as long as the host is not known."""
    origin = origin_of(plan)
    if origin is None or origin.scheme != "https":
        return None
    sources = analysis.tls_sources(plan, analysis.context(plan.request))
    is_insecure = analysis.options(plan.request).is_insecure
    return plan_tls(sources._replace(options=options, is_insecure=is_insecure), origin)


def tls_lines(planned: PlannedTls, style: Style) -> Iterator[str]:
    """Yield what is not as it always is."""
    certificate = planned.certificate
    if certificate is not None:
        shown = certificate.path.shown if certificate.path is not None else "none"
        yield f"client certificate: {visible(shown)}  {style.paint(f'by {visible(certificate.rule)}', '2')}"
    for rule, path in planned.authorities:
        yield f"trusts: {visible(path.shown)}  {style.paint(f'by {visible(rule)}', '2')}"
    if planned.pins:
        yield f"server: has to have one of the public keys {visible(', '.join(planned.pins))}"
    if not planned.verify:
        yield f"server: not verified  {style.paint(f'by {visible(planned.verify_rule)}', '2')}"


def tls_as_json(planned: PlannedTls | None) -> dict[str, object] | None:
    """Return it as plain data."""
    if planned is None:
        return None
    certificate = planned.certificate
    path = certificate.path if certificate is not None else None
    return {
        "clientCertificate": path.shown if path is not None else None,
        "clientCertificateRule": certificate.rule if certificate is not None else None,
        "authorities": [{"path": path.shown, "rule": rule} for rule, path in planned.authorities],
        "trustsSystem": not planned.replaces_system,
        "isVerified": planned.verify,
        "verifyRule": planned.verify_rule or None,
    }
