"""What is told of the thing at a cursor, as Markdown: what a variable is worth and why, what a field or a scheme is."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from httpls.ide.completion.directives import describe
from httpls.ide.completion.schemes import describe_parameter
from httpls.ide.completion.secrets import described
from httpls.ide.completion.templates import describe_dynamic, shown_value
from httpls.ide.header_catalogue import find_header
from httpls.ide.jwt_text import described_token, shown_expiry
from httpls.ide.place import (
    Cursor,
    InDirectiveName,
    InDirectiveValue,
    InFileVariable,
    InHeaderName,
    InMethod,
    InTarget,
    InTemplate,
    cursor_at,
)
from httpls.model.analysis import Analysis
from httpls.model.dynamic import find as find_dynamic
from httpls.model.facts import NO_FACTS, CertificateFact, Facts, TokenFact
from httpls.model.names import by_line
from httpls.model.plan import Plan
from httpls.model.resolve import resolve
from httpls.model.scopes import Definition, Scopes
from httpls.model.tls import plan_tls
from httpls.model.tls_problems import origin_of
from httpls_auth.schemes.index import canonical_word, scheme_class, words
from httpls_auth.schemes.read import find_parameter
from httpls_auth.values.provenance import Provenance
from httpls_grammar import Request
from httpls_grammar.directives import find_directive
from httpls_grammar.islands.arguments import parse_arguments
from httpls_grammar.islands.expression import DynamicVariable, ResponseReference, VariableReference, parse_expression
from httpls_grammar.text import Range

_LONGEST = 300
"""How many code points of a value are shown."""


class Hover(NamedTuple):
    """What is told, as Markdown, and of which stretch of the file."""

    range: Range
    text: str


def hover(analysis: Analysis, offset: int, now: float = 0.0, facts: Facts = NO_FACTS) -> Hover | None:
    """Return what is known of the thing at an offset; None where there is nothing to tell.

    `now` is in seconds since the epoch: it tells whether tokens are still valid. `facts` are what runs, the keyring
    and files of certificates have told.
    """
    cursor = cursor_at(analysis.file.document, offset)
    place = cursor.place
    if isinstance(place, InTemplate):
        return _template(analysis, cursor, place, now, facts)
    if isinstance(place, InHeaderName):
        known = (
            find_header(place.range.of(analysis.file.document.text)) if place.range.end > place.range.start else None
        )
        return Hover(place.range, _header(known.name, known.documentation, known.specification)) if known else None
    if isinstance(place, InDirectiveName):
        return _directive(analysis, cursor, place, now, facts)
    if isinstance(place, InDirectiveValue):
        return _scheme(cursor, place) or _certificate(analysis, cursor, place, now, facts)
    if isinstance(place, InFileVariable):
        where = place.variable.name_range.shifted(cursor.located.offset)
        return variable_hover(analysis.scopes(None), analysis, place.variable.name, where, now)
    if isinstance(place, InMethod | InTarget):
        return _request(analysis, cursor, place.range, now, facts)
    return None


def escaped(text: str) -> str:
    """Return a text that comes from elsewhere so that Markdown shows it as it is, in one line, not too long."""
    shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    shown = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", "\N{REPLACEMENT CHARACTER}", shown)
    return re.sub(r"([\\`*_{}\[\]()#+!|<>&~-])", r"\\\1", shown)


def code(text: str) -> str:
    """Return a text that comes from elsewhere as a piece of code of Markdown, whatever is in it."""
    shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    shown = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", "\N{REPLACEMENT CHARACTER}", shown)
    longest = max((len(match) for match in re.findall(r"`+", shown)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return f"{fence}{padding}{shown}{padding}{fence}"


def _template(
    analysis: Analysis, cursor: Cursor, place: InTemplate, now: float, facts: Facts
) -> Hover | None:  # fmt: skip
    inside = Range(place.inner.start - cursor.located.offset, place.inner.end - cursor.located.offset)
    expression = parse_expression(inside.of(cursor.located.block.text), place.inner.start)
    if isinstance(expression, VariableReference):
        request = by_line(analysis.file.document, cursor.located.line + 1)
        return variable_hover(analysis.scopes(request), analysis, expression.name, expression.name_range, now)
    if isinstance(expression, DynamicVariable):
        if expression.name == "secret" and (
            told := _secret(analysis, place, inside.of(cursor.located.block.text), facts)
        ):
            return told
        found = find_dynamic(f"${expression.name}")
        if found is not None:
            return Hover(expression.name_range, f"**{found.spelling.name}**\n\n{describe_dynamic(found.variable)}")
    if isinstance(expression, ResponseReference):
        known = analysis.requests.find(expression.request_name)
        if known is not None:
            _, request = known
            what = f"{expression.section} of the {expression.side} of {code(expression.request_name)}"
            line = f"{code(f'{request.method} {request.target}')}, line {request.line}"
            return Hover(place.inner, f"The {what}: {line}.")
    return None


def variable_hover(scopes: Scopes, analysis: Analysis, name: str, where: Range, now: float) -> Hover | None:
    """Return what a variable is worth, why, and what it hides; None for one that is not defined."""
    definitions = list(scopes.lookup(name))
    if not definitions:
        return None
    lines = [f"**{escaped(name)}**", ""]
    first = definitions[0]
    written = shown_value(first)
    resolved = resolve("{{" + name + "}}", 0, analysis.context(None)._replace(scopes=scopes))
    lines.append(code(str(resolved.text)) if str(resolved.text) else "*empty*")
    if str(resolved.text) != written:
        lines += ["", f"written as {code(written)}"]
    lines += ["", _came_from(first)]
    if isinstance(first.text, str) and (token := described_token(first.text, now)) is not None:
        lines += ["", *token]
    if len(definitions) > 1:
        lines += ["", "Hidden by it:"]
        lines += [f"- {code(shown_value(hidden))}, {_came_from(hidden)}" for hidden in definitions[1:]]
    return Hover(where, "\n".join(lines))


def certificate_lines(fact: CertificateFact, now: float) -> Iterator[str]:
    """Yield what is known of a client certificate."""
    if fact.error:
        yield f"This certificate cannot be used: {escaped(fact.error)}."
        return
    yield f"**{escaped(fact.subject)}**"
    yield from ("", f"issued by {escaped(fact.issuer)}, {escaped(fact.key)}")
    yield from ("", shown_expiry(fact.not_after, now))
    for warning in fact.warnings:
        yield from ("", f"A server may refuse it: {escaped(warning)}.")


def token_lines(facts: Sequence[TokenFact], now: float) -> Iterator[str]:
    """Yield until when the tokens are valid that were used for a request."""
    for fact in facts:
        until = shown_expiry(fact.expires_at, now) if fact.expires_at is not None else "valid until it is revoked"
        renewed = ", and can be renewed" if fact.can_be_renewed else ""
        yield f"Token {escaped(fact.title)}: {until}{renewed}."


def _came_from(definition: Definition) -> str:
    return escaped(_provenance(definition.provenance))


def _provenance(provenance: Provenance) -> str:
    text = f"from {provenance.kind.value}"
    if provenance.environment:
        text += f" {provenance.environment}"
    if provenance.place is not None:
        name = provenance.place.path.replace("\\", "/").rpartition("/")[2]
        text += f", {name}:{provenance.place.line}"
    return text


def _header(name: str, documentation: str, specification: str) -> str:
    return f"**{name}**\n\n{documentation}\n\n{specification}"


def _directive(
    analysis: Analysis, cursor: Cursor, place: InDirectiveName, now: float, facts: Facts
) -> Hover | None:  # fmt: skip
    name = place.range.shifted(-cursor.located.offset).of(cursor.located.block.text)
    if name.lower().startswith("auth-"):
        parameter = _auth_parameter(cursor, name[5:])
        if parameter is not None:
            return Hover(place.range, parameter)
    directive = find_directive(name)
    if directive is None:
        return None
    usage = f"# @{directive.name} {directive.arguments}".rstrip()
    lines = [f"{code(usage)}", "", describe(directive)]
    if directive.name == "auth":
        lines += ["", *_auth_in_force(analysis, cursor, now, facts)]
    return Hover(place.range, "\n".join(lines))


def _auth_parameter(cursor: Cursor, key: str) -> str | None:
    inside = cursor.offset - cursor.located.offset
    above = [one for one in cursor.located.block.directives if one.key == "auth" and one.range.start < inside]
    positional = parse_arguments(above[-1].value).positional if above else ()
    word = canonical_word(positional[0].text) if positional else None
    parameter = find_parameter(scheme_class(word).parameters(), key) if word is not None else None
    return f"**{parameter.name}**\n\n{describe_parameter(parameter)}" if parameter is not None else None


def _scheme(cursor: Cursor, place: InDirectiveValue) -> Hover | None:
    if place.directive.key != "auth":
        return None
    arguments = parse_arguments(place.directive.value, place.directive.value_range.start + cursor.located.offset)
    first = arguments.positional[0] if arguments.positional else None
    word = canonical_word(first.text) if first is not None else None
    if first is None or word is None:
        return None
    scheme = scheme_class(word)
    if first.range.contains(cursor.offset):
        lines = [f"**{scheme.title}**", "", scheme.summary, "", f"Follows {', '.join(scheme.sources)}."]
        return Hover(first.range, "\n".join(lines[: 5 if scheme.sources else 3]))
    for argument in arguments.named:
        parameter = find_parameter(scheme.parameters(), argument.key)
        if parameter is not None and argument.key_range.contains(cursor.offset):
            return Hover(argument.key_range, f"**{parameter.name}**\n\n{describe_parameter(parameter)}")
    return None


def _request(
    analysis: Analysis, cursor: Cursor, where: Range, now: float, facts: Facts
) -> Hover | None:  # fmt: skip
    request = by_line(analysis.file.document, cursor.located.line + 1)
    if request is None:
        return None
    plan = analysis.plan(request)
    lines = [f"{code(f'{plan.method} {plan.target}')}", ""]
    if plan.headers:
        lines += [f"- {code(f'{header.name}: {header.value}')}" for header in plan.headers]
        lines.append("")
    lines += _auth_lines(plan)
    lines += ["", *token_lines(_tokens(analysis, request, facts), now)]
    fact = certificate_of(analysis, plan, facts)
    if fact is not None:
        lines += ["", "Client certificate:", "", *certificate_lines(fact, now)]
    return Hover(where, "\n".join(lines).rstrip())


def certificate_of(analysis: Analysis, plan: Plan, facts: Facts) -> CertificateFact | None:
    """Return what is known of the client certificate that a request would show."""
    if not facts.certificates:
        return None
    origin = origin_of(plan)
    if origin is None or origin.scheme != "https":
        return None
    planned = plan_tls(analysis.tls_sources(plan, analysis.context(plan.request)), origin)
    path = planned.certificate.path if planned.certificate is not None else None
    absolute = path.absolute if path is not None else None
    return facts.certificates.get(Path(absolute)) if absolute is not None else None


def _certificate(
    analysis: Analysis, cursor: Cursor, place: InDirectiveValue, now: float, facts: Facts
) -> Hover | None:  # fmt: skip
    if place.directive.key not in ("cert", "authcert", "authpfx"):
        return None
    request = by_line(analysis.file.document, cursor.located.line + 1)
    fact = certificate_of(analysis, analysis.plan(request), facts) if request is not None else None
    return Hover(place.range, "\n".join(certificate_lines(fact, now))) if fact is not None else None


def _secret(analysis: Analysis, place: InTemplate, written: str, facts: Facts) -> Hover | None:
    """Return what the index of the keyring says about a secret, never its value."""
    name = written.strip().partition(" ")[2].strip()
    known = facts.secrets.get(analysis.root)
    if not name or known is None:
        return None
    lines = [described(fact) for fact in known if fact.name == name]
    lines = lines or [f"No secret of this name is stored; {code(f'httpls secret set {name}')} stores one."]
    return Hover(place.inner, "\n\n".join([f"**{escaped(name)}**", *lines]))


def _tokens(analysis: Analysis, request: Request, facts: Facts) -> Sequence[TokenFact]:
    return facts.tokens.get((analysis.file.path, request.name or str(request.line)), ())


def _auth_in_force(analysis: Analysis, cursor: Cursor, now: float, facts: Facts) -> Sequence[str]:
    request = by_line(analysis.file.document, cursor.located.line + 1)
    if request is None:
        return ()
    tokens = list(token_lines(_tokens(analysis, request, facts), now))
    return [*_auth_lines(analysis.plan(request)), *(["", *tokens] if tokens else [])]


def _auth_lines(plan: Plan) -> Iterator[str]:
    """Yield how the request authenticates, where that is written and what it overrides."""
    auth = plan.auth.in_force
    if not auth.declarations and auth.level is not None:
        yield f"No authentication, said by the {auth.level.name.lower()}."
    for declaration in auth.declarations:
        is_known = declaration.scheme in frozenset(words())
        title = scheme_class(declaration.scheme).title if is_known else declaration.word
        line = declaration.source.position(declaration.range.start).line
        yield f"Authenticates by **{escaped(title)}**, from {escaped(declaration.source.path.name)}:{line}."
    for overridden in auth.overridden:
        line = overridden.source.position(overridden.range.start).line
        yield f"That hides {escaped(overridden.word)} of {escaped(overridden.source.path.name)}:{line}."
