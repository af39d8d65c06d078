"""The option by which commands that concern a whole project are told which one."""

import argparse
import os
from pathlib import Path

from httpls.host.files import DiskFiles
from httpls.model.project import project_root


def add_project(parser: argparse.ArgumentParser) -> None:
    """Add the option `--project`."""
    parser.add_argument(
        "--project", default=".", metavar="PATH", help="a file or folder of the project; by default the working folder"
    )


def chosen_root(options: argparse.Namespace) -> Path:
    """Return the root of the project that the option names."""
    return root_of(options.project)


def root_of(written: str) -> Path:
    """Return the root of the project of a file or folder."""
    path = Path(os.path.abspath(written))
    return project_root(DiskFiles(), path if path.is_dir() else path.parent)
