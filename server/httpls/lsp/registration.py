"""What is asked of the client once it is ready: to tell of changed files, and its settings."""

from typing import TYPE_CHECKING, cast

from lsprotocol import types

from httpls.lsp.editor_settings import editor_settings

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
    """Ask the client for its settings."""
    item = types.ConfigurationItem(section="httpls")

    def take(answer: object) -> None:
        sections = cast("list[object]", answer) if isinstance(answer, list) else []
        if sections and isinstance(sections[0], dict):
            server.configured(editor_settings(cast("dict[str, object]", sections[0])))

    server.workspace_configuration(types.ConfigurationParams([item]), take)
