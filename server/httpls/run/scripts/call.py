"""What a script is given and what it leaves behind, as plain data; the answer of a script is never trusted."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast


class Kept(NamedTuple):
    """The value of a variable on its way through a script: its text, and its JSON if it is no string."""

    text: str
    json: str | None = None


class Module(NamedTuple):
    """A file that a script imports. `line` is where its first line counts; `exports` is code that gives its names."""

    name: str
    exports: str
    code: str
    line: int


class ScriptCall(NamedTuple):
    """A script with all that it may see. `mode` is `script`, `async` (top-level `await`) or `expression`.

    `state` is what the prelude reads: `globals`, `headers`, `variables`, `environment`, `templates` (name → `Kept`),
    `request`, `response`, `iteration`, `hasNames`. `modules` run before the script, in this order.
    """

    code: str
    mode: str
    state: Mapping[str, object]
    modules: Sequence[Module] = ()

    def message(self, seconds: float) -> str:
        """Return the call as a line for the child, which ends itself after so many seconds."""
        return json.dumps({
            "seconds": seconds, "code": self.code, "mode": self.mode, "state": self.state,
            "modules": [module._asdict() for module in self.modules],
        })  # fmt: skip


class ScriptTest(NamedTuple):
    """One `client.test`. Line and column count from 1 in the script; `expected` and `found` are texts."""

    name: str
    holds: bool
    message: str
    expected: str | None
    found: str | None
    line: int | None
    column: int | None


class ScriptFailure(NamedTuple):
    """Why a script ended before its end. Line and column count from 1 in the script."""

    message: str
    is_assertion: bool
    expected: str | None = None
    found: str | None = None
    line: int | None = None
    column: int | None = None


class ScriptOutcome(NamedTuple):
    """What a script leaves behind. A variable that is None was removed. `value` is that of an expression.

    `leaves` is a word if the request is not to be sent.
    """

    globals: Mapping[str, Kept | None] = {}
    headers: Mapping[str, Kept | None] = {}
    variables: Mapping[str, Kept | None] = {}
    exported: Mapping[str, Kept | None] = {}
    tests: Sequence[ScriptTest] = ()
    logs: Sequence[str] = ()
    leaves: str | None = None
    value: Kept | None = None
    failure: ScriptFailure | None = None


def read_outcome(line: str) -> ScriptOutcome:
    """Read the answer of the child. A script can make it anything; what is not as it should be is left out."""
    try:
        parsed: object = json.loads(line)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        message = "the script has changed the objects that it runs on, so that its results are lost"
        return ScriptOutcome(failure=ScriptFailure(message, is_assertion=False))
    answer = cast("dict[str, Any]", parsed)
    return ScriptOutcome(
        globals=_variables(answer.get("globals")),
        headers=_variables(answer.get("headers")),
        variables=_variables(answer.get("variables")),
        exported=_variables(answer.get("exported")),
        tests=tuple([_test(entry) for entry in _list(answer.get("tests"))]),
        logs=tuple([text for text in _list(answer.get("logs")) if isinstance(text, str)]),
        leaves=_text(answer.get("skipped")),
        value=_kept(answer.get("value")),
        failure=_failure(answer.get("failure")),
    )


def _variables(value: object) -> dict[str, Kept | None]:
    if not isinstance(value, dict):
        return {}
    return {name: _kept(kept) for name, kept in cast("dict[str, object]", value).items()}


def _kept(value: object) -> Kept | None:
    if not isinstance(value, dict):
        return None
    entry = cast("dict[str, object]", value)
    text = _text(entry.get("text"))
    return None if text is None else Kept(text, _text(entry.get("json")))


def _test(value: object) -> ScriptTest:
    entry = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    return ScriptTest(
        _text(entry.get("name")) or "", entry.get("holds") is True, _text(entry.get("message")) or "",
        _text(entry.get("expected")), _text(entry.get("found")), _number(entry.get("line")),
        _number(entry.get("column")),
    )  # fmt: skip


def _failure(value: object) -> ScriptFailure | None:
    if not isinstance(value, dict):
        return None
    entry = cast("dict[str, object]", value)
    return ScriptFailure(
        _text(entry.get("message")) or "the script failed", entry.get("isAssertion") is True,
        _text(entry.get("expected")), _text(entry.get("found")), _number(entry.get("line")),
        _number(entry.get("column")),
    )  # fmt: skip


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10_000_000 else None
