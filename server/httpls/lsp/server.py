"""The server: which method is handled by what, and when. Reading down `build` shows all of its scheduling."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from httpls.lsp.client import resolve_client
from httpls.lsp.collection import Collector
from httpls.lsp.commands import commands, response_document, send
from httpls.lsp.diagnoses import Diagnoses
from httpls.lsp.documents import OpenDocument, path_of
from httpls.lsp.editor_settings import WrongSetting, merged, read_editor_settings
from httpls.lsp.editors import Editors
from httpls.lsp.encoded import Encoded
from httpls.lsp.environment_choice import EnvironmentChoice
from httpls.lsp.features.actions import KINDS, code_actions, resolved_action
from httpls.lsp.features.code_lenses import code_lenses, resolved_lens
from httpls.lsp.features.completion import TRIGGERS, Completions
from httpls.lsp.features.definition import defined
from httpls.lsp.features.editing import formatted, linked, range_formatted, ranges_formatted, selections
from httpls.lsp.features.folding import folding_ranges, folds_in
from httpls.lsp.features.help import inlay_hints, signature_help
from httpls.lsp.features.hover import hovered
from httpls.lsp.features.references import highlighted, referenced, rename_prepared, renamed
from httpls.lsp.features.semantic_tokens import LEGEND, Tokens, tokens_in
from httpls.lsp.features.symbols import Symbols
from httpls.lsp.features.views import exchange_facts, key_of, overview_of, save_body, token_act
from httpls.lsp.features.workspace import paths_updated, workspace_diagnostics, workspace_symbols
from httpls.lsp.frames import FrameError, Pipes, read_frames
from httpls.lsp.guard import guarded, guarded_while_it_waits
from httpls.lsp.learning import Learning
from httpls.lsp.positions import Positions, choose_encoding
from httpls.lsp.protocol import Protocol
from httpls.lsp.publishing import Publishing
from httpls.lsp.registration import pull_configuration, register
from httpls.lsp.response_files import remove_abandoned
from httpls.lsp.runs import SCHEME, Runs
from httpls.lsp.session import Session, Snapshot
from httpls.lsp.slices import Pause, Turns
from httpls.lsp.tolerance import tolerant_converter
from httpls.version import version
from httpls_grammar.block import Block

log = logging.getLogger("httpls.lsp")


WARM = """@a = 1
### b
# @name c
# @auth basic {{a}} {{b}}
POST https://example.com/{{a}}/{{$uuid}}
Content-Type: application/json

