"""What a script is given and what it leaves behind, as plain data; the answer of a script is never trusted."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

from httpls.run.scripts.javascript import NAMES

SCRIPT_LINE = 1000
"""The line of the engine at which scripts begin (see `javascript/prelude.js`)."""
SMALL_BODY = 64 * 1024
"""Bytes of a body that go along with the script; the child asks for a larger one when the script reads it."""


ASK_FOR_BODY = b"body\n"
"""What the child writes to ask for a body that did not come along."""


class Kept(NamedTuple):
    """The value of a variable on its way through a script: its text, and its JSON if it is no string."""

    text: str
    json: str | None = None


class Module(NamedTuple):
    """A file that a script imports. `line` is where its first line counts; `exports` is code that gives its names.

    `needs` are the names of the modules that run before it.
    """

    name: str
    exports: str
    code: str
    line: int
    needs: tuple[str, ...] = ()


class ResponseBody(NamedTuple):
    """The body of the response: `read` returns its bytes, `size` says how many they are at least."""

    size: int
    read: Callable[[], bytes]
    charset: str = "utf-8"


class ScriptCall(NamedTuple):
    """A script with all that it may see. `mode` is `script`, `async` (top-level `await`) or `expression`.

    `state` is what the prelude reads: `globals`, `headers`, `variables`, `environment`, `templates` (name → `Kept`),
    `request`, `response`, `iteration`, `hasNames`. `needs` are the names of those `modules` that run before the script.
    """

    code: str
    mode: str
    state: Mapping[str, object]
    modules: Sequence[Module] = ()
    needs: Sequence[str] = ()
    body: ResponseBody | None = None

    def message(self, seconds: float) -> bytes:
        """Return the call for the child, which ends itself after so many seconds.

        It is a line of words (seconds, mode, charset, and the sizes of what follows, -1 for a body that the child has
        to ask for), then the code, the state as JSON, and the body.
        """
        code = self.code.encode("utf-8", "replace")
        state = _encode({**self.state, **self._world()}).encode("ascii")
        body, charset, size = b"", "utf-8", 0
        if self.body is not None:
            charset = self.body.charset
            body = self.body.read() if self.body.size <= SMALL_BODY else b""
            size = len(body) if self.body.size <= SMALL_BODY else -1
        head = f"{seconds} {self.mode} {charset} {len(code)} {len(state)} {size}\n".encode("ascii", "replace")
        return b"".join((head, code, state, body))

    def _world(self) -> dict[str, object]:
        """Return what the world of the script needs beside what all have: a name that no text says nobody asks for."""
        text = "\n".join([self.code, *[module.code for module in self.modules]]) if self.modules else self.code
        first = ["assertions"] if _extends(text) else []
        if self.state.get("hasNames"):
            first.append("storages")
        if not self.modules:
            return {"offers": _offers(text), "first": first}
        modules = [module._asdict() for module in self.modules]
        return {"offers": _offers(text), "first": [*first, "modules"], "modules": modules, "needs": self.needs}


@lru_cache(maxsize=256)
def words_of(code: str) -> frozenset[str]:
    """Return all that may be a name in a script: names of variables may have hyphens, which are minus in scripts."""
    words = set(_WORD.findall(code))
    for word in [word for word in words if "-" in word or "$" in word]:
        words.update(word.split("-"), _PLAIN_WORD.findall(word))
    return frozenset(words)


@lru_cache(maxsize=256)
def _offers(code: str) -> Mapping[str, str]:
    words = words_of(code)
    if not words.isdisjoint(_READS_ANY_NAME):
        return NAMES
    return {name: NAMES[name] for name in NAMES.keys() & words}


@lru_cache(maxsize=256)
def _extends(code: str) -> bool:
    """Tell whether a script uses a member of `assert` or `test`."""
    return re.search(r"\b(?:assert|test)\s*\.\s*[A-Za-z]|\brequire\b", code) is not None


_encode = json.JSONEncoder(check_circular=False).encode
_WORD = re.compile(r"[\w$\-]+")
_PLAIN_WORD = re.compile(r"\w+")
_READS_ANY_NAME = frozenset(("globalThis", "eval", "Function"))


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

    `leaves` is a word if the request is not to be sent. `replays` tells that it is to be sent again.
    """

    globals: Mapping[str, Kept | None] = {}
    headers: Mapping[str, Kept | None] = {}
    variables: Mapping[str, Kept | None] = {}
    exported: Mapping[str, Kept | None] = {}
    tests: Sequence[ScriptTest] = ()
    logs: Sequence[str] = ()
    leaves: str | None = None
    replays: bool = False
    value: Kept | None = None
    failure: ScriptFailure | None = None


