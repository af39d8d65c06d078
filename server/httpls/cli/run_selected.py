"""Does what the arguments of `httpls run` say: finds files, chooses requests, shows their plans or sends them."""

import os
import sys
from collections.abc import Sequence

from httpls.cli.find_files import MissingPathError, find_request_files
from httpls.cli.run_arguments import RunArguments
from httpls.cli.select_requests import NothingSelectedError, SeveralRequestsError, label, select
from httpls.host.files import DiskFiles
from httpls.model.workspace import Choices, Workspace
from httpls.run.selection import Analyses, Selected


def run_selected(arguments: RunArguments, is_readable: bool) -> int:
    """Do it, and return the exit code. `is_readable` asks for responses as people read them."""
    choices = Choices(arguments.environments, arguments.variables)
    analyses = Analyses(Workspace(DiskFiles(), os.environ, choices))
    try:
        selected = _selected(analyses, arguments)
    except (MissingPathError, NothingSelectedError, SeveralRequestsError, OSError) as error:
        from httpls.cli.complaints import complain

        return complain("run", error)
    if arguments.dry_run:
        from httpls.cli.dry_run import dry_run
        from httpls.cli.tls_options import tls_options

        return dry_run(selected, arguments.json, tls_options(arguments))
    from httpls.cli.send_requests import send_requests

    return send_requests(analyses, selected, arguments, is_readable)


def _selected(analyses: Analyses, arguments: RunArguments) -> Sequence[Selected]:
    """Return what is to be run; of several requests, a person at a terminal chooses one."""
    paths = list(find_request_files(arguments.paths))
    try:
        return select(analyses, paths, arguments.selection)
    except SeveralRequestsError as error:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        return [_chosen(error.requests)]


def _chosen(requests: Sequence[Selected]) -> Selected:
    from httpls.host.prompts import TerminalPrompter
    from httpls.run.cancel import Cancel

    shown = {f"{label(one)}  (line {one.request.line})": one for one in requests}
    return shown[TerminalPrompter().choose("Which request", list(shown), Cancel())]
