"""The order in which a run does its requests: one after the other, or side by side with barriers between."""

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from httpls.model.analysis import Analysis
from httpls.model.definitions import sets_variables
from httpls.model.dependencies import CYCLIC_DEPENDENCY, cycle_from
from httpls.model.resolve import resolve
from httpls.model.scopes import Definition
from httpls.run.cancel import Cancel
from httpls.run.credentials import Credentials
from httpls.run.exchange import Outcome, Report, Result
from httpls.run.job import Job, Key
from httpls.run.people import PatientLogin, PatientPrompter
from httpls.run.performer import credentials, perform
from httpls.run.permitted_paths import Permissions
from httpls.run.ports import Listener
from httpls.run.run_options import RunOptions
from httpls.run.selection import Analyses, Selected
from httpls.run.surroundings import Surroundings
from httpls.run.wire import Wire
from httpls.run.workers import Workers
from httpls_grammar.nodes import Statement
from httpls_grammar.text import Range

if TYPE_CHECKING:
    from httpls.run.engine import Engine


class ScheduledRun:
    """One run. It is the `Run` that its requests ask for others."""

    def __init__(
        self, engine: "Engine", analyses: Analyses, options: RunOptions, listener: Listener, cancel: Cancel
    ) -> None:
        """Take what the run is made with; nothing is run yet."""
        self._engine = engine
        self._analyses = analyses
        self._options = options
        self._listener = listener
        self._cancel = cancel
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._flights: dict[Key, _Flight] = {}
        self._results: dict[int, list[Result]] = {}
        self._outside: dict[Path, Sequence[Path]] = {}
        self._workers: Workers | None = None
        ports = engine.ports
        if options.parallel > 1:
            self._workers = Workers(options.parallel, engine.take_wire, engine.give_back, self._run_selected)
            ports = ports._replace(
                prompter=PatientPrompter(ports.prompter, self._workers.waiting),
                login=PatientLogin(ports.login, self._workers.waiting),
            )
        self._surroundings = Surroundings(
            ports, options, engine.session, listener, cancel, engine.user_agent, self, engine.jar
        )

    def report(self, selected: Sequence[Selected]) -> Report:
        """Run what was selected and return what came of it."""
        jobs = [self._job(one, slot) for slot, one in enumerate(selected)]
        self._listener.planned(len(jobs))
        if self._workers is None:
            self._one_after_the_other(jobs)
        else:
            self._side_by_side(jobs, self._workers)
        results = [result for slot in sorted(self._results) for result in self._results[slot]]
        return Report(results, self._cancel.is_set)

    @contextmanager
    def credentials(self, selected: Selected) -> Generator[Credentials, None, None]:
        """Give what authenticates a request, with a wire for as long as the context lasts.

        Raises `CredentialsRefusedError` and `CancelledError`.
        """
        wire = self._engine.take_wire()
        try:
            yield credentials(self._job(selected, 0), wire, self._surroundings)
        finally:
            self._engine.give_back(wire)

    def next_number(self) -> int:
        """Return the number of a request that begins."""
        with self._lock:
            return next(self._numbers)

    def analysis_of(self, path: Path) -> Analysis:
        """Return the analysis of a request file."""
        return self._analyses.of(path)

    def files_outside(self, analysis: Analysis) -> Sequence[Path]:
        """Return the files that count for the requests of another and lie outside its project."""
        if analysis.file.path not in self._outside:
            permissions = Permissions(analysis.root, is_trusted=False)
            self._outside[analysis.file.path] = permissions.outside(analysis.used_files)
        return self._outside[analysis.file.path]

    def require(self, job: Job, wire: Wire, each_time: bool) -> Sequence[Result]:
        """Return the results of a request that has to run first."""
        if each_time:
            return self._performed(job, wire)
        with self._lock:
            flight = self._flights.get(job.key)
            leads = flight is None
            if flight is None:
                flight = self._flights[job.key] = _Flight()
        if leads:
            try:
                flight.results = self._performed(job, wire)
            finally:
                flight.land()
            return flight.results
        if not flight.has_landed and job.chain:
            # Whoever runs it may wait for one of those who wait for it: then all would wait for ever.
            cycle = cycle_from(job.analysis, job.request, lambda file: self._analyses.of(file.path))
            if cycle is not None:
                problem = CYCLIC_DEPENDENCY.at(Range(job.request.offset, job.request.offset), name=job.shown_name,
                                               cycle=" → ".join(cycle))  # fmt: skip
                return [job.result(Outcome.REFUSED, (job.failure(problem),))]
        flight.wait(self._cancel)
        return flight.results

    def _one_after_the_other(self, jobs: Sequence[Job]) -> None:
        wire = self._engine.take_wire()
        try:
            for job in jobs:
                if not self._run_selected(job, wire):
                    return
        finally:
            self._engine.give_back(wire)

    def _side_by_side(self, jobs: Sequence[Job], workers: Workers) -> None:
        segment: list[Job] = []
        for job in jobs:
            if not self._is_barrier(job):
                segment.append(job)
                continue
            if (segment and not workers.run(segment)) or not workers.run([job]):
                return
            segment = []
        if segment:
            workers.run(segment)

    def _is_barrier(self, job: Job) -> bool:
        """Tell whether a request may change what others see, or runs others in an order of its own."""
        block = job.request.block
        if job.each_time or sets_variables(block) or any(isinstance(node, Statement) for node in block.nodes):
            return True
        return self._engine.ports.hooks.writes_globals(job.analysis, job.request)

    def _run_selected(self, job: Job, wire: Wire) -> bool:
        """Run a request that was selected; return whether to go on with others."""
        if self._cancel.is_set:
            return False
        results = self.require(job, wire, job.each_time)
        if self._cancel.is_set:
            return False
        return not (self._options.fails_fast and any(map(_is_bad, results)))

    def _performed(self, job: Job, wire: Wire) -> Sequence[Result]:
        results = perform(job, wire, self._surroundings)
        with self._lock:
            self._results.setdefault(job.slot, []).extend(results)
        return results

    def _job(self, one: Selected, slot: int) -> Job:
        arguments: list[Definition] = []
        if one.caller is not None and one.statement is not None:
            context = one.caller.context(None)
            for assignment in one.statement.assignments:
                found = resolve(assignment.value, assignment.value_range.start + one.statement.start, context)
                text = "".join([str(piece) for piece in found.text.pieces])
                arguments.append(Definition(assignment.name, text, context.literal, is_literal=True))
        return Job(
            one.analysis, one.request, tuple(arguments), slot=slot, each_time=one.statement is not None,
            caller=one.caller,
        )  # fmt: skip


class _Flight:
    """A request that is being run, with those who wait for its results."""

    def __init__(self) -> None:
        self.results: Sequence[Result] = ()
        self.has_landed = False
        self._lock = threading.Lock()
        self._wakers: list[Callable[[], None]] = []

    def land(self) -> None:
        with self._lock:
            self.has_landed = True
        for wake in self._wakers:
            wake()

    def wait(self, cancel: Cancel) -> None:
        woken = threading.Event()
        with self._lock:
            if self.has_landed:
                return
            self._wakers.append(woken.set)
        forget = cancel.on_set(woken.set)
        woken.wait()
        forget()
        cancel.check()


def _is_bad(result: Result) -> bool:
    return (
        result.outcome in (Outcome.REFUSED, Outcome.FAILED)
        or result.is_auth_failure
        or not all(one.holds for one in result.assertions)
    )
