"""How a request is to be sent, as tags say it: `# @timeout`, `# @no-redirect`, `# @loop`, `>> file` and their like.

A tag in a block that holds for a file or a folder (see `levels`) holds for all requests of it; the request's own tag
counts before the file's, and that before the folder's. What no tag says is left to the settings.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from httpls.model.levels import shared_blocks
from httpls.model.option_values import address, count, duration, json_array, seconds, unquoted, words
from httpls.model.planned_text import Hole, PlannedText
from httpls.model.resolve import Context, literal, resolve
from httpls.model.workspace import RequestFile
from httpls_grammar import Request
from httpls_grammar.block import Block
from httpls_grammar.directives import curl_option_name
from httpls_grammar.islands.directive import Directive
from httpls_grammar.nodes import Body, CurlLine, OutputRedirect
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.profile import Profile
from httpls_grammar.text import Range

MALFORMED_DURATION = ProblemKind(
    "malformed-duration", Severity.ERROR,
    "`{text}` is no length of time",
    "Write a number with a unit, such as `30 s`, `500 ms` or `2 m`.",
)  # fmt: skip
DURATION_WITHOUT_UNIT = ProblemKind(
    "duration-without-unit", Severity.HINT,
    "without a unit this means {meaning}; other tools read it otherwise",
    "Write the unit: `{text} s` or `{text} ms`.",
)  # fmt: skip
MALFORMED_LOOP = ProblemKind(
    "malformed-loop", Severity.ERROR,
    "`{text}` does not say how often the request is to be repeated",
    "Write `# @loop for 3` or `# @loop for name of a,b,c`.",
)  # fmt: skip
CONDITIONAL_LOOP = ProblemKind(
    "conditional-loop", Severity.WARNING,
    "a loop with a condition is not run, and its request is refused: the condition would be JavaScript",
    "Write `# @loop for 3` or `# @loop for name of a,b,c`.",
)  # fmt: skip
MALFORMED_STATUS_LIST = ProblemKind(
    "malformed-status-list", Severity.ERROR,
    "`{text}` is no status code",
    "Write codes divided by commas, such as `200,204` or `2xx`.",
)  # fmt: skip
CURL_OPTION_WITHOUT_EFFECT = ProblemKind(
    "curl-option-without-effect", Severity.HINT,
    "the option `{name}` of cURL has no effect here",
    "Remove it, or say what it does by a header field or a directive.",
)  # fmt: skip
OPTION_NOT_KNOWN_YET = ProblemKind(
    "option-not-known-yet", Severity.ERROR,
    "the value of `@{name}` has to be known before anything is sent",
    "Use a variable that has a value, not `{text}`.",
)  # fmt: skip


class Written(NamedTuple):
    """Where an option is written: the file, and the range of the tag's value (of its name without one) in it."""

    file: RequestFile
    range: Range


class Loop(NamedTuple):
    """How often a request is sent: once for each of the values, which `variable` has then, if it is given a name."""

    variable: str | None
    values: tuple[PlannedText, ...]


class Output(NamedTuple):
    """`>> path`: where the body of the response goes. The path counts from `folder` and may have holes."""

    path: PlannedText
    folder: Path
    overwrites: bool
    range: Range


class Capture(NamedTuple):
    """A variable that is set from the response.

    `subject` is what a reference has after the name of the request: `response.body.$.token`, or for a capture of
    Kulala's `body.$.token` and `headers.Name`.
    """

    variable: str
    subject: str
    range: Range


class FileVariable(NamedTuple):
    """A variable that is set to the content of a file before the request is sent."""

    variable: str
    path: PlannedText
    folder: Path
    range: Range


class RequestOptions(NamedTuple):
    """What the tags of a request and of the levels around it say. None stands for what the settings say.

    Times are in seconds. `read_timeout` is how long the server may be silent. `is_direct` tells that no proxy is used.
    `disabling_condition` is a JavaScript expression that disables the request if it is true.
    `expected_statuses` are codes or classes such as `2xx`; a response with another one is a failed assertion.
    `problems` count from the start of the file of the request; `sources` has the place of each option by the name of
    its field.
    """

    read_timeout: float | None = None
    connect_timeout: float | None = None
    total_timeout: float | None = None
    follows_redirects: bool | None = None
    maximum_redirects: int | None = None
    keeps_method: bool | None = None
    uses_cookie_jar: bool | None = None
    is_logged: bool = True
    encodes: bool | None = None
    proxy: PlannedText | None = None
    is_direct: bool = False
    is_insecure: bool = False
    has_client_certificate: bool = True
    version: str | None = None
    addresses: tuple[tuple[str, int, str], ...] = ()
    loop: Loop | None = None
    sleep: float = 0.0
    is_disabled: bool = False
    disabling_condition: str | None = None
    note: str | None = None
    expected_statuses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    captures: tuple[Capture, ...] = ()
    file_variables: tuple[FileVariable, ...] = ()
    outputs: tuple[Output, ...] = ()
    is_saved: bool = False
    sources: Mapping[str, Written] = {}
    problems: tuple[Problem, ...] = ()


