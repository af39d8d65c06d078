"""Diagnostics, by pull where the client pulls, else pushed."""

from collections.abc import Sequence

from lsprotocol import types

from httpls.lsp.documents import OpenDocument
from httpls.lsp.session import Snapshot
from httpls_grammar.problems import Problem, Severity

MOST = 1000
"""How many diagnostics one file may have; what has more is not read by anybody."""

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
    Severity.HINT: types.DiagnosticSeverity.Hint,
}


def pulled(snapshot: Snapshot, params: types.DocumentDiagnosticParams) -> types.RelatedFullDocumentDiagnosticReport:
    """Answer `textDocument/diagnostic`."""
    document = snapshot.document(params.text_document.uri)
    return types.RelatedFullDocumentDiagnosticReport(
        items=[] if document is None else diagnostics(snapshot, document),
        result_id=None if document is None else str(document.version),
    )


def published(snapshot: Snapshot, document: OpenDocument) -> types.PublishDiagnosticsParams:
    """Return what is pushed for a document."""
    return types.PublishDiagnosticsParams(document.uri, diagnostics(snapshot, document), document.version)


def diagnostics(snapshot: Snapshot, document: OpenDocument) -> list[types.Diagnostic]:
    """Return the diagnostics of a document, those with the smallest offsets first."""
    return [diagnostic for diagnostic, _ in diagnostics_with_problems(snapshot, document)]


def diagnostics_with_problems(snapshot: Snapshot, document: OpenDocument) -> Sequence[tuple[types.Diagnostic, Problem]]:
    """Return the diagnostics of a document with what they were made of, for the fixes."""
    analysis = snapshot.analysis(document)
    if analysis is None:
        return []
    problems: Sequence[Problem] = sorted(dict.fromkeys(analysis.problems()), key=lambda problem: problem.range)
    return [(_diagnostic(snapshot, document, problem), problem) for problem in problems[:MOST]]


def _diagnostic(snapshot: Snapshot, document: OpenDocument, problem: Problem) -> types.Diagnostic:
    return types.Diagnostic(
        range=snapshot.positions.range(document.content, problem.range),
        message=f"{problem.message}. {problem.remedy}".strip(),
        severity=_SEVERITIES[problem.severity],
        code=problem.code,
        source="httpls",
    )
