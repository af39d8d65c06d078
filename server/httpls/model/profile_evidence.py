"""What the files beside a request file say about the tool that it is written for."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from httpls.model.environments.layers import Layer
from httpls.model.project import folders_up
from httpls.model.scopes import Unset
from httpls.model.workspace import Workspace
from httpls_grammar import Profile

_PROVIDERS = ("provider=AspnetUserSecrets", "provider=AzureKeyVault", "provider=Encrypted")
"""The providers of Visual Studio."""
_HTTPYAC_FILES = (
    ".httpyac.json", ".httpyac.js", ".httpyac.cjs", ".httpyacrc", "httpyac.config.json", "httpyac.config.js",
    "httpyac.config.cjs",
)  # fmt: skip


def evidence_around(workspace: Workspace, folder: Path, root: Path, layers: Sequence[Layer]) -> frozenset[Profile]:
    """Return the profiles to which the files in `folder` and above it up to `root` point.

    `layers` are all environments that were read there.
    """
    return frozenset(_evidence(workspace, folder, root, layers))


def _evidence(workspace: Workspace, folder: Path, root: Path, layers: Sequence[Layer]) -> Iterator[Profile]:
    for current in folders_up(folder, root):
        names = workspace.files.names(current)
        if any(name in names for name in _HTTPYAC_FILES):
            yield Profile.HTTPYAC
        if "http-client.env.json.user" in names:
            yield Profile.VISUAL_STUDIO
        if _mentions(workspace, current / ".vscode" / "settings.json", '"rest-client.'):
            yield Profile.REST_CLIENT
    for layer in layers:
        for definition in layer.definitions.values():
            if isinstance(definition.text, Unset) and any(word in definition.text.arguments for word in _PROVIDERS):
                yield Profile.VISUAL_STUDIO


def _mentions(workspace: Workspace, path: Path, text: str) -> bool:
    if not workspace.files.is_file(path):
        return False
    try:
        return text in workspace.source(path).text
    except OSError:
        return False
