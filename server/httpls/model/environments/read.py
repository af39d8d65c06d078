"""All environments that a request file can be run in, merged from the files of its folder up to the root."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from httpls.model.environments.dotenv_files import dotenv_environments, read_dotenv_files
from httpls.model.environments.json_files import read_json_environments
from httpls.model.environments.layers import Layer, layer_findings
from httpls.model.project import folders_up
from httpls.model.scopes import Scope
from httpls.model.source import Finding
from httpls.model.workspace import Workspace


class Environments(NamedTuple):
    """What was read: the names of all environments as written, every layer with the one that counts first, problems."""

    names: tuple[str, ...]
    layers: tuple[Layer, ...]
    findings: tuple[Finding, ...]

    def scopes(self, chosen: Sequence[str], public_wins: bool = False) -> Sequence[Scope]:
        """Return the scopes for the chosen environments; of several, later ones win.

        `public_wins` turns the order of private and public files round, as JetBrains documents it.
        """
        return [Scope(layer.scope, layer.definitions) for layer in self.layers_in_force(chosen, public_wins)]

    def layers_in_force(self, chosen: Sequence[str], public_wins: bool = False) -> Sequence[Layer]:
        """Return the layers of the chosen environments and of what all share, the one that counts first."""
        found: list[Layer] = []
        for name in (*reversed(chosen), None):
            layers = [layer for layer in self.layers if layer.environment == name]
            found += sorted(layers, key=lambda layer: -layer.privacy if public_wins else layer.privacy)
        return found


def read_environments(workspace: Workspace, folder: Path, root: Path, chosen: Sequence[str]) -> Environments:
    """Read what lies in `folder` and above it up to `root`; the nearest folder counts first.

    Of the `.env` files of single environments only those of the `chosen` ones are read.
    """
    of_files: list[str] = []
    layers: list[Layer] = []
    findings: list[Finding] = []
    for current in folders_up(folder, root):
        for found in read_json_environments(workspace, current):
            layers += found.layers
            findings += found.findings
            findings += [finding for layer in found.layers for finding in layer_findings(layer)]
        for layer, wrong in read_dotenv_files(workspace, current, chosen):
            if layer is not None:
                layers.append(layer)
            findings += wrong
        of_files += dotenv_environments(workspace, current)
    in_json = [layer.environment for layer in layers if layer.environment is not None]
    names = dict.fromkeys((*in_json, *of_files))
    return Environments(tuple(names), tuple(layers), tuple(findings))
