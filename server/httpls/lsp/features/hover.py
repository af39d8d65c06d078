"""`textDocument/hover`."""

import time

from lsprotocol import types

from httpls.ide.hover import hover
from httpls.lsp.features.text import markup
from httpls.lsp.session import Snapshot


def hovered(snapshot: Snapshot, params: types.HoverParams) -> types.Hover | None:
    """Return what is known of the thing at a position."""
    document = snapshot.document(params.text_document.uri)
    analysis = snapshot.analysis(document) if document is not None else None
    if document is None or analysis is None:
        return None
    found = hover(analysis, snapshot.positions.offset(document.content, params.position), time.time())
    if found is None:
        return None
    where = snapshot.positions.range(document.content, found.range)
    return types.Hover(markup(found.text, snapshot.client.markdown_hover), where)
