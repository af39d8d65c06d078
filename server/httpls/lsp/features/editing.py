"""`textDocument/formatting`, `rangeFormatting`, `selectionRange` and `documentLink`."""

from lsprotocol import types
from pygls.uris import from_fs_path

from httpls.ide.body_format import json_body_edits
from httpls.ide.document_links import links
from httpls.ide.environment_files.outline import written_paths_of_other
from httpls.ide.selection_ranges import selection_ranges
from httpls.lsp.documents import OpenDocument
from httpls.lsp.session import Snapshot
from httpls.lsp.slices import Pause
from httpls_grammar.format import format_edits

BLOCKS_AT_ONCE = 64
"""How many blocks are formatted before messages of the client get their turn."""


async def formatted(snapshot: Snapshot, params: types.DocumentFormattingParams, pause: Pause) -> list[types.TextEdit]:
    """Return the edits that format a request file; no byte changes that would be sent. It may `pause` in between."""
    document = snapshot.document(params.text_document.uri)
    if document is None or document.request_file is None:
        return []
    edits: list[types.TextEdit] = []
    for first in range(0, len(document.request_file.blocks), BLOCKS_AT_ONCE):
        edits += _edits(snapshot, document, first, first + BLOCKS_AT_ONCE, params.options)
        await pause()
    return edits


def range_formatted(snapshot: Snapshot, params: types.DocumentRangeFormattingParams) -> list[types.TextEdit]:
    """Return those of the edits that touch the requests of a range."""
    document = snapshot.document(params.text_document.uri)
    if document is None or document.request_file is None:
        return []
    wanted = snapshot.positions.stretch(document.content, params.range)
    first = document.request_file.blocks.at_offset(wanted.start)
    last = document.request_file.blocks.at_offset(max(wanted.start, wanted.end - 1))
    return _edits(snapshot, document, first.number, last.number + 1, params.options)


def selections(snapshot: Snapshot, params: types.SelectionRangeParams) -> list[types.SelectionRange] | None:
    """Return for each position what a selection grows to."""
    document = snapshot.document(params.text_document.uri)
    if document is None or document.request_file is None:
        return None
    found: list[types.SelectionRange] = []
    for position in params.positions:
        offset = snapshot.positions.offset(document.content, position)
        parent: types.SelectionRange | None = None
        for where in reversed(selection_ranges(document.request_file, offset)):
            parent = types.SelectionRange(snapshot.positions.range(document.content, where), parent)
        assert parent is not None
        found.append(parent)
    return found


def linked(snapshot: Snapshot, params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
    """Return the files that are named in a request file and exist."""
    document = snapshot.document(params.text_document.uri)
    if document is None:
        return None
    if document.request_file is None:
        return [
            types.DocumentLink(snapshot.positions.range(document.content, where), from_fs_path(str(path)))
            for where, path in written_paths_of_other(document.path, document.content.text)
            if snapshot.workspace.files.is_file(path)
        ]
    file = snapshot.workspace.request_file(document.path)
    return [
        types.DocumentLink(snapshot.positions.range(document.content, link.range), from_fs_path(str(link.path)))
        for link in links(file, snapshot.workspace.files)
    ]


def ranges_formatted(snapshot: Snapshot, params: types.DocumentRangesFormattingParams) -> list[types.TextEdit]:
    """Return those of the edits that touch the requests of several ranges."""
    found: list[types.TextEdit] = []
    for where in params.ranges:
        one = types.DocumentRangeFormattingParams(params.text_document, where, params.options)
        found += [edit for edit in range_formatted(snapshot, one) if edit not in found]
    return found


def _edits(
    snapshot: Snapshot, document: OpenDocument, first: int, end: int, options: types.FormattingOptions
) -> list[types.TextEdit]:
    """Return the edits of some blocks; `options` say how bodies are indented, which are laid out if that is wanted."""
    assert document.request_file is not None
    edits = [(edit.range, edit.text) for edit in format_edits(document.request_file, first, end)]
    if snapshot.editor(document.path).format.json_bodies:
        unit = " " * max(1, min(options.tab_size, 16)) if options.insert_spaces else "\t"
        blocks = document.request_file.blocks
        line_break = "\r\n" if "\r\n" in blocks[0].text else "\n"
        for number in range(first, min(end, len(blocks))):
            located = blocks.at_index(number)
            laid_out = json_body_edits(located.block, unit, line_break)
            edits += [(edit.range.shifted(located.offset), edit.text) for edit in laid_out]
    edits.sort(key=lambda edit: edit[0])
    return [types.TextEdit(snapshot.positions.range(document.content, where), text) for where, text in edits]
