"""Templates: `{{…}}` in a text, and what stands between them."""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from httpls_grammar.islands.expression import Expression, parse_expression
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range

UNCLOSED_TEMPLATE = ProblemKind(
    "unclosed-template", Severity.WARNING,
    "`{{{{` is not closed in this line and is sent as it stands",
    "Write `}}}}` where the expression ends, or `%7B%7B` if braces are meant.",
)  # fmt: skip
EMPTY_TEMPLATE = ProblemKind(
    "empty-template", Severity.WARNING,
    "nothing stands between the braces; they are sent as they stand",
    "Write the name of a variable between them.",
)  # fmt: skip


class Template(NamedTuple):
    """`{{…}}`: the range of all of it, and the text between the braces with its range."""

    range: Range
    inner: str
    inner_range: Range

    @property
    def expression(self) -> Expression:
        """What the text between the braces means."""
        return parse_expression(self.inner, self.inner_range.start)


class Literal(NamedTuple):
    r"""Text between templates. `text` is what it stands for: `\{\{` and `\}\}` without their backslashes."""

    range: Range
    text: str


def find_templates(text: str, start: int = 0) -> Sequence[Template]:
    """Return all templates of a text in order. A template never goes over the end of a line.

    `start` is where `text` begins in the text from which ranges count.
    """
    if "{{" not in text:
        return ()
    return [
        Template(
            Range(start + match.start(), start + match.end()),
            text[match.start() + 2 : match.end() - 2],
            Range(start + match.start() + 2, start + match.end() - 2),
        )
        for match in _template().finditer(text)
    ]


def split_text(text: str, start: int = 0) -> Sequence[Literal | Template]:
    """Return the text as literals and templates in order, without empty literals."""
    pieces: list[Literal | Template] = []
    end = 0
    for template in find_templates(text, start):
        begin = template.range.start - start
        if begin > end:
            pieces.append(_literal(text, end, begin, start))
        pieces.append(template)
        end = template.range.end - start
    if end < len(text):
        pieces.append(_literal(text, end, len(text), start))
    return pieces


def has_template_problem(text: str) -> bool:
    """Tell, cheaply, whether braces are left in a text besides those of well-formed templates."""
    return "{{" in _template().sub("", text)


def template_problems(text: str, start: int = 0) -> Sequence[Problem]:
    """Return what is wrong with the templates of a text by their syntax alone."""
    if "{{" not in text:
        return ()
    problems: list[Problem] = []
    end = 0
    for template in find_templates(text):
        problems += _unclosed(text, end, template.range.start, start)
        end = template.range.end
    problems += [
        EMPTY_TEMPLATE.at(Range(match.start() + start, match.end() + start)) for match in _empty().finditer(text)
    ]
    return [*problems, *_unclosed(text, end, len(text), start)]


def _unclosed(text: str, begin: int, end: int, start: int) -> list[Problem]:
    """Report the first open braces of each line in a stretch without templates, but for those of a script block."""
    return [
        UNCLOSED_TEMPLATE.at(Range(match.start(1) + start, match.end(1) + start))
        for match in _open_braces().finditer(text, begin, end)
    ]


def _literal(text: str, begin: int, end: int, start: int) -> Literal:
    piece = text[begin:end]
    if "\\" in piece:
        piece = piece.replace("\\{\\{", "{{").replace("\\}\\}", "}}")
    return Literal(Range(begin + start, end + start), piece)


@cache
def _template() -> re.Pattern[str]:
    """Braces that do not hold other open braces; single braces, as in JavaScript objects, may stand inside."""
    return re.compile(r"(?<!\\)\{\{(?![ \t%]*\}\})(?:[^{}\r\n]|\{(?!\{)[^{}\r\n]*\}|\}(?!\}))*+\}\}")


@cache
def _empty() -> re.Pattern[str]:
    return re.compile(r"(?<!\\)\{\{[ \t%]*\}\}")


@cache
def _open_braces() -> re.Pattern[str]:
    return re.compile(r"(?<!\\)(\{\{(?![ \t%]*\}\})(?=[ \t]*[\w$])[^\r\n]{0,80})[^\r\n]*")
