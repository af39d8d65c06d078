"""Assertions of httpyac's: `?? status == 200`, here without the question marks."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

from httpls_grammar.islands.suggestion import did_you_mean
from httpls_grammar.lalr import Parser, Token, UnexpectedError
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.tables import tables
from httpls_grammar.text import Range

MALFORMED_ASSERTION = ProblemKind(
    "malformed-assertion", Severity.ERROR,
    "this assertion has no predicate",
    "Write it as `?? status == 200`, with one of: {predicates}.{suggestion}",
)  # fmt: skip
UNKNOWN_SUBJECT = ProblemKind(
    "unknown-assertion-subject", Severity.ERROR,
    "`{word}` is nothing that can be asserted",
    "Begin the assertion with one of: {subjects}.{suggestion}",
)  # fmt: skip
MISSING_EXPECTATION = ProblemKind(
    "missing-expectation", Severity.ERROR,
    "`{predicate}` needs a value to compare with",
    "Write the expected value after it.",
)  # fmt: skip

PREDICATES = (
    "==", "===", "equals", "!=", "!==", "not equals", ">", ">=", "<", "<=", "startsWith", "endsWith", "includes",
    "contains", "exists", "isTrue", "isFalse", "isNumber", "isBoolean", "isString", "isArray", "matches", "sha256",
    "sha512", "md5",
)  # fmt: skip
"""The predicates in the spelling in which they are suggested."""

SUBJECTS = ("status", "header", "body", "duration", "js", "xpath", "cookie", "certificate", "schema")
"""What an assertion can be about: the first word of its subject. The last three are ours."""

_WITHOUT_VALUE = frozenset(("exists", "isTrue", "isFalse", "isNumber", "isBoolean", "isString", "isArray"))


class AssertionIsland(NamedTuple):
    """The parts of an assertion; those that are missing are empty, and `problems` say so.

    `subject` is one of `SUBJECTS`, `argument` what follows it: a header's name, a property, an expression.
    """

    subject: str
    subject_range: Range
    argument: str
    argument_range: Range
    predicate: str
    predicate_range: Range
    value: str
    value_range: Range
    problems: Sequence[Problem]


def parse_assertion(text: str, start: int = 0) -> AssertionIsland:
    """Parse the text after `??`; `start` is where it begins in what ranges count from."""
    nothing = Range(start + len(text), start + len(text))
    try:
        tokens = [cast("Token", token) for token in _parser().tree(text).children]
    except UnexpectedError:
        return _malformed(text, start)
    subject_range = tokens[0].range(start)
    word, _, argument = str(tokens[0]).partition(" ")
    argument = argument.strip()
    predicate = " ".join(str(tokens[1]).split())
    value = str(tokens[2]).rstrip() if len(tokens) > 2 else ""
    value_range = nothing
    if value:
        begin = tokens[2].range(start).start
        value_range = Range(begin, begin + len(value))
    problems: list[Problem] = []
    word_range = Range(subject_range.start, subject_range.start + len(word))
    if word not in SUBJECTS:
        problems.append(_unknown_subject(word, word_range))
    if not value and predicate not in _WITHOUT_VALUE:
        problems.append(MISSING_EXPECTATION.at(tokens[1].range(start), predicate=predicate))
    return AssertionIsland(
        word, word_range, argument, Range(subject_range.end - len(argument), subject_range.end),
        predicate, tokens[1].range(start), value, value_range, problems,
    )  # fmt: skip


def _malformed(text: str, start: int) -> AssertionIsland:
    stripped = text.strip()
    begin = start + len(text) - len(text.lstrip())
    whole = Range(begin, begin + len(stripped))
    end = Range(whole.end, whole.end)
    word = stripped.split(None, 1)[0] if stripped else ""
    near = next(
        (near for candidate in stripped.split()[1:] if (near := did_you_mean(candidate, PREDICATES)) is not None), None
    )
    problem = MALFORMED_ASSERTION.at(
        whole, predicates=", ".join(PREDICATES), suggestion=f" Did you mean `{near}`?" if near else ""
    )
    return AssertionIsland(word, Range(begin, begin + len(word)), "", end, "", end, "", end, (problem,))


def _unknown_subject(word: str, where: Range) -> Problem:
    near = did_you_mean(word, SUBJECTS)
    suggestion = f" Did you mean `{near}`?" if near else ""
    return UNKNOWN_SUBJECT.at(where, word=word, subjects=", ".join(SUBJECTS), suggestion=suggestion)


@cache
def _parser() -> Parser:
    return Parser(tables(Path(__file__).with_name("assertion.lark")))
