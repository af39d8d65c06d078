"""Lines and constructs that other tools do not have, or take for something else."""

import re
from collections.abc import Iterator

from httpls.model.body import media_type_of, strips_comments, substitutes_file
from httpls.model.option_values import duration
from httpls.model.portability.misreading import ALL, HY, JB, KU, RC, RN, VS, Misreading
from httpls_grammar import Profile
from httpls_grammar.block import Block
from httpls_grammar.directives import NAMES_OF_TOOLS, find_directive
from httpls_grammar.islands.authorization import parse_authorization
from httpls_grammar.islands.directive import Directive
from httpls_grammar.nodes import (
    Assertion,
    Body,
    BodyPart,
    BodyText,
    CurlLine,
    FileReference,
    FileVariable,
    Header,
    MessageSeparator,
    Node,
    OutputRedirect,
    Placeholder,
    RequestLine,
    ResponseExample,
    Script,
    Separator,
    Statement,
    StoredResponse,
    TargetLine,
    Trivia,
)
from httpls_grammar.text import Range


def misread_lines(block: Block, profile: Profile, is_explicit: bool) -> Iterator[Misreading]:
    """Yield what some tool reads differently, whatever stands between braces left aside.

    `profile` is in force for the block, `is_explicit` if somebody chose it.
    """
    last_target_line = ""
    for node in block.nodes:
        if isinstance(node, RequestLine):
            yield from _of_request_line(block.text, node)
            last_target_line = node.range.of(block.text)
        elif isinstance(node, TargetLine):
            yield from _of_target_line(block.text, node, last_target_line)
            last_target_line = node.range.of(block.text)
        elif isinstance(node, Header):
            yield from _of_header(node)
        elif isinstance(node, Body):
            yield from _of_body(block, node, profile, is_explicit)
        elif isinstance(node, Directive):
            yield from _of_directive(block.text, node, profile)
        elif isinstance(node, Trivia) and node.kind == "comment" and _is_in_target(block, node):
            yield Misreading(
                node.range, frozenset((JB, HY, VS, RN)), "the request target ends at this comment",
                "Move the comment above the request line.",
            )  # fmt: skip
        else:
            yield from _of_line(block.text, node)


def _of_line(text: str, node: Node | BodyPart) -> Iterator[Misreading]:
    """Tell of lines that some tools have, and others take for something else."""
    if isinstance(node, Separator) and text[node.start : node.start + 1] in " \t":
        yield Misreading(node.range, ALL - {HY}, "an indented `###` does not separate requests", "Remove the blanks.")
    elif isinstance(node, Trivia) and node.kind == "block-comment":
        yield Misreading(
            node.range, ALL - {HY}, "the lines of a block comment are lines of the request",
            "Begin each line with `#`.",
        )  # fmt: skip
    elif isinstance(node, FileVariable) and node.operator == ":=":
        yield Misreading(
            node.range, ALL - {HY}, "`:=` is not known",
            "Write `=`, after which the value is worked out at once in httpyac and at each use elsewhere.",
        )  # fmt: skip
    elif isinstance(node, FileVariable) and node.is_global:
        yield Misreading(node.range, ALL - {HY}, "`global.` is not known", "Leave out `global.`.")
    elif isinstance(node, Script):
        yield from _of_script(node)
    elif type(node) in _WHATEVER_THEY_SAY:
        yield Misreading(node.range, *_WHATEVER_THEY_SAY[type(node)])


_WHATEVER_THEY_SAY: dict[type[Node | BodyPart], tuple[frozenset[Profile], str, str]] = {
    Statement: (
        frozenset((RC, HY, VS, RN)), "this line is a request line",
        "Write `# @import` or `# @ref`, which others take for comments.",
    ),
    CurlLine: (ALL - {RC}, "a command of cURL is no request", "Write the request line and fields."),
    Placeholder: (ALL - {KU}, "`NOP` is the address of a request", "Leave the request line out."),
    ResponseExample: (
        frozenset((JB, KU, VS, RN)), "a response that is written out is part of the request",
        "Put it into a file and name that by `<>`, or make its lines comments.",
    ),
    OutputRedirect: (frozenset((RC, VS)), "this line is part of the body", "Save the response by hand."),
    StoredResponse: (frozenset((RC, KU, VS, RN)), "this line is part of the body", "Make it a comment."),
    Assertion: (
        ALL - {HY}, "this line is part of the body", "Write `# @assert`, which others take for a comment.",
    ),
}  # fmt: skip
"""Lines that are misread whatever is written in them: by which tools, how, and what to do."""


