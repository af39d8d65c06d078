"""Runs the scripts and assertions of a file around its requests."""

import threading
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from httpls.model.paths import resolved_path
from httpls.run.assertions import judge
from httpls.run.errors import RefusedError
from httpls.run.exchange import Assertion, Exchange, Failure
from httpls.run.filling import CannotFillError
from httpls.run.hooks import Effects, Occasion
from httpls.run.ports import Clock
from httpls.run.scripts.call import Kept, ScriptCall, ScriptOutcome
from httpls.run.scripts.state import Given, state_for
from httpls.run.scripts.worker import ScriptWorkers, is_available
from httpls_auth.values.labels import Labels
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_auth.values.value import Value
from httpls_grammar.block import Block
from httpls_grammar.islands.assertion import parse_assertion
from httpls_grammar.islands.directive import Directive
from httpls_grammar.nodes import Assertion as AssertionNode
from httpls_grammar.nodes import Body, Script
from httpls_grammar.text import Range


class ScriptHooks:
    """Scripts before and after requests, and assertions. It may be used from several threads."""

    def __init__(self, workers: ScriptWorkers, clock: Clock) -> None:
        """Take what runs scripts; nothing is started before the first one."""
        self._workers = workers
        self._clock = clock
        self._lock = threading.Lock()
        self._json_of: dict[str, Kept] = {}

    def before_planning(self, occasion: Occasion) -> Effects:
        """Run the scripts that stand before the request; refuse it for one that cannot run, before or after."""
        scripts = list(_scripts(occasion.request.block))
        problems = [failure for script in scripts if (failure := _refusal(occasion, script)) is not None]
        if problems:
            return Effects(failures=tuple(problems))
        own: dict[str, Kept] = {}
        before = [script for script in scripts if _is_before(occasion, script)]
        return _united([self._run(occasion, script, None, own) for script in before])

    def after_response(self, occasion: Occasion, exchange: Exchange) -> Effects:
        """Run handlers and judge assertions, in the order in which they stand."""
        effects: list[Effects] = []
        own: dict[str, Kept] = {}
        for part in _parts(occasion.request.block):
            if isinstance(part, Script):
                if not _is_before(occasion, part):
                    effects.append(self._run(occasion, part, exchange, own))
            else:
                effects.append(Effects(assertions=(self._judged(occasion, part, exchange),)))
        return _united(effects)

    def close(self) -> None:
        """End the processes of scripts."""
        self._workers.close()

    def _run(self, occasion: Occasion, script: Script, exchange: Exchange | None, own: dict[str, Kept]) -> Effects:
        try:
            source = _source(occasion, script)
        except RefusedError as error:
            return Effects(failures=(_failed(occasion, script.range, error.code, str(error), error.remedy),))
        given = state_for(source.code, occasion, exchange, self._known(), own)
        mode = "async" if script.moment == "block" else "script"
        outcome = self._workers.run(ScriptCall(source.code, mode, given.state), occasion.cancel)
        own.update({name: kept for name, kept in outcome.variables.items() if kept is not None})
        with self._lock:
            self._json_of.update({name: kept for name, kept in outcome.globals.items() if kept is not None})
        return _effects(outcome, source, given)

    def _judged(self, occasion: Occasion, part: "AssertionNode | Directive", exchange: Exchange) -> Assertion:
        where = part.text_range if isinstance(part, AssertionNode) else part.value_range
        text = where.of(occasion.request.block.text)
        island = parse_assertion(text, where.start)
        place = _place(occasion, where)
        if island.problems:
            problem = island.problems[0]
            return Assertion(text, False, f"{problem.message}. {problem.remedy}", None, None, *place)

        def evaluate(expression: str) -> str | None:
            given = state_for(expression, occasion, exchange, self._known(), {})
            outcome = self._workers.run(ScriptCall(expression, "expression", given.state), occasion.cancel)
            if outcome.failure is not None:
                raise RefusedError("script-error", outcome.failure.message, "Correct the expression.")
            return outcome.value.text if outcome.value is not None else None

        try:
            expected = occasion.fill(island.value, island.value_range.start + occasion.request.offset).reveal()
        except CannotFillError as error:
            return Assertion(text, False, error.failures[0].message, None, None, *place)
        judged = judge(island, expected, exchange, self._clock.now(), evaluate)
        return Assertion(text, judged.holds, judged.message, judged.expected, judged.found, *place)

    def _known(self) -> dict[str, Kept]:
        with self._lock:
            return dict(self._json_of)


class _Source(NamedTuple):
    """The code of a script with the place at which it begins, as path, line and column from 1."""

    code: str
    path: str
    line: int
    column: int

    def place(self, line: int | None, column: int | None) -> tuple[str, int, int]:
        """Return a place in the code as a place in its file."""
        if line is None:
            return self.path, self.line, self.column
        return self.path, self.line + line - 1, (column or 1) + (self.column - 1 if line == 1 else 0)


