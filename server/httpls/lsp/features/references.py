"""`textDocument/references`, `documentHighlight`, `prepareRename` and `rename`."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from lsprotocol import types

from httpls.ide.environment_files.context import EnvironmentFile
from httpls.ide.environment_files.navigation import (
    definitions_of,
    subject_in_environment_file,
    uses_from_environment_file,
)
from httpls.ide.references import Subject, Use, may_be_called, subject_at, uses, uses_in
from httpls.lsp.documents import OpenDocument
from httpls.lsp.encoded import Encoded, range_json
from httpls.lsp.errors import UserError
from httpls.lsp.features.locations import Locations
from httpls.lsp.features.project_files import request_files_of_project
from httpls.lsp.session import Snapshot
from httpls.model.analysis import Analysis
from httpls_grammar.text import Range


def referenced(snapshot: Snapshot, params: types.ReferenceParams) -> Encoded | None:
    """Return the uses of the variable or request at a position."""
    found = _found(snapshot, params)
    if found is None:
        return None
    _, _, every = found
    locations = Locations(snapshot)
    uris = {path: json.dumps(locations.uri(path)) for path in {use.path for use in every}}
    texts = [
        f'{{"uri":{uris[use.path]},"range":{range_json(locations.range(use.path, use.range))}}}'
        for use in every
        if params.context.include_declaration or not use.is_definition
    ]
    return Encoded(f"[{','.join(texts)}]")


def highlighted(snapshot: Snapshot, params: types.DocumentHighlightParams) -> Encoded | None:
    """Return the uses in the same file; editors ask at each movement of the cursor."""
    document = snapshot.document(params.text_document.uri)
    analysis = snapshot.analysis(document) if document is not None else None
    if document is not None and analysis is not None:
        subject = subject_at(analysis, snapshot.positions.offset(document.content, params.position))
        every = list(uses_in(analysis.file, subject)) if subject is not None else []
    else:
        found = _found(snapshot, params)
        every = [use for use in found[2] if use.path == found[0].path] if found is not None else []
    if document is None or not every:
        return None
    kinds = {True: int(types.DocumentHighlightKind.Write), False: int(types.DocumentHighlightKind.Read)}
    texts = [
        f'{{"range":{range_json(snapshot.positions.range(document.content, use.range))},'
        f'"kind":{kinds[use.is_definition]}}}'
        for use in dict.fromkeys(every)
    ]
    return Encoded(f"[{','.join(texts)}]")


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
    if document is None:
        return None
    analysis = snapshot.analysis(document)
    offset = snapshot.positions.offset(document.content, params.position)
    if analysis is None:
        file = snapshot.environment_file(document)
        subject = subject_in_environment_file(file, offset)
        if subject is None:
            return None
        others = request_files_of_project(snapshot, file.analysis.root)
        return document, subject, _distinct(uses_from_environment_file(file, subject.name, others))
    subject = subject_at(analysis, offset)
    return None if subject is None else (document, subject, _distinct(_every(snapshot, analysis, subject)))


def _every(snapshot: Snapshot, analysis: Analysis, subject: Subject) -> Iterator[Use]:
    """Yield the uses of a subject: those of the file itself, and where an environment defines it, those everywhere."""
    yield from uses(analysis, subject)
    if subject.kind != "variable":
        return
    path = analysis.file.path
    file = EnvironmentFile(snapshot.workspace_of(path), path, "", snapshot.facts)
    keys = definitions_of(file, subject.name)
    if keys:
        yield from uses_from_environment_file(file, subject.name, request_files_of_project(snapshot, analysis.root))


def _distinct(found: Iterable[Use]) -> list[Use]:
    seen: dict[tuple[Path, Range], Use] = {}
    for use in found:
        known = seen.get((use.path, use.range))
        if known is None or (use.is_definition and not known.is_definition):
            seen[use.path, use.range] = use
    return list(seen.values())
