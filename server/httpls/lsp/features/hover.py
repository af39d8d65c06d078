"""`textDocument/hover`."""

import time

from lsprotocol import types

from httpls.ide.environment_files.ask import hover_other
from httpls.ide.hover import hover
from httpls.lsp.features.text import markup
from httpls.lsp.session import Snapshot


def hovered(snapshot: Snapshot, params: types.HoverParams) -> types.Hover | None:
    """Return what is known of the thing at a position."""
    document = snapshot.document(params.text_document.uri)
    if document is None:
        return None
    analysis = snapshot.analysis(document)
    offset = snapshot.positions.offset(document.content, params.position)
    if analysis is not None:
        found = hover(analysis, offset, time.time(), snapshot.facts)
    else:
        found = hover_other(snapshot.environment_file(document), offset, time.time())
    if found is None:
        return None
    where = snapshot.positions.range(document.content, found.range)
    return types.Hover(markup(found.text, snapshot.client.markdown_hover), where)
