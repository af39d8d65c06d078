"""`httpls env`: shows the environments of a file or folder, and where each value comes from."""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from httpls.cli.command_parser import CommandParser
from httpls.cli.environment_options import add_environment, choices_of
from httpls.cli.report_problems import findings_as_json, print_findings
from httpls.cli.shown_path import shown_path
from httpls.cli.terminal import Style, visible
from httpls.host.files import DiskFiles
from httpls.model.analysis import Analysis
from httpls.model.environment_overview import EnvironmentView, VariableView, environment_views, variable_views
from httpls.model.scopes import Definition, Unset, puts_environment_first
from httpls.model.source import Finding, Source
from httpls.model.workspace import RequestFile, Workspace
from httpls_auth.values.provenance import Provenance
from httpls_auth.values.value import Value
from httpls_grammar import parse
from httpls_grammar.problems import Severity

_DESCRIPTION = """\
Shows the environments that a file or a folder has, and where each value comes from: the definition that counts,
the variables it is made of, and the definitions that it hides. Secrets are masked.
"""
_EPILOG = """\
Examples:
  httpls env                      the environments of this folder
  httpls env -e dev               the values of one of them
  httpls env orders.http -e dev   with the variables of the file
  httpls env -e dev --only token  one value with all that is behind it

Exit codes: 0 all is well; 2 wrong usage; 3 an environment does not exist, or a file or value of it is wrong.
"""


def env(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    parser = CommandParser("env", _DESCRIPTION, _EPILOG)
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="a request file or a folder; by default .")
    add_environment(parser)
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="show only this variable")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    options = parser.parse_args(arguments)
    path = Path(os.path.abspath(options.path))
    workspace = Workspace(DiskFiles(), os.environ, choices_of(options))
    try:
        file = _request_file(workspace, path)
    except OSError as error:
        print(f"httpls env: {shown_path(path)}: {error.strerror or error}", file=sys.stderr)
        return 2 if isinstance(error, FileNotFoundError) else 3
    analysis = Analysis(workspace, file)
    views = list(variable_views(analysis))
    unknown = [name for name in options.only if all(name != view.name for view in views)]
    if unknown:
        _complain_of_names(unknown, views)
        return 3
    if options.only:
        views = [view for view in views if view.name in options.only]
    findings = list(analysis.findings())
    is_wrong = any(problem.severity is Severity.ERROR for problem in analysis.standing)
    if options.json:
        import json

        print(json.dumps(_as_json(analysis, views, findings), indent=2, ensure_ascii=False))
    else:
        if not options.only:
            _print_environments(analysis, path)
        if not is_wrong:
            _print_variables(views)
        sys.stdout.flush()
        # Beside an environment that is not there, only errors count.
        errors = [finding for finding in findings if finding.problem.severity is Severity.ERROR]
        print_findings(errors if is_wrong else findings, sys.stderr)
        for problem in analysis.standing:
            print(f"httpls env: {visible(problem.message)}. {visible(problem.remedy)}", file=sys.stderr)
    is_wrong = is_wrong or any(finding.problem.severity is Severity.ERROR for finding in findings)
    return 3 if is_wrong or any(view.problems for view in views) else 0


def _request_file(workspace: Workspace, path: Path) -> RequestFile:
    """Return the file, or an empty one that stands in the folder. Raises OSError."""
    if path.is_dir():
        return RequestFile(Source(path / ".http", ""), parse(""))
    return workspace.request_file(path)


def _complain_of_names(unknown: Sequence[str], views: Sequence[VariableView]) -> None:
    from httpls_grammar.islands.suggestion import did_you_mean

    for name in unknown:
        near = did_you_mean(name, [view.name for view in views])
        hint = f" Did you mean `{near}`?" if near else ""
        print(f"httpls env: there is no variable `{name}` here.{hint}", file=sys.stderr)


def _print_environments(analysis: Analysis, path: Path) -> None:
    style = Style()
    print(f"{style.paint('Project', '1')}       {visible(str(analysis.root))}")
    if not path.is_dir():
        how = "chosen" if analysis.explicit_profile else "by what the file contains"
        first, last = ("environment", "file") if puts_environment_first(analysis.profile) else ("file", "environment")
        where = f"a variable of the {first} counts before one of the {last}"
        print(f"{style.paint('Profile', '1')}       {analysis.profile.value}, {how}: {where}")
    views = environment_views(analysis)
    if not views:
        where = "in this folder" if path.is_dir() else "beside this file"
        print(f"{style.paint('Environments', '1')}  none: no file of environments stands {where} or above")
        return
    print(style.paint("Environments", "1"))
    width = max(len(view.name) for view in views)
    for view in views:
        print(_environment_line(view, width, style))
    if not analysis.chosen_environments:
        print(f"\nChoose one to see its values: {style.paint(f'httpls env -e {views[0].name}', '36')}")


def _environment_line(view: EnvironmentView, width: int, style: Style) -> str:
    mark = style.paint("*", "1;32") if view.is_chosen else " "
    name = style.paint(f"{visible(view.name):{width}}", "1") if view.is_chosen else f"{visible(view.name):{width}}"
    files = ", ".join(visible(shown_path(file)) for file in view.files)
    count = f"{view.size} variable" + ("" if view.size == 1 else "s")
    line = f"{mark} {name}  {style.paint(f'{count} in {files}', '2')}" if view.files else f"{mark} {name}"
    if view.missing:
        shown = ", ".join(visible(name) for name in view.missing[:5])
        more = f" and {len(view.missing) - 5} more" if len(view.missing) > 5 else ""
        line += f"\n  {' ' * width}  {style.paint(f'lacks {shown}{more}, which others have', '33')}"
    return line


