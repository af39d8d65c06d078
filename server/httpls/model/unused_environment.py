"""Variables of environments that no request file uses: known where all request files that see an environment are."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from httpls.model.analysis import Analysis
from httpls.model.environments.layers import Layer
from httpls.model.imports import imported_files
from httpls.model.paths import resolved_path
from httpls.model.scopes import ScopeKind
from httpls.model.source import Finding, Source
from httpls.model.variable_problems import used_names, words_in
from httpls.model.workspace import RequestFile, Workspace
from httpls_grammar.nodes import Script
from httpls_grammar.problems import ProblemKind, Severity
from httpls_grammar.text import Range

UNUSED_IN_ENVIRONMENT = ProblemKind(
    "unused-environment-variable", Severity.HINT,
    "no request file in this folder or below uses the variable `{name}`",
    "Remove it, unless it is kept for something else.",
)  # fmt: skip

_OF_PROJECT = frozenset((ScopeKind.ENVIRONMENT, ScopeKind.SHARED_ENVIRONMENT))
"""Files that hold environments and nothing else; entries of `.env` and settings of editors are for others too."""


def unused_environment_variables(workspace: Workspace, folder: Path, paths: Sequence[Path]) -> Iterator[Finding]:
    """Yield a hint for each variable of the files of environments in `folder` and below that nobody uses.

    `paths` are all request files in `folder` and below. A variable is told of once in each file, at its first place.
    A name counts as used wherever it stands in a template, a tag or a script, so that nothing is told wrongly.
    """
    analyses = [Analysis(workspace, file) for file in _readable(workspace, paths)]
    with_environments = {
        layer.source.path
        for analysis in analyses
        for layer in analysis.environments.layers
        if layer.scope in _OF_PROJECT and layer.source.path.is_relative_to(folder)
    }
    words = {analysis.file.path: _words_around(analysis) for analysis in analyses}
    for path in sorted(with_environments):
        users = [words[user] for user in words if user.is_relative_to(path.parent)]
        told: set[str] = set()
        for layer in _layers_of(path, analyses):
            for name, where in layer.name_ranges.items():
                if name not in told and not _is_used(name, users):
                    told.add(name)
                    yield Finding(layer.source, UNUSED_IN_ENVIRONMENT.at(where, name=name))


def _readable(workspace: Workspace, paths: Sequence[Path]) -> Iterator[RequestFile]:
    for path in paths:
        try:
            yield workspace.request_file(path)
        except OSError:
            continue


def _layers_of(path: Path, analyses: Sequence[Analysis]) -> Sequence[Layer]:
    """Return the layers of one file in the order in which they stand in it."""
    for analysis in analyses:
        found = [layer for layer in analysis.environments.layers if layer.source.path == path]
        if found:
            return sorted(found, key=lambda layer: min(layer.name_ranges.values(), default=Range(0, 0)))
    return ()


def _words_around(analysis: Analysis) -> frozenset[str]:
    """Return all words by which a request of the file may ask for a variable, its scripts and environments included."""
    workspace, own = analysis.workspace, analysis.file
    found: set[str] = set()
    for file in (own, *imported_files(workspace, own)):
        found = found.union(*file.document.blocks.summaries(used_names))
        for text in _script_files(workspace, file):
            found |= words_in(text)
    sources = {layer.source.path: layer.source for layer in analysis.environments.layers}
    if analysis.project.source is not None:
        sources[analysis.project.source.path] = analysis.project.source
    for source in sources.values():
        found |= _words_in_templates(workspace, source)
    return frozenset([*found, *[word.partition(".")[0] for word in found]])


def _words_in_templates(workspace: Workspace, source: Source) -> frozenset[str]:
    """Return the words between braces in a file that nobody edits: it counts for many request files."""
    question = ("words in templates", source.path)
    return workspace.known(question, lambda: words_in("\n".join(_template().findall(source.text))))


def _script_files(workspace: Workspace, file: RequestFile) -> Iterator[str]:
    for block in file.document.blocks:
        if "<" not in block.text and ">" not in block.text:
            continue
        for node in block.nodes:
            if isinstance(node, Script) and node.path is not None:
                try:
                    yield workspace.source(resolved_path(file.path.parent, node.path)).text
                except OSError:
                    continue


_ASKED_BY_TOOLS = ("$", "request_", "aad")
"""How names begin that REST Client's Azure variables, httpyac and Visual Studio read by themselves."""


def _is_used(name: str, users: Sequence[frozenset[str]]) -> bool:
    if name == "host" or name.startswith(_ASKED_BY_TOOLS) or words_in(name) != frozenset((name,)):
        return True
    return any(name in words for words in users)


@cache
def _template() -> re.Pattern[str]:
    return re.compile(r"\{\{[^\r\n]*?\}\}")
