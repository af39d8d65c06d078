"""`textDocument/codeLens` and `textDocument/codeAction`: every lens is an action too, for editors without lenses."""

import time
from collections.abc import Iterator

from lsprotocol import types

from httpls.ide.code_lenses import Lens, lens_of, lenses, shown_age
from httpls.ide.quick_fixes import fixes
from httpls.ide.refactorings import extract_variable, inline_variable
from httpls.ide.setting_up import setups
from httpls.lsp.diagnoses import Diagnoses
from httpls.lsp.documents import OpenDocument
from httpls.lsp.runs import LastResult, Runs
from httpls.lsp.session import Snapshot
from httpls.model.names import by_line
from httpls.run.exchange import Outcome

CHOOSE_ENVIRONMENT = "httpls.chooseEnvironmentOfFile"
COPY_AS_CURL = "httpls.copyAsCurl"
SEND = "httpls.send"
SEND_ALL = "httpls.sendAll"
SEND_UP_TO_HERE = "httpls.sendUpToHere"
SHOW_RESPONSE = "httpls.showResponse"


def code_lenses(snapshot: Snapshot, runs: Runs, params: types.CodeLensParams) -> list[types.CodeLens]:
    """Return a lens to send each request, and one that shows what came of it last."""
    document = snapshot.document(params.text_document.uri)
    if document is None or document.request_file is None or not snapshot.is_trusted:
        return []
    if not snapshot.editor(document.path).code_lens:
        return []
    found: list[types.CodeLens] = []
    now = time.time()
    for lens in lenses(document.request_file):
        where = snapshot.positions.range(document.content, lens.range)
        where = types.Range(where.start, where.start)
        found.append(types.CodeLens(where, _send(document, lens)))
        last = runs.last.get((document.path, lens.key))
        if last is not None:
            found.append(types.CodeLens(where, _command(_told(last, now), SHOW_RESPONSE, last.document)))
    return found


def code_actions(
    snapshot: Snapshot, diagnoses: Diagnoses, runs: Runs, params: types.CodeActionParams
) -> list[types.CodeAction]:
    """Return the fixes of the problems in a range, and what can be done with the request there."""
    document = snapshot.document(params.text_document.uri)
    if document is None or document.request_file is None:
        return []
    wanted = params.context.only
    actions = [*_fixes(snapshot, diagnoses, document, params.range), *_changes(snapshot, runs, document, params)]
    if snapshot.is_trusted:
        actions += _sends(document, params.range.start.line + 1, runs)
    if not wanted:
        return actions
    return [action for action in actions if any(_is_of(action.kind, kind) for kind in wanted)]


def _is_of(kind: "types.CodeActionKind | str | None", wanted: "types.CodeActionKind | str") -> bool:
    given = kind.value if isinstance(kind, types.CodeActionKind) else kind or ""
    asked = wanted.value if isinstance(wanted, types.CodeActionKind) else wanted
    return given == asked or given.startswith(f"{asked}.")


def _fixes(
    snapshot: Snapshot, diagnoses: Diagnoses, document: OpenDocument, where: types.Range
) -> Iterator[types.CodeAction]:
    text = document.content.text
    for diagnostic, problem in diagnoses.in_lines(snapshot, document, where.start.line, where.end.line):
        for fix in fixes(text, problem):
            edit = types.TextEdit(snapshot.positions.range(document.content, fix.range), fix.text)
            yield types.CodeAction(
                title=fix.title,
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                is_preferred=fix.is_preferred or None,
                edit=_edit(snapshot, document, edit),
            )


def _changes(
    snapshot: Snapshot, runs: Runs, document: OpenDocument, params: types.CodeActionParams
) -> Iterator[types.CodeAction]:
    """Yield what sets authentication up at a request, and the refactorings of a selection."""
    analysis = snapshot.analysis(document)
    assert analysis is not None
    assert document.request_file is not None
    positions = snapshot.positions
    where = params.range
    stretch = positions.stretch(document.content, where)
    request = by_line(document.request_file, where.start.line + 1)
    kinds = types.CodeActionKind
    if request is not None:
        last = runs.last.get((document.path, lens_of(request).key))
        is_refused = last is not None and bool(last.refusal)
        is_asked = kinds.RefactorRewrite in (params.context.only or ())
        for setup in setups(request, is_refused or is_asked):
            edit = types.TextEdit(positions.range(document.content, setup.range), setup.text)
            kind = kinds.RefactorRewrite if is_asked else kinds.QuickFix
            yield types.CodeAction(setup.title, kind, edit=_edit(snapshot, document, edit))
    extracted = extract_variable(analysis, stretch) if stretch.end > stretch.start else []
    if extracted:
        edits = [types.TextEdit(positions.range(document.content, one.range), one.text) for one in extracted]
        yield types.CodeAction("Extract a variable", kinds.RefactorExtract, edit=_edit(snapshot, document, *edits))
    inlined = inline_variable(analysis, stretch.start)
    if inlined is not None:
        name, changes = inlined
        edits = [types.TextEdit(positions.range(document.content, one.range), one.text) for one in changes]
        title = f"Inline the variable `{name}`"
        yield types.CodeAction(title, kinds.RefactorInline, edit=_edit(snapshot, document, *edits))


def _edit(snapshot: Snapshot, document: OpenDocument, *edits: types.TextEdit) -> types.WorkspaceEdit:
    if not snapshot.client.document_changes:
        return types.WorkspaceEdit(changes={document.uri: list(edits)})
    identity = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identity, list(edits))])


def _sends(document: OpenDocument, line: int, runs: Runs) -> Iterator[types.CodeAction]:
    assert document.request_file is not None
    request = by_line(document.request_file, line)
    if request is not None and request.method != "NOP":
        lens = lens_of(request)
        yield _action(f"Send {lens.title}", _send(document, lens))
        here = {"uri": document.uri, "line": lens.line}
        yield _action("Send all up to here", _command("Send all up to here", SEND_UP_TO_HERE, here))
        yield _action("Copy as cURL", _command("Copy as cURL", COPY_AS_CURL, here))
        last = runs.last.get((document.path, lens.key))
        if last is not None:
            command = _command("Show the last response", SHOW_RESPONSE, last.document)
            yield _action("Show the last response", command)
    yield _action("Send all requests of this file", _command("Send all", SEND_ALL, {"uri": document.uri}))


def _action(title: str, command: types.Command) -> types.CodeAction:
    # Some editors ask for no kinds but their own, and show an action of no kind always.
    return types.CodeAction(title=title, kind="source.httpls", command=command)


def _send(document: OpenDocument, lens: Lens) -> types.Command:
    return _command("Send", SEND, {"uri": document.uri, "line": lens.line})


def _command(title: str, command: str, argument: object) -> types.Command:
    return types.Command(title, command, arguments=[argument])


def _told(last: LastResult, now: float) -> str:
    if last.outcome is Outcome.SENT and last.status is not None:
        what = f"{last.status} · {last.seconds * 1000:.0f} ms"
    else:
        what = last.outcome.value
    return f"{what} · {shown_age(now - last.at)}"