def _source(occasion: Occasion, script: Script) -> _Source:
    file = occasion.analysis.file
    if script.code_range is not None:
        start = file.source.position(occasion.request.offset + script.code_range.start)
        return _Source(script.code_range.of(occasion.request.block.text), str(file.path), start.line, start.column)
    assert script.path is not None
    path = resolved_path(file.path.parent, script.path)
    real = occasion.permissions.to_read(path, script.path)
    try:
        content = real.read_bytes()
    except OSError as error:
        raise RefusedError(
            "unreadable-script", f"the script `{script.path}` cannot be read: {error.strerror or error}",
            "Correct the path; it counts from the folder of this file.",
        ) from error  # fmt: skip
    return _Source(content.decode("utf-8", "replace"), str(path), 1, 1)


def _refusal(occasion: Occasion, script: Script) -> Failure | None:
    """Return why a script cannot run at all, None if it can."""
    if _is_lua(occasion.request.block.text, script):
        return _failed(
            occasion, script.range, "lua-script", "scripts in Lua are not run",
            "Write it in JavaScript, or as `# @set` and `# @assert` lines.",
        )  # fmt: skip
    if not is_available():
        return _failed(
            occasion, script.range, "scripts-not-available",
            "this request has a script, and the JavaScript engine quickjs-ng is not installed",
            "Install quickjs-ng where it can be had, or write the script as `# @set` and `# @assert` lines.",
        )  # fmt: skip
    return None


def _is_lua(text: str, script: Script) -> bool:
    if script.path is not None:
        return script.path.lower().endswith(".lua")
    code = script.code_range.of(text).lstrip() if script.code_range is not None else ""
    return code.startswith(("-- lua", "lang=lua"))


def _is_before(occasion: Occasion, script: Script) -> bool:
    if script.moment == "block":
        return script.range.start < occasion.request.syntax.line.range.start
    return script.moment == "before"


def _scripts(block: Block) -> Iterator[Script]:
    return (node for node in block.nodes if isinstance(node, Script))


def _parts(block: Block) -> "Iterator[Script | AssertionNode | Directive]":
    """Yield scripts and assertions in the order in which they stand."""
    for node in block.nodes:
        for part in node.parts if isinstance(node, Body) else (node,):
            if isinstance(part, Script | AssertionNode) or (isinstance(part, Directive) and part.key == "assert"):
                yield part


def _effects(outcome: ScriptOutcome, source: _Source, given: Given) -> Effects:
    def value(name: str, kept: Kept) -> Value:
        provenance = Provenance(Origination.SCRIPT, name, Place(source.path, source.line, source.column))
        return Value(kept.text, provenance, _written(given.labels))

    assertions = [
        Assertion(test.name, test.holds, test.message, test.expected, test.found, *source.place(test.line, test.column))
        for test in outcome.tests
    ]
    failures: list[Failure] = []
    if outcome.failure is not None:
        failure = outcome.failure
        place = source.place(failure.line, failure.column)
        if failure.is_assertion:
            text = failure.message.removeprefix("AssertionError: ")
            assertions.append(Assertion(text, False, text, failure.expected, failure.found, *place))
        else:
            remedy = "Correct the script."
            failures.append(Failure("script-error", f"the script failed: {failure.message}", remedy, *place))
    exported = {name: kept for name, kept in outcome.exported.items() if kept is not None}
    return Effects(
        tuple([(name, value(name, kept)) for name, kept in outcome.variables.items() if kept is not None]),
        tuple([
            (name, value(name, kept) if kept is not None else None)
            for name, kept in {**outcome.globals, **exported}.items()
        ]),
        tuple(assertions), tuple(outcome.logs), tuple(failures), outcome.skips,
    )  # fmt: skip


def _written(labels: Labels) -> Labels:
    reason = "written by a script that saw a secret"
    return labels if labels.secret is None else labels._replace(secret=reason)


def _united(effects: Sequence[Effects]) -> Effects:
    return Effects(
        tuple([item for one in effects for item in one.variables]),
        tuple([item for one in effects for item in one.globals]),
        tuple([item for one in effects for item in one.assertions]),
        tuple([item for one in effects for item in one.logs]),
        tuple([item for one in effects for item in one.failures]),
        any(one.skips for one in effects),
    )


def _place(occasion: Occasion, where: Range) -> tuple[str, int, int]:
    position = occasion.analysis.file.source.position(occasion.request.offset + where.start)
    return str(occasion.analysis.file.path), position.line, position.column


def _failed(occasion: Occasion, where: Range, code: str, message: str, remedy: str) -> Failure:
    return Failure(code, message, remedy, *_place(occasion, where))
