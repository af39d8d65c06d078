"""`httpls run`: sends requests of files and shows what came back."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from httpls.cli.run_arguments import RunArguments, Selection


def run(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    parsed = RunArguments(tuple(arguments), Selection())
    if not arguments or any(word.startswith("-") for word in arguments):
        # Files alone need no parser, which takes as long as to parse them.
        from httpls.cli.run_options import parse_run_arguments

        parsed = parse_run_arguments(arguments)
    from httpls.cli.run_selected import run_selected

    return run_selected(parsed, is_readable=sys.stdout.isatty())


def run_readably(files: Sequence[str], variables: Mapping[str, str], authority: Path, trusts: bool) -> int:
    """Run all requests of the files and show the responses for people even in a pipe; return the exit code.

    `authority` is the file of a certificate authority that is trusted, `trusts` whether the project is, for this run.
    """
    from httpls.cli.run_selected import run_selected

    arguments = RunArguments(
        tuple(files), Selection(all=True), variables=variables, authorities=(str(authority),),
        trust=trusts,
    )  # fmt: skip
    return run_selected(arguments, is_readable=True)
