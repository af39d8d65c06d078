"""What concerns several files: `workspace/symbol`, `workspace/diagnostic`, `workspace/willRenameFiles`."""

import os
from pathlib import Path

from lsprotocol import types
from pygls.uris import to_fs_path

from httpls.ide.completion.item import fits
from httpls.ide.document_links import written_paths
from httpls.ide.symbols import SymbolKind, names_in
from httpls.lsp.documents import PlainText
from httpls.lsp.features.diagnostics import MOST, diagnostic_of
from httpls.lsp.features.locations import Locations
from httpls.lsp.features.project_files import request_paths
from httpls.lsp.session import Snapshot
from httpls.lsp.slices import Pause
from httpls.model.check import check_file

MOST_SYMBOLS = 500


async def workspace_symbols(
    snapshot: Snapshot, params: types.WorkspaceSymbolParams, pause: Pause
) -> list[types.WorkspaceSymbol]:
    """Return the requests and variables whose names, methods or targets have the letters of the query in order.

    It may `pause` in between.
    """
    locations = Locations(snapshot)
    wanted = params.query.lower()
    found: list[types.WorkspaceSymbol] = []
    for path in request_paths(snapshot):
        try:
            blocks = snapshot.workspace.request_file(path).document.blocks
        except OSError:
            continue
        for number, chunk in enumerate(blocks.chunks):
            await pause()
            offset = blocks.chunk_start(number).offset
            for name, detail, what, selection in chunk.fact(names_in):
                is_request = what is SymbolKind.REQUEST
                if not fits(name, wanted) and not (is_request and detail and fits(f"{name} {detail}", wanted)):
                    continue
                kind = types.SymbolKind.Method if is_request else types.SymbolKind.Variable
                where = types.Location(locations.uri(path), locations.range(path, selection.shifted(offset)))
                found.append(types.WorkspaceSymbol(where, name, kind, container_name=path.name))
                if len(found) == MOST_SYMBOLS:
                    return found
    return found


async def workspace_diagnostics(
    snapshot: Snapshot, params: types.WorkspaceDiagnosticParams, pause: Pause
) -> types.WorkspaceDiagnosticReport:
    """Return the diagnostics of the request files that are not open; those of open ones are asked for one by one.

    It may `pause` in between.
    """
    result = str(snapshot.generation)
    known = {one.uri for one in params.previous_result_ids if one.value == result}
    opened = {document.path for document in snapshot.documents.values()}
    locations = Locations(snapshot)
    reports: list[types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport] = []
    for path in request_paths(snapshot):
        uri = locations.uri(path)
        if path in opened:
            continue
        if uri in known:
            reports.append(types.WorkspaceUnchangedDocumentDiagnosticReport(uri=uri, result_id=result))
            continue
        await pause()
        found = [one for one in check_file(snapshot.workspace, path)[:MOST] if one.source.path == path]
        lines = PlainText(found[0].source.text if found else "")
        items = [diagnostic_of(snapshot, lines, finding.problem) for finding in found]
        reports.append(types.WorkspaceFullDocumentDiagnosticReport(uri=uri, items=items, result_id=result))
    return types.WorkspaceDiagnosticReport(reports)


def paths_updated(snapshot: Snapshot, params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
    """Return the edits by which request files name files as they will be called."""
    renamed = [(to_fs_path(file.old_uri), to_fs_path(file.new_uri)) for file in params.files]
    moves = {Path(old): Path(new) for old, new in renamed if old and new}
    locations = Locations(snapshot)
    changes: dict[str, list[types.TextEdit]] = {}
    for path in request_paths(snapshot):
        try:
            file = snapshot.workspace.request_file(path)
        except OSError:
            continue
        here = _moved(path, moves)
        for link in written_paths(file):
            there = _moved(link.path, moves)
            if there == link.path and here == path:
                continue
            text = _relative(there, here.parent, link.written)
            if text is not None and text != link.written:
                edit = types.TextEdit(locations.range(path, link.range), text)
                changes.setdefault(locations.uri(path), []).append(edit)
    return types.WorkspaceEdit(changes=changes) if changes else None


def _moved(path: Path, moves: dict[Path, Path]) -> Path:
    """Return where a file will be once files and folders are moved."""
    for candidate in (path, *path.parents):
        if candidate in moves:
            return moves[candidate] / path.relative_to(candidate)
    return path


def _relative(path: Path, folder: Path, written: str) -> str | None:
    """Return how a path is written from a folder, as it was written before: absolute ones stay so."""
    if Path(written).is_absolute():
        return path.as_posix()
    try:
        text = os.path.relpath(path, folder).replace("\\", "/")
    except ValueError:
        return None
    return f"./{text}" if written.startswith("./") and not text.startswith(".") else text
