"""What is shown behind the text: values of variables, secret ones masked; authentication; ends of tokens; ports."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from httpls.ide.completion.templates import shown_value
from httpls.ide.jwt_text import TOKEN, expiry_of, shown_expiry
from httpls.model.analysis import Analysis
from httpls.model.resolve import resolve
from httpls_auth.schemes.index import scheme_class, words
from httpls_auth.values.provenance import Place
from httpls_auth.values.value import MASK
from httpls_grammar import Request
from httpls_grammar.blocks import Located
from httpls_grammar.islands.expression import VariableReference
from httpls_grammar.islands.template import find_templates
from httpls_grammar.text import Range

_LONGEST = 40
_HOST = re.compile(r"\b(https?)://[^/?#\s:{}\[\]]+(?=[/?#\s]|$)")
_PORTS = {"http": 80, "https": 443}


class Hint(NamedTuple):
    """A text to show at an offset. `place` is where what it tells is written.

    `replaces` is the stretch that `value` may come in place of, where somebody wants the value itself.
    """

    offset: int
    text: str
    place: Place | None = None
    replaces: Range | None = None
    value: str = ""


def value_hints(analysis: Analysis, where: Range) -> Iterator[Hint]:
    """Yield the values of the variables that are used in a stretch of the file."""
    for located in _blocks(analysis, where):
        scopes = analysis.scopes(Request.of(located))
        context = analysis.context(None)._replace(scopes=scopes, expanded=None)
        for template in find_templates(located.block.text, located.offset):
            expression = template.expression
            if not isinstance(expression, VariableReference) or not where.contains(template.range.end):
                continue
            definition = scopes.find(expression.name)
            if definition is None:
                continue
            shown, whole = shown_value(definition), ""
            if shown != MASK:
                text = resolve("{{" + expression.name + "}}", 0, context).text
                shown = str(text)
                whole = shown if text.is_complete and MASK not in shown else ""
            shown = " ".join(shown.split())
            place = definition.provenance.place
            short = shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
            yield Hint(template.range.end, f"= {short}", place, template.range if whole else None, whole)


def authentication_hints(analysis: Analysis, where: Range) -> Iterator[Hint]:
    """Yield how requests of a stretch authenticate where that is not said by the request itself."""
    known = frozenset(words())
    for located in _blocks(analysis, where):
        request = Request.of(located)
        if request is None:
            continue
        in_force = analysis.auth(request).in_force
        for declaration in in_force.declarations:
            own = declaration.source.path == analysis.file.path
            if own and request.range.start <= declaration.range.start < request.range.end:
                continue
            title = scheme_class(declaration.scheme).title if declaration.scheme in known else declaration.word
            line = declaration.source.position(declaration.range.start).line
            place = Place(str(declaration.source.path), line, 1)
            yield Hint(_end_of_line(located, request), f"{title}, from {declaration.source.path.name}:{line}", place)


def token_hints(analysis: Analysis, where: Range, now: float) -> Iterator[Hint]:
    """Yield until when the JSON Web Tokens of a stretch are valid; `now` is in seconds since the epoch."""
    for located in _blocks(analysis, where):
        for match in TOKEN.finditer(located.block.text):
            expiry = expiry_of(match.group())
            if expiry is not None and where.contains(located.offset + match.end()):
                yield Hint(located.offset + match.end(), shown_expiry(expiry, now).replace("*", ""))


def port_hints(analysis: Analysis, where: Range) -> Iterator[Hint]:
    """Yield the ports of hosts that have none in the request lines of a stretch."""
    for located in _blocks(analysis, where):
        request = located.block.request
        for target in getattr(request.line, "target_ranges", ()) if request is not None else ():
            match = _HOST.match(target.of(located.block.text))
            if match is not None:
                yield Hint(located.offset + target.start + match.end(), f":{_PORTS[match.group(1)]}")


def _blocks(analysis: Analysis, where: Range) -> Iterator[Located]:
    blocks = analysis.file.document.blocks
    number = blocks.at_offset(where.start).number
    while number < len(blocks) and (located := blocks.at_index(number)).offset < max(where.end, 1):
        number += 1
        yield located


def _end_of_line(located: Located, request: Request) -> int:
    line = request.syntax.line.range
    first = line.of(located.block.text).split("\n", 1)[0].rstrip()
    return located.offset + line.start + len(first)