def _of_script(node: Script) -> Iterator[Misreading]:
    if node.moment == "block":
        yield Misreading(
            node.range, ALL - {HY}, "lines between `{{` and `}}` are no script", "Write `< {% … %}` or `> {% … %}`."
        )
    else:
        yield Misreading(
            node.range, frozenset((RC, VS)), "there are no scripts, and one after the request is part of its body",
            "Use references such as `{{login.response.body.$.token}}` and `# @assert` instead.",
        )  # fmt: skip


_NINE = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "PATCH", "OPTIONS", "TRACE"))
_WEBDAV = frozenset((
    "LOCK", "UNLOCK", "PROPFIND", "PROPPATCH", "COPY", "MOVE", "MKCOL", "MKCALENDAR", "ACL", "SEARCH",
))  # fmt: skip
_METHODS = {
    JB: _NINE | {"GRPC", "GRAPHQL", "WEBSOCKET"},
    RC: _NINE | _WEBDAV,
    HY: _NINE | _WEBDAV | {
        "CHECKOUT", "CHECKIN", "REPORT", "MERGE", "MKACTIVITY", "MKWORKSPACE", "VERSION-CONTROL", "BASELINE-CONTROL",
        "GRAPHQL", "GRPC", "SSE", "EVENTSOURCE", "WS", "WSS", "WEBSOCKET", "MQTT", "MQTTS", "AMQP",
    },
    KU: _NINE | {"GRAPHQL", "GRPC", "WS", "WSS", "WEBSOCKET", "LIST"},
    VS: _NINE,
    RN: _NINE | {"LIST", "GRAPHQL", "WEBSOCKET"},
}  # fmt: skip


def _of_request_line(text: str, node: RequestLine) -> Iterator[Misreading]:
    where = node.target_ranges[0] if node.target_ranges else node.range
    if node.method is not None:
        unknown = frozenset(tool for tool, methods in _METHODS.items() if node.method not in methods)
        yield Misreading(
            node.method_range, unknown, f"the method `{node.method}` is not known",
            "Use another method, or leave the request to tools that have it.",
        )  # fmt: skip
        if not node.method_range.of(text).isupper():
            yield Misreading(
                node.method_range, frozenset((HY,)), "this is no request line",
                f"Write `{node.method}` in capitals.",
            )  # fmt: skip
    target = node.target
    if target.startswith("*"):
        yield Misreading(
            where, frozenset((RC, HY, VS)), "`*` is no address", "Write the address of the server before it."
        )
    elif target.startswith("/"):
        yield Misreading(
            where, frozenset((VS,)), "the address has to be whole", "Write scheme and host before the path."
        )
    elif "://" not in target.partition("?")[0] and not target.startswith("{{"):
        yield Misreading(
            where, frozenset((HY, VS)), "the host needs a scheme before it", "Write `http://` or `https://` before it."
        )


def _of_target_line(text: str, node: TargetLine, before: str) -> Iterator[Misreading]:
    written = node.range.of(text)
    piece = written.strip()
    remedy = "Write the target in one line."
    if piece.startswith("HTTP/"):
        tools, reading = frozenset((RC, HY, VS)), "the version of HTTP has no line of its own"
    elif piece.startswith(("?", "&")):
        is_indented = written[:1] in " \t"
        tools = frozenset((VS,)) if is_indented else frozenset((JB, VS, RN))
        reading = "the request target ends before this line"
        if not is_indented:
            remedy = "Indent the line."
    elif before.rstrip().endswith(("?", "&")):
        tools, reading = frozenset((RC, HY, VS)), "the request target ends at the end of a line, even after `?` or `&`"
        remedy = "Begin the following line with the `?` or `&`, indented."
    elif piece.startswith("/") and written[:1] == "/":
        tools, reading = ALL - {HY}, "the path ends before this line"
    else:
        tools = frozenset((RC, VS)) if piece.startswith("/") else frozenset((RC, HY, VS))
        reading = "an indented line does not go on with the request target"
    yield Misreading(node.range, tools, reading, remedy)


