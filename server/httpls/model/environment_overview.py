"""What environments there are, and where each value comes from: for `httpls env` and for hovers."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from httpls.model.analysis import Analysis
from httpls.model.environments.layers import Layer
from httpls.model.planned_text import PlannedText
from httpls.model.resolve import expand
from httpls.model.scopes import Definition, ScopeKind, Scopes
from httpls_grammar.problems import Problem
from httpls_grammar.text import Range


class EnvironmentView(NamedTuple):
    """An environment: the files that define it, and the names that others of those files define and it does not."""

    name: str
    is_chosen: bool
    files: tuple[Path, ...]
    size: int
    missing: tuple[str, ...]


class VariableView(NamedTuple):
    """A variable: the definition in force, its value as far as it is known, and the definitions that it hides."""

    name: str
    definition: Definition
    value: PlannedText
    hidden: tuple[Definition, ...]
    problems: tuple[Problem, ...]


def environment_views(analysis: Analysis) -> Sequence[EnvironmentView]:
    """Return the environments in the order of their files."""
    environments = analysis.environments
    shared = {name for layer in environments.layers if layer.environment is None for name in layer.definitions}
    every = dict.fromkeys(
        name for layer in environments.layers if layer.environment is not None for name in layer.name_ranges
    )
    views: list[EnvironmentView] = []
    for name in environments.names:
        layers = [layer for layer in environments.layers if layer.environment == name]
        own = {variable for layer in layers for variable in layer.definitions}
        leaves = {variable for layer in layers for variable in _leaves(layer)}
        # An environment of a `.env` file alone is read only when it is chosen, so nothing is known to be missing.
        missing = [word for word in every if word not in own and word not in shared] if layers else []
        files = dict.fromkeys(layer.source.path for layer in layers)
        is_chosen = name in analysis.chosen_environments
        views.append(EnvironmentView(name, is_chosen, tuple(files), len(leaves), tuple(missing)))
    return views


def variable_views(analysis: Analysis) -> Iterator[VariableView]:
    """Yield the variables of a file with its environments, those of the scope that counts first come first."""
    context = analysis.context(None)
    for name in _shown_names(context.scopes):
        definition, *hidden = context.scopes.lookup(name)
        found = expand(definition, Range(0, 0), context)
        yield VariableView(name, definition, found.text, tuple(hidden), tuple(found.problems))


def _shown_names(scopes: Scopes) -> Iterator[str]:
    """Yield the names of values; an object of which there are parts is shown by its parts, the OS is left out."""
    left_out = set(_containers(scopes))
    seen: set[str] = set()
    for scope in scopes.scopes:
        if scope.kind is ScopeKind.OS_ENVIRONMENT or not scope.is_plain:
            continue
        for name in scope.definitions:
            if name not in seen and name not in left_out:
                seen.add(name)
                yield name


def _containers(scopes: Scopes) -> Iterator[str]:
    for scope in scopes.scopes:
        yield from _containers_of(scope.definitions)


def _leaves(layer: Layer) -> Iterator[str]:
    containers = set(_containers_of(layer.definitions))
    return (name for name in layer.definitions if name not in containers)


def _containers_of(names: Mapping[str, Definition]) -> Iterator[str]:
    for name in names:
        cut = max(name.rfind("."), name.rfind("["))
        if cut > 0 and name[:cut] in names:
            yield name[:cut]
