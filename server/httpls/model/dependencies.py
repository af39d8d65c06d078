"""Which requests have to run before a request: those it refers to, those it names by `# @ref`, those it `run`s."""

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from httpls.model.paths import resolved_path
from httpls.model.plan import Plan
from httpls.model.planned_text import Hole, HoleKind
from httpls.model.requests import KnownRequests
from httpls.model.workspace import RequestFile
from httpls_grammar import Request
from httpls_grammar.block import Block
from httpls_grammar.blocks import Located
from httpls_grammar.islands.statement import Assignment, parse_statement
from httpls_grammar.nodes import Statement
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range

if TYPE_CHECKING:
    from httpls.model.analysis import Analysis

CYCLIC_DEPENDENCY = ProblemKind(
    "cyclic-dependency", Severity.ERROR,
    "the request `{name}` has to run before itself: {cycle}",
    "Remove one of these references.",
)  # fmt: skip
UNKNOWN_DEPENDENCY = ProblemKind(
    "unknown-dependency", Severity.ERROR,
    "there is no request `{name}` to run first",
    "Name a request with `# @name {name}`, or import the file that has it.",
)  # fmt: skip


class Need(Enum):
    """Why a request has to run before another."""

    REFERENCE = "reference"
    """A template takes a value from its exchange: it is run unless it was already."""
    REF = "ref"
    """`# @ref`: it is run unless it was already."""
    FORCED = "forceRef"
    """`# @forceRef`: it is run each time."""
    RUN = "run"
    """`run #name` or `run ./file.http`: it is run each time, with arguments."""


class Dependency(NamedTuple):
    """A request that has to run first, and where that is said, in the file of the request that needs it.

    `assignments` are the arguments of a `run` statement, whose values may have templates; `start` is where the block
    begins from which their ranges count.
    """

    need: Need
    file: RequestFile
    request: Request
    range: Range
    assignments: tuple[Assignment, ...] = ()
    start: int = 0


class Unknown(NamedTuple):
    """A request that is named and is not there; `path` is that of a file that has none or cannot be read."""

    name: str
    range: Range
    path: Path | None = None


def named_dependencies(analysis: "Analysis", block: Block, offset: int) -> Iterator[Dependency | Unknown]:
    """Yield what the `run` statements and the `# @ref` and `# @forceRef` tags of a block name, in order.

    `offset` is where the block begins in its file.
    """
    text = block.text
    for node in block.nodes:
        if isinstance(node, Statement):
            yield from _run_statement(analysis, node, text, offset)
    if "@" not in text:
        return
    for directive in block.directives:
        need = _TAGS.get(directive.key)
        if need is not None and directive.value:
            where = directive.value_range.shifted(offset)
            yield _named(analysis, directive.value, need, where)


def referenced_requests(analysis: "Analysis", plan: Plan) -> Iterator[Dependency | Unknown]:
    """Yield the requests from whose exchanges the holes of a plan take values, each once."""
    seen: set[str] = set()
    for hole in (*plan.holes, *plan.auth.holes):
        name = request_of(hole)
        if name is not None and name not in seen:
            seen.add(name)
            yield _named(analysis, name, Need.REFERENCE, hole.range)


def request_of(hole: Hole) -> str | None:
    """Return the name of the request that a hole takes a value from, None for one of another kind, or for whichever
    request was sent last.
    """
    is_reference = hole.kind is HoleKind.RESPONSE and not hole.name.startswith("$")
    return hole.arguments[0] or None if is_reference else None


def dependencies_of(analysis: "Analysis", request: Request, plan: Plan | None = None) -> Sequence[Dependency | Unknown]:
    """Return all that has to run before a request, in the order in which it runs. Without a plan one is made."""
    plan = plan if plan is not None else analysis.plan(request)
    return [
        *named_dependencies(analysis, request.block, request.offset),
        *referenced_requests(analysis, plan),
    ]


def cycle_from(
    analysis: "Analysis", request: Request, analysis_of: "Callable[[RequestFile], Analysis]"
) -> tuple[str, ...] | None:
    """Return the names along a circle of dependencies that begins and ends at a request; None if there is none.

    Only circles through the request itself are found. `analysis_of` gives the analysis of another file.
    """
    start = _key(analysis.file, request)
    waiting: list[tuple[Analysis, Request, tuple[str, ...]]] = [(analysis, request, (_name(request),))]
    seen = {start}
    for current, needing, path in waiting:
        for found in dependencies_of(current, needing):
            if isinstance(found, Unknown):
                continue
            key = _key(found.file, found.request)
            if key == start:
                return (*path, _name(request))
            if key not in seen:
                seen.add(key)
                waiting.append((analysis_of(found.file), found.request, (*path, _name(found.request))))
    return None


def dependency_problems(
    analysis: "Analysis", request: Request, plan: Plan, analysis_of: "Callable[[RequestFile], Analysis]"
) -> Iterator[Problem]:
    """Yield what is wrong with the dependencies of a request: names that nothing has, circles."""
    needed = dependencies_of(analysis, request, plan)
    for one in needed:
        # What a template refers to is looked at where templates are.
        if isinstance(one, Unknown) and one.path is None and not _is_referenced(one, plan):
            yield UNKNOWN_DEPENDENCY.at(one.range, name=one.name)
    known = [one for one in needed if isinstance(one, Dependency)]
    cycle = cycle_from(analysis, request, analysis_of) if known else None
    if cycle is not None:
        yield CYCLIC_DEPENDENCY.at(known[0].range, name=_name(request), cycle=" → ".join(cycle))


def unknown_runs(located: Located, requests: KnownRequests) -> Iterator[Problem]:
    """Yield a problem for each `run #name` of a block without a request, which is the dependency of none."""
    for node in located.block.nodes:
        if isinstance(node, Statement):
            island = parse_statement(node.text_range.of(located.block.text), node.text_range.start)
            if island.request_name and requests.find(island.request_name) is None:
                yield UNKNOWN_DEPENDENCY.at(island.argument_range.shifted(located.offset), name=island.request_name)


def _is_referenced(unknown: Unknown, plan: Plan) -> bool:
    return any(request_of(hole) == unknown.name for hole in (*plan.holes, *plan.auth.holes))


_TAGS = {"ref": Need.REF, "forceref": Need.FORCED}


def _named(analysis: "Analysis", name: str, need: Need, where: Range) -> Dependency | Unknown:
    found = analysis.requests.find(name.strip().removeprefix("#"))
    return Dependency(need, *found, where) if found is not None else Unknown(name.strip(), where)


def _run_statement(analysis: "Analysis", node: Statement, text: str, offset: int) -> Iterator[Dependency | Unknown]:
    island = parse_statement(node.text_range.of(text), node.text_range.start)
    if island.keyword != "run":
        return
    where = island.argument_range.shifted(offset)
    if island.request_name is not None:
        found = _named(analysis, island.request_name, Need.RUN, where)
        yield found if isinstance(found, Unknown) else found._replace(assignments=island.assignments, start=offset)
        return
    if island.path is None:
        return
    path = resolved_path(analysis.file.path.parent, island.path)
    file = _file(analysis, path)
    if file is None:
        yield Unknown(island.path, where, path)
        return
    for request in file.document.requests:
        yield Dependency(Need.RUN, file, request, where, island.assignments, offset)


def _file(analysis: "Analysis", path: Path) -> RequestFile | None:
    try:
        return analysis.workspace.request_file(path)
    except OSError:
        return None


def _key(file: RequestFile, request: Request) -> tuple[Path, int]:
    return (file.path, request.offset)


def _name(request: Request) -> str:
    return request.name or f"line {request.line}"
