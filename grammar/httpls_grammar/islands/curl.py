"""A cURL command that stands for a request: its words, and what its options say about the request."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

from httpls_grammar.islands.suggestion import did_you_mean
from httpls_grammar.lalr import Parser, Token, Tree
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.tables import tables
from httpls_grammar.text import Range

UNKNOWN_OPTION = ProblemKind(
    "unknown-curl-option", Severity.WARNING,
    "`{option}` is not an option of cURL that httpls knows; it is left out",
    "Remove it, or write what it does as a header or a directive.{suggestion}",
)  # fmt: skip
MISSING_URL = ProblemKind(
    "curl-without-url", Severity.ERROR,
    "the cURL command names no URL",
    "Write the URL of the request after the options.",
)  # fmt: skip
MISSING_VALUE = ProblemKind(
    "curl-option-without-value", Severity.ERROR,
    "`{option}` needs a value",
    "Write the value after it.",
)  # fmt: skip


class CurlWord(NamedTuple):
    """A word of the command without its quotes, and the range of it as written."""

    text: str
    range: Range


class CurlOption(NamedTuple):
    """An option under its long name, such as `header`, with its value; a switch has None."""

    name: str
    range: Range
    value: CurlWord | None


class CurlCommand(NamedTuple):
    """What the command says. `url` is empty where it names none; `options` are all options in order.

    `headers` are the values of `-H` in order. `data` are the options that make up the body, in order: `data`,
    `data-raw`, `data-binary`, `data-urlencode`, `json`, `form`, `form-string` and `upload-file`.
    """

    method: str
    url: str
    url_range: Range
    headers: tuple[CurlWord, ...]
    data: tuple[CurlOption, ...]
    options: tuple[CurlOption, ...]
    problems: Sequence[Problem]

    def option(self, name: str) -> CurlOption | None:
        """Return the last option of this long name."""
        return next((option for option in reversed(self.options) if option.name == name), None)


def parse_curl(text: str, start: int = 0) -> CurlCommand:
    """Parse a command, its first word being `curl`; `start` is where it begins in what ranges count from."""
    words = _words(text, start)
    options: list[CurlOption] = []
    problems: list[Problem] = []
    urls: list[CurlWord] = []
    rest = iter(words[1:])
    for word in rest:
        if word.text.startswith("--") and len(word.text) > 2:
            options += _long(word, rest, problems)
        elif word.text.startswith("-") and len(word.text) > 1:
            options += _short(word, rest, problems)
        elif word.text not in ("-", "--"):
            urls.append(word)
    urls = [*[option.value for option in options if option.name == "url" and option.value], *urls]
    if not urls:
        problems.append(MISSING_URL.at(words[0].range if words else Range(start, start)))
    return CurlCommand(
        _method(options),
        urls[0].text if urls else "",
        urls[0].range if urls else Range(start, start),
        tuple([option.value for option in options if option.name == "header" and option.value]),
        tuple([option for option in options if option.name in _DATA]),
        tuple(options),
        problems,
    )


_SHORT = {
    "X": "request", "H": "header", "d": "data", "F": "form", "G": "get", "I": "head", "u": "user", "b": "cookie",
    "c": "cookie-jar", "A": "user-agent", "e": "referer", "L": "location", "k": "insecure", "E": "cert", "x": "proxy",
    "U": "proxy-user", "m": "max-time", "T": "upload-file", "o": "output", "O": "remote-name", "s": "silent",
    "S": "show-error", "v": "verbose", "i": "include", "f": "fail", "N": "no-buffer", "n": "netrc", "0": "http1.0",
    "1": "tlsv1", "4": "ipv4", "6": "ipv6", "#": "progress-bar", "g": "globoff", "j": "junk-session-cookies",
    "w": "write-out", "y": "speed-time", "Y": "speed-limit", "D": "dump-header", "K": "config", "r": "range",
    "z": "time-cond", "p": "proxytunnel", "q": "disable", "R": "remote-time", "J": "remote-header-name",
    "Z": "parallel", "a": "append", "C": "continue-at",
}  # fmt: skip
_WITH_VALUE = frozenset((
    "request", "header", "data", "data-ascii", "data-raw", "data-binary", "data-urlencode", "json", "form",
    "form-string", "user", "oauth2-bearer", "aws-sigv4", "cookie", "cookie-jar", "user-agent", "referer", "cacert",
    "capath", "cert", "cert-type", "key", "key-type", "pass", "proxy", "proxy-user", "proxy-header", "noproxy",
    "max-time", "connect-timeout", "url", "resolve", "connect-to", "upload-file", "output", "write-out", "max-redirs",
    "retry", "retry-delay", "retry-max-time", "limit-rate", "interface", "ciphers", "tls-max", "unix-socket",
    "request-target", "speed-time", "speed-limit", "dump-header", "config", "range", "time-cond", "continue-at",
    "netrc-file", "proto", "proto-redir", "keepalive-time", "max-filesize", "stderr", "trace", "trace-ascii",
    "pinnedpubkey", "service-name", "delegation", "login-options", "socks5", "socks5-hostname", "socks4", "socks4a",
    "url-query", "variable", "expand-url", "doh-url", "dns-servers", "hsts", "alt-svc", "output-dir",
    "create-file-mode",
))  # fmt: skip
_SWITCHES = frozenset((
    "get", "head", "basic", "digest", "ntlm", "negotiate", "anyauth", "location", "location-trusted", "insecure",
    "compressed", "http0.9", "http1.0", "http1.1", "http2", "http2-prior-knowledge", "http3", "http3-only",
    "remote-name", "remote-name-all", "silent", "show-error", "verbose", "include", "fail", "fail-with-body",
    "no-buffer", "netrc", "netrc-optional", "tlsv1", "tlsv1.0", "tlsv1.1", "tlsv1.2", "tlsv1.3", "ipv4", "ipv6",
    "progress-bar", "globoff", "junk-session-cookies", "proxytunnel", "disable", "remote-time", "remote-header-name",
    "parallel", "append", "path-as-is", "post301", "post302", "post303", "proxy-basic", "proxy-digest", "proxy-ntlm",
    "proxy-negotiate", "proxy-anyauth", "proxy-insecure", "ssl-no-revoke", "ssl-revoke-best-effort", "tcp-nodelay",
    "no-keepalive", "no-alpn", "no-sessionid", "retry-connrefused", "retry-all-errors", "create-dirs", "raw",
    "tr-encoding", "styled-output", "no-progress-meter", "ignore-content-length", "haproxy-protocol", "crlf",
    "disallow-username-in-url", "cert-status", "false-start", "use-ascii", "xattr", "form-escape", "tcp-fastopen",
    "suppress-connect-headers", "next", "parallel-immediate", "ca-native", "proxy-ca-native", "remove-on-error",
    "skip-existing", "no-clobber", "trace-time", "trace-ids", "fail-early",
))  # fmt: skip
_DATA = frozenset((
    "data", "data-ascii", "data-raw", "data-binary", "data-urlencode", "json", "form", "form-string", "upload-file",
))  # fmt: skip


def _long(word: CurlWord, rest: Iterator[CurlWord], problems: list[Problem]) -> Iterator[CurlOption]:
    name = word.text[2:]
    if name in _WITH_VALUE:
        value = next(rest, None)
        if value is None:
            problems.append(MISSING_VALUE.at(word.range, option=word.text))
        yield CurlOption(name, word.range, value)
    elif name in _SWITCHES or name.removeprefix("no-") in _SWITCHES:
        yield CurlOption(name, word.range, None)
    else:
        problems.append(_unknown(word.text, name, word.range))


def _short(word: CurlWord, rest: Iterator[CurlWord], problems: list[Problem]) -> Iterator[CurlOption]:
    """Read letters that stand together: switches, and at last perhaps an option with its value right behind it."""
    letters = word.text[1:]
    for index, letter in enumerate(letters):
        name = _SHORT.get(letter)
        if name is None:
            problems.append(_unknown(f"-{letter}", letter, word.range))
            return
        if name not in _WITH_VALUE:
            yield CurlOption(name, word.range, None)
            continue
        attached = letters[index + 1 :]
        value = (
            CurlWord(attached, Range(word.range.start + 2 + index, word.range.end)) if attached else next(rest, None)
        )
        if value is None:
            problems.append(MISSING_VALUE.at(word.range, option=f"-{letter}"))
        yield CurlOption(name, word.range, value)
        return


def _unknown(option: str, name: str, where: Range) -> Problem:
    near = did_you_mean(name, _WITH_VALUE | _SWITCHES) if len(name) > 1 else None
    return UNKNOWN_OPTION.at(where, option=option, suggestion=f" Did you mean `--{near}`?" if near else "")


def _method(options: Sequence[CurlOption]) -> str:
    """Return the method that curl would use: the one of `-X`, else what the other options imply."""
    names = {option.name for option in options}
    requested = [option.value.text for option in options if option.name == "request" and option.value]
    if requested:
        return requested[-1]
    if "head" in names:
        return "HEAD"
    if "get" in names:
        return "GET"
    if "upload-file" in names:
        return "PUT"
    return "POST" if names & _DATA else "GET"


def _words(text: str, start: int) -> list[CurlWord]:
    words: list[CurlWord] = []
    for child in _parser().tree(text).children:
        tokens = [cast("Token", token) for token in cast("Tree", child).children]
        where = Range(tokens[0].range(start).start, tokens[-1].range(start).end)
        words.append(CurlWord("".join([_unquoted(token) for token in tokens]), where))
    return words


def _unquoted(token: Token) -> str:
    text = str(token)
    if token.type == "SINGLE":
        return text[1:].removesuffix("'")
    if token.type == "DOUBLE":
        return re.sub(r'\\(?:(["\\$`])|\r\n|\n|\r)', r"\1", _without_end(text[1:], '"'))
    if token.type == "ANSI":
        return _ansi_escape().sub(_ansi_character, _without_end(text[2:], "'"))
    return text[1:] if token.type == "ESCAPED" else text


def _without_end(text: str, quote: str) -> str:
    """Remove the closing quote; one after an odd number of backslashes is part of the text."""
    if not text.endswith(quote):
        return text
    body = text[:-1]
    return text if (len(body) - len(body.rstrip("\\"))) % 2 else body


_ANSI = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}


def _ansi_character(match: "re.Match[str]") -> str:
    code = match.group(1)
    if code[0] in "xuU" and len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number <= 0x10FFFF else match.group()
    if code[0].isdigit():
        return chr(int(code, 8) & 0xFF)
    return _ANSI.get(code, code)


@cache
def _ansi_escape() -> re.Pattern[str]:
    return re.compile(r"\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|[\s\S])")


@cache
def _parser() -> Parser:
    return Parser(tables(Path(__file__).with_name("curl.lark")))
