"""What each stretch of a request file is, for colours: worked out block by block, so that an edit costs its block."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from httpls_grammar.block import Block
from httpls_grammar.islands.directive import Directive
from httpls_grammar.islands.expression import DynamicVariable, VariableReference
from httpls_grammar.islands.template import find_templates
from httpls_grammar.nodes import (
    Assertion,
    Body,
    BodyPart,
    FileReference,
    FileVariable,
    Header,
    MessageSeparator,
    Node,
    OutputRedirect,
    RequestLine,
    ResponseExample,
    Script,
    Separator,
    Statement,
    StoredResponse,
    TargetLine,
    Trivia,
)
from httpls_grammar.text import LINE_BREAK, Range

TYPES: tuple[str, ...] = (
    "namespace", "method", "string", "property", "variable", "function", "decorator", "comment", "keyword", "operator",
    "number", "parameter", "macro",
)  # fmt: skip
"""The token types of the protocol that are used, in the order of their numbers."""
MODIFIERS: tuple[str, ...] = ("definition", "readonly")
"""The modifiers, in the order of their bits."""


class SemanticToken(NamedTuple):
    """A stretch within one line. Ranges count from the start of the block."""

    range: Range
    type: str
    is_definition: bool = False


def block_tokens(block: Block) -> Sequence[SemanticToken]:
    """Return the tokens of a block in order; none overlaps another, none goes over the end of a line."""
    plain = [token for node in block.nodes for token in _of_node(block.text, node)]
    pieces = [piece for token in plain for piece in _in_lines(block.text, token)]
    templates = list(_of_templates(block.text, [node.range for node in block.nodes if isinstance(node, Script)]))
    every = [*_without(pieces, templates), *templates]
    every.sort(key=lambda token: token.range)
    return every


def _of_node(text: str, node: "Node | BodyPart") -> Iterator[SemanticToken]:
    if isinstance(node, Separator):
        yield SemanticToken(_trimmed(text, node.range), "namespace")
    elif isinstance(node, Trivia):
        if node.kind != "blank":
            yield SemanticToken(node.range, "comment")
    elif isinstance(node, Directive):
        yield SemanticToken(Range(node.name_range.start - 1, node.name_range.end), "decorator")
        yield SemanticToken(node.value_range, "parameter")
    elif isinstance(node, FileVariable):
        yield SemanticToken(node.name_range, "variable", is_definition=True)
        yield SemanticToken(node.value_range, "string")
    elif isinstance(node, RequestLine):
        if node.method is not None:
            yield SemanticToken(node.method_range, "method")
        for where in node.target_ranges:
            yield SemanticToken(where, "string")
        if node.version_range is not None:
            yield SemanticToken(node.version_range, "number")
    elif isinstance(node, Header):
        yield SemanticToken(node.name_range, "property")
        for where in node.value_ranges:
            yield SemanticToken(where, "string")
    elif isinstance(node, Body):
        for part in node.parts:
            yield from _of_node(text, part)
    elif isinstance(node, TargetLine | ResponseExample):
        return
    else:
        yield from _of_line(text, node)


def _of_line(text: str, node: "Node | BodyPart") -> Iterator[SemanticToken]:
    if isinstance(node, FileReference | OutputRedirect | StoredResponse):
        yield SemanticToken(_trimmed(text, Range(node.range.start, node.path_range.start)), "operator")
        yield SemanticToken(node.path_range, "string")
    elif isinstance(node, Statement):
        word = node.text_range.of(text).split(None, 1)[0]
        yield SemanticToken(Range(node.text_range.start, node.text_range.start + len(word)), "keyword")
    elif isinstance(node, Assertion):
        yield SemanticToken(_trimmed(text, Range(node.range.start, node.text_range.start)), "operator")
    elif isinstance(node, MessageSeparator):
        yield SemanticToken(_trimmed(text, node.range), "operator")
    elif isinstance(node, Script) and node.path_range is not None:
        yield SemanticToken(node.path_range, "string")


def _of_templates(text: str, scripts: Sequence[Range]) -> Iterator[SemanticToken]:
    for template in find_templates(text):
        if any(script.start <= template.range.start < script.end for script in scripts):
            continue
        expression = template.expression
        if isinstance(expression, VariableReference):
            yield SemanticToken(expression.name_range, "variable")
        elif isinstance(expression, DynamicVariable):
            yield SemanticToken(Range(expression.name_range.start, expression.name_range.end), "function")
        else:
            yield SemanticToken(template.inner_range, "macro")


def _in_lines(text: str, token: SemanticToken) -> Iterator[SemanticToken]:
    start = token.range.start
    for match in LINE_BREAK.finditer(text, *token.range):
        if match.start() > start:
            yield token._replace(range=Range(start, match.start()))
        start = match.end()
    if token.range.end > start:
        yield token._replace(range=Range(start, token.range.end))


def _without(tokens: Sequence[SemanticToken], holes: Sequence[SemanticToken]) -> Iterator[SemanticToken]:
    """Yield the tokens with the stretches of `holes` (in order) cut out of them."""
    index = 0
    for token in tokens:
        start = token.range.start
        while index < len(holes) and holes[index].range.end <= start:
            index += 1
        at = index
        while at < len(holes) and holes[at].range.start < token.range.end:
            hole = holes[at].range
            if hole.start > start:
                yield token._replace(range=Range(start, hole.start))
            start = max(start, hole.end)
            at += 1
        if start < token.range.end:
            yield token._replace(range=Range(start, token.range.end))


def _trimmed(text: str, where: Range) -> Range:
    written = where.of(text)
    start = where.start + len(written) - len(written.lstrip())
    return Range(start, max(start, where.start + len(written.rstrip())))
