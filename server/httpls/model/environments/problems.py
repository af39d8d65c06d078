"""Problems of what is around a file that keep every one of its requests from being sent."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from httpls.model.environments.read import Environments
from httpls.model.levels import SHARED_FILE
from httpls.model.project import folders_up
from httpls.model.workspace import RequestFile, Workspace
from httpls_grammar.islands.suggestion import did_you_mean
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range

UNKNOWN_ENVIRONMENT = ProblemKind(
    "unknown-environment", Severity.ERROR,
    "there is no environment `{name}` for this file",
    "{suggestion}",
)  # fmt: skip
NO_ENVIRONMENT_FILE = ProblemKind(
    "no-environment-file", Severity.WARNING,
    "the environment `{name}` is chosen, but no file of environments stands beside this file or above it",
    "Write `http-client.env.json` with an object `{name}`, or choose no environment.",
)  # fmt: skip
UNREADABLE_SHARED_FILE = ProblemKind(
    "unreadable-shared-file", Severity.ERROR,
    "`{path}` holds for this file and cannot be read: {reason}",
    "Check its permissions; without it, its authentication and its header fields would be missing.",
)  # fmt: skip


def environment_problems(environments: Environments, chosen: Sequence[str]) -> Iterator[Problem]:
    """Yield a problem for each chosen environment that there is not; their ranges are empty."""
    for name in chosen:
        if name in environments.names:
            continue
        if not environments.names:
            yield NO_ENVIRONMENT_FILE.at(Range(0, 0), name=name)
            continue
        near = did_you_mean(name, environments.names)
        known = ", ".join(f"`{word}`" for word in environments.names)
        suggestion = f"Did you mean `{near}`? There are: {known}." if near else f"Choose one of: {known}."
        yield UNKNOWN_ENVIRONMENT.at(Range(0, 0), name=name, suggestion=suggestion)


def unreadable_shared_files(workspace: Workspace, file: RequestFile, root: Path) -> Iterator[Problem]:
    """Yield a problem for each shared file of the folders that is there and cannot be read; their ranges are empty."""
    for folder in folders_up(file.path.parent, root):
        path = folder / SHARED_FILE
        if path == file.path or not workspace.files.is_file(path):
            continue
        try:
            workspace.source(path)
        except OSError as error:
            yield UNREADABLE_SHARED_FILE.at(Range(0, 0), path=path, reason=error.strerror or str(error))
