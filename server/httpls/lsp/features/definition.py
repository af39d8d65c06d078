"""`textDocument/definition`."""

from lsprotocol import types

from httpls.ide.goto_definition import definitions
from httpls.lsp.features.locations import Locations
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
    locations = Locations(snapshot)
    places = [
        (locations.uri(one.path), locations.range(one.path, one.range), locations.range(one.path, one.selection))
        for one in found.targets
    ]
    if snapshot.client.location_links:
        origin = snapshot.positions.range(document.content, found.origin)
        return [types.LocationLink(uri, whole, selection, origin) for uri, whole, selection in places]
    return [types.Location(uri, selection) for uri, _, selection in places]
