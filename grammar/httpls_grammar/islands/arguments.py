"""The arguments of directives, `basic me secret realm="my realm"`, and of shorthands, `region: eu service: s3`."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

from httpls_grammar.islands.directive import normalise
from httpls_grammar.lalr import Parser, Token, Tree
from httpls_grammar.tables import tables
from httpls_grammar.text import Range


class ArgumentValue(NamedTuple):
    """A value as it is meant, without the quotes around it; templates in it are not filled in."""

    text: str
    range: Range


class NamedArgument(NamedTuple):
    """`key=value`. `key` is as written, `normalised_key` as keys are compared. The value may be empty."""

    key: str
    normalised_key: str
    key_range: Range
    value: ArgumentValue


class Arguments(NamedTuple):
    """The arguments in the order as written, those without a key apart from those with one."""

    positional: tuple[ArgumentValue, ...]
    named: tuple[NamedArgument, ...]


def parse_arguments(text: str, start: int = 0) -> Arguments:
    """Parse the arguments of a directive; `start` is where `text` begins in what ranges count from.

    Blanks divide arguments, but inside `{{…}}` and inside quotes that surround a value. A pair is a word of letters,
    digits, `.`, `_` and `-`, an equals sign, and what follows it up to the next blank.
    """
    positional: list[ArgumentValue] = []
    named: list[NamedArgument] = []
    for node in _parser().tree(text).children:
        tree = cast("Tree", node)
        tokens = [token for token in tree.children if isinstance(token, Token)]
        if tree.data == "value":
            positional.append(_value(tokens, start))
            continue
        key_range = tokens[0].range(start)
        key = str(tokens[0])[:-1]
        nothing = ArgumentValue("", Range(key_range.end, key_range.end))
        value = _value(tokens[1:], start) if len(tokens) > 1 else nothing
        named.append(NamedArgument(key, normalise(key), Range(key_range.start, key_range.end - 1), value))
    return Arguments(tuple(positional), tuple(named))


def parse_colon_arguments(text: str, keys: Sequence[str], start: int = 0) -> Arguments:
    """Parse `key: value key2: value2`, in any order, with or without a blank after the colon.

    Only the words of `keys` are keys; what stands before the first of them is positional, divided at blanks. A value
    goes on to the next key.
    """
    pattern = _colon_key(tuple(keys))
    matches = [match for match in pattern.finditer(text) if not _is_in_template(text, match.start())]
    end = matches[0].start() if matches else len(text)
    positional = parse_arguments(text[:end].replace("=", "\0"), start).positional
    restored = tuple([value._replace(text=value.text.replace("\0", "=")) for value in positional])
    named: list[NamedArgument] = []
    stops = [*[match.start() for match in matches[1:]], len(text)]
    for match, stop in zip(matches, stops, strict=False):
        written = text[match.end() : stop]
        value = written.strip()
        begin = match.end() + len(written) - len(written.lstrip())
        key = match.group(1)
        where = Range(start + begin, start + begin + len(value))
        key_range = Range(start + match.start(1), start + match.end(1))
        named.append(NamedArgument(key, normalise(key), key_range, ArgumentValue(value, where)))
    return Arguments(restored, tuple(named))


def _value(tokens: Sequence[Token], start: int) -> ArgumentValue:
    where = Range(tokens[0].range(start).start, tokens[-1].range(start).end)
    if len(tokens) == 1 and tokens[0].type == "QUOTED":
        return ArgumentValue(re.sub(r"\\(.)", r"\1", tokens[0][1:-1]), where)
    return ArgumentValue("".join(tokens), where)


def _is_in_template(text: str, offset: int) -> bool:
    return text.rfind("{{", 0, offset) > text.rfind("}}", 0, offset)


@cache
def _colon_key(keys: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"(?<!\S)(" + "|".join(map(re.escape, keys)) + r"):[ \t]*", re.IGNORECASE)


@cache
def _parser() -> Parser:
    return Parser(tables(Path(__file__).with_name("arguments.lark")))
