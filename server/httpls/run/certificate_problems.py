"""What is wrong with the certificates of requests that can be known by reading them, for `httpls check` and editors."""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from time import time

from httpls.model.analysis import Analysis
from httpls.model.facts import CertificateFact
from httpls.model.plan import Plan
from httpls.model.planned_text import PlannedText
from httpls.model.tls import PlannedCertificate, PlannedPath, plan_tls
from httpls.model.tls_problems import DUBIOUS_CERTIFICATE, UNUSABLE_CERTIFICATE, origin_of
from httpls_auth.errors import KeyMaterialError
from httpls_auth.tls.choice import ClientCertificate, Material, is_material
from httpls_auth.values.value import Value, joined
from httpls_grammar import Request
from httpls_grammar.problems import Problem

_DAY = 86_400.0


def certificate_facts(analysis: Analysis) -> dict[Path, CertificateFact]:
    """Return what is known of the client certificates of a file, by their paths; what is read is as below."""
    found: dict[Path, CertificateFact] = {}
    for _, _, certificate in _certificates(analysis):
        given = _given(analysis, certificate)
        path = certificate.path.absolute if certificate.path is not None else None
        if given is not None and path is not None:
            found[Path(path)] = _looked_at(given, _stamps(given))[0]
    return found


def certificate_problems(analysis: Analysis) -> Iterator[Problem]:
    """Yield the problems of the client certificates of a file; ranges count from its start.

    Nobody is asked and no secret is fetched, so that a certificate whose passphrase is one is not looked at. Nor is
    what lies outside the project: it may not be trusted.
    """
    for request, plan, certificate in _certificates(analysis):
        yield from _of_certificate(analysis, request, plan, certificate)


def _certificates(analysis: Analysis) -> Iterator[tuple[Request, Plan, PlannedCertificate]]:
    """Yield the requests of a file that would show a client certificate."""
    texts = [analysis.file.source.text, *[file.source.text for file in analysis.shared]]
    if not analysis.certificates.rules and not any(_may_name_one(text) for text in texts):
        return
    for request in analysis.file.document.requests:
        plan = analysis.plan(request)
        origin = origin_of(plan)
        if origin is None or origin.scheme != "https":
            continue
        planned = plan_tls(analysis.tls_sources(plan, analysis.context(request)), origin)
        if planned.certificate is not None:
            yield request, plan, planned.certificate


def _may_name_one(text: str) -> bool:
    lowered = text.lower()
    return "cert" in lowered or "mtls" in lowered or "mutual" in lowered


def _of_certificate(
    analysis: Analysis, request: Request, plan: Plan, certificate: PlannedCertificate
) -> Iterator[Problem]:
    given = _given(analysis, certificate)
    path = certificate.path
    if given is None or path is None:
        return
    is_here = path.where is not None and path.where.source is plan.file.source
    where = path.where.range if path.where is not None and is_here else None
    where = where or request.syntax.line.range.shifted(request.offset)
    fact, remedy = _looked_at(given, _stamps(given))
    if fact.error:
        yield UNUSABLE_CERTIFICATE.at(where, message=fact.error, remedy=remedy)
    for warning in fact.warnings:
        yield DUBIOUS_CERTIFICATE.at(where, path=path.shown, warning=warning)


def _given(analysis: Analysis, certificate: PlannedCertificate) -> ClientCertificate | None:
    """Return the certificate with its key, None as long as something of it is not known or may not be read."""
    passphrase = _text(certificate.passphrase) if certificate.passphrase is not None else None
    if certificate.path is None or (certificate.passphrase is not None and passphrase is None):
        return None
    path = _given_material(analysis, certificate.path)
    key = _given_material(analysis, certificate.key) if certificate.key is not None else None
    if path is None or (certificate.key is not None and key is None):
        return None
    return ClientCertificate(path, key, passphrase, certificate.rule)


def _given_material(analysis: Analysis, path: PlannedPath) -> Material | None:
    text = _text(path.text)
    return text if text is not None and is_material(text.reveal()) else _readable(analysis, path)


def _readable(analysis: Analysis, path: PlannedPath) -> str | None:
    absolute = path.absolute
    if absolute is None:
        return None
    real, root = Path(os.path.realpath(absolute)), Path(os.path.realpath(analysis.root))
    # What is missing is told by the model, which needs to read nothing for that.
    return str(real) if root in real.parents and real.is_file() else None


def _text(text: PlannedText) -> Value | None:
    values = [piece for piece in text.pieces if isinstance(piece, Value)]
    return joined(values, values[0].provenance) if text.is_complete and values else None


def _stamp(material: Material | None) -> float:
    try:
        return os.stat(material).st_mtime if isinstance(material, str) else 0.0
    except OSError:
        return 0.0


def _stamps(given: ClientCertificate) -> tuple[float, ...]:
    return _stamp(given.certificate), _stamp(given.key), time() // _DAY


@lru_cache(maxsize=64)
def _looked_at(given: ClientCertificate, _stamps: tuple[float, ...]) -> tuple[CertificateFact, str]:
    """Return what is known of a certificate, and what to do if it cannot be used.

    `_stamps` are the times of the files and the day: when one of them changes, the answer may be another.
    """
    from httpls_auth.tls.explain import explain_certificate

    try:
        found = explain_certificate(given)
    except KeyMaterialError as error:
        return CertificateFact(error=str(error)), error.remedy
    facts = found.certificate
    return CertificateFact(facts.subject, facts.issuer, facts.not_after, found.key, found.warnings), ""
