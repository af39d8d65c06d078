"""What is told of the thing at a cursor in a JSON file of environments."""

from collections.abc import Iterator

from httpls.ide.completion.schemes import describe_parameter
from httpls.ide.completion.templates import shown_value
from httpls.ide.environment_files.catalogue import (
    PROVIDER,
    SHARED,
    environment_key,
    is_path,
    known_key,
    scheme_of,
)
from httpls.ide.environment_files.context import EnvironmentFile
from httpls.ide.environment_files.meaning import Inside, Meaning, inside
from httpls.ide.hover import Hover, certificate_lines, code, escaped, variable_hover
from httpls.ide.json_place import JsonPlace, json_place
from httpls.ide.jwt_text import described_token
from httpls.ide.place import template_at
from httpls.model.environment_overview import environment_views
from httpls.model.paths import resolved_path
from httpls_auth.schemes.index import canonical_word, scheme_class
from httpls_auth.schemes.read import find_parameter
from httpls_grammar.islands.directive import normalise
from httpls_grammar.islands.expression import VariableReference


def hover_environment_file(file: EnvironmentFile, offset: int, now: float = 0.0) -> Hover | None:
    """Return what is known of the thing at an offset; None where there is nothing to tell."""
    place = json_place(file.text, offset)
    if place is None or not place.content.of(file.text):
        return None
    where = inside(file.path, place.path)
    text = "\n".join(_of_key(file, place, where) if place.is_key else _of_value(file, place, where, offset, now))
    return Hover(place.range, text) if text else _template(file, where, offset, now)


def _of_key(file: EnvironmentFile, place: JsonPlace, where: Inside) -> Iterator[str]:
    key = place.content.of(file.text)
    known = known_key(where.meaning, key)
    if known is not None:
        yield from (f"**{escaped(known.name)}**", "", known.documentation)
    elif where.meaning is Meaning.ENVIRONMENTS:
        yield from _of_environment(file, key)
    elif where.meaning is Meaning.VARIABLES:
        yield from _of_variable(file, where, key)
    elif where.meaning is Meaning.AUTH_OBJECT:
        yield from _of_parameter(place, key)
    elif where.meaning is Meaning.AUTH_OBJECTS:
        yield from _of_object(file, where, key)
    elif key == PROVIDER.name:
        yield from (f"**{key}**", "", PROVIDER.documentation)


def _of_environment(file: EnvironmentFile, name: str) -> Iterator[str]:
    if name == SHARED.name:
        yield from (f"**{escaped(name)}**", "", SHARED.documentation)
        return
    view = next((one for one in environment_views(file.analysis) if one.name == name), None)
    if view is None:
        return
    yield from (f"The environment **{escaped(name)}**", "")
    yield f"{view.size} values, in {', '.join([escaped(path.name) for path in view.files])}."
    if view.missing:
        shown = ", ".join([code(one) for one in view.missing[:20]])
        yield from ("", f"Others have what it lacks: {shown}.")


def _of_variable(file: EnvironmentFile, where: Inside, name: str) -> Iterator[str]:
    """Yield what a variable is worth in each environment, secrets masked."""
    lines: list[str] = []
    for environment in file.analysis.environments.names:
        definition = file.in_environment(environment).scopes(None).find(name)
        if definition is not None:
            mark = " (this one)" if environment == where.environment else ""
            lines.append(f"- {escaped(environment)}{mark}: {code(shown_value(definition) or ' ')}")
        else:
            lines.append(f"- {escaped(environment)}: *not defined*")
    if lines or file.variables.get(name):
        yield from (f"**{escaped(name)}**", "", *lines)


def _of_parameter(place: JsonPlace, key: str) -> Iterator[str]:
    if normalise(key) == "type":
        yield from ("**Type**", "", "How to authenticate.")
        return
    scheme = scheme_of(place.siblings)
    parameter = find_parameter(scheme.parameters(), key) if scheme is not None else None
    if parameter is not None:
        yield from (f"**{environment_key(parameter)}**", "", describe_parameter(parameter))


def _of_object(file: EnvironmentFile, where: Inside, identifier: str) -> Iterator[str]:
    declaration = file.in_environment(where.environment).auth_objects.by_id.get(identifier)
    if declaration is None or not declaration.scheme:
        return
    yield f"**{escaped(identifier)}**: {scheme_class(declaration.scheme).title}"
    yield from ("", f"Use it by {code(f'# @auth use {identifier}')}.")


def _of_value(file: EnvironmentFile, place: JsonPlace, where: Inside, offset: int, now: float) -> Iterator[str]:
    if where.meaning is Meaning.AUTH_OBJECT and normalise(place.key or "") == "type":
        word = canonical_word(place.content.of(file.text))
        if word is not None:
            scheme = scheme_class(word)
            yield from (f"**{scheme.title}**", "", scheme.summary)
            return
    if is_path(where, place.key or "", place.siblings):
        path = resolved_path(file.path.parent, place.content.of(file.text))
        fact = file.facts.certificates.get(path)
        if fact is not None:
            yield from certificate_lines(fact, now)
            return
    if template_at(file.text, offset) is None:
        yield from described_token(place.content.of(file.text), now) or ()


def _template(file: EnvironmentFile, where: Inside, offset: int, now: float) -> Hover | None:
    template = template_at(file.text, offset)
    if template is None or not isinstance(template.expression, VariableReference):
        return None
    analysis = file.in_environment(where.environment)
    reference = template.expression
    return variable_hover(analysis.scopes(None), analysis, reference.name, reference.name_range, now)
