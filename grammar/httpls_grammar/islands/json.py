"""JSON with a range for every key and value: environment files, settings of editors, bodies with templates."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, cast

from httpls_grammar.lalr import END, Parse, Parser, Token, UnexpectedError
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.tables import tables
from httpls_grammar.text import Range

MALFORMED_JSON = ProblemKind(
    "malformed-json",
    Severity.ERROR,
    "this is not JSON: {expected} here, not {found}",
    "Correct it; what stands before it is read all the same.",
)
DUPLICATE_KEY = ProblemKind(
    "duplicate-key",
    Severity.WARNING,
    "the key `{key}` stands twice in this object; the last one counts",
    "Remove one of them.",
)


class JsonString(NamedTuple):
    """A string; `value` is without quotes and escapes, `range` with the quotes."""

    range: Range
    value: str


class JsonScalar(NamedTuple):
    """A number, a boolean or null. `text` is as written; a number is not converted, so that none loses a digit."""

    range: Range
    text: str


class JsonTemplate(NamedTuple):
    """`{{…}}` where a value is expected."""

    range: Range
    text: str


class JsonMember(NamedTuple):
    """A key with its value."""

    key: str
    key_range: Range
    value: "JsonValue"


class JsonObject(NamedTuple):
    """An object; its members in the order as written, equal keys among them."""

    range: Range
    members: tuple[JsonMember, ...]

    def get(self, key: str) -> "JsonValue | None":
        """Return the value of a key, of the last one if it stands twice; None if there is none."""
        return next((member.value for member in reversed(self.members) if member.key == key), None)


class JsonArray(NamedTuple):
    """An array."""

    range: Range
    items: "tuple[JsonValue, ...]"


JsonValue: TypeAlias = JsonString | JsonScalar | JsonTemplate | JsonObject | JsonArray


class JsonDocument(NamedTuple):
    """A JSON text: its value, None if nothing could be read, and what is wrong with it."""

    root: JsonValue | None
    problems: Sequence[Problem]


def parse_json(text: str, start: int = 0) -> JsonDocument:
    """Parse a JSON text with comments and trailing commas. Never fails, whatever the depth.

    After an error the rest of the text is not read; what stands before it is, as if everything were closed there.
    `start` is where the text begins in what ranges count from.
    """
    if not text.strip("\ufeff \t\r\n"):
        return JsonDocument(None, ())
    problems: list[Problem] = []
    try:
        root = cast("JsonValue | None", _parser().parse(text))
    except UnexpectedError as error:
        problems.append(_problem(error, text))
        root = _close(error.parse, len(text))
    if root is None:
        return JsonDocument(None, [problem.shifted(start) for problem in problems])
    problems += _duplicates(root)
    return JsonDocument(_shifted(root, start) if start else root, [problem.shifted(start) for problem in problems])


def walk(root: JsonValue) -> Iterator[tuple[tuple[str | int, ...], JsonValue]]:
    """Yield every value with its path of keys and indices, outer ones before inner ones, in the order as written."""
    waiting: list[tuple[tuple[str | int, ...], JsonValue]] = [((), root)]
    while waiting:
        path, node = waiting.pop()
        yield path, node
        if isinstance(node, JsonObject):
            waiting += [((*path, member.key), member.value) for member in reversed(node.members)]
        elif isinstance(node, JsonArray):
            waiting += [((*path, index), item) for index, item in reversed(list(enumerate(node.items)))]


def path_at(root: JsonValue, offset: int) -> tuple[str | int, ...]:
    """Return the path of the innermost value or key at `offset`."""
    path: list[str | int] = []
    node = root
    while True:
        inner: JsonValue | None = None
        if isinstance(node, JsonObject):
            for member in node.members:
                if member.key_range.start <= offset <= member.value.range.end:
                    path.append(member.key)
                    inner = member.value
                    break
        elif isinstance(node, JsonArray):
            for index, item in enumerate(node.items):
                if item.range.contains(offset):
                    path.append(index)
                    inner = item
                    break
        if inner is None or not inner.range.contains(offset):
            return tuple(path)
        node = inner


_CLOSERS = {"OPEN_BRACE": "CLOSE_BRACE", "OPEN_BRACKET": "CLOSE_BRACKET"}
_SHOWN = {
    "OPEN_BRACE": "`{`", "CLOSE_BRACE": "`}`", "OPEN_BRACKET": "`[`", "CLOSE_BRACKET": "`]`", "COMMA": "a comma",
    "COLON": "a colon", "STRING": "a string", "NUMBER": "a number", "WORD": "`true`, `false` or `null`",
    "TEMPLATE": "a template", "$END": "the end",
}  # fmt: skip
_A_VALUE = frozenset(("STRING", "NUMBER", "WORD", "OPEN_BRACE", "OPEN_BRACKET"))


def _string(token: Token) -> JsonString:
    return JsonString(token.range(), _unescaped(token[1:-1]))


def _scalar(token: Token) -> JsonScalar:
    return JsonScalar(token.range(), str(token))


def _template(token: Token) -> JsonTemplate:
    return JsonTemplate(token.range(), str(token))


def _member(parts: list[Any]) -> JsonMember:
    return JsonMember(parts[0].value, parts[0].range, parts[1])


def _object(parts: list[Any]) -> JsonObject:
    return JsonObject(Range(parts[0].start_pos, parts[-1].end_pos), tuple(parts[1:-1]))


def _array(parts: list[Any]) -> JsonArray:
    return JsonArray(Range(parts[0].start_pos, parts[-1].end_pos), tuple(parts[1:-1]))


def _start(parts: list[Any]) -> object:
    return parts[0]


_TOKENS = {"STRING": _string, "NUMBER": _scalar, "WORD": _scalar, "TEMPLATE": _template}
_RULES = {"member": _member, "object": _object, "array": _array, "start": _start}
"""What makes nodes while the text is parsed, so that no tree is walked and depth is not bounded."""


@cache
def _parser() -> Parser:
    return Parser(tables(Path(__file__).with_name("json.lark")), _TOKENS, _RULES)


def _close(parse: Parse, end: int) -> JsonValue | None:
    """Bring a parse that met an error to an end: complete what is begun with nulls, and close what is open."""
    open_ends = [_CLOSERS[value.type] for value in parse.values if isinstance(value, Token) and value.type in _CLOSERS]
    for kind, text in (("COLON", ":"), ("WORD", "null")):
        accepted = parse.accepts()
        if open_ends and open_ends[-1] in accepted:
            break
        if kind in accepted:
            parse.feed(Token.of(kind, text, end, end))
    for kind in (*reversed(open_ends), END):
        if not parse.feed(Token.of(kind, "", end, end)):
            return None
    return cast("JsonValue", parse.values[-1])


def _problem(error: UnexpectedError, text: str) -> Problem:
    """Say what was expected at the place of an error."""
    accepted = error.parse.accepts()
    if accepted >= _A_VALUE:
        accepted = (accepted - _A_VALUE - {"TEMPLATE"}) | {"a value"}
    shown = sorted(_SHOWN.get(name, name) for name in accepted)
    expected = ", ".join(shown[:-1]) + " or " + shown[-1] if len(shown) > 1 else "".join(shown)
    if error.is_at_end:
        end = Range(len(text), len(text))
        return MALFORMED_JSON.at(end, expected=f"{expected} is missing", found="the end")
    where = Range(error.position, min(error.position + 1, len(text)))
    return MALFORMED_JSON.at(where, expected=f"{expected} is expected", found=f"`{where.of(text)}`")


def _duplicates(root: JsonValue) -> Iterator[Problem]:
    for _, node in walk(root):
        if isinstance(node, JsonObject):
            seen: set[str] = set()
            for member in node.members:
                if member.key in seen:
                    yield DUPLICATE_KEY.at(member.key_range, key=member.key)
                seen.add(member.key)


def _shifted(root: JsonValue, distance: int) -> JsonValue:
    """Return the same tree, seen from a point before it; built from the leaves up, without recursion."""
    moved: dict[int, JsonValue] = {}
    for _, node in reversed(list(walk(root))):
        where = node.range.shifted(distance)
        if isinstance(node, JsonObject):
            members = [
                JsonMember(member.key, member.key_range.shifted(distance), moved[id(member.value)])
                for member in node.members
            ]
            moved[id(node)] = JsonObject(where, tuple(members))
        elif isinstance(node, JsonArray):
            moved[id(node)] = JsonArray(where, tuple([moved[id(item)] for item in node.items]))
        else:
            moved[id(node)] = node._replace(range=where)
    return moved[id(root)]


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    from json import loads

    try:
        value = loads(f'"{text}"', strict=False)
    except ValueError:
        return text
    return str(value)
