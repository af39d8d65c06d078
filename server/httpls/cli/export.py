"""`httpls export`: prints requests as commands of other programs."""

import os
import sys
from collections.abc import Iterator

from httpls.cli.command_parser import CommandParser
from httpls.cli.complaints import missing, print_choices, unreadable
from httpls.cli.environment_options import add_environment, choices_of
from httpls.cli.find_files import MissingPathError, find_request_files
from httpls.cli.report_problems import print_findings
from httpls.cli.run_options import add_selection, selection_of
from httpls.cli.select_requests import NothingSelectedError, SeveralRequestsError, label, select
from httpls.cli.show_plan import is_refused, plan_findings
from httpls.cli.terminal import visible
from httpls.host.files import DiskFiles
from httpls.model.curl_command import curl_command
from httpls.model.workspace import Workspace
from httpls.run.selection import Analyses, Selected
from httpls_grammar.problems import Severity

_DESCRIPTION = """\
Prints requests as commands that send the same. What is not known before sending, and every secret, stands there as a
shell variable; comments say which. Nothing is sent and nobody is asked.
"""
_EPILOG = """\
examples:
  httpls export curl orders.http --name login --env dev
  httpls export curl orders.http --all > orders.sh

exit codes: 0 printed; 2 wrong usage; 3 a request has an error, or a file cannot be read
"""


def export(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    parser = CommandParser("export", _DESCRIPTION, _EPILOG)
    parser.add_argument("program", choices=("curl",), help="for which program")
    parser.add_argument("paths", nargs="+", metavar="FILE|FOLDER", help="a file, or a folder with request files")
    add_selection(parser)
    add_environment(parser)
    parser.add_argument("--reveal", action="store_true", help="write secrets of files in clear instead of variables")
    options = parser.parse_args(arguments)
    workspace = Workspace(DiskFiles(), os.environ, choices_of(options))
    try:
        selected = select(Analyses(workspace), list(find_request_files(options.paths)), selection_of(options))
    except (MissingPathError, NothingSelectedError) as error:
        print(f"httpls export: {missing(error)}", file=sys.stderr)
        return 2
    except SeveralRequestsError as error:
        print_choices("export", error)
        return 2
    except OSError as error:
        print(f"httpls export: {unreadable(error)}", file=sys.stderr)
        return 3
    refused = 0
    for number, one in enumerate(selected):
        if number:
            print()
        refused += not _print(one, options.reveal, with_title=len(selected) > 1)
    return 3 if refused else 0


def _print(one: Selected, reveals: bool, with_title: bool) -> bool:
    """Print one request; tell whether it could be made into a command."""
    plan = one.analysis.plan(one.request)
    errors = [finding for finding in plan_findings(plan) if finding.problem.severity is Severity.ERROR]
    if is_refused(plan):
        print_findings(errors, sys.stderr)
        return False
    command = curl_command(plan, one.analysis.settings.redirects.follow, reveals)
    if with_title:
        print(f"# {_in_comment(label(one))}")
    print("\n".join([*_comments(command.variables, command.notes), command.text]))
    return True


def _comments(variables: dict[str, str], notes: tuple[str, ...]) -> Iterator[str]:
    for note in notes:
        yield f"# {_in_comment(note)}"
    for name, meaning in variables.items():
        yield f"# ${name} stands for {_in_comment(meaning)}"


def _in_comment(text: str) -> str:
    return visible(" ".join(text.split()))
