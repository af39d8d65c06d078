"""Settings of other tools that change what is sent: those of REST Client and httpyac in the files of a project.

REST Client keeps them in `.vscode/settings.json` or in a `*.code-workspace`, httpyac there too, in `.httpyac.json`
and in `package.json`. What `httpls.toml` says counts before them.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from httpls.model.project import folders_up
from httpls.model.project_settings import ProjectSettings
from httpls.model.source import Source
from httpls.model.workspace import Fallback, Workspace
from httpls.settings import Settings
from httpls_grammar.islands.json import JsonMember, JsonObject, JsonScalar, JsonValue, parse_json


class ToolSetting(NamedTuple):
    """A setting of another tool: its key there, its value, and the file it stands in."""

    key: str
    member: JsonMember
    source: Source

    @property
    def value(self) -> JsonValue:
        """The value; its range counts from the start of the file."""
        return self.member.value


class ToolSettings(NamedTuple):
    """All settings that were found, by the name that means the same in every tool; the nearest file comes first."""

    found: tuple[tuple[str, ToolSetting], ...]

    def all(self, name: str) -> Sequence[ToolSetting]:
        """Return the settings of this name, the one that counts first."""
        return [setting for found, setting in self.found if found == name]

    def boolean(self, name: str) -> bool | None:
        """Return the truth value of a setting, None where nobody says it."""
        words = [setting.value.text for setting in self.all(name) if isinstance(setting.value, JsonScalar)]
        return {"true": True, "false": False}.get(words[0]) if words else None

    def number(self, name: str) -> float | None:
        """Return the number of a setting, None where nobody says it or it is none."""
        for setting in self.all(name):
            if isinstance(setting.value, JsonScalar):
                try:
                    return float(setting.value.text)
                except ValueError:
                    return None
        return None


HEADERS, CERTIFICATES = "headers", "certificates"
FOLLOW_REDIRECTS, TIMEOUT, REMEMBER_COOKIES = "follow-redirects", "timeout", "remember-cookies"

_EDITOR_KEYS = {
    "rest-client.defaultHeaders": HEADERS,
    "rest-client.certificates": CERTIFICATES,
    "rest-client.followredirect": FOLLOW_REDIRECTS,
    "rest-client.timeoutinmilliseconds": TIMEOUT,
    "rest-client.rememberCookiesForSubsequentRequests": REMEMBER_COOKIES,
    "httpyac.requestDefaultHeaders": HEADERS,
    "httpyac.clientCertificates": CERTIFICATES,
    "httpyac.requestTimeout": TIMEOUT,
    "httpyac.cookieJarEnabled": REMEMBER_COOKIES,
}
_HTTPYAC_KEYS = {
    "defaultHeaders": HEADERS,
    "clientCertificates": CERTIFICATES,
    "cookieJarEnabled": REMEMBER_COOKIES,
}
"""The keys of the tools, and what each is called here. The timeouts are in milliseconds in both tools."""


def read_tool_settings(workspace: Workspace, folder: Path, root: Path) -> ToolSettings:
    """Read what stands in `folder` and above it up to `root`. What cannot be read is told with the environments."""
    found: list[tuple[str, ToolSetting]] = []
    for current in folders_up(folder, root):
        for name in workspace.files.names(current):
            if name.endswith(".code-workspace"):
                found += _settings(workspace, current / name, _in("settings"), _EDITOR_KEYS)
        found += _settings(workspace, current / ".vscode" / "settings.json", _whole, _EDITOR_KEYS)
        for name in (".httpyac.json", "httpyac.config.json"):
            found += _settings(workspace, current / name, _whole, _HTTPYAC_KEYS)
        found += _settings(workspace, current / "package.json", _in("httpyac"), _HTTPYAC_KEYS)
    return ToolSettings(tuple(found))


def with_tool_settings(project: ProjectSettings, tools: ToolSettings) -> Settings:
    """Return the settings of a project, with what other tools are told where `httpls.toml` does not say it."""
    settings = project.settings
    follow = tools.boolean(FOLLOW_REDIRECTS)
    if follow is not None and not _is_said(project, "redirects", "follow"):
        settings = settings._replace(redirects=settings.redirects._replace(follow=follow))
    milliseconds = tools.number(TIMEOUT)
    if milliseconds is not None and milliseconds >= 0 and not _is_said(project, "timeouts", "read"):
        settings = settings._replace(timeouts=settings.timeouts._replace(read=milliseconds / 1000))
    remember = tools.boolean(REMEMBER_COOKIES)
    if remember is not None and not _is_said(project, "cookies"):
        settings = settings._replace(cookies=remember)
    return settings


def with_fallback(project: ProjectSettings, settings: Settings, fallback: Fallback) -> Settings:
    """Return settings with what the machine says where neither `httpls.toml` nor another tool does."""
    for field, seconds in fallback.timeouts:
        is_of_tool = getattr(settings.timeouts, field) != getattr(project.settings.timeouts, field)
        if not is_of_tool and not _is_said(project, "timeouts", field):
            settings = settings._replace(timeouts=settings.timeouts._replace(**{field: seconds}))
    if fallback.proxy is not None and not any(path[:1] == ("proxy",) for path in project.places):
        settings = settings._replace(proxy=fallback.proxy)
    return settings


def _is_said(project: ProjectSettings, *path: str) -> bool:
    return path in project.places


def _whole(root: JsonValue | None) -> JsonValue | None:
    return root


def _in(key: str) -> Callable[[JsonValue | None], JsonValue | None]:
    return lambda root: root.get(key) if isinstance(root, JsonObject) else None


def _settings(
    workspace: Workspace,
    path: Path,
    select: Callable[[JsonValue | None], JsonValue | None],
    keys: dict[str, str],
) -> Iterator[tuple[str, ToolSetting]]:
    if not workspace.files.is_file(path):
        return
    try:
        source = workspace.source(path)
    except OSError:
        return
    if not any(key in source.text for key in keys):
        return
    node = select(parse_json(source.text).root)
    if isinstance(node, JsonObject):
        for member in node.members:
            if member.key in keys:
                yield keys[member.key], ToolSetting(member.key, member, source)