def _is_in_target(block: Block, comment: Trivia) -> bool:
    """Tell whether a line over which the target goes on follows the comment, and the request line stands before it."""
    request = block.request
    return (
        request is not None
        and request.line.range.end <= comment.start
        and any(isinstance(node, TargetLine) and node.range.start >= comment.end for node in block.nodes)
    )


def _of_header(node: Header) -> Iterator[Misreading]:
    if node.form in ("token", "template"):
        yield Misreading(node.range, ALL - {RC}, "a header field needs a colon", "Write `name: value`.")
    elif node.form == "spread":
        yield Misreading(node.range, ALL - {HY}, "`...` is no header field", "Write the fields.")
    if node.pieces:
        yield Misreading(node.range, ALL - {JB}, "a header field ends with its line", "Write the value in one line.")
    if "{{" in node.name and node.form == "field":
        yield Misreading(
            node.name_range, frozenset((RN,)), "names of header fields have no variables", "Write the name."
        )
    yield from _of_directive_field(node)


def _of_directive_field(node: Header) -> Iterator[Misreading]:
    """Tell of fields that are not sent as they stand: shorthands for authentication, and httpyac's and others'."""
    name = node.name.lower()
    if name.endswith("clientcert"):
        yield Misreading(
            node.range, ALL - {HY}, "this field is sent", "Write `# @cert`, which others take for a comment."
        )
    elif name == "x-request-type":
        yield Misreading(
            node.range, frozenset((JB, VS, RN)), "this field is sent, and the body as it stands",
            "Write the body as JSON with `query` and `variables`.",
        )  # fmt: skip
    elif name == "authorization" and parse_authorization(node.value, 0) is not None:
        word, _, rest = node.value.partition(" ")
        tools = _SHORTHANDS.get(word.lower())
        if tools is not None:
            tools |= _of_credentials(word.lower(), rest.strip())
            yield Misreading(
                node.range, tools, f"`{word}` is sent with what follows as it stands",
                "Write `# @auth`, which others take for a comment.",
            )  # fmt: skip


_SHORTHANDS: dict[str, frozenset[Profile]] = {
    "basic": frozenset((VS, RN)),
    "digest": frozenset((VS, RN)),
    "ntlm": ALL - {KU},
    "negotiate": ALL - {KU},
    "aws": frozenset((JB, VS, RN)),
    "cognito": ALL - {RC},
    "oauth2": ALL - {HY},
    "openid": ALL - {HY},
}
"""The tools that do not know a shorthand, by its first word in lower case."""


def _of_credentials(word: str, rest: str) -> frozenset[Profile]:
    """Return the tools that write user and password in another way: with a colon, or with a blank."""
    if word not in ("basic", "digest"):
        return frozenset()
    return frozenset((KU if re.search(r"\s", re.sub(r"\{\{.*?\}\}", "", rest)) else JB,))


_HARMLESS = frozenset((
    "name", "title", "description", "tag", "debug", "verbose", "dialect", "forceregiondelimiter", "nolog", "language",
))  # fmt: skip
"""Directives that change nothing of what is sent."""


def _of_directive(text: str, node: Directive, profile: Profile) -> Iterator[Misreading]:
    if node.key == "name":
        if not node.value.replace("_", "a").isalnum() and node.value:
            yield Misreading(
                node.value_range, frozenset((RC,)), "a name ends at the first character that is none of a word",
                "Write letters, digits and underscores only.",
            )  # fmt: skip
        if text[node.start : node.name_start - 1].rstrip(" \t") == text[node.start : node.name_start - 1]:
            yield Misreading(node.range, frozenset((RC,)), "a tag needs a blank before the `@`", "Write `# @name`.")
        return
    kind = find_directive(node.name)
    if kind is None or not kind.has_effect or node.key in _HARMLESS:
        return
    ignoring = frozenset(tool for tool, word in NAMES_OF_TOOLS.items() if word not in kind.tools)
    yield Misreading(
        node.range, ignoring, f"`# @{node.name}` is a comment", "Make sure that the request works without it."
    )
    if kind.name == "timeout":
        yield from _of_timeout(node, profile)


