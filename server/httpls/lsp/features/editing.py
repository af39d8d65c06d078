"""`textDocument/formatting`, `rangeFormatting`, `selectionRange` and `documentLink`."""

from lsprotocol import types
from pygls.uris import from_fs_path

from httpls.ide.document_links import links
from httpls.ide.environment_files.outline import written_paths_of_other
from httpls.ide.selection_ranges import selection_ranges
from httpls.lsp.session import Snapshot
from httpls_grammar.format import format_edits
from httpls_grammar.text import Range


def formatted(snapshot: Snapshot, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
    """Return the edits that format a request file; no byte changes that would be sent."""
    return _edits(snapshot, params.text_document.uri, None)


def range_formatted(snapshot: Snapshot, params: types.DocumentRangeFormattingParams) -> list[types.TextEdit]:
    """Return those of the edits that touch the requests of a range."""
    return _edits(snapshot, params.text_document.uri, params.range)


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


def _edits(snapshot: Snapshot, uri: str, where: types.Range | None) -> list[types.TextEdit]:
    document = snapshot.document(uri)
    if document is None or document.request_file is None:
        return []
    touched = Range(0, document.content.length)
    if where is not None:
        wanted = snapshot.positions.stretch(document.content, where)
        first = document.request_file.blocks.at_offset(wanted.start)
        last = document.request_file.blocks.at_offset(max(wanted.start, wanted.end - 1))
        touched = Range(first.offset, last.offset + len(last.block.text))
    return [
        types.TextEdit(snapshot.positions.range(document.content, edit.range), edit.text)
        for edit in format_edits(document.request_file)
        if touched.start <= edit.range.start and edit.range.end <= touched.end
    ]
