"""What is asked of the client once it is ready: to tell of changed files, and its settings."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from lsprotocol import types
from pygls.uris import from_fs_path

from httpls.lsp.editor_settings import read_editor_settings
from httpls.lsp.editors import Editors

if TYPE_CHECKING:
    from httpls.lsp.server import Server

WATCHED = (
    "**/*.{http,rest}", "**/httpls.toml", "**/*.env.json", "**/*.env.json.user", "**/.env*", "**/.vscode/settings.json",
    "**/.httpyac*", "**/httpyac.config.*", "**/.git/HEAD",
)  # fmt: skip
"""The files on which an answer may depend. Bodies and certificates are looked at again when something is saved."""


def register(server: "Server") -> None:
    """Ask the client for what it can tell."""
    client = server.session.client
    registrations: list[types.Registration] = []
    if client.registers_watched_files:
        watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        registrations.append(types.Registration("httpls-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options))
    if client.registers_configuration:
        section = types.DidChangeConfigurationRegistrationOptions(section="httpls")
        registrations.append(types.Registration("httpls-settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section))
    if registrations:
        server.client_register_capability(types.RegistrationParams(registrations), lambda _: None)
    if client.configuration:
        pull_configuration(server)


def pull_configuration(server: "Server") -> None:
    """Ask the client for its settings: those for everything, and those for each folder of the workspace."""
    folders = list(server.session.folders)
    items = [types.ConfigurationItem(section="httpls")]
    items += [types.ConfigurationItem(from_fs_path(str(folder)), "httpls") for folder in folders]

    def take(answer: object) -> None:
        sections = list(cast("Sequence[object]", answer)) if isinstance(answer, list | tuple) else []
        if not sections or not isinstance(sections[0], dict):
            return
        given = [read_editor_settings(section, is_alone=False) for section in sections]
        everywhere, *others = given
        of_folders = dict(zip(folders, others, strict=False))
        server.configured(Editors(everywhere, {} if all(one == everywhere for one in others) else of_folders))

    server.workspace_configuration(types.ConfigurationParams(items), take)
