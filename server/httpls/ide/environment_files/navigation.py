"""Where things of an environment file are defined and used: variables, auth objects, files."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from httpls.ide.environment_files.catalogue import is_path
from httpls.ide.environment_files.context import EnvironmentFile
from httpls.ide.environment_files.meaning import FileKind, Meaning, inside, kind_of
from httpls.ide.goto_definition import Definitions, Target
from httpls.ide.json_place import inside_quotes, json_place
from httpls.ide.place import template_at
from httpls.ide.references import Subject, Use, variable_uses
from httpls.model.paths import resolved_path
from httpls.model.workspace import RequestFile
from httpls_grammar.islands.dotenv import parse_dotenv
from httpls_grammar.islands.expression import VariableReference
from httpls_grammar.islands.template import find_templates
from httpls_grammar.text import Range


def definitions_in_environment_file(file: EnvironmentFile, offset: int) -> Definitions | None:
    """Return where the thing at an offset is defined; for a key, the same key in all environments."""
    subject = subject_in_environment_file(file, offset)
    if subject is not None:
        targets = [Target(use.path, use.range, use.range) for use in definitions_of(file, subject.name)]
        return Definitions(subject.range, tuple(targets)) if targets else None
    place = json_place(file.text, offset)
    if place is None or place.is_key:
        return None
    where = inside(file.path, place.path)
    written = place.content.of(file.text)
    if where.meaning is Meaning.SECURITY:
        found = file.in_environment(where.environment).auth_objects.by_id.get(written)
        if found is not None:
            target = Target(found.source.path, found.word_range, found.word_range)
            return Definitions(place.content, (target,))
    if is_path(where, place.key or "", place.siblings) and written:
        path = resolved_path(file.path.parent, written)
        if file.workspace.files.is_file(path):
            return Definitions(place.content, (Target(path, Range(0, 0), Range(0, 0)),))
    return None


def subject_in_environment_file(file: EnvironmentFile, offset: int) -> Subject | None:
    """Return the variable at an offset: a key that defines it, or a template that uses it."""
    template = template_at(file.text, offset)
    if template is not None and isinstance(template.expression, VariableReference):
        return Subject("variable", template.expression.name, template.expression.name_range)
    if kind_of(file.path) is FileKind.DOTENV:
        for entry in parse_dotenv(file.text).entries:
            if entry.key_range.contains(offset):
                return Subject("variable", entry.key, entry.key_range)
        return None
    place = json_place(file.text, offset)
    if place is None or not place.is_key or inside(file.path, place.path).meaning is not Meaning.VARIABLES:
        return None
    name = place.content.of(file.text)
    is_variable = any(name in layer.name_ranges for layer in file.analysis.environments.layers)
    return Subject("variable", name, place.content) if is_variable else None


def definitions_of(file: EnvironmentFile, name: str) -> Sequence[Use]:
    """Return every key of the files of environments that defines a variable, in all environments."""
    found: dict[tuple[Path, Range], Use] = {}
    for analysis in (file.analysis, *[file.in_environment(one) for one in file.analysis.environments.names]):
        for layer in analysis.environments.layers:
            if name in layer.name_ranges:
                where = inside_quotes(layer.source.text, layer.name_ranges[name])
                found.setdefault((layer.source.path, where), Use(layer.source.path, where, is_definition=True))
    return list(found.values())


def uses_from_environment_file(file: EnvironmentFile, name: str, others: Iterable[RequestFile]) -> Iterator[Use]:
    """Yield all places of a variable: the keys, the templates in files of environments, and those of request files."""
    yield from definitions_of(file, name)
    seen: set[Path] = set()
    for layer in file.analysis.environments.layers:
        if layer.source.path not in seen:
            seen.add(layer.source.path)
            yield from templates_in(layer.source.path, layer.source.text, name)
    for other in others:
        yield from variable_uses(other, name)


def templates_in(path: Path, text: str, name: str) -> Iterator[Use]:
    """Yield the templates of a file of environments in which a variable is used."""
    if name not in text or "{{" not in text:
        return
    for template in find_templates(text):
        expression = template.expression
        if isinstance(expression, VariableReference) and expression.name == name:
            yield Use(path, expression.name_range, is_definition=False)
