"""JSON with a range for every key and value: environment files, settings of editors, bodies with templates."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeAlias, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from httpls_grammar.larks import is_at_end, lark_parser, parse_interactively, token_range
from httpls_grammar.problems import Problem, ProblemKind, Severity
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
    parser = parse_interactively(_parser(), text)
    open_ends: list[str] = []
    problems: list[Problem] = []
    try:
        for token in parser.iter_parse():
            if token.type in _CLOSERS:
                open_ends.append(_CLOSERS[token.type])
            elif open_ends and token.type == open_ends[-1]:
                open_ends.pop()
        root = cast("JsonValue | None", parser.feed_eof())
    except UnexpectedInput as error:
        problems.append(_problem(error, text, parser.accepts()))
        root = _close(parser, open_ends, len(text))
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


class _Builder(Transformer[Token, Any]):
    """Builds nodes while Lark parses, so that no tree is walked and depth is not bounded."""

    def STRING(self, token: Token) -> JsonString:  # noqa: N802 - Lark calls the method by the terminal's name
        return JsonString(token_range(token), _unescaped(token[1:-1]))

    def NUMBER(self, token: Token) -> JsonScalar:  # noqa: N802
        return JsonScalar(token_range(token), str(token))

    def WORD(self, token: Token) -> JsonScalar:  # noqa: N802
        return JsonScalar(token_range(token), str(token))

    def TEMPLATE(self, token: Token) -> JsonTemplate:  # noqa: N802
        return JsonTemplate(token_range(token), str(token))

    def member(self, children: list[Any]) -> JsonMember:
        return JsonMember(children[0].value, children[0].range, children[1])

    def object(self, children: list[Any]) -> JsonObject:
        return JsonObject(Range(token_range(children[0]).start, token_range(children[-1]).end), tuple(children[1:-1]))

    def array(self, children: list[Any]) -> JsonArray:
        return JsonArray(Range(token_range(children[0]).start, token_range(children[-1]).end), tuple(children[1:-1]))

    def start(self, children: list[Any]) -> Any:
        return children[0]


@cache
def _parser() -> Lark:
    return lark_parser("httpls_grammar.islands", "json.lark", _Builder())


def _close(parser: Any, open_ends: list[str], end: int) -> JsonValue | None:
    """Bring a parse that met an error to an end: complete what is begun with nulls, and close what is open."""
    for kind, text in (("COLON", ":"), ("WORD", "null")):
        accepted = parser.accepts()
        if open_ends and open_ends[-1] in accepted:
            break
        if kind in accepted:
            parser.feed_token(Token(kind, text, start_pos=end, end_pos=end))
    try:
        for kind in reversed(open_ends):
            parser.feed_token(Token(kind, "", start_pos=end, end_pos=end))
        return cast("JsonValue", parser.feed_eof())
    except UnexpectedInput:
        return None


def _problem(error: UnexpectedInput, text: str, accepted: set[str]) -> Problem:
    """Say what was expected at the place of an error; `accepted` are the terminals that could have stood there."""
    if accepted >= _A_VALUE:
        accepted = (accepted - _A_VALUE - {"TEMPLATE"}) | {"a value"}
    shown = sorted(_SHOWN.get(name, name) for name in accepted)
    expected = ", ".join(shown[:-1]) + " or " + shown[-1] if len(shown) > 1 else "".join(shown)
    position = error.pos_in_stream
    if position is None or position < 0 or is_at_end(error):
        end = Range(len(text), len(text))
        return MALFORMED_JSON.at(end, expected=f"{expected} is missing", found="the end")
    where = Range(position, min(position + 1, len(text)))
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
