"""The body of a request as it will be sent, in pieces: text with holes, and files that are read when it is sent.

The rules follow REST Client, which most files are written for; where tools differ, the profile decides.
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

from httpls.model.body_problems import BodyLine, json_problems, multipart_problems
from httpls.model.graphql_fragments import Fragment, file_of_query, used_fragments
from httpls.model.planned_text import EMPTY, Hole, HoleKind, PlannedText, concatenated
from httpls.model.resolve import Context, is_literal, literal, resolve
from httpls_grammar.directives import find_directive
from httpls_grammar.islands.directive import Directive
from httpls_grammar.nodes import Body, BodyText, FileReference, MessageSeparator
from httpls_grammar.problems import Problem
from httpls_grammar.profile import Profile
from httpls_grammar.text import LINE_BREAK, Range


class BodyKind(Enum):
    """What the pieces of a body have to be made into when they are known."""

    PLAIN = "plain"
    FORM = "form"
    MULTIPART = "multipart"
    GRAPHQL = "graphql"
    MESSAGES = "messages"


class TextPiece(NamedTuple):
    """Text of the body."""

    text: PlannedText


class FilePiece(NamedTuple):
    """The content of a file: byte for byte, or with its templates filled in.

    `written` is the path as written, which may have holes; it counts from `folder`. `encoding` is the codec by which
    the file is read and the text sent if templates are filled in, None for UTF-8.
    """

    written: PlannedText
    folder: Path
    is_substituted: bool
    encoding: str | None
    range: Range


BodyPiece: TypeAlias = TextPiece | FilePiece


class GraphqlParts(NamedTuple):
    """A GraphQL request: query, variables as JSON text (empty if there are none), and the operation's name."""

    query: PlannedText
    variables: PlannedText
    operation_name: str | None


class PlannedBody(NamedTuple):
    """A body. `messages` are the pieces of each message of a stream; the others have one."""

    kind: BodyKind
    messages: tuple[tuple[BodyPiece, ...], ...]
    graphql: GraphqlParts | None = None


class BodyRules(NamedTuple):
    """What decides how a body is read: the request's method and content type, the profile, the tags, the folder.

    `strips_comments` is None where type and profile decide, and an explicit profile says more than one that follows
    from evidence. With `detects_graphql` a body that begins like GraphQL is some; `fragments` are those of its file.
    """

    method: str
    content_type: str
    is_graphql: bool
    profile: Profile
    strips_comments: bool | None
    substitutes_files: bool
    folder: Path
    is_explicit: bool = False
    detects_graphql: bool = False
    fragments: Sequence[Fragment] = ()


def plan_body(
    text: str, offset: int, body: Body, rules: BodyRules, context: Context
) -> tuple[PlannedBody | None, Sequence[Problem]]:
    """Plan the body of a block whose text is `text` and which begins at `offset` of its file.

    Returns None for a body of comments alone where comments are no text.
    """
    if body.is_comments_only and (_strips_comments(rules) or not rules.content_type):
        return None, ()
    messages: list[list[_Line | FileReference]] = [[]]
    for part in body.parts:
        if isinstance(part, BodyText):
            messages[-1] += _lines(text, part, rules)
        elif isinstance(part, FileReference):
            messages[-1].append(part)
        elif isinstance(part, MessageSeparator):
            if rules.method in _WITH_MESSAGES:
                messages.append([])
            else:
                messages[-1].append(_Line(part.range.start, text[part.range.start : part.range.end].rstrip("\r\n"), ""))
        elif isinstance(part, Directive) and find_directive(part.name) is None and not _strips_comments(rules):
            written = part.range.of(text)
            messages[-1].append(_line(part.range.start, written))
    problems: list[Problem] = []
    kind = _kind(rules)
    if kind is BodyKind.PLAIN and rules.detects_graphql and _is_graphql(_trimmed(messages[0])):
        kind = BodyKind.GRAPHQL
    planned = [_pieces(_trimmed(message), kind, offset, rules, context, problems) for message in messages]
    if kind is BodyKind.GRAPHQL:
        problems.clear()
        parts = _graphql(_trimmed(messages[0]), offset, rules, context, problems)
        return PlannedBody(kind, (tuple(planned[0]),), parts), problems
    if not any(planned):
        return None, problems
    problems += _content_problems(messages[0], kind, offset, rules)
    return PlannedBody(kind, tuple([tuple(message) for message in planned])), problems


