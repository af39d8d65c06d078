"""`textDocument/references`, `documentHighlight`, `prepareRename` and `rename`."""

from lsprotocol import types

from httpls.ide.references import Subject, Use, environment_uses, may_be_called, subject_at, uses
from httpls.lsp.documents import OpenDocument
from httpls.lsp.errors import UserError
from httpls.lsp.features.locations import Locations
from httpls.lsp.session import Snapshot
from httpls.model.analysis import Analysis


def referenced(snapshot: Snapshot, params: types.ReferenceParams) -> list[types.Location] | None:
    """Return the uses of the variable or request at a position."""
    found = _found(snapshot, params)
    if found is None:
        return None
    _, _, every = found
    locations = Locations(snapshot)
    return [
        types.Location(locations.uri(use.path), locations.range(use.path, use.range))
        for use in every
        if params.context.include_declaration or not use.is_definition
    ]


def highlighted(snapshot: Snapshot, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
    """Return the uses in the same file."""
    found = _found(snapshot, params)
    if found is None:
        return None
    document, _, every = found
    kinds = {True: types.DocumentHighlightKind.Write, False: types.DocumentHighlightKind.Read}
    return [
        types.DocumentHighlight(snapshot.positions.range(document.content, use.range), kinds[use.is_definition])
        for use in every
        if use.path == document.path
    ]


def rename_prepared(snapshot: Snapshot, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    """Return what would be renamed, None where that is nothing with a name of the author's."""
    found = _found(snapshot, params)
    if found is None:
        return None
    document, subject, every = found
    if not any(use.is_definition for use in every):
        return None
    where = snapshot.positions.range(document.content, subject.range)
    return types.PrepareRenamePlaceholder(where, subject.name)


def renamed(snapshot: Snapshot, params: types.RenameParams) -> types.WorkspaceEdit:
    """Return the edits of all files. Raises `UserError` with the reason where it cannot be done."""
    found = _found(snapshot, params)
    if found is None:
        raise UserError("nothing here has a name that can be changed")
    _, subject, every = found
    if not may_be_called(subject.kind, params.new_name):
        raise UserError(f"a {subject.kind} cannot be called `{params.new_name}`")
    locations = Locations(snapshot)
    edits: dict[str, list[types.TextEdit]] = {}
    for use in every:
        edit = types.TextEdit(locations.range(use.path, use.range), params.new_name)
        edits.setdefault(locations.uri(use.path), []).append(edit)
    if not snapshot.client.document_changes:
        return types.WorkspaceEdit(changes=edits)
    versions = {locations.uri(use.path): locations.version(use.path) for use in every}
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, versions[uri]), list(changes))
            for uri, changes in edits.items()
        ]
    )


def _found(
    snapshot: Snapshot,
    params: types.ReferenceParams | types.RenameParams | types.DocumentHighlightParams | types.PrepareRenameParams,
) -> tuple[OpenDocument, Subject, list[Use]] | None:
    document = snapshot.document(params.text_document.uri)
    analysis = snapshot.analysis(document) if document is not None else None
    if document is None or analysis is None:
        return None
    subject = subject_at(analysis, snapshot.positions.offset(document.content, params.position))
    return None if subject is None else (document, subject, _every(analysis, subject))


def _every(analysis: Analysis, subject: Subject) -> list[Use]:
    keys = environment_uses(analysis, subject.name) if subject.kind == "variable" else ()
    return [*uses(analysis, subject), *[_inside_quotes(analysis, use) for use in keys]]


def _inside_quotes(analysis: Analysis, use: Use) -> Use:
    """Return the use without the quotes around a key of JSON."""
    text = use.range.of(analysis.workspace.source(use.path).text)
    if len(text) > 1 and text[0] == text[-1] == '"':
        return use._replace(range=use.range._replace(start=use.range.start + 1, end=use.range.end - 1))
    return use
