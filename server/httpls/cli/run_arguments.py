"""The arguments of `httpls run` as typed values."""

from collections.abc import Mapping
from typing import NamedTuple


class Selection(NamedTuple):
    """What was asked for. Names and lines add up; a tag narrows; nothing at all means the only request."""

    names: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    excluded_tags: tuple[str, ...] = ()
    all: bool = False


class Report(NamedTuple):
    """A report to be written: `junit` or `json`, and the file, `-` for standard output."""

    kind: str
    path: str


class RunArguments(NamedTuple):
    """What the command line said. Times are in seconds, None where nothing was said."""

    paths: tuple[str, ...]
    selection: Selection
    environments: tuple[str, ...] = ()
    variables: Mapping[str, str] = {}
    parallel: int = 1
    fail_fast: bool = False
    dependencies: bool = True
    yes: bool = False
    force: bool = False
    trust: bool = False
    allowed_origins: tuple[str, ...] = ()
    insecure: bool = False
    proxy: str | None = None
    total_timeout: float | None = None
    connect_timeout: float | None = None
    addresses: tuple[tuple[str, int, str], ...] = ()
    dry_run: bool = False
    json: bool = False
    reports: tuple[Report, ...] = ()
    trace: bool = False
    verbose: bool = False
    quiet: bool = False
    include: bool = False
    output: str | None = None
    certificate: str = ""
    key: str = ""
    passphrase: str = ""
    authorities: tuple[str, ...] = ()
