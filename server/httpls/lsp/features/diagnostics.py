"""How a problem is said as a diagnostic, and the diagnostics of the files that hold no requests."""

from collections.abc import Mapping, Sequence

from lsprotocol import types

from httpls.ide.other_files import findings_in
from httpls.lsp.documents import OpenDocument
from httpls.lsp.pages import page_of
from httpls.lsp.positions import Lines
from httpls.lsp.session import Snapshot
from httpls.model.severities import displayed
from httpls_grammar.problems import Problem, Severity

MOST = 1000
"""How many diagnostics one file may have; what has more is not read by anybody."""

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
    Severity.HINT: types.DiagnosticSeverity.Hint,
}
_UNNECESSARY = frozenset((
    "unused-variable", "unused-environment-variable", "unknown-line", "line-before-request", "content-length",
    "unused-auth-parameter", "ignored-auth-key", "unused-boundary", "curl-option-without-effect", "clear-text-token",
))  # fmt: skip
"""The codes of what has no effect, which clients show faded."""
_DEPRECATED = frozenset(("deprecated-auth", "deprecated-environment-file"))
"""The codes of what works, but is better done otherwise, which clients show struck through."""


def diagnostic_of(snapshot: Snapshot, lines: Lines, problem: Problem) -> types.Diagnostic:
    """Return a problem as the protocol says it."""
    client = snapshot.client
    tags: list[types.DiagnosticTag] = []
    if client.diagnostic_tags and problem.code in _UNNECESSARY:
        tags.append(types.DiagnosticTag.Unnecessary)
    if client.diagnostic_tags and problem.code in _DEPRECATED:
        tags.append(types.DiagnosticTag.Deprecated)
    page = page_of(problem.code) if client.diagnostic_links else None
    return types.Diagnostic(
        range=snapshot.positions.range(lines, problem.range),
        message=sentences(problem),
        severity=_SEVERITIES[problem.severity],
        code=problem.code,
        code_description=types.CodeDescription(page) if page is not None else None,
        source="httpls",
        tags=tags or None,
        data={"remedy": problem.remedy} if client.diagnostic_data else None,
    )


def sentences(problem: Problem) -> str:
    """Return what is wrong and what to do, each as a sentence."""
    message = problem.message.rstrip()
    message = message[:1].upper() + message[1:]
    if not message.endswith((".", "?", "!", "…")):
        message += "."
    return f"{message} {problem.remedy}".strip()


def diagnostics_of_other(snapshot: Snapshot, document: OpenDocument) -> Sequence[types.Diagnostic]:
    """Return the diagnostics of a file of environments or settings."""
    ordered = problems_of_other(snapshot, document, snapshot.severities(document))
    return [diagnostic_of(snapshot, document.content, problem) for problem in ordered[:MOST]]


def problems_of_other(snapshot: Snapshot, document: OpenDocument, severities: Mapping[str, str]) -> Sequence[Problem]:
    """Return the problems of a file of environments or settings in their order, as bad as they are to be shown."""
    every = findings_in(snapshot.workspace_of(document.path), document.path)
    late = snapshot.facts.problems.get(document.path, ())
    found = [displayed(problem, severities) for problem in (*every, *late)]
    return sorted(dict.fromkeys([problem for problem in found if problem is not None]), key=lambda one: one.range)
