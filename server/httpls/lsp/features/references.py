"""`textDocument/references`, `documentHighlight`, `prepareRename` and `rename`."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path

from httpls.ide.document_links import links
from httpls.ide.environment_files.context import EnvironmentFile
from httpls.ide.environment_files.navigation import (
    definitions_of,
    subject_in_environment_file,
    uses_from_environment_file,
)
from httpls.ide.place import template_at
from httpls.ide.references import Subject, Use, may_be_called, pairs_at, subject_at, uses, uses_in
from httpls.lsp.documents import OpenDocument
from httpls.lsp.encoded import Encoded, range_json
from httpls.lsp.errors import UserError
from httpls.lsp.features.locations import Locations
from httpls.lsp.features.project_files import request_files_of_project
from httpls.lsp.features.workspace import paths_updated
from httpls.lsp.session import Snapshot
from httpls.model.analysis import Analysis
from httpls.model.paths import resolved_path
from httpls_grammar.islands.expression import DynamicVariable
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
        if subject is not None:
            every = list(uses_in(analysis.file, subject))
        else:
            offset = snapshot.positions.offset(document.content, params.position)
            every = [Use(document.path, where, is_definition=False) for where in pairs_at(analysis, offset)]
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
    """Return what would be renamed. Raises `UserError` with the reason where that cannot be done."""
    document = snapshot.document(params.text_document.uri)
    moved = _path_at(snapshot, params) if document is not None else None
    if document is not None and moved is not None:
        return types.PrepareRenamePlaceholder(snapshot.positions.range(document.content, moved[0]), moved[1])
    document, subject, _ = _renamable(snapshot, params)
    return types.PrepareRenamePlaceholder(snapshot.positions.range(document.content, subject.range), subject.name)


def renamed(snapshot: Snapshot, params: types.RenameParams) -> types.WorkspaceEdit:
    """Return the edits of all files. Raises `UserError` with the reason where it cannot be done."""
    moved = _path_at(snapshot, params)
    if moved is not None:
        return _file_renamed(snapshot, params, moved[2])
    _, subject, every = _renamable(snapshot, params)
    if not may_be_called(subject.kind, params.new_name):
        raise UserError(f"a {subject.kind} cannot be called `{params.new_name}`")
    client = snapshot.client
    locations = Locations(snapshot)
    edits: dict[str, list[types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit]] = {}
    has_private = False
    for use in every:
        where = locations.range(use.path, use.range)
        edit: types.TextEdit | types.AnnotatedTextEdit = types.TextEdit(where, params.new_name)
        if client.change_annotations and client.document_changes and _is_private(use.path):
            edit = types.AnnotatedTextEdit(_PRIVATE, where, params.new_name)
            has_private = True
        edits.setdefault(locations.uri(use.path), []).append(edit)
    if not client.document_changes:
        plain = {uri: [types.TextEdit(one.range, params.new_name) for one in changes] for uri, changes in edits.items()}
        return types.WorkspaceEdit(changes=plain)
    versions = {locations.uri(use.path): locations.version(use.path) for use in every}
    annotation = types.ChangeAnnotation("A private file", needs_confirmation=True, description="It is not in git.")
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, versions[uri]), changes)
            for uri, changes in edits.items()
        ],
        change_annotations={_PRIVATE: annotation} if has_private else None,
    )


_PRIVATE = "private"


def _is_private(path: Path) -> bool:
    return "private" in path.name or path.name.endswith(".user") or path.name.startswith(".env")


def _renamable(
    snapshot: Snapshot, params: types.RenameParams | types.PrepareRenameParams
) -> tuple[OpenDocument, Subject, list[Use]]:
    """Return what has a name of the author's. Raises `UserError` that says why something else has none."""
    found = _found(snapshot, params)
    if found is None:
        raise UserError(_reason(snapshot, params))
    _, subject, every = found
    if not any(use.is_definition for use in every):
        raise UserError(f"nothing here defines `{subject.name}`, so that there is no name to change")
    return found


def _reason(snapshot: Snapshot, params: types.RenameParams | types.PrepareRenameParams) -> str:
    document = snapshot.document(params.text_document.uri)
    if document is not None and document.request_file is not None:
        offset = snapshot.positions.offset(document.content, params.position)
        located = document.request_file.blocks.at_offset(offset)
        template = template_at(located.block.text, offset - located.offset)
        if template is not None and isinstance(template.expression, DynamicVariable):
            return f"`${template.expression.name}` is a dynamic variable, and called so everywhere"
    return "nothing here has a name that can be changed"


def _path_at(
    snapshot: Snapshot, params: types.RenameParams | types.PrepareRenameParams
) -> tuple[Range, str, Path] | None:
    """Return the stretch at a position that names a file which exists, for a client that can rename files."""
    document = snapshot.document(params.text_document.uri)
    client = snapshot.client
    if document is None or document.file is None or not (client.renames_files and client.document_changes):
        return None
    offset = snapshot.positions.offset(document.content, params.position)
    for link in links(document.file, snapshot.workspace.files):
        if link.range.contains(offset):
            return link.range, document.file.source.stretch(link.range), link.path
    return None


def _file_renamed(snapshot: Snapshot, params: types.RenameParams, path: Path) -> types.WorkspaceEdit:
    """Return the new name of a file, and the edits of all request files that name it."""
    document = snapshot.document(params.text_document.uri)
    assert document is not None
    target = resolved_path(document.path.parent, params.new_name)
    if not params.new_name.strip() or target.name in ("", ".", "..") or snapshot.workspace.files.is_file(target):
        raise UserError(f"a file cannot be called `{params.new_name}`, or there is one already")
    locations = Locations(snapshot)
    old, new = locations.uri(path), from_fs_path(str(target)) or ""
    edit = paths_updated(snapshot, types.RenameFilesParams([types.FileRename(old, new)]))
    changes = [
        types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, None), list(edits))
        for uri, edits in ((edit.changes if edit is not None else None) or {}).items()
    ]
    return types.WorkspaceEdit(document_changes=[*changes, types.RenameFile(old_uri=old, new_uri=new)])


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
