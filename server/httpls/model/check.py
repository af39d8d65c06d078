"""All problems of a request file, and of the environment files that it uses."""

from collections.abc import Sequence
from pathlib import Path

from httpls.model.analysis import Analysis
from httpls.model.source import UNREADABLE_FILE, Finding, Source
from httpls.model.workspace import Workspace
from httpls_grammar.text import Range


def check_file(workspace: Workspace, path: Path) -> Sequence[Finding]:
    """Return the findings of one request file in the order of their places, then those of its environment files."""
    try:
        file = workspace.request_file(path)
    except OSError as error:
        problem = UNREADABLE_FILE.at(Range(0, 0), reason=error.strerror or str(error))
        return [Finding(Source(path, ""), problem)]
    analysis = Analysis(workspace, file)
    problems = dict.fromkeys(analysis.problems())
    findings = [Finding(file.source, problem) for problem in sorted(problems, key=lambda problem: problem.range)]
    return [*findings, *analysis.environments.findings]