def options_of(
    file: RequestFile, request: Request, shared: Sequence[RequestFile], profile: Profile, context: Context
) -> RequestOptions:
    """Return the options of a request. `shared` are the files of the folders, the nearest first."""
    reader = _Reader(profile, context)
    for level in (*reversed(shared), file):
        for located in shared_blocks(level):
            if _has_options(located.block):
                reader.read(level, located.block, located.offset, is_own=False)
    if isinstance(request.syntax.line, CurlLine):
        reader.curl_command(file, request)
    if _has_options(request.block):
        reader.read(file, request.block, request.offset, is_own=True)
    if request.version is not None:
        reader.values["version"] = request.version
    return reader.options()


def tags_of(request: Request) -> Iterator[str]:
    """Yield the words of `# @tag` of a request."""
    for directive in request.directives:
        if directive.key == "tag":
            yield from words(directive.value)


_Handler = Callable[["_Reader", "_Line"], None]


class _Line(NamedTuple):
    """A tag that is being read: its value with templates filled in as far as that can be done."""

    directive: Directive
    file: RequestFile
    offset: int
    planned: PlannedText
    is_own: bool

    @property
    def range(self) -> Range:
        where = self.directive.value_range if self.directive.value else self.directive.name_range
        return where.shifted(self.offset)

    @property
    def text(self) -> str:
        """The value; only for one without holes."""
        return "".join([piece.reveal() for piece in self.planned.pieces if not isinstance(piece, Hole)])


class _Reader:
    """Collects options; what is read later counts before what was read earlier."""

    def __init__(self, profile: Profile, context: Context) -> None:
        self.profile = profile
        self.context = context
        self.values: dict[str, object] = {}
        self.sources: dict[str, Written] = {}
        self.problems: list[Problem] = []
        self.captures: list[Capture] = []
        self.file_variables: list[FileVariable] = []
        self.outputs: list[Output] = []
        self.tags: list[str] = []

    def options(self) -> RequestOptions:
        known: dict[str, object] = {
            **self.values,
            "captures": tuple(self.captures),
            "file_variables": tuple(self.file_variables),
            "outputs": tuple(self.outputs),
            "tags": tuple(self.tags),
            "sources": self.sources,
            "problems": tuple(self.problems),
        }
        return RequestOptions(**known)  # type: ignore[arg-type]  # each handler sets a field to its type

    def read(self, file: RequestFile, block: Block, offset: int, is_own: bool) -> None:
        for directive in block.directives:
            handler = _HANDLERS.get(directive.key)
            curl_option = curl_option_name(directive)
            if handler is None and curl_option is None:
                continue
            if directive.key in _OF_ONE_REQUEST and not is_own:
                continue
            found = resolve(directive.value, directive.value_range.start + offset, self.context)
            line = _Line(directive, file, offset, found.text, is_own)
            if is_own:
                self.problems += found.problems
            if handler is not None:
                if not found.text.is_complete and directive.key not in _WITH_HOLES:
                    self.problem(line, OPTION_NOT_KNOWN_YET, name=directive.name, text=directive.value)
                    continue
                handler(self, line)
            elif curl_option is not None:
                self.curl_option(curl_option, line.text, line)
        if is_own:
            for node in _outputs(block):
                path = resolve(node.path, node.path_range.start + offset, self.context)
                self.problems += path.problems
                where = node.path_range.shifted(offset)
                self.outputs.append(Output(path.text, file.path.parent, node.overwrites, where))

    def curl_command(self, file: RequestFile, request: Request) -> None:
        for option in request.curl.options:
            name, word = option.name, option.value
            if name == "proxy" and word is not None:
                where = word.range.shifted(request.offset)
                self.values["proxy"] = resolve(word.text, where.start, self.context).text
                self.sources["proxy"] = Written(file, where)
            if name not in _CURL_OPTIONS:
                continue
            where = (word.range if word is not None else option.range).shifted(request.offset)
            text = ""
            if word is not None:
                found = resolve(word.text, where.start, self.context)
                text = str(found.text) if found.text.is_complete else ""
            value = where.shifted(-request.offset)
            directive = Directive(*option.range, name, option.range.start, name, text, *value)
            self.curl_option(name, text, _Line(directive, file, request.offset, PlannedText(()), is_own=True))

    def curl_option(self, name: str, text: str, line: _Line) -> None:
        handler = _CURL_OPTIONS.get(name)
        if handler is None:
            if line.is_own and name not in _READ_ELSEWHERE:
                self.problem(line, CURL_OPTION_WITHOUT_EFFECT, name=f"--{name}")
            return
        field, convert = handler
        value = convert(text)
        if value is None:
            self.problem(line, MALFORMED_DURATION, text=text)
        else:
            self.set(field, value, line)

    def set(self, field: str, value: object, line: _Line) -> None:
        self.values[field] = value
        self.sources[field] = Written(line.file, line.range)

    def problem(self, line: _Line, kind: ProblemKind, **values: object) -> None:
        if line.is_own:
            self.problems.append(kind.at(line.range, **values))


