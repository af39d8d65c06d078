"""What several commands say when they cannot do what was asked for."""

import sys
from pathlib import Path

from httpls.cli.find_files import MissingPathError
from httpls.cli.select_requests import NothingSelectedError, SeveralRequestsError, label
from httpls.cli.shown_path import shown_path
from httpls.cli.terminal import visible


def complain(command: str, error: Exception) -> int:
    """Print why the files or requests that were asked for cannot be had; return the exit code."""
    if isinstance(error, SeveralRequestsError):
        print_choices(command, error)
        return 2
    if isinstance(error, OSError):
        print(f"httpls {command}: {unreadable(error)}", file=sys.stderr)
        return 3
    assert isinstance(error, MissingPathError | NothingSelectedError)
    print(f"httpls {command}: {missing(error)}", file=sys.stderr)
    return 2


def print_choices(command: str, error: SeveralRequestsError) -> None:
    """Print the requests between which nobody has chosen, and how to choose, to standard error."""
    print(f"httpls {command}: which of these requests? Say --name, --line, --tag or --all.", file=sys.stderr)
    several = len({one.analysis.file.path for one in error.requests}) > 1
    for one in error.requests[:50]:
        where = (
            f"{visible(shown_path(one.analysis.file.path))}:{one.request.line}"
            if several
            else f"line {one.request.line}"
        )
        print(f"  {visible(label(one))}  ({where})", file=sys.stderr)
    if len(error.requests) > 50:
        print(f"  … and {len(error.requests) - 50} more", file=sys.stderr)


def missing(error: "MissingPathError | NothingSelectedError") -> str:
    """Return what is not there."""
    return f"there is no file or folder `{error}`" if isinstance(error, MissingPathError) else str(error)


def unreadable(error: OSError) -> str:
    """Return which file cannot be read, and why."""
    name = shown_path(Path(error.filename)) if error.filename else "a file"
    return f"{name} cannot be read: {error.strerror or error}"
