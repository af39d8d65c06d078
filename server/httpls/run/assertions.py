"""Assertions without scripts: `?? status == 200` and `# @assert …`, each with what was expected and what was found."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from httpls.run.errors import RefusedError
from httpls.run.exchange import Exchange, ReceivedResponse
from httpls.run.response_reference import referenced
from httpls_grammar.islands.assertion import AssertionIsland

_SECONDS_A_DAY = 86_400
_LARGEST_BODY = 64 << 20
_LARGEST_FOR_PLACES = 1 << 20


class Judged(NamedTuple):
    """The outcome of one assertion; the texts are for people and may hold what the response holds."""

    holds: bool
    message: str
    expected: str | None
    found: str | None


class Judging(NamedTuple):
    """What assertions are judged with.

    `now` is in seconds since the epoch. `evaluate` gives the value of a JavaScript expression as JSON, or a bare
    string; `read` gives the content of a file by its path as written. Both raise `RefusedError`.
    """

    now: float
    evaluate: Callable[[str], str | None]
    read: Callable[[str], bytes]


def judge(assertion: AssertionIsland, expected: str, exchange: Exchange, judging: Judging) -> Judged:
    """Judge an assertion whose syntax is right. `expected` is its value with variables filled in."""
    response = exchange.response
    if response is None:
        return Judged(False, "there is no response", expected or None, None)
    if assertion.subject == "schema":
        return _judged_by_schema(unquoted(expected), response, judging)
    try:
        found = _subject(assertion, exchange, response, judging)
    except RefusedError as error:
        found, reason = None, str(error)
    else:
        reason = ""
    predicate = _CANONICAL.get(assertion.predicate.lower(), assertion.predicate.lower())
    holds = _PREDICATES[predicate](found, unquoted(expected))
    shown = expected or predicate
    if holds:
        return Judged(True, "it holds", shown, found)
    subject = f"{assertion.subject} {assertion.argument}".strip()
    if found is None:
        return Judged(False, reason or f"the response has no {subject}", shown, None)
    expectation = f"{assertion.predicate} {_short(expected)}".strip()
    where = _line_of(assertion, response)
    return Judged(False, f"{subject} is {_short(found)}, expected {expectation}{where}", shown, found)


def _subject(
    assertion: AssertionIsland, exchange: Exchange, response: ReceivedResponse, judging: Judging
) -> str | None:
    subject, argument = assertion.subject, assertion.argument
    if subject == "status":
        return str(response.head.status)
    if subject == "header":
        values = response.head.values(argument.strip("\"'"))
        return ", ".join(values) if values else None
    if subject == "duration":
        return _duration(exchange, argument)
    if subject == "js":
        return judging.evaluate(argument)
    if subject == "cookie":
        return referenced(exchange, "this request", "response", "cookies", argument).reveal()
    if subject == "certificate":
        return _days_left(exchange, judging.now)
    path = argument
    if subject == "body" and path and not path.startswith(("$", "/", "*")):
        path = f"$.{path}"
    return referenced(exchange, "this request", "response", "body", path or "*").reveal()


def _line_of(assertion: AssertionIsland, response: ReceivedResponse) -> str:
    """Return in which line of a JSON body the value stands that was looked at, in words; empty if it is not known."""
    from httpls.run.body_places import line_of_path

    if assertion.subject != "body" or assertion.argument.startswith(("/", "*")):
        return ""
    path = assertion.argument if assertion.argument.startswith("$") else f"$.{assertion.argument}"
    line = line_of_path(response.content.read(_LARGEST_FOR_PLACES).decode("utf-8", "replace"), path)
    return f" (line {line} of the body)" if line is not None else ""


def _judged_by_schema(path: str, response: ReceivedResponse, judging: Judging) -> Judged:
    """Judge the body by a JSON schema in a file."""
    try:
        from jsonschema import ValidationError, validators
        from jsonschema.exceptions import SchemaError
    except ImportError:
        return Judged(False, "JSON schemas need the extra `schema`: install httpls[schema]", path, None)
    try:
        schema: Any = json.loads(judging.read(path))
        document: Any = json.loads(response.content.read(_LARGEST_BODY))
    except RefusedError as error:
        return Judged(False, str(error), path, None)
    except (ValueError, RecursionError):
        return Judged(False, f"the body or `{path}` is no JSON", path, None)
    try:
        validator = validators.validator_for(schema)
        validator.check_schema(schema)
        validator(schema).validate(document)
    except SchemaError as error:
        return Judged(False, f"`{path}` is no JSON schema: {error.message}", path, None)
    except ValidationError as error:
        place = error.json_path
        return Judged(False, f"{place} of the body does not fit {path}: {error.message}", path, place)
    return Judged(True, "it holds", path, None)


def _duration(exchange: Exchange, phase: str) -> str | None:
    """Return milliseconds: of the whole, or of a phase such as `firstByte` or `tls`."""
    final = exchange.final
    if final is None:
        return None
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", phase).lower().replace("-", "_") or "total"
    seconds: object = getattr(final.timing, name, None)
    return f"{seconds * 1000:.0f}" if isinstance(seconds, float) else None


def _days_left(exchange: Exchange, now: float) -> str | None:
    """Return how many whole days the server's certificate is still valid."""
    connection = exchange.final.connection if exchange.final is not None else None
    chain = connection.tls.peer_chain if connection is not None and connection.tls is not None else ()
    return str(int((chain[0].not_after - now) // _SECONDS_A_DAY)) if chain else None


def unquoted(text: str) -> str:
    """Return a text without the quotes around it."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`" else text


def _short(text: str) -> str:
    shown = text if len(text) <= 120 else text[:119] + "…"
    return f"`{shown}`" if shown else ""


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None


def _equal(found: str | None, expected: str) -> bool:
    if found is None:
        return False
    one, other = _number(found), _number(expected)
    if found == expected or (one is not None and one == other):
        return True
    try:
        return bool(json.loads(found) == json.loads(expected))
    except ValueError:
        return False


def _ordered(compare: Callable[[float, float], bool]) -> Callable[[str | None, str], bool]:
    def judged(found: str | None, expected: str) -> bool:
        one, other = _number(found), _number(expected)
        return one is not None and other is not None and compare(one, other)

    return judged


def _is_json(kind: type | tuple[type, ...]) -> Callable[[str | None, str], bool]:
    def judged(found: str | None, _: str) -> bool:
        try:
            value: object = json.loads(found) if found is not None else None
        except ValueError:
            return False
        return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))

    return judged


def _is_string(found: str | None, _: str) -> bool:
    return found is not None and not any(_is_json(kind)(found, "") for kind in (bool, (int, float), list, dict))


def _matches(found: str | None, expected: str) -> bool:
    pattern = expected[1:-1] if len(expected) > 1 and expected[0] == expected[-1] == "/" else expected
    try:
        return found is not None and re.search(pattern, found) is not None
    except re.error:
        return False


def _hashed(algorithm: str) -> Callable[[str | None, str], bool]:
    def judged(found: str | None, expected: str) -> bool:
        if found is None:
            return False
        content = hashlib.new(algorithm, found.encode("utf-8"), usedforsecurity=False)
        from base64 import b64encode

        return expected.lower() == content.hexdigest() or expected == b64encode(content.digest()).decode()

    return judged


_CANONICAL = {"===": "==", "equals": "==", "!==": "!=", "not equals": "!=", "contains": "includes"}
_PREDICATES: dict[str, Callable[[str | None, str], bool]] = {
    "==": _equal,
    "!=": lambda found, expected: not _equal(found, expected),
    ">": _ordered(lambda one, other: one > other),
    ">=": _ordered(lambda one, other: one >= other),
    "<": _ordered(lambda one, other: one < other),
    "<=": _ordered(lambda one, other: one <= other),
    "startswith": lambda found, expected: found is not None and found.startswith(expected),
    "endswith": lambda found, expected: found is not None and found.endswith(expected),
    "includes": lambda found, expected: found is not None and expected in found,
    "exists": lambda found, _: found is not None,
    "istrue": lambda found, _: found == "true",
    "isfalse": lambda found, _: found == "false",
    "isnumber": _is_json((int, float)),
    "isboolean": _is_json(bool),
    "isstring": _is_string,
    "isarray": _is_json(list),
    "matches": _matches,
    "sha256": _hashed("sha256"),
    "sha512": _hashed("sha512"),
    "md5": _hashed("md5"),
}