def _print_variables(views: Sequence[VariableView]) -> None:
    style = Style()
    widest = max((len(view.name) for view in views), default=0)
    width = min(widest, 32)
    for place, group in groupby(views, key=lambda view: _place_in_words(view.definition.provenance)):
        print(f"\n{style.paint(visible(place), '1')}")
        for view in group:
            for line in _variable_lines(view, width, style):
                print(line)


def _variable_lines(view: VariableView, width: int, style: Style) -> Iterator[str]:
    value = _shortened(str(view.value))
    colour = "35" if any(not isinstance(piece, Value) or piece.is_secret for piece in view.value.pieces) else "32"
    yield f"  {visible(view.name):{width}}  {style.paint(value, colour)}{_line_of(view.definition.provenance, style)}"
    indent = " " * (width + 4)
    written = view.definition.text
    if isinstance(written, str) and "{{" in written and not view.definition.is_literal:
        if view.definition.labels.is_plain:
            yield style.paint(f"{indent}= {_shortened(written)}", "2")
        for piece in view.value.pieces:
            yield from (style.paint(line, "2") for line in _chain(piece.provenance, indent, view.definition.provenance))
    elif isinstance(written, Unset):
        yield style.paint(f"{indent}{_UNSET.get(written.kind, 'known only when a request is sent')}", "2")
    for hidden in view.hidden:
        yield style.paint(f"{indent}hides {_shortened(_written(hidden))} from {_where(hidden.provenance)}", "2")
    for problem in view.problems:
        yield style.paint(f"{indent}error: {visible(problem.message)}. {visible(problem.remedy)}", "31")


_UNSET = {
    "provider": "asked from its provider when a request is sent",
    "script": "set by a script or from a response",
    "prompt": "asked for when a request is sent",
}


def _chain(provenance: Provenance, indent: str, own: Provenance) -> Iterator[str]:
    """Yield what a value was made of, each source once, deeper ones indented."""
    waiting = [(source, 0) for source in ((provenance,) if provenance != own else provenance.via)]
    seen: set[Provenance] = {own}
    while waiting:
        source, depth = waiting.pop(0)
        if source in seen:
            continue
        seen.add(source)
        if source._replace(via=()) != own._replace(via=()):
            yield f"{indent}{'  ' * depth}← {visible(source.label)} from {_where(source)}"
            depth += 1
        waiting = [*[(inner, depth) for inner in source.via], *waiting]


def _place_in_words(provenance: Provenance) -> str:
    place = provenance.kind.value if provenance.place is None else shown_path(Path(provenance.place.path))
    return f"{place}, environment {provenance.environment}" if provenance.environment else place


def _where(provenance: Provenance) -> str:
    if provenance.place is None:
        return provenance.kind.value
    text = f"{shown_path(Path(provenance.place.path))}:{provenance.place.line}"
    return visible(f"{text} ({provenance.environment})" if provenance.environment else text)


def _line_of(provenance: Provenance, style: Style) -> str:
    return style.paint(f"  line {provenance.place.line}", "2") if provenance.place is not None else ""


def _written(definition: Definition) -> str:
    """Return a definition as it is written, masked if it is a secret."""
    if isinstance(definition.text, Unset):
        return f"‹{definition.name}›"
    return str(Value(definition.text, definition.provenance, definition.labels))


def _shortened(text: str) -> str:
    """Return a text in one line; on a terminal it is cut so that the line number behind it can be seen."""
    shown = visible(text).replace("\n", "⏎")
    if not sys.stdout.isatty():
        return shown
    most = max(shutil.get_terminal_size((120, 24)).columns - 40, 40)
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def _as_json(analysis: Analysis, views: Sequence[VariableView], findings: Sequence[Finding]) -> dict[str, object]:
    return {
        "root": str(analysis.root),
        "profile": analysis.profile.value,
        "chosen": list(analysis.chosen_environments),
        "environments": [
            {
                "name": view.name,
                "chosen": view.is_chosen,
                "files": [shown_path(file) for file in view.files],
                "missing": list(view.missing),
            }
            for view in environment_views(analysis)
        ],
        "variables": [
            {
                "name": view.name,
                "value": str(view.value) if view.value.is_complete else None,
                "shown": str(view.value),
                "secret": any(piece.is_secret for piece in view.value.pieces),
                "from": _provenance_as_json(view.definition.provenance),
                "made of": [
                    _provenance_as_json(piece.provenance)
                    for piece in view.value.pieces
                    if piece.provenance != view.definition.provenance
                ],
                "hides": [
                    {"value": _written(hidden), "from": _provenance_as_json(hidden.provenance)}
                    for hidden in view.hidden
                ],
                "problems": [problem.message for problem in view.problems],
            }
            for view in views
        ],
        "problems": [
            *findings_as_json(findings),
            *[
                {
                    "severity": problem.severity.value,
                    "code": problem.code,
                    "message": problem.message,
                    "remedy": problem.remedy,
                }
                for problem in analysis.standing
            ],
        ],
    }


def _provenance_as_json(provenance: Provenance) -> dict[str, object]:
    found: dict[str, object] = {"kind": provenance.kind.value, "name": provenance.label}
    if provenance.place is not None:
        found["file"] = shown_path(Path(provenance.place.path))
        found["line"], found["column"] = provenance.place.line, provenance.place.column
    if provenance.environment is not None:
        found["environment"] = provenance.environment
    if provenance.via:
        found["made of"] = [_provenance_as_json(source) for source in provenance.via]
    return found