def decoded(content: bytes, charset: str) -> str:
    """Return the text of a body. What cannot be read is replaced; a charset that nobody knows is taken for UTF-8."""
    try:
        return content.decode(charset, "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def read_outcome(line: bytes) -> ScriptOutcome:
    """Read the answer of the child. A script can make it anything; what is not as it should be is left out."""
    try:
        parsed: object = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        message = "the script has changed the objects that it runs on, so that its results are lost"
        return ScriptOutcome(failure=ScriptFailure(message, is_assertion=False))
    answer = cast("dict[str, Any]", parsed)
    shift = _number(answer.get("shift")) or 0
    return ScriptOutcome(
        globals=_variables(answer.get("globals")),
        headers=_variables(answer.get("headers")),
        variables=_variables(answer.get("variables")),
        exported=_variables(answer.get("exported")),
        tests=tuple([_test(entry, shift) for entry in _list(answer.get("tests"))]),
        logs=tuple([text for text in _list(answer.get("logs")) if isinstance(text, str)]),
        leaves=_text(answer.get("skipped")),
        replays=answer.get("replays") is True,
        value=_kept(answer.get("value")),
        failure=_failure(answer.get("failure"), shift),
    )


def read_compiled(line: bytes, count: int) -> Sequence[ScriptFailure | None]:
    """Read for each of so many scripts why it cannot be compiled."""
    try:
        parsed: object = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        parsed = None
    entries = _list(parsed)
    if len(entries) != count:
        return [None] * count
    return [_failure(entry, 0) for entry in entries]


def _variables(value: object) -> dict[str, Kept | None]:
    if not value or not isinstance(value, dict):
        return {}
    return {name: _kept(kept) for name, kept in cast("dict[str, object]", value).items()}


def _kept(value: object) -> Kept | None:
    if not isinstance(value, dict):
        return None
    entry = cast("dict[str, object]", value)
    text = _text(entry.get("text"))
    return None if text is None else Kept(text, _text(entry.get("json")))


def _test(value: object, shift: int) -> ScriptTest:
    entry = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    return ScriptTest(
        _text(entry.get("name")) or "", entry.get("holds") is True, _text(entry.get("message")) or "",
        _text(entry.get("expected")), _text(entry.get("found")), *_place(entry, shift),
    )  # fmt: skip


def _failure(value: object, shift: int) -> ScriptFailure | None:
    if not isinstance(value, dict):
        return None
    entry = cast("dict[str, object]", value)
    message = _text(entry.get("message")) or ""
    kind = _text(entry.get("kind"))
    return ScriptFailure(
        (f"{kind}: {message}" if kind else message) or "the script failed", entry.get("isAssertion") is True,
        _text(entry.get("expected")), _text(entry.get("found")), *_place(entry, shift),
    )  # fmt: skip


def _place(entry: Mapping[str, object], shift: int) -> tuple[int | None, int | None]:
    """Return line and column of the innermost frame that is of the script, by the text of the engine's stack."""
    for frame in _FRAME.finditer((_text(entry.get("stack")) or "")[:_MOST_OF_STACK]):
        line = int(frame.group(1)) - SCRIPT_LINE + 1
        if line > 0:
            # What stands before the script on its first line is no part of it.
            return line, max(int(frame.group(2)) - (shift if line == 1 else 0), 1)
    return None, None


_FRAME = re.compile(r"<input>:(\d{1,7}):(\d{1,7})")
_MOST_OF_STACK = 100_000


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10_000_000 else None
