"""`textDocument/signatureHelp` and `textDocument/inlayHint`."""

from lsprotocol import types

from httpls.ide.inlay_hints import value_hints
from httpls.ide.signature_help import signatures
from httpls.lsp.features.text import markup
from httpls.lsp.session import Snapshot

MOST_HINTS = 500


def signature_help(snapshot: Snapshot, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
    """Return the arguments that can be written at a position."""
    document = snapshot.document(params.text_document.uri)
    analysis = snapshot.analysis(document) if document is not None else None
    if document is None or analysis is None:
        return None
    found = signatures(analysis, snapshot.positions.offset(document.content, params.position))
    if found is None:
        return None
    is_markdown = snapshot.client.markdown_hover
    ways = [
        types.SignatureInformation(
            way.label,
            markup(way.documentation, is_markdown),
            [types.ParameterInformation(name, markup(text, is_markdown)) for name, text in way.parameters],
        )
        for way in found.ways
    ]
    fitting = next((number for number, way in enumerate(ways) if len(way.parameters or ()) > found.active), 0)
    return types.SignatureHelp(ways, active_signature=fitting, active_parameter=max(found.active, 0))


def inlay_hints(snapshot: Snapshot, params: types.InlayHintParams) -> list[types.InlayHint]:
    """Return the values of the variables in a range, where the editor is set to show them."""
    document = snapshot.document(params.text_document.uri)
    analysis = snapshot.analysis(document) if document is not None else None
    if document is None or analysis is None or not snapshot.editor(document.path).inlay_hints.values:
        return []
    where = snapshot.positions.stretch(document.content, params.range)
    found: list[types.InlayHint] = []
    for hint in value_hints(analysis, where):
        if len(found) == MOST_HINTS:
            break
        place = snapshot.positions.position(document.content, hint.offset)
        found.append(types.InlayHint(place, f"= {hint.text}", padding_left=True))
    return found
