"""All problems of a request file, and of the other files that it uses."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from httpls.model.analysis import Analysis
from httpls.model.request_auth import AUTH_OBJECT_IN_ENVIRONMENT
from httpls.model.resolve import UNDEFINED_IN_ENVIRONMENT
from httpls.model.source import Finding, Source, unreadable
from httpls.model.workspace import RequestFile, Workspace
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range

MISSING_IN_ENVIRONMENT = ProblemKind(
    "missing-in-environment", Severity.WARNING,
    "`{text}` needs what is defined in other environments, but not in {missing}",
    "Define it there too, or say with `--env` in which environment the file is meant to be run.",
)  # fmt: skip


def check_file(workspace: Workspace, path: Path) -> Sequence[Finding]:
    """Return the findings of one request file in the order of their places, then those of the files that it uses.

    Where nobody chooses an environment the file is checked in each one that there is: a variable that only some of
    them define is a warning, what is wrong in any of them is told once.
    """
    try:
        file = workspace.request_file(path)
    except OSError as error:
        return [unreadable(path, error)]
    analysis = Analysis(workspace, file)
    if analysis.chosen_environments or not analysis.environments.names:
        problems = list(analysis.problems())
        others = list(analysis.findings())
    else:
        problems, others = _in_every_environment(workspace, file, analysis.environments.names)
    problems.sort(key=lambda problem: problem.range)
    return [*[Finding(file.source, problem) for problem in dict.fromkeys(problems)], *dict.fromkeys(others)]


def _in_every_environment(
    workspace: Workspace, file: RequestFile, names: Sequence[str]
) -> tuple[list[Problem], list[Finding]]:
    """Return what is wrong in each of the environments; one problem at one place is told once."""
    analyses = in_environments(workspace, file, names)
    others: dict[tuple[str, Path, Range], Finding] = {}
    found = united([(name, analysis.problems()) for name, analysis in analyses], file.source)
    for _, analysis in analyses:
        for finding in analysis.findings():
            others.setdefault((finding.problem.code, finding.source.path, finding.problem.range), finding)
    return found, list(others.values())


def in_environments(workspace: Workspace, file: RequestFile, names: Sequence[str]) -> Sequence[tuple[str, Analysis]]:
    """Return the file as it is in each of these environments."""
    choices = workspace.choices
    return [
        (name, Analysis(workspace.choosing(choices._replace(environments=(name,))), file)) for name in names
    ]  # fmt: skip


def united(found_in: Iterable[tuple[str, Iterable[Problem]]], source: Source) -> list[Problem]:
    """Unite what is wrong with a file in several environments; one problem at one place is told once."""
    found: dict[tuple[str, Range], Problem] = {}
    missing: dict[Range, list[str]] = {}
    for name, problems in found_in:
        for problem in problems:
            if problem.code in (UNDEFINED_IN_ENVIRONMENT.code, AUTH_OBJECT_IN_ENVIRONMENT.code):
                environments = missing.setdefault(problem.range, [])
                if name not in environments:
                    environments.append(name)
            else:
                found.setdefault((problem.code, problem.range), problem)
    for where, environments in missing.items():
        shown = ", ".join(f"`{name}`" for name in environments)
        problem = MISSING_IN_ENVIRONMENT.at(where, text=source.stretch(where), missing=shown)
        found[problem.code, where] = problem
    return list(found.values())
