"""What the client said it can do, resolved once into flags; nothing else looks at its capabilities."""

from typing import NamedTuple, cast

from lsprotocol import types


class Client(NamedTuple):
    """The flags. Everything is off for a client that says nothing."""

    name: str = ""
    markdown_hover: bool = False
    markdown_completion: bool = False
    snippets: bool = False
    insert_replace: bool = False
    label_details: bool = False
    resolves_documentation: bool = False
    hierarchical_symbols: bool = False
    location_links: bool = False
    pulls_diagnostics: bool = False
    refreshes_diagnostics: bool = False
    diagnostic_links: bool = False
    diagnostic_tags: bool = False
    diagnostic_data: bool = False
    related_places: bool = False
    code_action_literals: bool = False
    resolves_code_actions: bool = False
    document_changes: bool = False
    creates_files: bool = False
    renames_files: bool = False
    shows_references: bool = False
    prepares_rename: bool = False
    refreshes_code_lenses: bool = False
    refreshes_semantic_tokens: bool = False
    refreshes_inlay_hints: bool = False
    work_done_progress: bool = False
    shows_documents: bool = False
    text_document_content: bool = False
    configuration: bool = False
    registers_watched_files: bool = False
    registers_configuration: bool = False
    line_folding_only: bool = False
    collapsed_text: bool = False
    hint_places: bool = False
    change_annotations: bool = False
    run_events: bool = False
    input_boxes: bool = False
    choice_lists: bool = False
    shows_status: bool = False
    opens_pages: bool = False


def resolve_client(params: types.InitializeParams) -> Client:
    """Read the flags off the first message."""
    capabilities = params.capabilities
    document = capabilities.text_document or types.TextDocumentClientCapabilities()
    workspace = capabilities.workspace or types.WorkspaceClientCapabilities()
    window = capabilities.window or types.WindowClientCapabilities()
    completion = document.completion or types.CompletionClientCapabilities()
    item = completion.completion_item or types.ClientCompletionItemOptions()
    action = document.code_action or types.CodeActionClientCapabilities()
    edit = workspace.workspace_edit or types.WorkspaceEditClientCapabilities()
    folding = document.folding_range or types.FoldingRangeClientCapabilities()
    published = document.publish_diagnostics or types.PublishDiagnosticsClientCapabilities()
    pulled = document.diagnostic
    hint = document.inlay_hint or types.InlayHintClientCapabilities()
    markdown = types.MarkupKind.Markdown
    return Client(
        name=params.client_info.name if params.client_info else "",
        markdown_hover=markdown in ((document.hover.content_format if document.hover else None) or ()),
        markdown_completion=markdown in (item.documentation_format or ()),
        snippets=bool(item.snippet_support),
        insert_replace=bool(item.insert_replace_support),
        label_details=bool(item.label_details_support),
        resolves_documentation="documentation" in (item.resolve_support.properties if item.resolve_support else ()),
        hierarchical_symbols=bool(
            document.document_symbol and document.document_symbol.hierarchical_document_symbol_support
        ),
        location_links=bool(document.definition and document.definition.link_support),
        # A client that cannot be told that they are others now would show old ones after each change elsewhere.
        pulls_diagnostics=document.diagnostic is not None
        and bool(workspace.diagnostics and workspace.diagnostics.refresh_support),
        refreshes_diagnostics=bool(workspace.diagnostics and workspace.diagnostics.refresh_support),
        diagnostic_links=bool(published.code_description_support or (pulled and pulled.code_description_support)),
        diagnostic_tags=bool(published.tag_support or (pulled and pulled.tag_support)),
        diagnostic_data=bool(published.data_support or (pulled and pulled.data_support)),
        related_places=bool(published.related_information or (pulled and pulled.related_information)),
        code_action_literals=action.code_action_literal_support is not None,
        resolves_code_actions="edit" in (action.resolve_support.properties if action.resolve_support else ()),
        document_changes=bool(edit.document_changes),
        creates_files=types.ResourceOperationKind.Create in (edit.resource_operations or ()),
        renames_files=types.ResourceOperationKind.Rename in (edit.resource_operations or ()),
        shows_references=_says(capabilities.experimental, "showReferences"),
        prepares_rename=bool(document.rename and document.rename.prepare_support),
        refreshes_code_lenses=bool(workspace.code_lens and workspace.code_lens.refresh_support),
        refreshes_semantic_tokens=bool(workspace.semantic_tokens and workspace.semantic_tokens.refresh_support),
        refreshes_inlay_hints=bool(workspace.inlay_hint and workspace.inlay_hint.refresh_support),
        work_done_progress=bool(window.work_done_progress),
        shows_documents=bool(window.show_document and window.show_document.support),
        text_document_content=workspace.text_document_content is not None,
        configuration=bool(workspace.configuration),
        registers_watched_files=bool(
            workspace.did_change_watched_files and workspace.did_change_watched_files.dynamic_registration
        ),
        registers_configuration=bool(
            workspace.did_change_configuration and workspace.did_change_configuration.dynamic_registration
        ),
        line_folding_only=bool(folding.line_folding_only),
        collapsed_text=bool(folding.folding_range and folding.folding_range.collapsed_text),
        hint_places="label.location" in (hint.resolve_support.properties if hint.resolve_support else ()),
        change_annotations=edit.change_annotation_support is not None,
        run_events=_says(capabilities.experimental, "runEvents"),
        input_boxes=_says(capabilities.experimental, "inputBoxes"),
        choice_lists=_says(capabilities.experimental, "choiceLists"),
        shows_status=_says(capabilities.experimental, "status"),
        opens_pages=_says(capabilities.experimental, "pages"),
    )


def _says(experimental: object, word: str) -> bool:
    """Tell whether the client announces one of our own extensions (`experimental.httpls`)."""
    if not isinstance(experimental, dict):
        return False
    ours = cast("dict[str, object]", experimental).get("httpls")
    return isinstance(ours, dict) and cast("dict[str, object]", ours).get(word) is True
