"""Runs the scripts and assertions of a file around its requests."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, cast

from httpls.model.paths import resolved_path
from httpls.model.script_texts import MALFORMED_SCRIPT, ScriptText, scripts_of
from httpls.run.assertions import Judging, judge
from httpls.run.errors import RefusedError
from httpls.run.exchange import Assertion, Exchange, Failure
from httpls.run.filling import CannotFillError
from httpls.run.hooks import Effects, Occasion
from httpls.run.outgoing import checked_field
from httpls.run.ports import Clock
from httpls.run.scripts.call import Kept, ScriptCall, ScriptFailure, ScriptOutcome
from httpls.run.scripts.imports import Bundle, bundled, module_path
from httpls.run.scripts.placed import Moment, Placed, parts_of
from httpls.run.scripts.repeated_values import is_path, repetitions, value_of_path
from httpls.run.scripts.state import OwnVariable, state_for
from httpls.run.scripts.syntax import ScriptSyntax, without_imports
from httpls.run.scripts.worker import ScriptWorkers, is_available, is_startable
from httpls_auth.schemes.message import FieldSource
from httpls_auth.values.labels import Labels
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_auth.values.value import Value
from httpls_grammar.diagnose import is_lua
from httpls_grammar.islands.assertion import parse_assertion
from httpls_grammar.islands.directive import Directive
from httpls_grammar.nodes import Assertion as AssertionNode
from httpls_grammar.nodes import Script


class ScriptHooks:
    """Scripts before and after requests, and assertions. It may be used from several threads."""

    def __init__(self, workers: ScriptWorkers, clock: Clock) -> None:
        """Take what runs scripts; nothing is started before the first one."""
        self._workers = workers
        self._clock = clock
        self._syntax = ScriptSyntax(workers)
        self._lock = threading.Lock()
        self._json_of: dict[str, Kept] = {}

    def before_planning(self, occasion: Occasion) -> Effects:
        """Run the scripts that come before the request; refuse it for one that cannot run, before or after."""
        parts = parts_of(occasion.analysis, occasion.request)
        problems = [failure for part in parts if (failure := _refusal(part)) is not None]
        problems = problems or self._malformed(occasion, parts)
        if problems:
            return Effects(failures=tuple(problems))
        return _united([self._run(occasion, part, None) for part in parts if part.moment is Moment.BEFORE])

    def repetitions(self, occasion: Occasion) -> int:
        """Return how often the request is sent for the values of a list."""
        return repetitions(occasion)

    def after_response(self, occasion: Occasion, exchange: Exchange) -> Effects:
        """Run handlers and judge assertions, in the order in which they stand."""
        return _united([
            self._run(occasion, part, exchange)
            for part in parts_of(occasion.analysis, occasion.request)
            if part.moment is Moment.AFTER
        ])  # fmt: skip

    def evaluate(self, occasion: Occasion, expression: str) -> Value:
        """Return the value of a JavaScript expression. Raises `RefusedError`."""
        if is_path(expression):
            return value_of_path(occasion, expression)
        if (obstacle := _obstacle()) is not None:
            raise RefusedError("scripts-not-available", *obstacle)
        kept, labels = self._evaluated(occasion, expression, occasion.session.last)
        if kept is None:
            raise RefusedError("script-error", f"`{expression}` has no value", "Correct the expression.")
        return Value(kept.text, Provenance(Origination.SCRIPT, expression), _written(labels))

    def _malformed(self, occasion: Occasion, parts: Sequence[Placed]) -> list[Failure]:
        """Return why a script that comes after the response cannot be compiled: then nothing is sent.

        One that comes before tells that itself.
        """
        scripts: list[tuple[Placed, Script]] = []
        codes: list[str] = []
        for part in parts:
            if part.moment is Moment.AFTER and isinstance(part.node, Script):
                scripts.append((part, part.node))
                try:
                    codes.append(_compiled_text(occasion, part, part.node))
                except RefusedError as error:
                    return [Failure(error.code, str(error), error.remedy, *part.place(part.node.range))]
        found = self._syntax.failures(codes, occasion.cancel, lambda: _following(occasion))
        return [
            _malformed_failure(occasion, part, script, failure)
            for (part, script), failure in zip(scripts, found, strict=True)
            if failure is not None
        ]

    def _run(self, occasion: Occasion, part: Placed, exchange: Exchange | None) -> Effects:
        if not isinstance(part.node, Script):
            assert exchange is not None
            return Effects(assertions=(self._judged(occasion, part, part.node, exchange),))
        try:
            source = _source(occasion, part, part.node)
        except RefusedError as error:
            return Effects(failures=(Failure(error.code, str(error), error.remedy, *part.place(part.node.range)),))
        is_block = part.node.moment == "block"
        own = cast("dict[str, OwnVariable]", occasion.memory)
        given = state_for(source.text, occasion, exchange, self._known(), own, has_names=is_block)
        mode = "async" if is_block else "script"
        bundle = source.bundle
        call = ScriptCall(bundle.code, mode, given.state, bundle.modules, bundle.needs, given.body)
        outcome = self._workers.run(call, occasion.cancel)
        labels = _written(given.labels)
        for name, kept in outcome.variables.items():
            if kept is not None:
                own[name] = OwnVariable(kept, labels)
        exported = {name: kept for name, kept in outcome.exported.items() if kept is not None}
        failures = self._set_for_all(occasion, {**outcome.globals, **exported}, outcome.headers, source, labels)
        effects = _effects(outcome, source, labels)
        return effects._replace(failures=(*effects.failures, *failures))

    def _set_for_all(
        self,
        occasion: Occasion,
        variables: Mapping[str, Kept | None],
        headers: Mapping[str, Kept | None],
        source: "_Source",
        labels: Labels,
    ) -> Sequence[Failure]:
        """Set what all requests see from now on; the next script of the same request does, too."""
        with self._lock:
            self._json_of.update({name: kept for name, kept in variables.items() if kept is not None})
        session = occasion.session
        for name, kept in variables.items():
            if kept is None:
                session.clear_variable(name)
            else:
                value = source.value(name, kept, labels)
                session.set_variable(name, value, value.provenance)
        failures: list[Failure] = []
        for name, kept in headers.items():
            if kept is None:
                session.clear_header(name)
                continue
            value = source.value(name, kept, labels)
            try:
                _refuse_framing(name)
                session.set_header(checked_field(Value(name, value.provenance), value, FieldSource.USER))
            except RefusedError as error:
                failures.append(Failure(error.code, str(error), error.remedy, *source.place(None, None)))
        return failures

    def _judged(
        self, occasion: Occasion, part: Placed, node: "AssertionNode | Directive", exchange: Exchange
    ) -> Assertion:
        where = node.text_range if isinstance(node, AssertionNode) else node.value_range
        text = where.of(part.text)
        island = parse_assertion(text, where.start)
        place = part.place(where)
        if island.problems:
            problem = island.problems[0]
            return Assertion(text, False, f"{problem.message}. {problem.remedy}", None, None, *place)

        def evaluate(expression: str) -> str | None:
            kept, _ = self._evaluated(occasion, expression, exchange)
            return kept.text if kept is not None else None

        def read(path: str) -> bytes:
            resolved = resolved_path(part.file.path.parent, path)
            return _content(occasion.permissions.to_read(resolved, path), path)

        try:
            expected = occasion.fill(island.value, island.value_range.start + part.offset).reveal()
        except CannotFillError as error:
            return Assertion(text, False, error.failures[0].message, None, None, *place)
        judged = judge(island, expected, exchange, Judging(self._clock.now(), evaluate, read))
        return Assertion(text, judged.holds, judged.message, judged.expected, judged.found, *place)

    def _evaluated(self, occasion: Occasion, expression: str, exchange: Exchange | None) -> tuple[Kept | None, Labels]:
        given = state_for(expression, occasion, exchange, self._known(), {}, has_names=True)
        outcome = self._workers.run(ScriptCall(expression, "expression", given.state, body=given.body), occasion.cancel)
        if outcome.failure is not None:
            raise RefusedError("script-error", f"`{expression}`: {outcome.failure.message}", "Correct the expression.")
        return outcome.value, given.labels

    def _known(self) -> dict[str, Kept]:
        with self._lock:
            return dict(self._json_of)


class _Source(NamedTuple):
    """A script with what it imports, and the place at which it begins, as path, line and column from 1."""

    bundle: Bundle
    path: str
    line: int
    column: int

    @property
    def text(self) -> str:
        """All code that runs, in which the names of the variables stand that are given."""
        return "\n".join([self.bundle.code, *[module.code for module in self.bundle.modules]])

    def value(self, name: str, kept: Kept, labels: Labels) -> Value:
        """Return what the script wrote into a variable."""
        return Value(kept.text, Provenance(Origination.SCRIPT, name, Place(self.path, self.line, self.column)), labels)

    def place(self, line: int | None, column: int | None) -> tuple[str, int, int]:
        """Return a place in the code as a place in its file."""
        if line is None:
            return self.path, self.line, self.column
        module = self.bundle.place(line)
        if module is not None:
            return str(module[0]), module[1], column or 1
        return self.path, self.line + line - 1, (column or 1) + (self.column - 1 if line == 1 else 0)


_WITHOUT_ENGINE = (
    "this request has a script, and the JavaScript engine quickjs-ng is not installed",
    "Install quickjs-ng where it can be had, or write the script as `# @set` and `# @assert` lines.",
)


_WITHOUT_PROCESS = (
    "this request has a script, and scripts run in a process of their own, which a program in one file cannot start",
    "Install httpls with pip, pipx or uv instead of running it from an archive.",
)


def _obstacle() -> tuple[str, str] | None:
    """Return why no script can run here, and what to do; None if scripts can."""
    if not is_available():
        return _WITHOUT_ENGINE
    return None if is_startable() else _WITHOUT_PROCESS


def _source(occasion: Occasion, part: Placed, script: Script) -> _Source:
    def text_of(path: Path, written: str) -> str:
        content = _content(occasion.permissions.to_read(path, written), written)
        return content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")

    if script.code_range is not None:
        code, path = script.code_range.of(part.text), part.file.path
        place = part.place(script.code_range)
    else:
        assert script.path is not None
        path = resolved_path(part.file.path.parent, script.path)
        code, place = text_of(path, script.path), (str(path), 1, 1)

    def read(importing: Path, written: str) -> tuple[Path, str]:
        found = module_path(importing.parent, written)
        return found, text_of(found, written)

    return _Source(bundled(code, path, read), *place)


def _malformed_failure(occasion: Occasion, part: Placed, script: Script, failure: ScriptFailure) -> Failure:
    """Return why a script cannot be compiled, as `httpls check` tells it."""
    if script.code_range is None:
        problem = MALFORMED_SCRIPT.at(script.range, message=failure.message)
        place = _source(occasion, part, script).place(failure.line, failure.column)
    else:
        text = ScriptText(script.code_range.of(part.text), part.file.path, script.code_range, is_inline=True)
        problem = text.problem(failure.message, failure.line, failure.column)
        place = part.place(problem.range)
    return Failure(problem.code, problem.message, problem.remedy, *place)


def _compiled_text(occasion: Occasion, part: Placed, script: Script) -> str:
    """Return the text that the engine compiles. Raises `RefusedError`."""
    code = script.code_range.of(part.text) if script.code_range is not None else "import"
    return code if "import" not in code else _source(occasion, part, script).bundle.code


def _content(path: Path, written: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RefusedError(
            "missing-file", f"the file `{written}` cannot be read: {error.strerror or error}",
            "Correct the path; it counts from the folder of the file in which it is written.",
        ) from error  # fmt: skip


def _refusal(part: Placed) -> Failure | None:
    """Return why a script cannot run at all, None if it can."""
    obstacle = _obstacle()
    if not isinstance(part.node, Script):
        if obstacle is None or not _is_of_javascript(part.text, part.node):
            return None
        return Failure("scripts-not-available", obstacle[0], obstacle[1], *part.place(part.node.range))
    if part.moment is Moment.NEVER:
        return None
    if is_lua(part.text, part.node):
        remedy = "Write it in JavaScript, or as `# @set` and `# @assert` lines."
        return Failure("lua-script", "scripts in Lua are not run", remedy, *part.place(part.node.range))
    if obstacle is None:
        return None
    return Failure("scripts-not-available", obstacle[0], obstacle[1], *part.place(part.node.range))


def _is_of_javascript(text: str, node: "AssertionNode | Directive") -> bool:
    """Tell whether an assertion is about the value of an expression in JavaScript."""
    where = node.text_range if isinstance(node, AssertionNode) else node.value_range
    return parse_assertion(where.of(text), where.start).subject == "js"


_AHEAD = 100
"""How many blocks ahead scripts are compiled with those of a request: asking for each by itself takes longer."""


def _following(occasion: Occasion) -> list[str]:
    """Return the scripts of the blocks that follow, which probably are the next ones to be run."""
    blocks = occasion.analysis.file.document.blocks
    number = occasion.request.block_number
    codes: list[str] = []
    for index in range(number + 1, min(number + 1 + _AHEAD, len(blocks))):
        block = blocks.at_index(index).block
        for script in scripts_of(block):
            if script.code_range is not None and script.moment != "before":
                try:
                    codes.append(without_imports(script.code_range.of(block.text), occasion.analysis.file.path))
                except RefusedError:
                    continue  # It is told when its turn comes.
    return codes


_FRAMING = frozenset(("host", "content-length", "transfer-encoding", "connection"))


def _refuse_framing(name: str) -> None:
    if name.lower() in _FRAMING:
        raise RefusedError(
            "invalid-header-name",
            f"`{name}` cannot be set for all requests",
            "Write it into those that need it.",
        )


def _effects(outcome: ScriptOutcome, source: _Source, labels: Labels) -> Effects:
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
    return Effects(
        tuple([
            (name, source.value(name, kept, labels)) for name, kept in outcome.variables.items() if kept is not None
        ]),
        tuple(assertions), tuple(outcome.logs), tuple(failures), outcome.leaves is not None, outcome.replays,
    )  # fmt: skip


def _written(labels: Labels) -> Labels:
    reason = "written by a script that saw a secret"
    return labels if labels.secret is None else labels._replace(secret=reason)


def _united(effects: Sequence[Effects]) -> Effects:
    return Effects(
        tuple([item for one in effects for item in one.variables]),
        tuple([item for one in effects for item in one.assertions]),
        tuple([item for one in effects for item in one.logs]),
        tuple([item for one in effects for item in one.failures]),
        any(one.skips for one in effects),
        any(one.replays for one in effects),
    )
