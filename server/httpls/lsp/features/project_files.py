"""The request files of a project or of the workspace, open ones as they are in the editor."""

from collections.abc import Iterator
from pathlib import Path

from httpls.lsp.request_files import request_files
from httpls.lsp.session import Snapshot
from httpls.model.project import project_root
from httpls.model.workspace import RequestFile


def request_paths(snapshot: Snapshot) -> Iterator[Path]:
    """Yield the paths of all request files that are open, and of those in the folders of the workspace."""
    opened = [document.path for document in snapshot.documents.values() if document.file is not None]
    folders = tuple(snapshot.folders)
    found = snapshot.workspace.known(("request files", folders), lambda: request_files(folders))
    yield from dict.fromkeys([*opened, *found])


def request_files_of_project(snapshot: Snapshot, root: Path) -> Iterator[RequestFile]:
    """Yield the request files of the project at `root`, whether the workspace has its folder or not."""
    workspace = snapshot.workspace
    inside = workspace.known(("request files", (root,)), lambda: request_files((root,)))
    for path in dict.fromkeys([*request_paths(snapshot), *inside]):
        if root in path.parents and project_root(workspace.files, path.parent) == root:
            try:
                yield workspace.request_file(path)
            except OSError:
                continue
