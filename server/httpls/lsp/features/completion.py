"""`textDocument/completion` and `completionItem/resolve`."""

from typing import NamedTuple, cast

from lsprotocol import types

from httpls.ide.completion import Completion, Item, ItemKind, complete
from httpls.ide.completion.item import NOTHING
from httpls.ide.environment_files.ask import complete_other
from httpls.ide.environment_files.meaning import kind_of
from httpls.lsp.documents import OpenDocument
from httpls.lsp.features.text import markup
from httpls.lsp.runs import Runs
from httpls.lsp.session import Snapshot

TRIGGERS = ("{", "@", ":", "/", ".", "$", "=", " ", "<")
"""The characters after which an editor asks by itself."""

_KINDS = {
    ItemKind.METHOD: types.CompletionItemKind.Method,
    ItemKind.URL: types.CompletionItemKind.Reference,
    ItemKind.HEADER: types.CompletionItemKind.Field,
    ItemKind.VALUE: types.CompletionItemKind.Value,
    ItemKind.VARIABLE: types.CompletionItemKind.Variable,
    ItemKind.DYNAMIC_VARIABLE: types.CompletionItemKind.Function,
    ItemKind.DIRECTIVE: types.CompletionItemKind.Keyword,
    ItemKind.SCHEME: types.CompletionItemKind.Class,
    ItemKind.PARAMETER: types.CompletionItemKind.Property,
    ItemKind.REQUEST: types.CompletionItemKind.Reference,
    ItemKind.FIELD: types.CompletionItemKind.Field,
    ItemKind.FILE: types.CompletionItemKind.File,
    ItemKind.FOLDER: types.CompletionItemKind.Folder,
    ItemKind.SNIPPET: types.CompletionItemKind.Snippet,
    ItemKind.SECRET: types.CompletionItemKind.Constant,
}


class _Asked(NamedTuple):
    """What was asked last, and what was proposed: documentation is told when one of the proposals is looked at."""

    uri: str
    version: int
    offset: int
    items: tuple[Item, ...]


class Completions:
    """Answers `textDocument/completion`, and `completionItem/resolve` for what was proposed. It is the event loop's."""

    def __init__(self) -> None:
        """Begin with nothing asked."""
        self._last = _Asked("", 0, 0, ())

    def completed(self, snapshot: Snapshot, runs: Runs, params: types.CompletionParams) -> types.CompletionList:
        """Return what can be written at a position."""
        document = snapshot.document(params.text_document.uri)
        if document is None:
            return types.CompletionList(is_incomplete=False, items=[])
        offset = snapshot.positions.offset(document.content, params.position)
        found = _found(snapshot, runs, document, offset)
        self._last = _Asked(document.uri, document.version, offset, found.items)
        where = snapshot.positions.range(document.content, found.range)
        cursor = params.position if found.range.start <= offset <= found.range.end else where.end
        make = _Maker(snapshot, where, cursor, (document.uri, document.version, offset))
        items = [make.item(item, rank) for rank, item in enumerate(found.items)]
        return types.CompletionList(is_incomplete=found.is_incomplete, items=items)

    def resolved(self, snapshot: Snapshot, runs: Runs, item: types.CompletionItem) -> types.CompletionItem:
        """Return a proposal with its documentation; as it is, if the text is another one by now."""
        given: object = item.data
        data = cast("list[object]", given) if isinstance(given, list) else []
        if len(data) != 4 or not all(isinstance(one, int) for one in data[1:]):
            return item
        uri, version, offset, rank = str(data[0]), *cast("list[int]", data[1:])
        if self._last[:3] != (uri, version, offset):
            document = snapshot.document(uri)
            if document is None or document.version != version or offset > document.content.length:
                return item
            self._last = _Asked(uri, version, offset, _found(snapshot, runs, document, offset).items)
        if 0 <= rank < len(self._last.items) and self._last.items[rank].label == item.label:
            documentation = self._last.items[rank].documentation
            if documentation:
                item.documentation = markup(documentation, snapshot.client.markdown_completion)
        return item


def _found(snapshot: Snapshot, runs: Runs, document: OpenDocument, offset: int) -> Completion:
    analysis = snapshot.analysis(document)
    if analysis is not None:
        return complete(analysis, offset, runs.responses(document.path), runs.targets(), snapshot.facts)
    if kind_of(document.path) is None:
        return NOTHING
    return complete_other(snapshot.environment_file(document), offset)


class _Maker(NamedTuple):
    """Makes items of the protocol: `where` is the stretch that they replace, `cursor` where it is asked."""

    snapshot: Snapshot
    where: types.Range
    cursor: types.Position
    asked: tuple[str, int, int]

    def item(self, item: Item, rank: int) -> types.CompletionItem:
        """Return one item."""
        client = self.snapshot.client
        is_snippet = client.snippets and item.snippet is not None
        text = item.snippet if is_snippet and item.snippet is not None else item.text
        is_later = client.resolves_documentation and bool(item.documentation)
        documentation = None
        if item.documentation and not is_later:
            documentation = markup(item.documentation, client.markdown_completion)
        edit: types.TextEdit | types.InsertReplaceEdit = types.TextEdit(self.where, text)
        if client.insert_replace and self.cursor != self.where.end:
            edit = types.InsertReplaceEdit(text, types.Range(self.where.start, self.cursor), self.where)
        return types.CompletionItem(
            label=item.label,
            label_details=types.CompletionItemLabelDetails(description=item.detail)
            if client.label_details and item.detail
            else None,
            kind=_KINDS[item.kind],
            detail=item.detail or None,
            documentation=documentation,
            tags=[types.CompletionItemTag.Deprecated] if item.is_deprecated else None,
            sort_text=f"{rank:04}",
            filter_text=item.filter or item.label,
            insert_text_format=types.InsertTextFormat.Snippet if is_snippet else types.InsertTextFormat.PlainText,
            text_edit=edit,
            command=_AGAIN if item.again and client.name in _ASK_AGAIN else None,
            data=[*self.asked, rank] if is_later else None,
        )


_ASK_AGAIN = frozenset(("Visual Studio Code", "code-server", "Visual Studio Code - Insiders", "VSCodium"))
"""The clients that know the command below."""
_AGAIN = types.Command("Complete", "editor.action.triggerSuggest")