_WITH_MESSAGES = frozenset(("GRPC", "WS", "WSS", "WEBSOCKET", "SSE", "EVENTSOURCE", "MQTT", "MQTTS", "AMQP"))
_TEXT_SUFFIXES = frozenset((
    ".json", ".xml", ".txt", ".graphql", ".gql", ".form", ".html", ".csv", ".yaml", ".yml", ".md",
))  # fmt: skip


def _content_problems(
    parts: "Sequence[_Line | FileReference]", kind: BodyKind, offset: int, rules: BodyRules
) -> Iterator[Problem]:
    lines = [BodyLine(part.start + offset, part.text) for part in _trimmed(parts) if isinstance(part, _Line)]
    if kind is BodyKind.MULTIPART:
        yield from multipart_problems(lines, rules.content_type)
    elif kind is BodyKind.PLAIN and len(lines) == len(_trimmed(parts)):
        media_type = media_type_of(rules.content_type)
        if media_type == "application/json" or media_type.endswith("+json"):
            yield from json_problems(lines)


class _Line(NamedTuple):
    """A line of the body: where it begins in the block, its text, and its line break (empty at the end of the file)."""

    start: int
    text: str
    line_break: str


def _kind(rules: BodyRules) -> BodyKind:
    if rules.is_graphql or rules.method == "GRAPHQL":
        return BodyKind.GRAPHQL
    if rules.method in _WITH_MESSAGES:
        return BodyKind.MESSAGES
    media_type = media_type_of(rules.content_type)
    if media_type.startswith("multipart/"):
        return BodyKind.MULTIPART
    if media_type == "application/x-www-form-urlencoded":
        return BodyKind.FORM
    return BodyKind.PLAIN


def _is_graphql(lines: "Sequence[_Line | FileReference]") -> bool:
    text = "\n".join([line.text for line in lines[:50] if isinstance(line, _Line)])
    return _graphql_document().match(text) is not None


def _strips_comments(rules: BodyRules) -> bool:
    """Tell whether lines that look like comments are left out of the body."""
    if rules.strips_comments is not None:
        return rules.strips_comments
    is_graphql = rules.is_graphql or rules.method == "GRAPHQL"
    media_type = "application/graphql" if is_graphql else media_type_of(rules.content_type)
    return strips_comments(media_type, rules.profile, rules.is_explicit)


def strips_comments(media_type: str, profile: Profile, is_explicit: bool) -> bool:
    """Tell whether lines that look like comments are left out of a body of this type, in lower case.

    `is_explicit` says that somebody chose the profile.
    """
    if profile is Profile.HTTPYAC or (is_explicit and profile in (Profile.REST_CLIENT, Profile.JETBRAINS)):
        return True
    return profile is not Profile.REST_NVIM and _comment_free().search(media_type) is not None