def _switch(field: str, value: bool) -> _Handler:
    def read(reader: _Reader, line: _Line) -> None:
        reader.set(field, value, line)

    return read


def _duration(field: str, unit_of_httpyac: str = "ms") -> _Handler:
    def read(reader: _Reader, line: _Line) -> None:
        found = duration(line.text, reader.profile, unit_of_httpyac)
        if found is None:
            reader.problem(line, MALFORMED_DURATION, text=line.text)
            return
        length, is_guessed = found
        if is_guessed and reader.profile in (Profile.AUTO, Profile.REST_CLIENT, Profile.VISUAL_STUDIO):
            meaning = f"{length:g} seconds" if length >= 1 else f"{length * 1000:g} milliseconds"
            reader.problem(line, DURATION_WITHOUT_UNIT, meaning=meaning, text=line.text.strip())
        reader.set(field, length, line)

    return read


def _sleep(reader: _Reader, line: _Line) -> None:
    # All tools that have this tag count in milliseconds, as httpyac does.
    found = duration(line.text, Profile.HTTPYAC)
    if found is None:
        reader.problem(line, MALFORMED_DURATION, text=line.text)
    else:
        reader.set("sleep", found[0], line)


def _note(reader: _Reader, line: _Line) -> None:
    reader.set("note", line.text.strip(), line)


def _proxy(reader: _Reader, line: _Line) -> None:
    reader.set("proxy", line.planned, line)
    reader.values["is_direct"] = False


def _no_proxy(reader: _Reader, line: _Line) -> None:
    reader.set("is_direct", value=True, line=line)
    reader.values.pop("proxy", None)


def _disabled(reader: _Reader, line: _Line) -> None:
    text = line.text.strip()
    if text.lower() in ("", "true", "1"):
        reader.set("is_disabled", value=True, line=line)
        return
    if text.lower() in ("false", "0"):
        reader.set("is_disabled", value=False, line=line)
        return
    match = _comparison().fullmatch(text)
    if match is None:
        reader.set("disabling_condition", text, line)
        return
    left, operator, right = (unquoted(group) for group in match.groups())
    reader.set("is_disabled", value=(left == right) == operator.startswith("="), line=line)


def _loop(reader: _Reader, line: _Line) -> None:
    text = line.directive.value.strip()
    match = _loop_words().fullmatch(text)
    if match is None:
        kind = CONDITIONAL_LOOP if text.lower().startswith("while") else MALFORMED_LOOP
        reader.problem(line, kind, text=text)
        return
    variable, written = match.group(1), match.group(2).strip()
    start = line.directive.value_range.start + line.offset + match.start(2)
    if variable is None:
        times = resolve(written, start, reader.context).text
        number = str(times)
        if not times.is_complete or not number.isdigit() or len(number) > 6:
            reader.problem(line, MALFORMED_LOOP, text=text)
            return
        reader.set("loop", Loop(None, (PlannedText(()),) * int(number)), line)
        return
    values = _loop_values(written, start, reader)
    reader.set("loop", Loop(variable, values), line)


def _loop_values(written: str, start: int, reader: _Reader) -> tuple[PlannedText, ...]:
    """Return the items of a list: those between commas; a lone name is the variable that has the list."""
    definition = reader.context.scopes.find(written)
    if definition is not None and isinstance(definition.text, str):
        resolved = resolve("{{" + written + "}}", start, reader.context).text
        text = "".join([piece.reveal() for piece in resolved.pieces if not isinstance(piece, Hole)])
        array = json_array(text) if resolved.is_complete else None
        items = array if array is not None else [item.strip() for item in text.split(",")]
        return tuple([literal(item, reader.context) for item in items])
    items = [item.strip() for item in written.strip("[]").split(",")]
    return tuple([resolve(unquoted(item), start, reader.context).text for item in items if item])


def _statuses(reader: _Reader, line: _Line) -> None:
    codes = [word.lower() for word in words(line.text)]
    for word in codes:
        if not re.fullmatch(r"[1-5](?:\d\d|xx)", word):
            reader.problem(line, MALFORMED_STATUS_LIST, text=word)
            return
    reader.set("expected_statuses", tuple(codes), line)


