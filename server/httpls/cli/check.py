"""`httpls check`: shows every problem that can be known without sending."""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from httpls.cli.command_parser import CommandParser
from httpls.cli.environment_options import add_environment, choices_of
from httpls.cli.find_files import MissingPathError, find_request_files
from httpls.cli.report_problems import findings_as_json, print_annotations, print_findings
from httpls.host.files import DiskFiles
from httpls.model.analysis import Analysis
from httpls.model.check import check_file
from httpls.model.project import project_root
from httpls.model.project_settings import project_settings
from httpls.model.script_texts import script_texts
from httpls.model.severities import displayed
from httpls.model.source import Finding
from httpls.model.workspace import Workspace
from httpls_grammar.problems import Problem, Severity

if TYPE_CHECKING:
    from httpls.run.scripts.syntax import ScriptSyntax

_DESCRIPTION = "Shows every problem of request files that can be known without sending anything."
_EPILOG = """\
Exit codes: 0 no error (there may be warnings, unless --strict); 3 at least one error; 2 wrong usage.
"""
_SHOWN = (Severity.ERROR, Severity.WARNING, Severity.INFORMATION, Severity.HINT)


def check(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    parser = CommandParser("check", _DESCRIPTION, _EPILOG)
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, or a folder with .http and .rest files")
    add_environment(parser)
    parser.add_argument("--json", action="store_true", help="print the problems as a JSON array")
    parser.add_argument("--github", action="store_true", help="print the problems as annotations of a GitHub workflow")
    parser.add_argument("--strict", action="store_true", help="count warnings as errors")
    parser.add_argument("--quiet", "-q", action="store_true", help="show errors and warnings only")
    options = parser.parse_args(arguments)
    try:
        paths = list(find_request_files(options.paths))
    except MissingPathError as error:
        print(f"httpls check: there is no file or folder `{error}`", file=sys.stderr)
        return 2
    workspace = Workspace(DiskFiles(), os.environ, choices_of(options))
    shown = _SHOWN[:2] if options.quiet else _SHOWN
    # A file of environments that serves several request files is told of once.
    scripts = _Scripts()
    try:
        every = {
            (finding.source.path, finding.problem): finding
            for found in (
                *(_findings(workspace, path, scripts) for path in paths),
                _of_folders(workspace, options.paths, paths),
            )
            for finding in found
        }
    finally:
        scripts.close()
    findings = [finding for finding in _displayed(workspace, every.values()) if finding.problem.severity in shown]
    if options.json:
        import json

        print(json.dumps(findings_as_json(findings), indent=2, ensure_ascii=False))
    elif options.github:
        print_annotations(findings)
    else:
        print_findings(findings)
        print(_summary(findings, len(paths)), file=sys.stderr)
    worst = _SHOWN[:2] if options.strict else _SHOWN[:1]
    return 3 if any(finding.problem.severity in worst for finding in findings) else 0


def _findings(workspace: Workspace, path: Path, scripts: "_Scripts") -> Iterator[Finding]:
    """Yield what is wrong with a file, with the certificates that its requests would show, and with its scripts."""
    yield from check_file(workspace, path)
    try:
        file = workspace.request_file(path)
    except OSError:
        return
    from httpls.run.certificate_problems import certificate_problems

    analysis = Analysis(workspace, file)
    yield from [Finding(file.source, problem) for problem in certificate_problems(analysis)]
    yield from [Finding(file.source, problem) for problem in scripts.problems(analysis)]


class _Scripts:
    """Compiles scripts. What that needs is loaded, and a process started for it, when a file has a script."""

    def __init__(self) -> None:
        self._syntax: ScriptSyntax | None = None

    def problems(self, analysis: Analysis) -> Iterator[Problem]:
        if next(script_texts(analysis), None) is None:
            return
        from httpls.run.cancel import Cancel

        if self._syntax is None:
            from httpls.run.scripts.syntax import ScriptSyntax

            self._syntax = ScriptSyntax()
        yield from self._syntax.problems(analysis, Cancel())

    def close(self) -> None:
        if self._syntax is not None:
            self._syntax.close()


def _of_folders(workspace: Workspace, arguments: Iterable[str], paths: Sequence[Path]) -> Iterator[Finding]:
    """Yield what is known of a folder only when all of its request files are."""
    from httpls.model.unused_environment import unused_environment_variables

    for folder in (Path(os.path.abspath(argument)) for argument in arguments if Path(argument).is_dir()):
        below = [path for path in paths if path.is_relative_to(folder)]
        yield from unused_environment_variables(workspace, folder, below)


def _displayed(workspace: Workspace, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings as bad as the settings of their projects say."""
    known: dict[Path, Mapping[str, str]] = {}
    for finding in findings:
        folder = finding.source.path.parent
        if folder not in known:
            known[folder] = project_settings(workspace, project_root(workspace.files, folder)).settings.problems
        problem = displayed(finding.problem, known[folder])
        if problem is not None:
            yield finding._replace(problem=problem)


def _summary(findings: Sequence[Finding], files: int) -> str:
    counts = Counter(finding.problem.severity for finding in findings)
    shown = [_counted(counts[severity], _NOUNS[severity]) for severity in _SHOWN if counts[severity]]
    return f"{_counted(files, 'file')}: {', '.join(shown) if shown else 'no problem'}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


_NOUNS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "remark",
    Severity.HINT: "hint",
}
