"""`textDocument/signatureHelp` and `textDocument/inlayHint`."""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from lsprotocol import types

from httpls.ide.inlay_hints import (
    Hint,
    authentication_hints,
    port_hints,
    token_hints,
    value_hints,
)
from httpls.ide.signature_help import signatures
from httpls.lsp.documents import OpenDocument
from httpls.lsp.features.locations import Locations
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
    """Return what the editor is set to show behind the text of a range."""
    document = snapshot.document(params.text_document.uri)
    analysis = snapshot.analysis(document) if document is not None else None
    if document is None or analysis is None:
        return []
    wanted = snapshot.editor(document.path).inlay_hints
    where = snapshot.positions.stretch(document.content, params.range)
    kinds: Sequence[tuple[bool, Callable[[], Iterator[Hint]]]] = (
        (wanted.values, lambda: value_hints(analysis, where)),
        (wanted.authentication, lambda: authentication_hints(analysis, where)),
        (wanted.tokens, lambda: token_hints(analysis, where, time.time())),
        (wanted.ports, lambda: port_hints(analysis, where)),
    )
    every = chain.from_iterable(hints() for is_wanted, hints in kinds if is_wanted)
    locations = Locations(snapshot)
    return [_hint(snapshot, document, hint, locations) for hint in islice(every, MOST_HINTS)]


def _hint(snapshot: Snapshot, document: OpenDocument, hint: Hint, locations: Locations) -> types.InlayHint:
    place = snapshot.positions.position(document.content, hint.offset)
    label: str | list[types.InlayHintLabelPart] = hint.text
    if hint.place is not None and snapshot.client.hint_places:
        start = types.Position(hint.place.line - 1, max(hint.place.column - 1, 0))
        location = types.Location(locations.uri(Path(hint.place.path)), types.Range(start, start))
        label = [types.InlayHintLabelPart(hint.text, location=location)]
    edits = None
    if hint.replaces is not None:
        edits = [types.TextEdit(snapshot.positions.range(document.content, hint.replaces), hint.value)]
    return types.InlayHint(place, label, text_edits=edits, padding_left=True)
