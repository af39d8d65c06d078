"""`httpls run`: sends requests of files and shows what came back."""

import sys
from collections.abc import Mapping, Sequence

from httpls.cli.run_arguments import RunArguments, Selection, parse_run_arguments


def run(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    parsed = parse_run_arguments(arguments)
    from httpls.cli.run_selected import run_selected

    return run_selected(parsed, is_readable=sys.stdout.isatty())


def run_readably(files: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run all requests of the files and show the responses for people even in a pipe; return the exit code."""
    from httpls.cli.run_selected import run_selected

    return run_selected(RunArguments(tuple(files), Selection(all=True), variables=variables), is_readable=True)
