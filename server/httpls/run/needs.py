"""Runs what a request needs first: requests that it names, and those from whose exchanges it takes values."""

from collections.abc import Callable, Sequence

from httpls.model.dependencies import (
    CYCLIC_DEPENDENCY,
    UNKNOWN_DEPENDENCY,
    Dependency,
    Need,
    Unknown,
    named_dependencies,
    referenced_requests,
)
from httpls.model.plan import Plan
from httpls.model.scopes import Definition
from httpls.run.errors import CancelledError
from httpls.run.exchange import Exchange, Failure, Outcome
from httpls.run.job import Job, Waiting
from httpls.run.surroundings import Surroundings
from httpls.run.wire import Wire
from httpls_auth.values.value import Value
from httpls_grammar.text import Range


class Needs:
    """What one request needs first.

    `fill` turns a text of its file, written at a place there, into a value: the arguments of `run` may have templates.
    """

    def __init__(self, job: Job, wire: Wire, surroundings: Surroundings, fill: Callable[[str, int], Value]) -> None:
        """Take the request; nothing is run yet."""
        self._job = job
        self._wire = wire
        self._given = surroundings
        self._fill = fill

    def run_named(self) -> Sequence[Failure]:
        """Run what `run`, `# @ref` and `# @forceRef` name; return why the request cannot be run then.

        Raises `CannotFillError` and `CancelledError`.
        """
        job = self._job
        for found in named_dependencies(job.analysis, job.request.block, job.request.offset):
            if isinstance(found, Unknown):
                return [job.failure(UNKNOWN_DEPENDENCY.at(found.range, name=found.name))]
            if self._given.options.runs_dependencies or found.need is Need.RUN:
                failures = self._run_first(found)
                if failures:
                    return failures
        return ()

    def run_referenced(self, plan: Plan) -> Sequence[Failure]:
        """Run the requests from whose exchanges values are taken, unless they were already; return as `run_named`."""
        if not self._given.options.runs_dependencies:
            return ()
        for found in referenced_requests(self._job.analysis, plan):
            if isinstance(found, Dependency) and self._exchange_of(found) is None:
                failures = self._run_first(found)
                if failures:
                    return failures
        return ()

    def exchange(self, name: str) -> Exchange | None:
        """Return the last exchange of the request that is called so, as seen from the file."""
        found = self._job.analysis.requests.find(name)
        return self._given.session.exchange(found[0].path, name) if found is not None else None

    def _exchange_of(self, found: Dependency) -> Exchange | None:
        for name in (found.request.name, found.request.title):
            exchange = self._given.session.exchange(found.file.path, name) if name else None
            if exchange is not None:
                return exchange
        return None

    def _run_first(self, found: Dependency) -> Sequence[Failure]:
        """Run a dependency; return why the request cannot be run then."""
        job, given = self._job, self._given
        if found.need is Need.REF and self._exchange_of(found) is not None:
            return ()
        needed = Job(
            given.run.analysis_of(found.file.path), found.request, self._arguments(found), job.shown_name,
            (*job.chain, Waiting(job.key, job.shown_name)), job.slot,
        )  # fmt: skip
        names = [waiting.name for waiting in needed.chain]
        keys = [waiting.key for waiting in needed.chain]
        if needed.key in keys:
            cycle = " → ".join([*names[keys.index(needed.key) :], needed.shown_name])
            return [job.failure(CYCLIC_DEPENDENCY.at(found.range, name=needed.shown_name, cycle=cycle))]
        results = given.run.require(needed, self._wire, found.need in (Need.FORCED, Need.RUN))
        if any(one.outcome is Outcome.INTERRUPTED for one in results):
            raise CancelledError
        bad = next((one for one in results if one.outcome in _VERBS), None)
        if bad is None or found.need is Need.RUN:
            return ()
        why = f": {bad.failures[0].message}" if bad.failures else ""
        return [self._failed(needed, f"it {_VERBS[bad.outcome]}{why}", found.range)]

    def _arguments(self, found: Dependency) -> tuple[Definition, ...]:
        definitions: list[Definition] = []
        for assignment in found.assignments:
            value = self._fill(assignment.value, assignment.value_range.start + found.start)
            definitions.append(
                Definition(assignment.name, value.reveal(), value.provenance, value.labels, is_literal=True)
            )
        return tuple(definitions)

    def _failed(self, needed: Job, what: str, where: Range) -> Failure:
        position = self._job.analysis.file.source.position(where.start)
        name = needed.shown_name
        path = str(self._job.analysis.file.path)
        message = f"`{name}` has to run first, and {what}"
        return Failure("dependency-failed", message, f"Mend `{name}`.", path, position.line, position.column)


_VERBS = {Outcome.REFUSED: "was refused", Outcome.FAILED: "failed"}
