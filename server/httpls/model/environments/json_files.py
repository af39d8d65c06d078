"""Environments in JSON files: those of JetBrains, Visual Studio and Kulala, of REST Client's settings, of httpyac."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from httpls.model.environments.layers import NOT_AN_OBJECT, Layer, Privacy, layer_of
from httpls.model.scopes import ScopeKind
from httpls.model.source import Finding, unreadable
from httpls.model.workspace import Workspace
from httpls_grammar.islands.json import JsonObject, JsonString, JsonValue, parse_json
from httpls_grammar.problems import ProblemKind, Severity

CLEAR_TEXT_TOKEN = ProblemKind(
    "clear-text-token", Severity.WARNING,
    "`auth_data` keeps tokens in clear text; it is not used",
    "Remove it.",
)  # fmt: skip
DEPRECATED_FILE = ProblemKind(
    "deprecated-environment-file", Severity.HINT,
    "this name of an environment file is out of use",
    "Rename it to `{name}`.",
)  # fmt: skip


class JsonFileKind(NamedTuple):
    """A file that holds environments: its name, how private it is, and the path of keys to the environments."""

    name: str
    privacy: Privacy
    keys: tuple[str, ...]
    scope: ScopeKind
    successor: str | None = None


_PRIVATE, _PUBLIC, _SETTINGS = "http-client.private.env.json", "http-client.env.json", ".vscode/settings.json"

FILES: tuple[JsonFileKind, ...] = (
    JsonFileKind(_PRIVATE, Privacy.PRIVATE, (), ScopeKind.ENVIRONMENT),
    JsonFileKind("http-client.env.json.user", Privacy.USER, (), ScopeKind.ENVIRONMENT),
    JsonFileKind(_PUBLIC, Privacy.PUBLIC, (), ScopeKind.ENVIRONMENT),
    JsonFileKind("rest-client.private.env.json", Privacy.PRIVATE, (), ScopeKind.ENVIRONMENT, _PRIVATE),
    JsonFileKind("rest-client.env.json", Privacy.PUBLIC, (), ScopeKind.ENVIRONMENT, _PUBLIC),
    JsonFileKind(".httpyac.json", Privacy.PUBLIC, ("environments",), ScopeKind.ENVIRONMENT),
    JsonFileKind("httpyac.config.json", Privacy.PUBLIC, ("environments",), ScopeKind.ENVIRONMENT),
    JsonFileKind("package.json", Privacy.PUBLIC, ("httpyac", "environments"), ScopeKind.ENVIRONMENT),
    JsonFileKind(_SETTINGS, Privacy.PUBLIC, ("rest-client.environmentVariables",), ScopeKind.EDITOR_ENVIRONMENT),
    JsonFileKind(_SETTINGS, Privacy.PUBLIC, ("httpyac.environmentVariables",), ScopeKind.EDITOR_ENVIRONMENT),
)  # fmt: skip
"""The files in the order in which their values count, within one folder."""

_SHARED = {
    ScopeKind.ENVIRONMENT: ScopeKind.SHARED_ENVIRONMENT,
    ScopeKind.EDITOR_ENVIRONMENT: ScopeKind.SHARED_EDITOR_ENVIRONMENT,
}
SHARED_NAMES = frozenset(("$shared", "$default", "$kulalaShared"))
"""The names of what holds for every environment."""


class JsonEnvironments(NamedTuple):
    """The layers of one file, and what is wrong with it."""

    layers: tuple[Layer, ...]
    findings: tuple[Finding, ...]


def read_json_environments(workspace: Workspace, folder: Path) -> Iterator[JsonEnvironments]:
    """Yield the environments of each file in a folder."""
    for kind in FILES:
        path = folder / kind.name
        if workspace.files.is_file(path):
            yield _read(workspace, path, kind)
    for name in workspace.files.names(folder):
        if name.endswith(".code-workspace"):
            keys = ("settings", "rest-client.environmentVariables")
            kind = JsonFileKind(name, Privacy.PUBLIC, keys, ScopeKind.EDITOR_ENVIRONMENT)
            yield _read(workspace, folder / name, kind)


def _read(workspace: Workspace, path: Path, kind: JsonFileKind) -> JsonEnvironments:
    try:
        source = workspace.source(path)
    except OSError as error:
        return JsonEnvironments((), (unreadable(path, error),))
    document = parse_json(source.text)
    is_ours = not kind.keys
    node: JsonValue | None = document.root
    for key in kind.keys:
        node = node.get(key) if isinstance(node, JsonObject) else None
    if node is None and not is_ours:
        return JsonEnvironments((), ())
    findings = [Finding(source, problem) for problem in (*source.problems, *document.problems)]
    if kind.successor is not None and document.root is not None:
        findings.append(Finding(source, DEPRECATED_FILE.at(document.root.range, name=kind.successor)))
    if node is None:
        return JsonEnvironments((), tuple(findings))
    if not isinstance(node, JsonObject):
        findings.append(Finding(source, NOT_AN_OBJECT.at(node.range, what="a file of environments")))
        return JsonEnvironments((), tuple(findings))
    layers: list[Layer] = []
    for member in node.members:
        if not isinstance(member.value, JsonObject):
            if not (isinstance(member.value, JsonString) and member.key.startswith("$")):
                problem = NOT_AN_OBJECT.at(member.value.range, what=f"the environment `{member.key}`")
                findings.append(Finding(source, problem))
            continue
        is_shared = member.key in SHARED_NAMES
        scope = _SHARED[kind.scope] if is_shared else kind.scope
        if member.key == "$kulalaDefaultHeaders":
            layers.append(Layer(source, None, kind.privacy, scope, {}, {}, headers=member.value))
            continue
        layer = layer_of(source, None if is_shared else member.key, kind.privacy, scope, member.value)
        layers.append(layer._replace(environment_range=member.key_range))
        findings += [
            Finding(source, CLEAR_TEXT_TOKEN.at(inner.key_range))
            for inner in member.value.members
            if inner.key == "auth_data"
        ]
    return JsonEnvironments(tuple(layers), tuple(findings))
