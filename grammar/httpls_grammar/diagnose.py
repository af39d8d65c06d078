"""The problems that the text of a block shows by itself: lines out of place, things left open, misspelt words."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from httpls_grammar.block import Block
from httpls_grammar.blocks import Blocks
from httpls_grammar.directives import find_directive, suggest_directive
from httpls_grammar.islands.directive import Directive
from httpls_grammar.islands.statement import parse_statement
from httpls_grammar.islands.template import has_template_problem, template_problems
from httpls_grammar.nodes import (
    Assertion,
    Body,
    BodyText,
    CurlLine,
    Header,
    RequestLine,
    ResponseExample,
    Script,
    Separator,
    Statement,
    Stray,
    Trivia,
)
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range

FOREIGN_FORMAT = ProblemKind(
    "foreign-format",
    Severity.INFORMATION,
    "this file is written in the format of dothttp, which is another language under the same extension",
    "Run it with dothttp, or rewrite its requests as `GET https://…` lines.",
)
SECOND_REQUEST = ProblemKind(
    "second-request",
    Severity.WARNING,
    "this looks like a second request, but no `###` line stands before it",
    "Insert a line `###` before it, so that it is a request of its own.",
)
UNKNOWN_LINE = ProblemKind(
    "unknown-line",
    Severity.WARNING,
    "this line means nothing here and is not sent",
    "Remove it, or make it a comment with `#`.",
)
LINE_BEFORE_REQUEST = ProblemKind(
    "line-before-request",
    Severity.WARNING,
    "this line stands before the request line and is not sent",
    "Write the request line above it, or make it a comment with `#`.",
)
MISSING_BLANK_LINE = ProblemKind(
    "missing-blank-line",
    Severity.WARNING,
    "the body begins here, but no blank line stands between the headers and it",
    "Insert a blank line before the body.",
)
HEADER_WITHOUT_COLON = ProblemKind(
    "header-without-colon",
    Severity.WARNING,
    "the header field `{name}` has no colon; it is sent with an empty value",
    "Write `{name}: value`, or remove the line.",
)
UNCLOSED_SCRIPT = ProblemKind(
    "unclosed-script",
    Severity.ERROR,
    "the script that begins here is not closed; it is taken to end with the request",
    "Write `%}}` after the last line of the script.",
)
LUA_SCRIPT = ProblemKind(
    "lua-script",
    Severity.WARNING,
    "scripts in Lua are not run; this request will be refused",
    "Write it in JavaScript, or as `# @set` and `# @assert` lines.",
)
UNCLOSED_COMMENT = ProblemKind(
    "unclosed-comment",
    Severity.WARNING,
    "the comment that begins here is not closed; it is taken to end with the request",
    "Write `*/` after the last line of the comment.",
)
SEPARATOR_IN_SCRIPT = ProblemKind(
    "separator-in-script",
    Severity.INFORMATION,
    "a `###` line inside a script does not end the request here, but it does in JetBrains HTTP Client",
    "Write the line in another way, such as `// ###`.",
)
INDENTED_SEPARATOR = ProblemKind(
    "indented-separator",
    Severity.HINT,
    "most tools recognise `###` only at the start of a line",
    "Remove the blanks before it.",
)
UNKNOWN_DIRECTIVE = ProblemKind(
    "unknown-directive",
    Severity.HINT,
    "`@{name}` is not a directive that httpls knows; it is taken for a comment",
    "{suggestion}",
)
REQUEST_WITHOUT_TARGET = ProblemKind(
    "request-without-target",
    Severity.ERROR,
    "the request line has no target",
    "Write the URL of the request after the method.",
)


def document_problems(blocks: Blocks) -> Sequence[Problem] | None:
    """Return the only problem of a file in another format, None for a file that is to be looked at in detail."""
    match = _dothttp().match(blocks[0].text)
    if match is None and len(blocks) > 1:
        match = _dothttp().match(blocks[0].text + blocks[1].text)
    return None if match is None else [FOREIGN_FORMAT.at(Range(*match.span(1)))]


def block_problems(block: Block) -> Sequence[Problem]:
    """Return the problems of a block in the order of their places; ranges count from its start."""
    return block.fact(_problems_of)


def _problems_of(block: Block) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    for node in block.nodes:
        check = _CHECKS.get(type(node))
        if check is not None:
            problems += check(block, node)
    if "{{" in block.text and has_template_problem(block.text):
        text = block.text
        for start, end in _stretches_with_templates(block):
            problems += template_problems(text[start:end], start)
    if len(problems) > 1:
        problems.sort(key=lambda problem: problem.range)
    return tuple(problems)


def _check_separator(block: Block, node: Separator) -> Iterator[Problem]:
    if block.text[node.range.start] in " \t":
        yield INDENTED_SEPARATOR.at(_first_line(block, node.range))


def _check_stray(block: Block, node: Stray) -> Iterator[Problem]:
    request = block.request
    if node.looks_like_request:
        kind = SECOND_REQUEST
    elif request is None or node.range.start < request.line.range.start:
        kind = LINE_BEFORE_REQUEST
    else:
        kind = UNKNOWN_LINE
    yield kind.at(_first_line(block, node.range))


def _check_directive(_block: Block, node: Directive) -> Iterator[Problem]:
    if find_directive(node.name) is None:
        near = suggest_directive(node.name)
        suggestion = f"Did you mean `@{near}`?" if near else "Nothing has to be done if it is meant for another tool."
        yield UNKNOWN_DIRECTIVE.at(node.name_range, name=node.name, suggestion=suggestion)


def _check_script(block: Block, node: Script) -> Iterator[Problem]:
    if not node.is_closed:
        yield UNCLOSED_SCRIPT.at(_first_line(block, node.range))
    elif separator := _separator_line().search(block.text, *node.range):
        yield SEPARATOR_IN_SCRIPT.at(Range(*separator.span()))
    if is_lua(block.text, node):
        yield LUA_SCRIPT.at(_first_line(block, node.range))


def is_lua(text: str, script: Script) -> bool:
    """Tell whether a script of a block with this text is in Lua: its file or its first line says so, or its syntax."""
    if script.path is not None:
        return script.path.lower().endswith(".lua")
    code = script.code_range.of(text).lstrip() if script.code_range is not None else ""
    return code.startswith(("-- lua", "lang=lua")) or _lua_declaration().search(code) is not None


@cache
def _lua_declaration() -> re.Pattern[str]:
    return re.compile(r"^\s*local\s+\w+\s*=", re.MULTILINE)


def _check_trivia(block: Block, node: Trivia) -> Iterator[Problem]:
    if node.kind == "block-comment" and "*/" not in block.text[node.range.start + 2 : node.range.end]:
        yield UNCLOSED_COMMENT.at(_first_line(block, node.range))


def _check_header(_block: Block, node: Header) -> Iterator[Problem]:
    if node.form == "token":
        yield HEADER_WITHOUT_COLON.at(node.name_range, name=node.name)


def _check_body(block: Block, node: Body) -> Iterator[Problem]:
    if node.lacks_blank_line:
        yield MISSING_BLANK_LINE.at(_first_line(block, node.range))
    if _is_multipart(block):
        return
    for part in node.parts:
        if isinstance(part, BodyText):
            for where in part.request_ranges:
                # Most likely a `###` was forgotten.
                yield SECOND_REQUEST.at(where)
        elif isinstance(part, Assertion):
            yield from _check_assertion(block, part)


def _check_assertion(block: Block, node: Assertion) -> Iterator[Problem]:
    # As cURL commands, assertions are rare: a file without them starts without what reads them.
    from httpls_grammar.islands.assertion import parse_assertion

    yield from parse_assertion(node.text_range.of(block.text), node.text_range.start).problems


def _check_statement(block: Block, node: Statement) -> Iterator[Problem]:
    yield from parse_statement(node.text_range.of(block.text), node.text_range.start).problems


def _check_curl(block: Block, node: CurlLine) -> Iterator[Problem]:
    from httpls_grammar.islands.curl import parse_curl

    yield from parse_curl(node.text_range.of(block.text), node.text_range.start).problems


def _check_request_line(block: Block, node: RequestLine) -> Iterator[Problem]:
    if not node.target:
        yield REQUEST_WITHOUT_TARGET.at(_first_line(block, node.range))


def _stretches_with_templates(block: Block) -> Iterator[Range]:
    """Yield the stretches in which `{{…}}` has a meaning: everything but comments, scripts and saved responses."""
    for node in block.nodes:
        if not isinstance(node, Trivia | Script | ResponseExample | Separator) and not (
            isinstance(node, Directive) and find_directive(node.name) is None
        ):
            yield node.range


def _is_multipart(block: Block) -> bool:
    return any(header.name.lower() == "content-type" and "multipart" in header.value for header in block.headers)


def _first_line(block: Block, where: Range) -> Range:
    """Return the first line of a range without the blanks around it and without its line break."""
    match = _line().match(block.text, where.start, where.end)
    assert match is not None
    return Range(*match.span(1))


_CHECKS: dict[type, Callable[[Block, Any], Iterator[Problem]]] = {
    Separator: _check_separator,
    Stray: _check_stray,
    Directive: _check_directive,
    Script: _check_script,
    Trivia: _check_trivia,
    Header: _check_header,
    Body: _check_body,
    Assertion: _check_assertion,
    Statement: _check_statement,
    CurlLine: _check_curl,
    RequestLine: _check_request_line,
}


@cache
def _line() -> re.Pattern[str]:
    return re.compile(r"\ufeff?[ \t]*+([^\r\n]*?)[^\S\r\n]*(?=[\r\n]|\Z)")


@cache
def _separator_line() -> re.Pattern[str]:
    return re.compile(r"(?<![^\r\n])[ \t]{0,3}###[^\r\n]*")


@cache
def _dothttp() -> re.Pattern[str]:
    """The start of a file of dothttp: a name in call form, or a method before a quoted URL."""
    return re.compile(
        r"""\ufeff?(?:(?://|\#|[ \t]*(?=[\r\n]))[^\r\n]*(?:\r\n|\n|\r))*+"""
        r"""([ \t]*(?:@name[ \t]*\(|[A-Za-z]+[ \t]+["'])[^\r\n]*)"""
    )
