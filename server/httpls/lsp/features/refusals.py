"""What a server that refused a request asks for, told at the request until it is sent again."""

from collections.abc import Sequence

from lsprotocol import types

from httpls.lsp.documents import OpenDocument, PlainText
from httpls.lsp.features.diagnostics import diagnostic_of
from httpls.lsp.runs import Runs
from httpls.lsp.session import Snapshot
from httpls.model.late_problems import REFUSED_BY_SERVER
from httpls.model.names import by_known_name, by_line
from httpls.model.severities import displayed
from httpls_grammar.text import Range


def refusals(snapshot: Snapshot, runs: Runs, document: OpenDocument) -> Sequence[types.Diagnostic]:
    """Return a diagnostic for each request of a document whose last response was a 401, 403 or 407."""
    if document.request_file is None:
        return ()
    found: list[types.Diagnostic] = []
    for (path, key), last in runs.last.items():
        if path != document.path or not last.refusal:
            continue
        named = by_known_name(document.request_file, key)
        request = named[0] if named else by_line(document.request_file, last.line)
        if request is None:
            continue
        line = request.syntax.line.range
        text = line.of(request.block.text).rstrip().partition("\n")[0].rstrip()
        start = request.offset + line.start
        where = snapshot.positions.range(document.content, line._replace(start=start, end=start + len(text)))
        problem = REFUSED_BY_SERVER.at(Range(0, 0), status=last.status, explanation=" ".join(last.refusal))
        shown = displayed(problem, snapshot.severities(document))
        if shown is not None:
            diagnostic = diagnostic_of(snapshot, PlainText(""), shown)
            diagnostic.range = where
            found.append(diagnostic)
    return found
