"""What stands in a template: a variable, a dynamic variable, a piece of an earlier exchange, a file."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias, cast

from httpls_grammar.lalr import Parser, Token, Tree, UnexpectedError
from httpls_grammar.tables import tables
from httpls_grammar.text import Range


class VariableReference(NamedTuple):
    """`{{name}}`, or with a percent sign, which asks for the value percent-encoded. Names may have dots and indices."""

    name: str
    name_range: Range
    percent_encoded: bool


class Argument(NamedTuple):
    """One argument: its value without quotes, and the range of it as written."""

    value: str
    range: Range


class DynamicVariable(NamedTuple):
    """`{{$name …}}` or `{{$name(…)}}`. `name` is without the dollar sign."""

    name: str
    name_range: Range
    arguments: tuple[Argument, ...]
    is_parenthesised: bool
    percent_encoded: bool


class ResponseReference(NamedTuple):
    """A piece of an exchange that was made before: `{{login.response.body.$.token}}`.

    `side` is `request` or `response`, `section` is `body`, `headers`, `cookies`, `status` …; `path` is the rest,
    without the dot that leads it, and may be a JSONPath, an XPath, a header's name or empty.
    """

    request_name: str
    request_name_range: Range
    side: str
    section: str
    section_range: Range
    path: str
    path_range: Range
    percent_encoded: bool


class FileContent(NamedTuple):
    """`{{< path}}` or `{{<@ path}}`: the content of a file, with templates in it substituted or not."""

    path: str
    path_range: Range
    is_substituted: bool


class JavaScript(NamedTuple):
    """Anything else: an expression of httpyac's, which is not evaluated."""

    text: str
    range: Range


Expression: TypeAlias = VariableReference | DynamicVariable | ResponseReference | FileContent | JavaScript


def parse_expression(text: str, start: int = 0) -> Expression:
    """Parse what stands between the braces of a template; `start` is where `text` begins in what ranges count from."""
    simple = _simple_name().fullmatch(text)
    if simple is not None:
        # Nearly every template is a bare name, for which the grammar would give the same at fifty times the cost.
        return VariableReference(
            simple.group(2), Range(simple.start(2) + start, simple.end(2) + start), simple.group(1) == "%"
        )
    try:
        tree = _parser().tree(text)
    except UnexpectedError:
        stripped = text.strip()
        begin = start + len(text) - len(text.lstrip())
        return JavaScript(stripped, Range(begin, begin + len(stripped)))
    return _expression(tree, start)


def _expression(tree: Tree, start: int) -> Expression:
    percent_encoded = isinstance(tree.children[0], Token)
    node = cast("Tree", tree.children[-1])
    first, *rest = node.children
    assert isinstance(first, Token)
    where = first.range(start)
    if node.data == "variable":
        return VariableReference(str(first), where, percent_encoded)
    if node.data == "file":
        token = cast("Token", rest[0])
        text = token.rstrip()
        begin = token.range(start).start
        return FileContent(text, Range(begin, begin + len(text)), first == "<@")
    if node.data == "dynamic":
        arguments = cast("Tree", rest[0]) if rest else None
        return DynamicVariable(
            first[1:], where,
            tuple([_argument(cast("Token", token), start) for token in arguments.children]) if arguments else (),
            arguments is not None and arguments.data == "parenthesised", percent_encoded,
        )  # fmt: skip
    side, section = cast("Token", rest[0]), cast("Token", rest[1])
    section_range = section.range(start)
    path_range = Range(section_range.end, section_range.end)
    path = ""
    if len(rest) > 2:
        written = cast("Token", rest[2]).rstrip()
        lead = 1 if written.startswith(".") else 0
        begin = cast("Token", rest[2]).range(start).start
        path, path_range = written[lead:], Range(begin + lead, begin + len(written))
    return ResponseReference(
        str(first), where, side[1:], section[1:].lower(), Range(section_range.start + 1, section_range.end),
        path, path_range, percent_encoded,
    )  # fmt: skip


def _argument(token: Token, start: int) -> Argument:
    text = token.rstrip()
    where = token.range(start)
    value = text
    if token.type == "QUOTED":
        value = re.sub(r"\\(.)", r"\1", text[1:-1])
    return Argument(value, Range(where.start, where.start + len(text)))


@cache
def _parser() -> Parser:
    return Parser(tables(Path(__file__).with_name("expression.lark")))


@cache
def _simple_name() -> re.Pattern[str]:
    return re.compile(r"[ \t]*(%?)[ \t]*([^\W\d][\w\-]*)[ \t]*")
