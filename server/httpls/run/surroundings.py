"""What all requests of a run share, and what they ask of the run."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from httpls.model.analysis import Analysis
from httpls.run.cancel import Cancel
from httpls.run.exchange import Result
from httpls.run.job import Job
from httpls.run.ports import Listener
from httpls.run.run_options import Ports, RunOptions
from httpls.run.session import Session
from httpls.run.wire import Wire

if TYPE_CHECKING:
    from httpls.run.cookies.jar import CookieJar


class Run(Protocol):
    """The run that a request is part of."""

    def next_number(self) -> int:
        """Return the number of a request that begins, from 1."""
        ...

    def require(self, job: Job, wire: Wire, each_time: bool) -> Sequence[Result]:
        """Return the results of a request that has to run first; it is run unless it was already, or each time."""
        ...

    def files_outside(self, analysis: Analysis) -> Sequence[Path]:
        """Return the files that count for the requests of another and lie outside its project."""
        ...

    def analysis_of(self, path: Path) -> Analysis:
        """Return the analysis of a request file. Raises OSError."""
        ...


class Surroundings(NamedTuple):
    """What all requests of a run share. `user_agent` is what they call themselves.

    `jars` gives the jar of cookies of a project (by its root) in the chosen environments; told that nothing is to be
    stored, it may give None.
    """

    ports: Ports
    options: RunOptions
    session: Session
    listener: Listener
    cancel: Cancel
    user_agent: str
    run: Run
    jars: "Callable[[Path, tuple[str, ...], bool], CookieJar | None]"
