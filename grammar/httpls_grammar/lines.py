"""What each line of a block looks like, one letter a line; what it means is for the grammar in `structure.lark`.

A kind is lexical: it follows from the line alone (and from the line before, for a request target that goes on).
Whether a line that looks like a header is one is decided by the zone it stands in.
A construct over several lines (script, block comment, cURL command) gives its first line one letter and the
lines that follow another, so that it is a run of letters for the grammar.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

BYTE_ORDER_MARK = "\ufeff"

METHODS = (
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "PATCH", "OPTIONS", "TRACE", "QUERY",
    "LOCK", "UNLOCK", "PROPFIND", "PROPPATCH", "COPY", "MOVE", "MKCOL", "MKCALENDAR", "ACL", "SEARCH",
    "CHECKOUT", "CHECKIN", "REPORT", "MERGE", "MKACTIVITY", "MKWORKSPACE", "VERSION-CONTROL", "BASELINE-CONTROL",
    "LIST", "GRAPHQL", "GRPC", "SSE", "EVENTSOURCE", "WS", "WSS", "WEBSOCKET", "MQTT", "MQTTS", "AMQP", "RSOCKET",
)  # fmt: skip
"""The method words that are known, in any case: HTTP's, WebDAV's and the protocol words of the peers."""

SEPARATOR, BLANK, DIRECTIVE, COMMENT, VARIABLE, STATEMENT = "#", "e", "t", "c", "v", "s"
BLOCK_COMMENT, SCRIPT, SCRIPT_BLOCK, HANDLER, CURL, FRAGMENT = "k", "p", "j", "r", "C", "F"
FILE, HANDLER_FILE, OUTPUT, STORED, ASSERTION, EXAMPLE, VERSION, MESSAGE = "f", "g", "o", "d", "a", "x", "y", "m"
REQUEST, LAX_REQUEST, URL, HOST_PORT, PLACEHOLDER = "M", "L", "u", "z", "N"
HEADER, INDENTED_HEADER, INDENTED, QUERY, PATH, WRAPPED, TOKEN = "h", "I", "i", "q", "/", "w", "n"
TEMPLATE, SPREAD, BODY_START, OTHER = "V", "D", "b", "T"


class Lines(NamedTuple):
    """The lines of a block: a letter for each in `kinds`, and the offset at which each begins in `starts`."""

    kinds: str
    starts: list[int]


def classify(text: str) -> Lines:
    """Tell the kinds of all lines of `text`, which is one block.

    A byte order mark can only stand at the start of a file and belongs to no line's look. A text that ends in a line
    break has no further line after it; an empty text has no line at all.
    """
    kinds: list[str] = []
    starts: list[int] = []
    length = len(text)
    position = 0
    closers = _Closers(text)
    last = ""
    while position < length:
        starts.append(position)
        begin = position + 1 if position == 0 and text[0] == BYTE_ORDER_MARK else position
        first = text[begin : begin + 1]
        if first == " " or first == "\t":
            match, letters = _frequent_after_blanks()(text, begin) or _after_blanks()(text, begin), _BLANK_LETTERS
        elif first.isalnum() or first == "_":
            match, letters = _frequent_words()(text, begin) or _words()(text, begin), _WORD_LETTERS
        else:
            match, letters = _frequent_marks()(text, begin) or _marks()(text, begin), _MARK_LETTERS
        assert match is not None
        rule = match.lastindex or 0
        kind = letters[rule]
        position = match.end()
        if kind == SEPARATOR and match.start(rule) - begin > _MOST_BLANKS:
            kind = COMMENT
        if kind in _WITH_METHOD and not _is_method(match.group(rule), kind):
            kind = INDENTED if letters is _BLANK_LETTERS else OTHER
        if kind in _PLAIN:
            if last in _OPEN_TARGET_ENDS and (
                kind == INDENTED_HEADER or (kind in _MAY_CONTINUE_TARGET and last in "?&")
            ):
                kind = WRAPPED
            last = text[begin:position].rstrip()[-1:] if kind in _MAY_BE_TARGET else ""
            kinds.append(kind)
            continue
        if kind in _TRIVIA:
            kinds.append(kind)
            continue
        last = ""
        if kind == SEPARATOR and kinds:
            kind = COMMENT  # A `###` line inside a script that spans it: only a block's first line separates.
        end = position
        if kind == CURL and "".join(kinds).strip(_PREAMBLE_LETTERS):
            kind = OTHER
        elif kind in _ATOMS:
            end = closers.end_of(kind, begin, position)
            if end < 0:
                kind = OTHER
                end = position
        kinds.append(kind)
        if end > position:
            following = _ATOMS[kind]
            line_end = _line_end().match
            while position < end:
                starts.append(position)
                kinds.append(following)
                line = line_end(text, position)
                assert line is not None
                position = line.end()
    return Lines("".join(kinds), starts)


_MOST_BLANKS = 3
"""How many blanks may stand before the hashes of a separator."""

_ATOMS = {BLOCK_COMMENT: "K", SCRIPT: "P", SCRIPT_BLOCK: "J", HANDLER: "R", CURL: "Y", FRAGMENT: "G"}
"""The kinds that may go on over several lines, and the letter of the lines that follow."""

_TRIVIA = frozenset((BLANK, COMMENT, DIRECTIVE))
_WITH_METHOD = frozenset((REQUEST, LAX_REQUEST))
_PLAIN = frozenset("MLuzhIiq/nVbT")
_MAY_BE_TARGET = frozenset("MLuziq/wV")
_MAY_CONTINUE_TARGET = frozenset("iq/nTuz")
_OPEN_TARGET_ENDS = frozenset("?&=/")
"""After these a request target may go on in the next line: after the first two with any text, after the others with
indented text that would pass for a header."""
_PREAMBLE_LETTERS = "#etckKvspPfjJFG"
_KNOWN_METHODS = frozenset(METHODS)

_END = r"[^\S\r\n]*+(?=[\r\n]|\Z)"
_TEMPLATE = r"\{\{[^{}\r\n]*\}\}"
_NAME = rf"(?:[!$%&'*+\-.^_`|~0-9A-Za-z]++|{_TEMPLATE})++"
_IPV6 = r"\[[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*\]"
_HOST = rf"(?:{_IPV6}|localhost|[\w\-]++(?:\.[\w\-]+)+)"
_SCHEME = r"[A-Za-z][A-Za-z0-9+.\-]*+://"
_URL_START = (
    rf"(?:{_SCHEME}|/|\{{\{{|\*(?=[ \t]*(?:HTTP/|[\r\n]|\Z))"
    rf"|{_HOST}(?=[:/?#\s]|\Z)|[\w.\-]+:(?:\d|\{{\{{)|[\w.\-]+/|NOP(?=\s|\Z))"
)
_METHOD_WORD = r"[A-Za-z][A-Za-z0-9\-]*+[ \t]+"
_DIRECTIVE_LINE = r"(?:#+|//+)[ \t]*@[A-Za-z][\w.\-]*(?=[ \t=]|[\r\n]|\Z)"
_VARIABLE_LINE = r"@[\w.\-]+[ \t]*:?="
_SCRIPT_BLOCK_LINE = rf"\{{\{{\+?(?:@?\w++)?+(?:[ \t][\w, \t]*+)?+{_END}"
_VERSION_LINE = rf"HTTP/\d(?:\.\d)?{_END}"
_URL_END = rf"(?:[/?#][^\s]*)?(?:[ \t]+HTTP/\d(?:\.\d)?)?{_END}"
_PORT_END = rf"(?=[/?#]|{_END}|[ \t]+HTTP/)"

_Rules = tuple[tuple[str, str], ...]

_AFTER_BLANKS: _Rules = (
    (INDENTED, r"[\"}\]),;]"),
    (SEPARATOR, r"#{3}"),
    (BLANK, r"(?=[\r\n]|\Z)"),
    (BLANK, r"[^\S \t\r\n][^\S\r\n]*+(?=[\r\n]|\Z)"),
    (DIRECTIVE, _DIRECTIVE_LINE),
    (COMMENT, r"#|//"),
    (BLOCK_COMMENT, r"/\*"),
    (VARIABLE, _VARIABLE_LINE),
    (SCRIPT_BLOCK, _SCRIPT_BLOCK_LINE),
    (VERSION, _VERSION_LINE),
    (REQUEST, _METHOD_WORD + _URL_START),
    (QUERY, r"[?&]"),
    (URL, _SCHEME),
    (INDENTED_HEADER, r"[!$%&'*+\-.^_`|~0-9A-Za-z]++[ \t]*:(?=[ \t]|[\r\n]|\Z)"),
    (INDENTED, r""),
)
"""What may follow the blanks with which a line begins. The first rule answers for most lines of JSON."""

_WORDS: _Rules = (
    (HEADER, r"[A-Za-z0-9_\-]++:[ \t]"),
    (REQUEST, r"(?:GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS)[ \t]+(?:https?://|\{\{|/)"),
    (HEADER, rf"{_NAME}:[ \t]"),
    (EXAMPLE, r"HTTP/\d(?:\.\d)?[ \t]+\d{3}(?=\s|\Z)"),
    (VERSION, _VERSION_LINE),
    (STATEMENT, r"(?:run|import)[ \t]+(?:#|[^\r\n]*?\.(?:http|rest)(?=[ \t(\r\n]|\Z))"),
    (CURL, r"curl(?:\.exe)?(?=\s)"),
    (PLACEHOLDER, rf"NOP{_END}"),
    (FRAGMENT, r"gql[ \t]+\w|fragment[ \t]+\w+[ \t]+on[ \t]+\w"),
    (REQUEST, _METHOD_WORD + _URL_START),
    (LAX_REQUEST, r"[A-Z][A-Z\-]*+[ \t]+(?=[^\s:])"),
    (URL, _SCHEME),
    (HOST_PORT, rf"{_HOST}:(?:\d+|{_TEMPLATE}){_PORT_END}|[\w.\-]+:\d+(?=[/?#])"),
    (HOST_PORT, rf"[\w.\-]++(?:{_TEMPLATE}[\w.\-]*+)++:(?:\d+|{_TEMPLATE}){_PORT_END}"),
    (HEADER, rf"{_NAME}[ \t]*:"),
    (URL, rf"{_HOST}{_URL_END}"),
    (TOKEN, rf"{_NAME}{_END}"),
    (OTHER, r""),
)
"""Lines that begin with a letter, a digit or an underscore. The first two rules are the most frequent cases of others;
nothing that they match matches a rule before those."""

_MARKS: _Rules = (
    (OTHER, r"[\"}\]),;]"),
    (SEPARATOR, r"#{3}"),
    (BLANK, _END),
    (DIRECTIVE, _DIRECTIVE_LINE),
    (COMMENT, r"#|//"),
    (BLOCK_COMMENT, r"/\*"),
    (PATH, r"/"),
    (VARIABLE, _VARIABLE_LINE),
    (SCRIPT_BLOCK, _SCRIPT_BLOCK_LINE),
    (TEMPLATE, rf"{_TEMPLATE}{_END}"),
    (URL, rf"\*(?:[ \t]+HTTP/\d(?:\.\d)?)?{_END}"),
    (HOST_PORT, rf"(?:{_TEMPLATE}[\w.\-]*+)++:(?:\d+|{_TEMPLATE}){_PORT_END}"),
    (HEADER, rf"{_NAME}[ \t]*:"),
    (URL, r"\{\{[^\r\n]*\}\}"),
    (SCRIPT, r"<[ \t]*\{%"),
    (STORED, r"<>[ \t]+(?=\S)"),
    (FILE, r"<(?:@[\w\-]*)?[ \t]+(?=\S)"),
    (HANDLER, r">[ \t]*\{%"),
    (OUTPUT, r">>!?[ \t]*(?=\S)"),
    (HANDLER_FILE, r">[ \t]+[^\r\n]*\.(?:m?js|cjs|ts|lua|py)" + _END),
    (ASSERTION, r"\?\?(?=\s|\Z)"),
    (QUERY, r"[?&]"),
    (MESSAGE, rf"===(?:[ \t]+[\w\-]+)?{_END}"),
    (SPREAD, r"\.\.\.[A-Za-z_$]"),
    (URL, rf"{_IPV6}(?::\d+)?{_URL_END}"),
    (BODY_START, r"[{\[<]|--"),
    (TOKEN, rf"{_NAME}{_END}"),
    (OTHER, r""),
)
"""Lines that begin with any other character."""

_BLANK_LETTERS, _WORD_LETTERS, _MARK_LETTERS = (
    ("", *(letter for letter, _ in rules)) for rules in (_AFTER_BLANKS, _WORDS, _MARKS)
)


_Match = Callable[[str, int], re.Match[str] | None]


# All rules for one kind of start take milliseconds to compile, and a small file does with the first few.
@cache
def _frequent_after_blanks() -> _Match:
    return _match(r"[ \t]++", _AFTER_BLANKS[:4])


@cache
def _frequent_words() -> _Match:
    return _match("", _WORDS[:2])


@cache
def _frequent_marks() -> _Match:
    return _match("", _MARKS[:8])


@cache
def _after_blanks() -> _Match:
    return _match(r"[ \t]++", _AFTER_BLANKS)


@cache
def _words() -> _Match:
    return _match("", _WORDS)


@cache
def _marks() -> _Match:
    return _match("", _MARKS)


def _match(start: str, rules: _Rules) -> _Match:
    """Return what matches a line that begins with `start`; the first rule that fits decides."""
    every = "|".join([f"({rule})" for _, rule in rules])
    return re.compile(rf"{start}(?:{every})[^\r\n]*+(?:\r\n|\n|\r|\Z)").match


def _is_method(matched: str, kind: str) -> bool:
    """Tell whether the first word is a method: a known one, or, before a URL, one that is upper case or known."""
    word = matched.split(None, 1)[0]
    return word in _KNOWN_METHODS or (kind == REQUEST and (word.isupper() or word.upper() in _KNOWN_METHODS))


class _Closers:
    """Finds where constructs over several lines end, in time linear in the text however many of them are open."""

    __slots__ = ("_none_after", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._none_after: dict[str, int] = {}

    def end_of(self, kind: str, begin: int, line_end: int) -> int:
        """Return the end of the last line of the construct that begins at `begin`, -1 if it is none after all.

        What is never closed reaches to the end of the block, but for script blocks and fragments, which are none then.
        """
        if kind == CURL:
            match = _curl().match(self._text, begin)
            assert match is not None
            return self._line_end(match.end())
        if kind == SCRIPT_BLOCK:
            return self._line_end(self._find(_script_block_close(), line_end, default=-1))
        if kind == FRAGMENT:
            opens = "{" in self._text[begin:line_end]
            return self._line_end(self._find(_fragment_close(), line_end, default=-1)) if opens else line_end
        closer = _comment_close() if kind == BLOCK_COMMENT else _script_close()
        return self._line_end(self._find(closer, begin + 2, default=len(self._text)))

    def _find(self, closer: re.Pattern[str], start: int, default: int) -> int:
        if self._none_after.get(closer.pattern, len(self._text) + 1) <= start:
            return default
        match = closer.search(self._text, start)
        if match is None:
            self._none_after[closer.pattern] = start
            return default
        return match.end()

    def _line_end(self, offset: int) -> int:
        if offset < 0:
            return offset
        match = _line_end().match(self._text, offset)
        assert match is not None
        return match.end()


@cache
def _line_end() -> re.Pattern[str]:
    return re.compile(r"[^\r\n]*+(?:\r\n|\n|\r|\Z)")


@cache
def _script_close() -> re.Pattern[str]:
    return re.compile(r"%\}")


@cache
def _comment_close() -> re.Pattern[str]:
    return re.compile(r"\*/")


@cache
def _script_block_close() -> re.Pattern[str]:
    return re.compile(rf"(?<![^\r\n])[ \t]*\}}\}}{_END}")


@cache
def _fragment_close() -> re.Pattern[str]:
    return re.compile(r"(?<![^\r\n])\}")


@cache
def _curl() -> re.Pattern[str]:
    """A shell command with its quoted parts and its lines joined by a backslash, a caret or a backtick."""
    return re.compile(
        r"""(?:[^'"\\\r\n`^]++|\\(?:\r\n|[\s\S])|'[^']*+'|"(?:[^"\\]|\\[\s\S])*+"|[`^](?:\r\n|\n|\r)?)*+"""
    )