def media_type_of(content_type: str) -> str:
    """Return the media type of a field `Content-Type` without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


@cache
def _comment_free() -> re.Pattern[str]:
    """The media types in which a line that begins with `#` or `//` can hardly be content."""
    return re.compile(r"[/+]json\b|json-seq|ndjson|[/+]xml\b|x-www-form-urlencoded|graphql|^multipart/")


def _lines(text: str, part: BodyText, rules: BodyRules) -> Iterator[_Line]:
    comments = {comment.start for comment in part.comment_ranges} if _strips_comments(rules) else set[int]()
    start = part.range.start
    if not comments and "\r" not in text:
        written = part.range.of(text).split("\n")
        for line_text in written[:-1]:
            yield _Line(start, line_text, "\n")
            start += len(line_text) + 1
        if written[-1]:
            yield _Line(start, written[-1], "")
        return
    while start < part.range.end:
        match = LINE_BREAK.search(text, start, part.range.end)
        end = match.end() if match else part.range.end
        line = _line(start, text[start:end])
        if start + len(line.text) - len(line.text.lstrip()) not in comments:
            yield line
        start = end


def _line(start: int, written: str) -> _Line:
    line_break = "\r\n" if written.endswith("\r\n") else written[-1:] if written.endswith(("\n", "\r")) else ""
    return _Line(start, written[: len(written) - len(line_break)], line_break)


def _trimmed(lines: "Sequence[_Line | FileReference]") -> "Sequence[_Line | FileReference]":
    """Leave out the blank lines at both ends."""
    first, end = 0, len(lines)
    while first < end and _is_blank(lines[first]):
        first += 1
    while end > first and _is_blank(lines[end - 1]):
        end -= 1
    return lines[first:end]


def _is_blank(line: "_Line | FileReference") -> bool:
    return isinstance(line, _Line) and not line.text.strip()


def _pieces(
    lines: "Sequence[_Line | FileReference]",
    kind: BodyKind,
    offset: int,
    rules: BodyRules,
    context: Context,
    problems: list[Problem],
) -> list[BodyPiece]:
    """Make pieces of the lines; between two of them stands a line break, after the last one none."""
    if kind is BodyKind.FORM:
        texts = [line for line in lines if isinstance(line, _Line)]
        lines = _joined_form(texts) if len(texts) == len(lines) else lines
    pieces: list[BodyPiece] = []
    run: list[PlannedText] = []
    literals: list[str] = []
    ends_with_break = kind is BodyKind.MULTIPART or "ndjson" in rules.content_type.lower()
    for index, line in enumerate(lines):
        is_last = index + 1 == len(lines)
        if isinstance(line, FileReference):
            run.append(literal("".join(literals), context))
            literals = []
            if any(text.pieces for text in run):
                pieces.append(TextPiece(concatenated(run)))
            run = []
            pieces.append(_file(line, offset, rules, context, problems))
            line_break = "\n"
        else:
            if is_literal(line.text):
                literals.append(line.text)
            else:
                found = resolve(line.text, line.start + offset, context)
                run += [literal("".join(literals), context), found.text]
                literals = []
                problems += found.problems
            line_break = line.line_break if kind is BodyKind.FORM else line.line_break or "\n"
        if not is_last or ends_with_break:
            literals.append("\r\n" if kind is BodyKind.MULTIPART else line_break)
    run.append(literal("".join(literals), context))
    if any(text.pieces for text in run):
        pieces.append(TextPiece(concatenated(run)))
    return pieces


def _file(
    reference: FileReference, offset: int, rules: BodyRules, context: Context, problems: list[Problem]
) -> FilePiece:
    path = resolve(reference.path, reference.path_range.start + offset, context)
    problems += path.problems
    substitutes = substitutes_file(reference.path, reference.marked, rules.profile)
    where = reference.path_range.shifted(offset)
    return FilePiece(path.text, rules.folder, substitutes or rules.substitutes_files, reference.encoding, where)


def substitutes_file(path: str, is_marked: bool, profile: Profile) -> bool:
    """Tell whether templates in a file that a body names are filled in; `is_marked` if its path follows `<@`."""
    if profile is Profile.REST_NVIM:
        return not is_marked
    if profile in (Profile.JETBRAINS, Profile.KULALA) and Path(path).suffix.lower() in _TEXT_SUFFIXES:
        return True
    return is_marked


def _joined_form(lines: Sequence[_Line]) -> Sequence[_Line]:
    """Join the lines of a form: those that begin with `&`, and those after one that ends with it."""
    joined: list[_Line] = []
    for line in lines:
        text = line.text.strip()
        if joined and (text.startswith("&") or joined[-1].text.rstrip().endswith("&")):
            before = joined[-1]
            skipped = len(line.text) - len(line.text.lstrip())
            joined[-1] = before._replace(text=_without_blanks(before.text), line_break="")
            joined.append(_Line(line.start + skipped, _without_blanks(text), line.line_break))
        else:
            joined.append(line)
    return joined


def _without_blanks(text: str) -> str:
    """Remove the blanks around `&` and `=`, which are layout in a form that goes over lines."""
    return re.sub(r"[ \t]*([&=])[ \t]*", r"\1", text.strip())


def _graphql(
    lines: "Sequence[_Line | FileReference]", offset: int, rules: BodyRules, context: Context, problems: list[Problem]
) -> GraphqlParts:
    """Divide a body into query and variables, which are the last part after a blank line if that is an object."""
    split = len(lines)
    for index in range(len(lines) - 1, 0, -1):
        line = lines[index]
        if _is_blank(lines[index - 1]) and isinstance(line, _Line) and line.text.lstrip().startswith("{"):
            split = index
            break
    query, variables = _trimmed(lines[:split]), _trimmed(lines[split:])
    name: str | None = None
    texts: list[PlannedText] = []
    for line in query:
        if texts:
            texts.append(literal("\n", context))
        of_file = file_of_query(line.text) if isinstance(line, _Line) else None
        if isinstance(line, FileReference):
            where, mark = line.path_range.shifted(offset), "@" if line.marked or rules.substitutes_files else ""
            texts.append(_content_of(line.path, mark, where, context, problems))
        elif of_file is not None:
            name, path, column = of_file
            start = line.start + offset + column
            texts.append(_content_of(path, "", Range(start, start + len(path)), context, problems))
        else:
            found = resolve(line.text, line.start + offset, context)
            texts.append(found.text)
            problems += found.problems
    written = "\n".join([line.text for line in query if isinstance(line, _Line)])
    for fragment in used_fragments(written, rules.fragments):
        texts.append(literal("\n", context))
        if fragment.path is not None:
            texts.append(_content_of(fragment.path, "", fragment.range, context, problems))
        else:
            found = resolve(fragment.text, fragment.range.start, context)
            texts.append(found.text)
            problems += found.problems
    match = _operation().search(written)
    return GraphqlParts(
        concatenated(texts), _text_of(variables, offset, context, problems), match.group(1) if match else name
    )  # fmt: skip


def _content_of(path: str, mark: str, where: Range, context: Context, problems: list[Problem]) -> PlannedText:
    """Return a hole for the content of a file, whose path may have templates in it."""
    found = resolve(path, where.start, context)
    problems += found.problems
    return PlannedText((Hole(HoleKind.FILE, path, (mark, str(found.text)), where, context.literal),))


def _text_of(
    lines: "Sequence[_Line | FileReference]", offset: int, context: Context, problems: list[Problem]
) -> PlannedText:
    if not lines:
        return EMPTY
    texts: list[PlannedText] = []
    for index, line in enumerate(lines):
        if isinstance(line, _Line):
            found = resolve(line.text, line.start + offset, context)
            texts.append(found.text)
            problems += found.problems
            if index + 1 < len(lines):
                texts.append(literal("\n", context))
    return concatenated(texts)


@cache
def _operation() -> re.Pattern[str]:
    return re.compile(r"^\s*(?:query|mutation|subscription)\s+([A-Za-z_]\w*)", re.MULTILINE)


@cache
def _graphql_document() -> re.Pattern[str]:
    """How a document of GraphQL begins that nobody could take for JSON (httpyac)."""
    return re.compile(r"\s*(?:(?:query|mutation|subscription)\b[^{]*\{|gql[ \t]+\w+[ \t]*<)")
