"""The options by which commands are told environments and variables."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from httpls.model.workspace import Choices


def add_environment(parser: argparse.ArgumentParser) -> None:
    """Add the options `--env` and `--var`, as a group of their own."""
    group = parser.add_argument_group("environment")
    group.add_argument(
        "--env",
        "-e",
        action="append",
        default=[],
        metavar="NAME",
        help="an environment of the environment files; may be repeated, later ones win",
    )
    group.add_argument(
        "--var",
        action="append",
        default=[],
        type=_variable,
        metavar="NAME=VALUE",
        help="a variable that counts before all others",
    )


def choices_of(options: argparse.Namespace) -> "Choices":
    """Return what those options said."""
    # `run` parses its arguments before it loads anything.
    from httpls.model.workspace import Choices

    return Choices(tuple(options.env), dict(options.var))


def _variable(word: str) -> tuple[str, str]:
    name, separator, value = word.partition("=")
    if not separator or not name:
        raise argparse.ArgumentTypeError(f"`{word}` is not of the form NAME=VALUE")
    return name, value
