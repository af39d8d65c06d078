"""How a problem is said as a diagnostic, and the diagnostics of the files that hold no requests."""

from collections.abc import Sequence

from lsprotocol import types

from httpls.ide.other_files import findings_in
from httpls.lsp.documents import OpenDocument
from httpls.lsp.positions import Lines
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
_UNNECESSARY = frozenset(("unused-variable", "unknown-line", "line-before-request", "content-length"))
"""The codes of what has no effect, which clients show faded."""


def diagnostic_of(snapshot: Snapshot, lines: Lines, problem: Problem) -> types.Diagnostic:
    """Return a problem as the protocol says it."""
    is_tagged = snapshot.client.diagnostic_tags
    return types.Diagnostic(
        range=snapshot.positions.range(lines, problem.range),
        message=f"{problem.message}. {problem.remedy}".strip(),
        severity=_SEVERITIES[problem.severity],
        code=problem.code,
        source="httpls",
        tags=[types.DiagnosticTag.Unnecessary] if is_tagged and problem.code in _UNNECESSARY else None,
    )


def diagnostics_of_other(snapshot: Snapshot, document: OpenDocument) -> Sequence[types.Diagnostic]:
    """Return the diagnostics of a file of environments or settings."""
    problems = findings_in(snapshot.workspace, document.path)
    ordered = sorted(dict.fromkeys(problems), key=lambda problem: problem.range)
    return [diagnostic_of(snapshot, document.content, problem) for problem in ordered[:MOST]]
