"""The options that the actions have in common: which file, which request, which environment."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from httpls.cli.auth.command import complain
from httpls.cli.command_parser import CommandParser
from httpls.cli.complaints import unreadable
from httpls.cli.environment_options import add_environment, choices_of
from httpls.cli.find_files import MissingPathError, find_request_files
from httpls.host.files import DiskFiles
from httpls.model.workspace import Workspace
from httpls.run.selection import Analyses, Selected, Selection, SelectionError, select


def file_parser(action: str, description: str, epilog: str = "") -> CommandParser:
    """Return a parser for an action on requests of files."""
    parser = CommandParser(f"auth {action}", description, epilog)
    parser.add_argument("path", metavar="FILE", help="a request file, or a folder with some")
    parser.add_argument("--name", "-n", action="append", default=[], metavar="NAME", help="the request of this name")
    parser.add_argument("--line", type=int, action="append", default=[], metavar="N", help="the request in this line")
    add_environment(parser)
    return parser


def token_parser(action: str, description: str, epilog: str = "") -> CommandParser:
    """Return a parser for an action on a token that requests of files use."""
    parser = file_parser(action, description, epilog)
    parser.add_argument("--id", metavar="ID", help="that of the object of `Security.Auth` with this id")
    return parser


def add_permissions(parser: argparse.ArgumentParser) -> None:
    """Add the options by which a person allows what the project may not do by itself."""
    parser.add_argument("--trust", action="store_true", help="trust the project in this run")
    parser.add_argument(
        "--allow-origin", action="append", default=[], metavar="ORIGIN", help="secrets of this machine may go there"
    )


def selected_requests(options: argparse.Namespace) -> tuple[Analyses, Sequence[Selected]]:
    """Return the requests that the options mean, all of the file if they say nothing.

    Raises `SelectionError`, `MissingPathError`, and OSError for a file that cannot be read (`NOT_SELECTED`).
    """
    analyses = Analyses(Workspace(DiskFiles(), os.environ, choices_of(options)))
    selection = Selection(tuple(options.name), tuple(options.line))
    found: list[Selected] = []
    for path in find_request_files([options.path]):
        found += select(analyses, Path(os.path.abspath(path)), selection)
    return analyses, found


NOT_SELECTED = (SelectionError, MissingPathError, OSError)
"""What `selected_requests` raises."""


def not_selected(action: str, error: SelectionError | MissingPathError | OSError) -> int:
    """Print why there are no requests: none of this name or line, no such file or folder; return the exit code."""
    if isinstance(error, SelectionError):
        complain(action, str(error), error.remedy)
        return 2
    if isinstance(error, MissingPathError):
        complain(action, f"there is no file or folder `{error}`")
        return 2
    complain(action, unreadable(error))
    return 3