{"d": "{{c.response.body.$.e}}"}
"""
"""A text that uses most of the language."""


class Server(LanguageServer):
    """The language server of request files. `session` is its state; blocking work goes to `workers`."""

    protocol: Protocol  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self) -> None:
        """Make a server that has not heard of any client yet."""
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            "httpls", version(), protocol_cls=Protocol, converter_factory=tolerant_converter, max_workers=1
        )
        self.session = Session()
        self.diagnoses = Diagnoses()
        self.tokens = Tokens()
        self.symbols = Symbols()
        self.turns = Turns(self.session.documents)
        self.workers = ThreadPoolExecutor(16, "httpls-work")
        self.runs = Runs(self)
        self.learning = Learning(self)
        self.publishing = Publishing(self)
        self._background: set[asyncio.Task[None]] = set()
        self._complaints: set[WrongSetting] = set()
        self.first_settings = read_editor_settings(None)
        """What the client said in `initializationOptions`."""
        self.cache_key: bytes | None = None
        """The key of the files with tokens, from a client that keeps it where there is no keyring."""
        self.protocol.on_idle = self.publishing.publish

    def configured(self, editors: Editors) -> None:
        """Take over the settings of the editor; a choice of environments by hand outlives all but other settings."""
        before, client = self.session.editors, self.session.client
        first = self.first_settings
        of_folders = {folder: merged(first, given) for folder, given in editors.folders.items()}
        editors = Editors(merged(first, editors.everywhere), of_folders)
        self._complain(editors)
        if editors == before:
            return
        self.session.editors = editors
        if editors.everywhere.settings.environments != before.everywhere.settings.environments:
            self.session.choice = EnvironmentChoice()
            self.tell_environment()
        self.changed_environment()
        if client.refreshes_inlay_hints:
            self.workspace_inlay_hint_refresh(None, lambda _: None)
        if client.refreshes_code_lenses:
            self.workspace_code_lens_refresh(None, lambda _: None)

    def choose_environment(self, choice: EnvironmentChoice) -> None:
        """Take over which environments somebody chose."""
        self.session.choice = choice
        self.changed_environment()
        self.tell_environment()
        if self.session.client.refreshes_code_lenses:
            self.workspace_code_lens_refresh(None, lambda _: None)

    def tell_environment(self) -> None:
        """Tell which environments are chosen, to a client that shows them."""
        if not self.session.client.shows_status:
            return
        choice, editors = self.session.choice, self.session.editors
        everywhere = choice.everywhere
        if everywhere is None:
            everywhere = editors.everywhere.settings.environments
        uris = {from_fs_path(str(path)): list(names) for path, names in choice.files.items()}
        folders = {from_fs_path(str(path)): list(names) for path, names in choice.folders.items()}
        self.protocol.notify("httpls/status", {"environments": list(everywhere), "folders": folders, "files": uris})

    def _complain(self, editors: Editors) -> None:
        """Tell of settings that mean nothing, of each once."""
        for given in (editors.everywhere, *editors.folders.values()):
            for wrong in given.wrong:
                if wrong not in self._complaints:
                    self._complaints.add(wrong)
                    text = f"httpls: the setting `{wrong.path}`: {wrong.reason}"
                    self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, text))

    def started(self) -> None:
        """Tell a client that is ready what it has to know from the start."""
        self._complain(self.session.editors)
        self.tell_environment()

    def warm_up(self) -> None:
        """Load what the first document needs, while the editor is still busy with itself."""
        session = Session()
        session.client = self.session.client
        session.documents.open(types.TextDocumentItem("untitled:warm", "http", 0, WARM))
        snapshot = session.snapshot()
        document = snapshot.document("untitled:warm")
        assert document is not None
        Diagnoses().advance(snapshot, document, 1.0)
        Diagnoses().encoded(snapshot, document)

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Go on with something while messages are handled. The event loop itself holds its tasks only weakly."""
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def learn(self, path: Path) -> None:
        """Find out what takes waiting about a document."""
        self.learning.learn(path)

    def told_late(self, path: Path) -> None:
        """Say that something was found out about a document: its diagnostics are others now."""
        if self.session.client.refreshes_diagnostics:
            self.workspace_diagnostic_refresh(None, lambda _: None)
        self.publishing.more_is_known([one.uri for one in self.session.documents if one.path == path])

    def edited_others(self) -> None:
        """Say that a file was edited on which all others may depend."""
        self.publishing.look_again()
        if self.session.client.refreshes_diagnostics:
            self.workspace_diagnostic_refresh(None, lambda _: None)

    def come_or_gone(self) -> None:
        """Say that the editor made, removed or renamed files."""
        self.changed_files()
        self.learning.learn_all()

    def changed_files(self) -> None:
        """Say that files on the disk changed."""
        self.session.changed_outside()
        self.changed_environment()

    def changed_environment(self) -> None:
        """Say that another environment is chosen: everything that is known of requests may be another."""
        self.session.generation += 1
        self.session.changed()
        client = self.session.client
        if client.refreshes_diagnostics:
            self.workspace_diagnostic_refresh(None, lambda _: None)
        self.publishing.look_again()
        self.publishing.publish()

    def changed_results(self) -> None:
        """Say that requests were sent: their lenses tell what came of them."""
        if self.session.client.refreshes_code_lenses:
            self.workspace_code_lens_refresh(None, lambda _: None)
        self.changed_environment()

    def serve(self, pipes: Pipes, admits: Callable[[dict[str, object]], bool] = lambda _: True) -> int:
        """Serve until the client says `exit` or goes away; return the exit code.

        A client whose first message `admits` does not like gets no answer.
        """
        self.protocol.set_writer(pipes.writer)
        self.publishing.collector = Collector()
        try:
            asyncio.run(self._serve(pipes, admits))
        except SystemExit as end:
            return int(end.code or 0)
        except (BrokenPipeError, KeyboardInterrupt):
            return 1
        finally:
            self.runs.close()
        return 1

    async def _serve(self, pipes: Pipes, admits: Callable[[dict[str, object]], bool]) -> None:
        loop = asyncio.get_running_loop()
        over: asyncio.Future[None] = loop.create_future()

        is_admitted = False

        def receive(message: dict[str, object]) -> None:
            nonlocal is_admitted
            if not is_admitted and not admits(message):
                raise FrameError("the first message of a client has no token, or a wrong one")
            is_admitted = True
            loop.call_soon_threadsafe(self.protocol.receive, message)

        def read() -> None:
            try:
                read_frames(pipes.reader, receive)
            except FrameError as error:
                log.error("%s", error)  # noqa: TRY400 - the text says all
            if not loop.is_closed():
                loop.call_soon_threadsafe(lambda: None if over.done() else over.set_result(None))

        threading.Thread(target=read, name="httpls-read", daemon=True).start()
        await over


