"""`textDocument/definition`."""

from lsprotocol import types

from httpls.ide.environment_files.navigation import definitions_in_environment_file
from httpls.ide.goto_definition import definitions
from httpls.lsp.features.locations import Locations
from httpls.lsp.session import Snapshot


def defined(
    snapshot: Snapshot, params: types.DefinitionParams
) -> list[types.LocationLink] | list[types.Location] | None:
    """Return where the thing at a position is defined, with the stretch that is linked where the client shows it."""
    document = snapshot.document(params.text_document.uri)
    if document is None:
        return None
    analysis = snapshot.analysis(document)
    offset = snapshot.positions.offset(document.content, params.position)
    if analysis is not None:
        found = definitions(analysis, offset)
    else:
        found = definitions_in_environment_file(snapshot.environment_file(document), offset)
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