def _of_timeout(node: Directive, profile: Profile) -> Iterator[Misreading]:
    ours = duration(node.value, profile)
    if ours is None:
        return
    number = node.value.rstrip("abcdefghijklmnopqrstuvwxyz ")
    others = {tool: duration(node.value, tool) for tool in (JB, KU)} | {HY: duration(number, HY)}
    tools = frozenset(tool for tool, theirs in others.items() if theirs is not None and theirs[0] != ours[0])
    yield Misreading(
        node.value_range,
        tools,
        "this is another time",
        "Tools do not agree on a unit: use `timeouts` of the settings.",
    )


def _of_body(block: Block, body: Body, profile: Profile, is_explicit: bool) -> Iterator[Misreading]:
    types = [header.value for header in block.headers if header.name.lower() == "content-type"]
    media_type = media_type_of(types[0]) if types else ""
    if media_type.startswith("multipart/"):
        yield Misreading(
            body.range, frozenset((VS, RN)), "there are no bodies of several parts", "Put the body into a file."
        )
    texts = [part for part in body.parts if isinstance(part, BodyText)]
    for part in body.parts:
        if isinstance(part, FileReference):
            yield from _of_file(part, profile)
            if texts and not media_type.startswith("multipart/"):
                yield Misreading(
                    part.range, frozenset((JB, KU, VS, RN)), "no file is put between lines of text",
                    "Put the whole body into the file.",
                )  # fmt: skip
        elif isinstance(part, MessageSeparator):
            yield Misreading(part.range, frozenset((RC, VS, RN)), "`===` is part of the body", "Send one message only.")
        elif isinstance(part, BodyText):
            if part.comment_ranges:
                yield from _of_comments(part.comment_ranges[0], media_type, profile, is_explicit)
            if media_type == "application/x-www-form-urlencoded":
                yield from _of_form(block.text, part)
        elif isinstance(part, Directive):
            yield from _of_directive(block.text, part, profile)
        else:
            yield from _of_line(block.text, part)


def _of_file(node: FileReference, profile: Profile) -> Iterator[Misreading]:
    if node.marked:
        yield Misreading(
            node.range, frozenset((JB, KU, VS)), "`<@` is not known", "Write `<`, and no variables in the file."
        )
        if node.encoding is not None:
            yield Misreading(
                node.range, frozenset((RN,)), "the encoding is the name of a variable", "Write the file in UTF-8."
            )
    else:
        yield Misreading(node.range, frozenset((VS,)), "this line is the body", "Write the body here.")
    ours = substitutes_file(node.path, node.marked, profile)
    known = (JB, RC, HY, KU, RN) if not node.marked else (RC, HY, RN)
    tools = frozenset(tool for tool in known if substitutes_file(node.path, node.marked, tool) != ours)
    done = "variables in the file are not replaced" if ours else "variables in the file are replaced"
    yield Misreading(node.range, tools, done, "Keep `{{…}}` out of the file.")


def _of_comments(where: Range, media_type: str, profile: Profile, is_explicit: bool) -> Iterator[Misreading]:
    ours = strips_comments(media_type, profile, is_explicit)
    tools = frozenset(tool for tool in ALL if strips_comments(media_type, tool, is_explicit=True) != ours)
    reading = "this line is sent" if ours else "this line is a comment"
    yield Misreading(where, tools, reading, "Remove it from the body.")


def _of_form(text: str, part: BodyText) -> Iterator[Misreading]:
    lines = part.range.of(text).split("\n")
    if any(line.rstrip().endswith("&") for line in lines[:-1]):
        tools = frozenset((RC, VS, RN))
    elif any(line.lstrip().startswith("&") for line in lines):
        tools = frozenset((VS, RN))
    else:
        return
    yield Misreading(part.range, tools, "the line breaks of the form are sent", "Write the form in one line.")