def _tag(reader: _Reader, line: _Line) -> None:
    reader.tags += words(line.text)


def _set(reader: _Reader, line: _Line) -> None:
    name, separator, subject = line.directive.value.partition("=")
    if separator and name.strip() and subject.strip():
        reader.captures.append(Capture(name.strip(), subject.strip(), line.range))


def _capture_of(section: str) -> _Handler:
    def read(reader: _Reader, line: _Line) -> None:
        name, _, path = line.directive.value.partition(" ")
        path = path.strip()
        if name and path:
            if section == "body" and not path.startswith(("$", "/")):
                path = f"$.{path}"
            reader.captures.append(Capture(name, f"response.{section}.{path}", line.range))

    return read


def _file_variable(reader: _Reader, line: _Line) -> None:
    name, _, written = line.directive.value.partition(" ")
    if written.strip():
        start = line.range.end - len(written.lstrip())
        path = resolve(written.strip(), start, reader.context).text
        reader.file_variables.append(FileVariable(name, path, line.file.path.parent, line.range))


_HANDLERS: dict[str, _Handler] = {
    "timeout": _duration("read_timeout"),
    "connectiontimeout": _duration("connect_timeout"),
    "noredirect": _switch("follows_redirects", value=False),
    "postredirectget": _switch("keeps_method", value=False),
    "nocookiejar": _switch("uses_cookie_jar", value=False),
    "attachcookiejar": _switch("uses_cookie_jar", value=True),
    "nolog": _switch("is_logged", value=False),
    "noautoencoding": _switch("encodes", value=False),
    "proxy": _proxy,
    "noproxy": _no_proxy,
    "insecure": _switch("is_insecure", value=True),
    "norejectunauthorized": _switch("is_insecure", value=True),
    "noclientcert": _switch("has_client_certificate", value=False),
    "loop": _loop,
    "sleep": _sleep,
    "delay": _sleep,
    "disabled": _disabled,
    "note": _note,
    "expectstatuscode": _statuses,
    "kulalaexpectstatuscode": _statuses,
    "tag": _tag,
    "set": _set,
    "envjsonkey": _capture_of("body"),
    "envheaderkey": _capture_of("headers"),
    "filecontentstovariable": _file_variable,
    "kulalafilecontentstovariable": _file_variable,
    "save": _switch("is_saved", value=True),
}  # fmt: skip
_OF_ONE_REQUEST = frozenset(("loop", "note", "tag", "set", "envjsonkey", "envheaderkey", "save"))
"""Tags that say something about one request only, whatever block they stand in."""
_WITH_HOLES = frozenset((
    "proxy", "loop", "set", "envjsonkey", "envheaderkey", "filecontentstovariable", "kulalafilecontentstovariable",
))  # fmt: skip
"""Tags whose values may have holes, or are no texts with templates."""
_CURL_OPTIONS: dict[str, tuple[str, Callable[[str], object | None]]] = {
    "insecure": ("is_insecure", lambda _: True),
    "http1.0": ("version", lambda _: "1.0"),
    "http1.1": ("version", lambda _: "1.1"),
    "http2": ("version", lambda _: "2"),
    "http2-prior-knowledge": ("version", lambda _: "2"),
    "max-time": ("total_timeout", seconds),
    "connect-timeout": ("connect_timeout", seconds),
    "max-redirs": ("maximum_redirects", count),
    "location": ("follows_redirects", lambda _: True),
    "resolve": ("addresses", address),
}
"""The options of cURL that say how a request is sent, and the field and conversion of each."""
_READ_ELSEWHERE = frozenset((
    "cacert", "capath", "cert", "key", "pass", "proxy", "proxy-user", "noproxy", "compressed", "data-urlencode",
))  # fmt: skip


def _has_options(block: Block) -> bool:
    return "@" in block.text or ">>" in block.text


def _outputs(block: Block) -> Iterator[OutputRedirect]:
    for node in block.nodes:
        if isinstance(node, OutputRedirect):
            yield node
        elif isinstance(node, Body):
            yield from (part for part in node.parts if isinstance(part, OutputRedirect))


@cache
def _comparison() -> re.Pattern[str]:
    """A comparison of two words or texts in quotes; what has other signs in it is left to JavaScript."""
    word = r"""("[^"]*"|'[^']*'|[\w./:@\-]*)"""
    return re.compile(rf"{word}\s*(===?|!==?)\s*{word}")


@cache
def _loop_words() -> re.Pattern[str]:
    return re.compile(r"for\s+(?:(?:(?:const|let|var)\s+)?([A-Za-z_$][\w$]*)\s+of\s+)?(.+)", re.IGNORECASE)
