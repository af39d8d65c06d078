"""`textDocument/completion`."""

from lsprotocol import types

from httpls.ide.completion import Item, ItemKind, complete
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


def completed(snapshot: Snapshot, runs: Runs, params: types.CompletionParams) -> types.CompletionList:
    """Return what can be written at a position."""
    document = snapshot.document(params.text_document.uri)
    analysis = snapshot.analysis(document) if document is not None else None
    if document is None or analysis is None:
        return types.CompletionList(is_incomplete=False, items=[])
    offset = snapshot.positions.offset(document.content, params.position)
    found = complete(analysis, offset, runs.responses(document.path))
    where = snapshot.positions.range(document.content, found.range)
    items = [_item(snapshot, item, where, rank) for rank, item in enumerate(found.items)]
    return types.CompletionList(is_incomplete=found.is_incomplete, items=items)


def _item(snapshot: Snapshot, item: Item, where: types.Range, rank: int) -> types.CompletionItem:
    client = snapshot.client
    is_snippet = client.snippets and item.snippet is not None
    text = item.snippet if is_snippet and item.snippet is not None else item.text
    return types.CompletionItem(
        label=item.label,
        kind=_KINDS[item.kind],
        detail=item.detail or None,
        documentation=markup(item.documentation, client.markdown_completion) if item.documentation else None,
        tags=[types.CompletionItemTag.Deprecated] if item.is_deprecated else None,
        sort_text=f"{rank:04}",
        filter_text=item.label,
        insert_text_format=types.InsertTextFormat.Snippet if is_snippet else types.InsertTextFormat.PlainText,
        text_edit=types.TextEdit(where, text),
        command=_AGAIN if item.again and client.name in _ASK_AGAIN else None,
    )


_ASK_AGAIN = frozenset(("Visual Studio Code", "code-server", "Visual Studio Code - Insiders", "VSCodium"))
"""The clients that know the command below."""
_AGAIN = types.Command("Complete", "editor.action.triggerSuggest")
