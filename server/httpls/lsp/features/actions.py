"""`textDocument/codeAction`: what puts problems right, what changes a file and keeps its meaning, and all lenses."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from lsprotocol import types

from httpls.ide.code_lenses import lens_of
from httpls.ide.quick_fixes import FileEdit, Fix, Question, fixes
from httpls.ide.refactorings import (
    extract_host,
    extract_variable,
    header_to_directive,
    inline_variable,
    sorted_headers,
    split_off,
)
from httpls.ide.setting_up import setups
from httpls.lsp.diagnoses import Diagnoses
from httpls.lsp.documents import OpenDocument
from httpls.lsp.features.code_lenses import command, environment_title, send_command
from httpls.lsp.features.command_names import (
    CHOOSE_ENVIRONMENT,
    COPY_AS_CURL,
    MOVE_SECRET,
    SEND_ALL,
    SEND_UP_TO_HERE,
    SET_UP_AUTH,
    SHOW_HISTORY,
    SHOW_RESPONSE,
)
from httpls.lsp.features.diagnostics import diagnostic_of, problems_of_other
from httpls.lsp.features.edits import workspace_edit
from httpls.lsp.runs import Runs
from httpls.lsp.session import Snapshot
from httpls.model.analysis import Analysis
from httpls.model.names import by_line
from httpls_grammar import Request
from httpls_grammar.format import Edit
from httpls_grammar.problems import Problem
from httpls_grammar.text import Range

FIX_ALL = "source.fixAll.httpls"
SORT_HEADERS = "source.sortHeaders.httpls"
KINDS = (
    types.CodeActionKind.QuickFix,
    types.CodeActionKind.RefactorExtract,
    types.CodeActionKind.RefactorInline,
    types.CodeActionKind.RefactorRewrite,
    types.CodeActionKind.Source,
    FIX_ALL,
    SORT_HEADERS,
)
"""The kinds of all actions that there are."""
_WITHOUT_PARAMETERS = frozenset(("missing-auth-scheme", "missing-auth-parameter", "unknown-auth-scheme"))


def code_actions(
    snapshot: Snapshot, diagnoses: Diagnoses, runs: Runs, params: types.CodeActionParams
) -> list[types.CodeAction]:
    """Return the fixes of the problems in a range, what changes it, and what can be done with the request there."""
    document = snapshot.document(params.text_document.uri)
    if document is None:
        return []
    wanted = params.context.only
    if document.request_file is None:
        actions = list(_fixes_of_other(snapshot, document, params.range))
    else:
        actions = list(_fixes(snapshot, diagnoses, document, params.range))
        guided = list(_set_up(snapshot, diagnoses, runs, document, params))
        actions += [one for one in guided if one.kind is types.CodeActionKind.QuickFix]
        if snapshot.is_trusted:
            actions += _sends(snapshot, document, params.range.start.line + 1, runs)
        actions += _refactorings(snapshot, document, params.range)
        actions += [one for one in guided if one.kind is not types.CodeActionKind.QuickFix]
        actions += _source(snapshot, diagnoses, document, params)
    if wanted:
        actions = [action for action in actions if any(_is_of(action.kind, kind) for kind in wanted)]
    if snapshot.client.resolves_code_actions:
        for action in actions:
            if action.edit is not None and _is_of(action.kind, types.CodeActionKind.Refactor):
                where = params.range
                start, end = where.start, where.end
                place = [start.line, start.character, end.line, end.character]
                action.edit, action.data = None, [document.uri, document.version, *place]
    return actions


def resolved_action(
    snapshot: Snapshot, diagnoses: Diagnoses, runs: Runs, action: types.CodeAction
) -> types.CodeAction:  # fmt: skip
    """Return an action with its edit; as it is, if the text is another one by now."""
    given: object = action.data
    data = cast("list[object]", given) if isinstance(given, list) else []
    document = snapshot.document(str(data[0])) if len(data) == 6 else None
    if document is None or document.version != data[1] or not all(isinstance(one, int) for one in data[2:]):
        return action
    first, left, last, right = cast("list[int]", data[2:])
    where = types.Range(types.Position(first, left), types.Position(last, right))
    only = [types.CodeActionKind.Refactor]
    context = types.CodeActionContext(diagnostics=[], only=only)
    params = types.CodeActionParams(types.TextDocumentIdentifier(document.uri), where, context)
    whole = snapshot._replace(client=snapshot.client._replace(resolves_code_actions=False))
    again = code_actions(whole, diagnoses, runs, params)
    same = next((one for one in again if one.title == action.title), None)
    if same is not None:
        action.edit = same.edit
    return action


def _is_of(kind: "types.CodeActionKind | str | None", wanted: "types.CodeActionKind | str") -> bool:
    given = kind.value if isinstance(kind, types.CodeActionKind) else kind or ""
    asked = wanted.value if isinstance(wanted, types.CodeActionKind) else wanted
    return given == asked or given.startswith(f"{asked}.")


def _fixes(
    snapshot: Snapshot, diagnoses: Diagnoses, document: OpenDocument, where: types.Range
) -> Iterator[types.CodeAction]:
    analysis = snapshot.analysis(document)
    assert analysis is not None
    text = document.content.text
    for diagnostic, problem in diagnoses.in_lines(snapshot, document, where.start.line, where.end.line):
        asked = Question(text, document.path, problem, analysis)
        yield from _of_problem(snapshot, document, asked, diagnostic)


def _fixes_of_other(snapshot: Snapshot, document: OpenDocument, where: types.Range) -> Iterator[types.CodeAction]:
    """Yield the fixes in a file of environments or settings."""
    analysis = snapshot.environment_file(document).analysis
    text = document.content.text
    for problem in problems_of_other(snapshot, document, snapshot.severities(document)):
        place = snapshot.positions.range(document.content, problem.range)
        if place.start.line <= where.end.line and place.end.line >= where.start.line:
            diagnostic = diagnostic_of(snapshot, document.content, problem)
            yield from _of_problem(snapshot, document, Question(text, document.path, problem, analysis), diagnostic)


def _of_problem(
    snapshot: Snapshot, document: OpenDocument, asked: Question, diagnostic: types.Diagnostic
) -> Iterator[types.CodeAction]:
    for fix in fixes(asked):
        action = types.CodeAction(
            title=fix.title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[diagnostic],
            is_preferred=fix.is_preferred or None,
        )
        if fix.destination is not None:
            if not snapshot.is_trusted:
                continue
            place = snapshot.positions.position(document.content, asked.problem.range.start)
            argument = {
                "uri": document.uri, "version": document.version, "line": place.line, "character": place.character,
                "code": asked.problem.code, "to": fix.destination.value,
            }  # fmt: skip
            action.command = command(fix.title, MOVE_SECRET, argument)
        else:
            action.edit = workspace_edit(snapshot, document, fix.edits, fix.renames)
            if action.edit is None:
                continue
        yield action


def _set_up(
    snapshot: Snapshot, diagnoses: Diagnoses, runs: Runs, document: OpenDocument, params: types.CodeActionParams
) -> Iterator[types.CodeAction]:
    """Yield what sets authentication up at a request: a guide that asks, and the bare lines of each scheme."""
    request = _request_at(document, params.range)
    if request is None:
        return
    kinds = types.CodeActionKind
    last = runs.last.get((document.path, lens_of(request).key))
    is_refused = last is not None and bool(last.refusal)
    is_asked = kinds.RefactorRewrite in (params.context.only or ()) or kinds.Refactor in (params.context.only or ())
    problems = [
        problem.code
        for _, problem in diagnoses.in_lines(snapshot, document, params.range.start.line, params.range.end.line)
    ]
    is_incomplete = not _WITHOUT_PARAMETERS.isdisjoint(problems)
    bare = list(setups(request, is_refused or is_asked))
    # What says too little may stand in another line than the cursor.
    is_incomplete = is_incomplete or (bool(bare) and not is_refused and not is_asked)
    if snapshot.is_trusted and (snapshot.client.input_boxes or snapshot.client.choice_lists):
        kind = kinds.QuickFix if is_refused or is_incomplete else kinds.RefactorRewrite
        argument = {"uri": document.uri, "line": request.line}
        title = "Set up authentication, step by step…"
        yield types.CodeAction(title, kind, command=command(title, SET_UP_AUTH, argument))
    for setup in bare:
        kind = kinds.RefactorRewrite if is_asked else kinds.QuickFix
        edit = workspace_edit(snapshot, document, [FileEdit(setup.range, setup.text)])
        yield types.CodeAction(setup.title, kind, edit=edit)


def _request_at(document: OpenDocument, where: types.Range) -> Request | None:
    assert document.request_file is not None
    return by_line(document.request_file, where.start.line + 1)


def _refactorings(snapshot: Snapshot, document: OpenDocument, where: types.Range) -> Iterator[types.CodeAction]:
    """Yield the changes that keep the meaning of the file."""
    analysis = snapshot.analysis(document)
    assert analysis is not None
    stretch = snapshot.positions.stretch(document.content, where)
    kinds = types.CodeActionKind
    if stretch.end > stretch.start:
        extracted = extract_variable(analysis, stretch)
        yield from _changed(snapshot, document, "Extract a variable", kinds.RefactorExtract, extracted)
    elif _is_in_target(analysis, stretch.start):
        title = "Extract the host into a variable"
        yield from _changed(snapshot, document, title, kinds.RefactorExtract, extract_host(analysis, stretch.start))
    inlined = inline_variable(analysis, stretch.start)
    if inlined is not None:
        name, changes = inlined
        yield from _changed(snapshot, document, f"Inline the variable `{name}`", kinds.RefactorInline, changes)
    moved = header_to_directive(analysis, stretch.start)
    if moved is not None:
        word, changes = moved
        title = f"Write the `Authorization` field as `# @auth {word.lower()}`"
        yield from _changed(snapshot, document, title, kinds.RefactorRewrite, changes)
    split = split_off(analysis, stretch.start)
    if split is not None and snapshot.client.creates_files:
        removed, text = split
        path = _free_path(snapshot, document)
        edits = [FileEdit(removed, ""), FileEdit(Range(0, 0), text, path, creates=True)]
        title = f"Move the requests from here on to `{path.name}`"
        yield types.CodeAction(title, kinds.RefactorRewrite, edit=workspace_edit(snapshot, document, edits))


def _is_in_target(analysis: Analysis, offset: int) -> bool:
    located = analysis.file.document.blocks.at_offset(offset)
    request = located.block.request
    return request is not None and request.line.range.shifted(located.offset).contains(offset)


def _free_path(snapshot: Snapshot, document: OpenDocument) -> Path:
    number = 2
    while True:
        path = document.path.with_name(f"{document.path.stem}-{number}{document.path.suffix}")
        if not snapshot.workspace.files.is_file(path):
            return path
        number += 1


def _changed(
    snapshot: Snapshot,
    document: OpenDocument,
    title: str,
    kind: types.CodeActionKind | str,
    changes: Sequence[Edit],
) -> Iterator[types.CodeAction]:
    if changes:
        edits = [FileEdit(one.range, one.text) for one in changes]
        yield types.CodeAction(title, kind, edit=workspace_edit(snapshot, document, edits))


def _source(
    snapshot: Snapshot, diagnoses: Diagnoses, document: OpenDocument, params: types.CodeActionParams
) -> Iterator[types.CodeAction]:
    """Yield what is asked for by name only: all safe fixes at once, header fields in order."""
    wanted = params.context.only or ()
    analysis = snapshot.analysis(document)
    assert analysis is not None
    if any(_is_of(FIX_ALL, kind) for kind in wanted):
        edits = _safe_edits(snapshot, diagnoses, document, analysis)
        if edits:
            edit = workspace_edit(snapshot, document, edits)
            yield types.CodeAction("Fix all problems that have one way out", FIX_ALL, edit=edit)
    if any(_is_of(SORT_HEADERS, kind) for kind in wanted):
        offset = snapshot.positions.offset(document.content, params.range.start)
        changes = sorted_headers(analysis, offset)
        yield from _changed(snapshot, document, "Sort the header fields", SORT_HEADERS, changes)


def _safe_edits(
    snapshot: Snapshot, diagnoses: Diagnoses, document: OpenDocument, analysis: Analysis
) -> list[FileEdit]:  # fmt: skip
    """Return the edits of the preferred fixes of all problems, none of which overlaps another."""
    text = document.content.text
    last = text.count("\n") + 1
    found: list[FileEdit] = []
    every: list[Problem] = [problem for _, problem in diagnoses.in_lines(snapshot, document, 0, last)]
    for problem in sorted(every, key=lambda one: one.range):
        fix: Fix | None = next(iter(fixes(Question(text, document.path, problem, analysis))), None)
        if fix is None or not fix.is_preferred or fix.destination is not None or fix.renames is not None:
            continue
        if any(edit.path is not None for edit in fix.edits):
            continue
        if all(edit.range.start >= other.range.end for edit in fix.edits for other in found):
            found += fix.edits
    return found


def _sends(snapshot: Snapshot, document: OpenDocument, line: int, runs: Runs) -> Iterator[types.CodeAction]:
    assert document.request_file is not None
    request = by_line(document.request_file, line)
    if request is not None and request.method != "NOP":
        lens = lens_of(request)
        yield _action(f"Send {lens.title}", send_command(document, lens))
        here = {"uri": document.uri, "line": lens.line}
        yield _action("Send all up to here", command("Send all up to here", SEND_UP_TO_HERE, here))
        yield _action("Copy as cURL", command("Copy as cURL", COPY_AS_CURL, here))
        last = runs.last.get((document.path, lens.key))
        if last is not None:
            shown = command("Show the last response", SHOW_RESPONSE, last.document)
            yield _action("Show the last response", shown)
    yield _action("Send all requests of this file", command("Send all", SEND_ALL, {"uri": document.uri}))
    environment = environment_title(snapshot, document)
    if environment is not None:
        title = f"Choose the environment (now {environment})"
        yield _action(title, command(title, CHOOSE_ENVIRONMENT, {"uri": document.uri}))
    if runs.last:
        yield _action("Show what was sent before", types.Command("Show what was sent before", SHOW_HISTORY))


def _action(title: str, done: types.Command) -> types.CodeAction:
    # Some editors ask for no kinds but their own, and show an action of no kind always.
    return types.CodeAction(title=title, kind="source.httpls", command=done)
