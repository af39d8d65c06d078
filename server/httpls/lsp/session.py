"""The state of the server, which changes on the event loop only, and the snapshots of it that everything else takes."""

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from httpls.ide.environment_files.context import EnvironmentFile
from httpls.lsp.client import Client
from httpls.lsp.documents import OpenDocument, OpenDocuments
from httpls.lsp.editor_settings import EditorSettings
from httpls.lsp.editors import Editors, fallback_of
from httpls.lsp.environment_choice import EnvironmentChoice
from httpls.lsp.open_files import KnownFiles, OpenFiles
from httpls.lsp.positions import Positions
from httpls.model.analysis import Analysis
from httpls.model.facts import Facts
from httpls.model.project import project_root
from httpls.model.project_settings import project_settings
from httpls.model.workspace import Choices, Outside, Workspace

SECONDS_BETWEEN_LOOKS = 1.0
"""How long the disk is taken to stay as it is, for a client that does not tell of changes."""


class Snapshot(NamedTuple):
    """Everything a handler may look at. It never changes, so it may be used after an `await` and in other threads."""

    documents: Mapping[str, OpenDocument]
    positions: Positions
    client: Client
    workspace: Workspace
    is_trusted: bool
    folders: Sequence[Path]
    editors: Editors
    choice: EnvironmentChoice
    facts: Facts
    generation: int
    """Another number whenever files that are not open, or the environments, may be others."""
    analyses: dict[str, Analysis]
    """What is known of the documents, from the first question on. Only the event loop may look here."""
    workspaces: dict[tuple[object, ...], Workspace]
    """The workspace with other choices, as far as they were asked for. Only the event loop may look here."""

    def document(self, uri: str) -> OpenDocument | None:
        """Return an open document."""
        return self.documents.get(uri)

    def analysis(self, document: OpenDocument) -> Analysis | None:
        """Return what is known about a request file, None for another file."""
        if document.file is None:
            return None
        if document.uri not in self.analyses:
            self.analyses[document.uri] = Analysis(self.workspace_of(document.path), document.file)
        return self.analyses[document.uri]

    def editor(self, path: Path | None = None) -> EditorSettings:
        """Return the settings of the editor for a file."""
        return self.editors.of(path)

    def workspace_of(self, path: Path) -> Workspace:
        """Return the workspace with the environments that are chosen for a file, and what its editor says."""
        editor = self.editors.given(path)
        environments = self.choice.of(path, editor.settings.environments)
        question = (environments, editor.settings.timeouts, editor.settings.proxy)
        choices = Choices(environments, fallback=fallback_of(editor))
        if choices == self.workspace.choices:
            return self.workspace
        if question not in self.workspaces:
            self.workspaces[question] = self.workspace.choosing(choices)
        return self.workspaces[question]

    def environment_file(self, document: OpenDocument) -> EnvironmentFile:
        """Return a document that holds no requests as the features for such files take it."""
        workspace = self.workspace_of(document.path)
        return EnvironmentFile(workspace, document.path, document.content.text, self.facts)

    def severities(self, document: OpenDocument) -> Mapping[str, str]:
        """Return as how bad the problems of a document are to be shown, by their codes."""
        root = project_root(self.workspace.files, document.path.parent)
        of_editor = self.editors.of(document.path).problems
        of_project = project_settings(self.workspace, root).settings.problems
        return {**of_project, **of_editor} if of_editor else of_project


class Session:
    """The mutable state. Every method is called on the event loop."""

    def __init__(self) -> None:
        """Begin before the client has said anything."""
        self.documents = OpenDocuments()
        self.client = Client()
        self.positions = Positions("utf-16")
        self.folders: list[Path] = []
        self.choice = EnvironmentChoice()
        self.editors = Editors()
        self.facts = Facts()
        self.generation = 0
        self.is_trusted = False
        self._snapshot: Snapshot | None = None
        self._os_environment = dict(os.environ)
        self._disk = KnownFiles()
        self._outside = Outside()
        self._looked_at = 0.0

    def changed_outside(self) -> None:
        """Say that files changed which are no open request files."""
        self._disk = KnownFiles()
        self._outside = Outside()
        self.generation += 1
        self._snapshot = None

    def concerns(self, paths: Sequence[Path]) -> bool:
        """Tell whether anything that is known can be another because these files changed."""
        return any(self._disk.was_asked_for(path) for path in paths) or self._disk.is_stale()

    def changed_elsewhere(self) -> None:
        """Say that files changed of which nothing was known yet."""
        self._outside.forget("request files")
        self.generation += 1
        self._snapshot = None

    def changed(self) -> None:
        """Say that something changed; the next snapshot is taken anew."""
        self._snapshot = None

    def snapshot(self) -> Snapshot:
        """Return the state as it is now; the same one until something changes."""
        now = time.monotonic()
        if not self.client.registers_watched_files and now - self._looked_at > SECONDS_BETWEEN_LOOKS:
            self._looked_at = now
            if self._disk.is_stale():
                self.changed_outside()
        if self._snapshot is None:
            self._snapshot = self._taken()
        return self._snapshot

    def _taken(self) -> Snapshot:
        self.documents.speak(self._workspace().splits_at_methods)
        documents = self.documents.frozen
        return Snapshot(
            documents, self.positions, self.client, self._workspace(), self.is_trusted, tuple(self.folders),
            self.editors, self.choice, self.facts, self.generation, {}, {},
        )  # fmt: skip

    def _workspace(self) -> Workspace:
        documents = self.documents.frozen
        edited = {document.path: document.file for document in documents.values() if document.file is not None}
        files = OpenFiles(documents, self._disk)
        return Workspace(files, self._os_environment, None, edited, self._outside)
