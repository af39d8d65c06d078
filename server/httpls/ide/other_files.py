"""The files around requests: environments and settings, as a request file beside them would use them."""

from collections.abc import Iterator
from pathlib import Path

from httpls.model.analysis import Analysis
from httpls.model.check import in_environments
from httpls.model.source import Source
from httpls.model.workspace import RequestFile, Workspace
from httpls_grammar import parse
from httpls_grammar.problems import Problem


def findings_in(workspace: Workspace, path: Path) -> Iterator[Problem]:
    """Yield what is wrong with a file of environments or settings, in whichever environment that matters."""
    for analysis in analyses_beside(workspace, path):
        yield from (finding.problem for finding in analysis.findings() if finding.source.path == path)


def analyses_beside(workspace: Workspace, path: Path) -> Iterator[Analysis]:
    """Yield what an empty request file beside this file would know: without a choice, and in each environment."""
    file = beside(path)
    analysis = Analysis(workspace, file)
    yield analysis
    for _, other in in_environments(workspace, file, analysis.environments.names):
        yield other


def beside(path: Path) -> RequestFile:
    """Return an empty request file beside a file."""
    folder = path.parent.parent if path.parent.name == ".vscode" else path.parent
    return RequestFile(Source(folder / "requests.http", ""), parse(""))
