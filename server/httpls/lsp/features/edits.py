"""Changes as the protocol says them: edits of one file or of several, with files that are made or renamed."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path

from httpls.ide.quick_fixes import FileEdit
from httpls.lsp.documents import OpenDocument
from httpls.lsp.features.locations import Locations
from httpls.lsp.session import Snapshot


def workspace_edit(
    snapshot: Snapshot,
    document: OpenDocument,
    edits: Iterable[FileEdit],
    renames: tuple[Path, Path] | None = None,
) -> types.WorkspaceEdit | None:
    """Return the edits of a document and of other files; None if the client cannot do what they need."""
    client = snapshot.client
    locations = Locations(snapshot)
    found: dict[str, list[types.TextEdit]] = {}
    operations: list[types.CreateFile | types.RenameFile] = []
    for edit in edits:
        if edit.path is None or edit.path == document.path:
            where = snapshot.positions.range(document.content, edit.range)
            found.setdefault(document.uri, []).append(types.TextEdit(where, edit.text))
            continue
        uri = locations.uri(edit.path)
        if edit.creates:
            operations.append(types.CreateFile(uri=uri, options=types.CreateFileOptions(ignore_if_exists=True)))
            start = types.Position(0, 0)
            if edit.text:
                found.setdefault(uri, []).append(types.TextEdit(types.Range(start, start), edit.text))
        else:
            where = locations.range(edit.path, edit.range)
            found.setdefault(uri, []).append(types.TextEdit(where, edit.text))
    if renames is not None:
        old, new = [from_fs_path(str(path)) or "" for path in renames]
        operations.append(types.RenameFile(old_uri=old, new_uri=new))
    if not operations and not client.document_changes:
        return types.WorkspaceEdit(changes=found)
    if operations and not (client.document_changes and _can(snapshot, operations)):
        return None
    versions = {one.uri: one.version for one in snapshot.documents.values()}
    changes = [
        types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, versions.get(uri)), list(texts))
        for uri, texts in found.items()
    ]
    return types.WorkspaceEdit(document_changes=[*operations, *changes])


def _can(snapshot: Snapshot, operations: Sequence[types.CreateFile | types.RenameFile]) -> bool:
    client = snapshot.client
    needs_rename = any(isinstance(one, types.RenameFile) for one in operations)
    needs_create = any(isinstance(one, types.CreateFile) for one in operations)
    return (client.renames_files or not needs_rename) and (client.creates_files or not needs_create)