def build() -> Server:
    """Make the server with all its features."""
    server = Server()
    session = server.session

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        session.client = resolve_client(params)
        general = params.capabilities.general or types.GeneralClientCapabilities()
        session.positions = Positions(choose_encoding(general.position_encodings))
        folders = [folder.uri for folder in params.workspace_folders or ()] or [params.root_uri or ""]
        session.folders = [Path(path) for uri in folders if (path := to_fs_path(uri))]
        options: object = params.initialization_options
        session.is_trusted = isinstance(options, dict) and cast("dict[str, object]", options).get("trusted") is True
        given = cast("dict[str, object]", options) if isinstance(options, dict) else None
        server.cache_key = key_of(given)
        server.first_settings = read_editor_settings(given)
        session.editors = Editors(server.first_settings)
        session.changed()

    @server.feature(types.INITIALIZED)
    def initialized(_: types.InitializedParams) -> None:
        register(server)
        server.started()
        server.warm_up()
        remove_abandoned()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        gone = {to_fs_path(folder.uri) for folder in params.event.removed}
        session.folders = [folder for folder in session.folders if str(folder) not in gone]
        session.folders += [Path(path) for folder in params.event.added if (path := to_fs_path(folder.uri))]
        session.changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        if session.client.configuration:
            pull_configuration(server)
        else:
            sections = cast("object", params.settings)
            given = cast("dict[str, object]", sections) if isinstance(sections, dict) else {}
            server.configured(Editors(read_editor_settings(given.get("httpls", given), is_alone="httpls" in given)))

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        session.documents.open(params.text_document)
        session.changed_outside()
        server.publishing.edited(params.text_document.uri)
        server.learn(path_of(params.text_document.uri))

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        document = session.documents.change(params, session.positions)
        if document is not None:
            server.learning.edited(document.path)
        if document is not None and document.request_file is None:
            session.changed_outside()
            server.edited_others()
        session.changed()
        server.publishing.edited(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        document = session.documents.get(params.text_document.uri)
        if document is None or document.request_file is None:
            server.changed_files()
        server.learning.learn_all()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(params: types.DidChangeWatchedFilesParams) -> None:
        known = {document.uri for document in session.documents if document.request_file is not None}
        changed = types.FileChangeType.Changed
        # What is open counts as it is open, whatever stands on the disk.
        others = [change for change in params.changes if change.type is not changed or change.uri not in known]
        if session.concerns([Path(path) for change in others if (path := to_fs_path(change.uri))]):
            server.changed_files()
            server.learning.learn_all()
        elif others:
            session.changed_elsewhere()

    every_file = types.FileOperationRegistrationOptions(
        [types.FileOperationFilter(types.FileOperationPattern("**/*"), "file")]
    )

    @server.feature(types.WORKSPACE_DID_CREATE_FILES, every_file)
    def did_create(_: types.CreateFilesParams) -> None:
        server.come_or_gone()

    @server.feature(types.WORKSPACE_DID_DELETE_FILES, every_file)
    def did_delete(_: types.DeleteFilesParams) -> None:
        server.come_or_gone()

    @server.feature(types.WORKSPACE_DID_RENAME_FILES, every_file)
    def did_rename(_: types.RenameFilesParams) -> None:
        server.come_or_gone()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        session.documents.close(params.text_document.uri)
        server.diagnoses.forget(params.text_document.uri)
        server.tokens.forget(params.text_document.uri)
        server.symbols.forget(params.text_document.uri)
        server.learning.forget(path_of(params.text_document.uri))
        session.changed_outside()
        # What is on the disk counts for the others now, and may be another text, or none.
        server.edited_others()
        server.publishing.edited(params.text_document.uri)

    def on_snapshot(
        method: str, empty: object, function: Callable[[Snapshot, Any], object], options: Any = None
    ) -> None:
        """Answer a request at once, from a snapshot."""

        # pygls passes itself to a handler whose parameter could be a server, as one of type `object` could.
        def handler(params: Any) -> object:
            return function(session.snapshot(), params)

        server.feature(method, options)(guarded(method, empty, handler))  # pyright: ignore[reportUnknownArgumentType]

    completions = Completions()

    def on_pauses(
        method: str,
        empty: object,
        function: Callable[[Snapshot, Any, Pause], Awaitable[object]],
    ) -> None:
        """Answer a request from a snapshot, with pauses in which other messages are handled."""

        async def handler(params: Any) -> object:
            document = getattr(params, "text_document", None)
            snapshot = session.snapshot()
            async with server.turns.turn(document.uri if document else None) as pause:
                return await function(snapshot, params, pause)

        server.feature(method)(guarded_while_it_waits(method, empty, handler))  # pyright: ignore[reportUnknownArgumentType]

    def on_file(
        method: str,
        empty: object,
        summary: Callable[[Snapshot, OpenDocument], Callable[[Sequence[Block]], object]],
        function: Callable[[Snapshot, Any], object],
        options: Any = None,
    ) -> None:
        """Answer a request about all of a file: `summary` is worked out for each of its chunks before, with pauses."""

        async def handler(params: Any) -> object:
            snapshot = session.snapshot()
            document = snapshot.document(params.text_document.uri)
            if document is not None and document.request_file is not None:
                of_chunk = summary(snapshot, document)
                async with server.turns.turn(document.uri) as pause:
                    for chunk in document.request_file.blocks.chunks:
                        chunk.fact(of_chunk)
                        await pause()
            return function(snapshot, params)

        server.feature(method, options)(guarded_while_it_waits(method, empty, handler))  # pyright: ignore[reportUnknownArgumentType]

    on_snapshot(
        types.TEXT_DOCUMENT_COMPLETION,
        types.CompletionList(is_incomplete=False, items=[]),
        lambda snapshot, params: completions.completed(snapshot, server.runs, params),
        types.CompletionOptions(trigger_characters=list(TRIGGERS), resolve_provider=True),
    )

    @server.feature(types.COMPLETION_ITEM_RESOLVE)
    def resolve_completion(item: types.CompletionItem) -> types.CompletionItem:
        return completions.resolved(session.snapshot(), server.runs, item)

    on_snapshot(types.TEXT_DOCUMENT_HOVER, None, hovered)
    signs = types.SignatureHelpOptions(trigger_characters=[" ", "(", ",", "="])
    on_snapshot(types.TEXT_DOCUMENT_SIGNATURE_HELP, None, signature_help, signs)
    on_snapshot(types.TEXT_DOCUMENT_INLAY_HINT, [], inlay_hints)
    on_pauses(types.WORKSPACE_SYMBOL, [], workspace_symbols)
    renames = types.FileOperationFilter(types.FileOperationPattern("**/*"), "file")
    on_snapshot(
        types.WORKSPACE_WILL_RENAME_FILES, None, paths_updated, types.FileOperationRegistrationOptions([renames])
    )
    on_snapshot(types.TEXT_DOCUMENT_DEFINITION, None, defined)
    on_snapshot(types.TEXT_DOCUMENT_REFERENCES, None, referenced)
    on_snapshot(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, None, highlighted)
    on_snapshot(types.TEXT_DOCUMENT_PREPARE_RENAME, None, rename_prepared)
    on_snapshot(types.TEXT_DOCUMENT_RENAME, None, renamed, types.RenameOptions(prepare_provider=True))
    on_pauses(types.TEXT_DOCUMENT_FORMATTING, [], formatted)
    ranges = types.DocumentRangeFormattingOptions(ranges_support=True)
    on_snapshot(types.TEXT_DOCUMENT_RANGE_FORMATTING, [], range_formatted, ranges)
    on_snapshot(types.TEXT_DOCUMENT_RANGES_FORMATTING, [], ranges_formatted)
    on_snapshot(types.TEXT_DOCUMENT_SELECTION_RANGE, None, selections)
    on_snapshot(types.TEXT_DOCUMENT_DOCUMENT_LINK, None, linked)
    tokens = server.tokens
    # The options of `full` say that there are deltas; pygls finds that out by itself.
    on_file(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, types.SemanticTokens([]), tokens_in, tokens.full, LEGEND)
    on_file(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, types.SemanticTokens([]), tokens_in, tokens.delta, LEGEND)
    on_snapshot(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, types.SemanticTokens([]), tokens.of_range, LEGEND)
    on_file(types.TEXT_DOCUMENT_FOLDING_RANGE, [], folds_in, folding_ranges)
    on_file(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, [], server.symbols.summary, server.symbols.outline)
    runs = server.runs
    on_snapshot(
        types.TEXT_DOCUMENT_CODE_LENS,
        [],
        lambda snapshot, params: code_lenses(snapshot, runs, params),
        types.CodeLensOptions(resolve_provider=True),
    )

    @server.feature(types.CODE_LENS_RESOLVE)
    def resolve_lens(lens: types.CodeLens) -> types.CodeLens:
        return resolved_lens(session.snapshot(), lens)

    @server.feature(types.CODE_ACTION_RESOLVE)
    def resolve_action(action: types.CodeAction) -> types.CodeAction:
        return resolved_action(session.snapshot(), server.diagnoses, runs, action)

    on_snapshot(
        types.TEXT_DOCUMENT_CODE_ACTION,
        [],
        lambda snapshot, params: code_actions(snapshot, server.diagnoses, runs, params),
        types.CodeActionOptions(list(KINDS), resolve_provider=True),
    )

    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="httpls"),
    )
    async def pull(params: types.DocumentDiagnosticParams) -> Encoded:
        return await server.publishing.pulled(params)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def pull_all(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        async with server.turns.turn() as pause:
            return await workspace_diagnostics(session.snapshot(), params, pause)

    server.protocol.content_scheme = SCHEME

    @server.feature(types.WORKSPACE_TEXT_DOCUMENT_CONTENT)
    def content(params: types.TextDocumentContentParams) -> types.TextDocumentContentResult:
        return types.TextDocumentContentResult(response_document(runs, params.uri))

    @server.feature("httpls/run")
    async def run(params: Any) -> object:
        return await send(runs, params)

    @server.feature("httpls/exchange")
    def exchange(params: Any) -> object:
        return exchange_facts(runs, params)

    @server.feature("httpls/saveBody")
    async def save(params: Any) -> object:
        return await save_body(runs, params)

    @server.feature("httpls/authentication")
    async def authentication(params: Any) -> object:
        return await overview_of(runs, session.snapshot(), params)

    @server.feature("httpls/token")
    async def token(params: Any) -> object:
        return await token_act(runs, session.snapshot(), params)

    @server.feature("httpls/trustChanged")
    def trust_changed(params: Any) -> None:
        session.is_trusted = isinstance(params, dict) and cast("dict[str, object]", params).get("trusted") is True
        session.changed()

    server.protocol.commands = commands(server)
    return server
