"""A file of environments as it is edited, with what a request file beside it would know in each environment."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from httpls.ide.other_files import beside
from httpls.model.analysis import Analysis
from httpls.model.check import in_environments
from httpls.model.facts import NO_FACTS, Facts
from httpls.model.source import Source
from httpls.model.workspace import Workspace


class EnvironmentFile:
    """One file of environments, settings or `.env` in a workspace; everything is worked out when it is asked for."""

    def __init__(self, workspace: Workspace, path: Path, text: str, facts: Facts = NO_FACTS) -> None:
        """Take the file as it stands in the editor."""
        self.workspace = workspace
        self.path = path
        self.text = text
        self.facts = facts

    @cached_property
    def source(self) -> Source:
        """The text with its lines."""
        return Source(self.path, self.text)

    @cached_property
    def analysis(self) -> Analysis:
        """What an empty request file beside this file would know, without a choice of environments."""
        return Analysis(self.workspace, beside(self.path))

    def in_environment(self, name: str | None) -> Analysis:
        """Return the same in an environment."""
        if name is None or name.startswith("$"):
            return self.analysis
        if name not in self._analyses:
            ((_, self._analyses[name]),) = in_environments(self.workspace, beside(self.path), (name,))
        return self._analyses[name]

    @cached_property
    def variables(self) -> Mapping[str, Sequence[str]]:
        """The names of all variables of all environments, each with the environments that have it."""
        found: dict[str, list[str]] = {}
        for layer in self.analysis.environments.layers:
            for name in layer.name_ranges:
                found.setdefault(name, []).append(layer.environment or "every environment")
        return {name: list(dict.fromkeys(environments)) for name, environments in found.items()}

    @cached_property
    def _analyses(self) -> dict[str, Analysis]:
        return {}
