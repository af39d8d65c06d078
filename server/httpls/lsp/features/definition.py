"""`textDocument/definition`."""

from lsprotocol import types
from pygls.uris import from_fs_path

from httpls.ide.goto_definition import Target, definitions
from httpls.lsp.documents import PlainText
from httpls.lsp.positions import Lines
from httpls.lsp.session import Snapshot


def defined(
    snapshot: Snapshot, params: types.DefinitionParams
) -> list[types.LocationLink] | list[types.Location] | None:
    """Return where the thing at a position is defined, with the stretch that is linked where the client shows it."""
    document = snapshot.document(params.text_document.uri)
    analysis = snapshot.analysis(document) if document is not None else None
    if document is None or analysis is None:
        return None
    found = definitions(analysis, snapshot.positions.offset(document.content, params.position))
    if found is None:
        return None
    links = [_link(snapshot, target) for target in found.targets]
    if snapshot.client.location_links:
        for link in links:
            link.origin_selection_range = snapshot.positions.range(document.content, found.origin)
        return links
    return [types.Location(link.target_uri, link.target_selection_range) for link in links]


def _link(snapshot: Snapshot, target: Target) -> types.LocationLink:
    lines = _lines(snapshot, target)
    uri = next((one.uri for one in snapshot.documents.values() if one.path == target.path), None)
    selection = snapshot.positions.range(lines, target.selection)
    whole = snapshot.positions.range(lines, target.range)
    return types.LocationLink(uri or from_fs_path(str(target.path)) or "", whole, selection)


def _lines(snapshot: Snapshot, target: Target) -> Lines:
    for document in snapshot.documents.values():
        if document.path == target.path:
            return document.content
    if target.range.end == 0:
        return PlainText("")
    try:
        return PlainText(snapshot.workspace.source(target.path).text)
    except OSError:
        return PlainText("")
