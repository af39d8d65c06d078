"""What a run is made of: single requests, each with the reason why it is run."""

from pathlib import Path
from typing import NamedTuple

from httpls.model.analysis import Analysis
from httpls.model.scopes import Definition, Scope, ScopeKind
from httpls.run.exchange import Exchange, Failure, Outcome, Result
from httpls_grammar import Request
from httpls_grammar.problems import Problem


class Key(NamedTuple):
    """What makes a request the same one in a run: its file and where its block begins."""

    path: Path
    offset: int


class Waiting(NamedTuple):
    """A request that waits for another: what it is known by, and its name."""

    key: Key
    name: str


class Job(NamedTuple):
    """A request to run.

    `arguments` are the variables that a `run` statement gives. `required_by` is the name of the request that needs
    this one first, None for one that was selected. `chain` are the requests that wait for it, the first one first.
    `slot` is the place of the selected request among the results, before which those of its dependencies stand.
    `each_time` tells that it is run even if it was already, because a `run` statement says so; `caller` is the file of
    that statement where it stands in a block of its own.
    """

    analysis: Analysis
    request: Request
    arguments: tuple[Definition, ...] = ()
    required_by: str | None = None
    chain: "tuple[Waiting, ...]" = ()
    slot: int = 0
    each_time: bool = False
    caller: Analysis | None = None

    @property
    def number(self) -> int:
        """The number of the request in its file, from 1."""
        return self.analysis.file.document.number_of(self.request)

    @property
    def key(self) -> Key:
        """What it is known by in the run."""
        return Key(self.analysis.file.path, self.request.offset)

    @property
    def names(self) -> tuple[str, ...]:
        """The names by which others refer to it."""
        return tuple(dict.fromkeys([name for name in (self.request.name, self.request.title) if name]))

    @property
    def shown_name(self) -> str:
        """The name, or the line for a request without one."""
        return self.request.name or f"line {self.request.line}"

    def scope(self, more: tuple[Definition, ...] = ()) -> Scope:
        """Return the scope of its arguments, and of further variables that only this run of it has."""
        return Scope(ScopeKind.RUN_ARGUMENT, {definition.name: definition for definition in (*self.arguments, *more)})

    def result(
        self, outcome: Outcome, failures: tuple[Failure, ...] = (), shown_url: str | None = None, iteration: int = 0
    ) -> Result:
        """Return a result without an exchange."""
        request = self.request
        return Result(
            str(self.analysis.file.path), request.line, self.number, request.name, request.method,
            shown_url if shown_url is not None else request.target, outcome, Exchange(()), failures,
            required_by=self.required_by, iteration=iteration,
        )  # fmt: skip

    def failure(self, problem: Problem) -> Failure:
        """Return a problem of the file as a failure with its place."""
        position = self.analysis.file.source.position(problem.range.start)
        path = str(self.analysis.file.path)
        return Failure(problem.code, problem.message, problem.remedy, path, position.line, position.column)
