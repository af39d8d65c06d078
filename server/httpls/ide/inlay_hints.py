"""What the templates of a stretch stand for, shown behind them: the values of variables, secret ones masked."""

from collections.abc import Iterator
from typing import NamedTuple

from httpls.ide.completion.templates import shown_value
from httpls.model.analysis import Analysis
from httpls.model.resolve import resolve
from httpls_auth.values.value import MASK
from httpls_grammar import Request
from httpls_grammar.islands.expression import VariableReference
from httpls_grammar.islands.template import find_templates
from httpls_grammar.text import Range

_LONGEST = 40


class Hint(NamedTuple):
    """A text to show at an offset."""

    offset: int
    text: str


def value_hints(analysis: Analysis, where: Range) -> Iterator[Hint]:
    """Yield the values of the variables that are used in a stretch of the file."""
    blocks = analysis.file.document.blocks
    number = blocks.at_offset(where.start).number
    while number < len(blocks) and (located := blocks.at_index(number)).offset < max(where.end, 1):
        number += 1
        scopes = analysis.scopes(Request.of(located))
        context = analysis.context(None)._replace(scopes=scopes, expanded=None)
        for template in find_templates(located.block.text, located.offset):
            expression = template.expression
            if not isinstance(expression, VariableReference) or not where.contains(template.range.end):
                continue
            definition = scopes.find(expression.name)
            if definition is None:
                continue
            shown = shown_value(definition)
            if shown != MASK:
                shown = str(resolve("{{" + expression.name + "}}", 0, context).text)
            shown = " ".join(shown.split())
            yield Hint(template.range.end, shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…")
