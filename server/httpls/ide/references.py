"""Where a variable or a request is used, in all request files that are known from one, and its new name there."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from httpls.ide.place import Cursor, InDirectiveValue, InFilePath, InFileVariable, InTemplate, cursor_at
from httpls.model.analysis import Analysis
from httpls.model.definitions import file_definitions
from httpls.model.imports import imported_files
from httpls.model.workspace import RequestFile
from httpls_grammar.block import Block
from httpls_grammar.islands.expression import ResponseReference, VariableReference
from httpls_grammar.islands.template import Template, find_templates
from httpls_grammar.nodes import Statement
from httpls_grammar.text import Range


class Subject(NamedTuple):
    """What is asked for: a `variable` or a `request`, its name, and the stretch of it at the cursor."""

    kind: str
    name: str
    range: Range


class Use(NamedTuple):
    """One place at which the name stands. `is_definition` tells that it is given its meaning there."""

    path: Path
    range: Range
    is_definition: bool


def subject_at(analysis: Analysis, offset: int) -> Subject | None:
    """Return the variable or the request at an offset; None for anything else."""
    cursor = cursor_at(analysis.file.document, offset)
    place = cursor.place
    if isinstance(place, InTemplate):
        return _in_template(analysis, place)
    if isinstance(place, InFileVariable) and not place.is_value:
        where = place.variable.name_range.shifted(cursor.located.offset)
        return Subject("variable", place.variable.name, where)
    if isinstance(place, InDirectiveValue):
        return _in_directive(cursor, place)
    if isinstance(place, InFilePath) and place.what == "request file":
        written = place.range.of(analysis.file.document.text).strip()
        if written.startswith("#"):
            return Subject("request", written[1:], Range(place.range.start + 1, place.range.start + len(written)))
    separator = cursor.located.block.separator
    inside = offset - cursor.located.offset
    if separator is not None and separator.title and separator.title_range.contains(inside):
        request = cursor.located.block.request
        if request is not None and request.name == separator.title:
            return Subject("request", separator.title, separator.title_range.shifted(cursor.located.offset))
    return None


def uses(analysis: Analysis, subject: Subject) -> Sequence[Use]:
    """Return all places of a subject in the file, in those that it imports and in the shared ones, in order."""
    files = {file.path: file for file in (analysis.file, *imported_files(analysis.workspace, analysis.file))}
    files |= {file.path: file for file in analysis.shared}
    return [use for file in files.values() for use in uses_in(file, subject)]


def uses_in(file: RequestFile, subject: Subject) -> Iterator[Use]:
    """Yield the places of a subject in one request file, in order."""
    return variable_uses(file, subject.name) if subject.kind == "variable" else _request_uses(file, subject.name)


def pairs_at(analysis: Analysis, offset: int) -> Sequence[Range]:
    """Return what belongs together at an offset: name and value of a header field, the ends of a block at its `###`."""
    blocks = analysis.file.document.blocks
    located = blocks.at_offset(offset)
    inside = offset - located.offset
    for header in located.block.headers:
        if header.name_range.contains(inside):
            return [one.shifted(located.offset) for one in (header.name_range, *header.value_ranges)]
    separator = located.block.separator
    if separator is not None and separator.range.contains(inside):
        here = Range(located.offset + separator.range.start, located.offset + separator.range.start + 3)
        after = blocks.at_index(located.number + 1) if located.number + 1 < len(blocks) else None
        return [here, Range(after.offset, after.offset + 3)] if after is not None and after.block.separator else [here]
    return ()


def environment_uses(analysis: Analysis, name: str) -> Sequence[Use]:
    """Return the keys of environment files that define a variable."""
    return [
        Use(layer.source.path, layer.name_ranges[name], is_definition=True)
        for layer in analysis.environments.layers
        if name in layer.name_ranges
    ]


def may_be_called(kind: str, name: str) -> bool:
    """Tell whether a new name can be written everywhere where the old one stands."""
    if kind == "variable":
        return re.fullmatch(r"[^\W\d][\w\-]*(?:\.[\w\-]+)*", name) is not None
    return bool(name.strip()) and not re.search(r"[\r\n{}]", name)


def _in_template(analysis: Analysis, place: InTemplate) -> Subject | None:
    text = place.inner.of(analysis.file.document.text)
    for template in find_templates("{{" + text + "}}", place.inner.start - 2):
        expression = template.expression
        if isinstance(expression, VariableReference):
            return Subject("variable", expression.name, expression.name_range)
        if isinstance(expression, ResponseReference):
            return Subject("request", expression.request_name, expression.request_name_range)
    return None


def _in_directive(cursor: Cursor, place: InDirectiveValue) -> Subject | None:
    directive = place.directive
    where = directive.value_range.shifted(cursor.located.offset)
    if directive.key in ("name", "ref", "forceref") and directive.value:
        return Subject("request", directive.value, where)
    if directive.key in ("prompt", "secret", "var", "set") and directive.value:
        name = re.split(r"[\s=]", directive.value, maxsplit=1)[0]
        if cursor.offset <= where.start + len(name):
            return Subject("variable", name, Range(where.start, where.start + len(name)))
    return None


def variable_uses(file: RequestFile, name: str) -> Iterator[Use]:
    """Yield the places of a variable in one request file, in order."""
    found = [
        Use(file.path, one.name_range, is_definition=True)
        for one in file_definitions(file)
        if one.definition.name == name
    ]
    blocks = file.document.blocks
    for number, index in enumerate(blocks.summaries(_variables_in)):
        if name in index:
            offset = blocks.chunk_start(number).offset
            found += [
                Use(file.path, Range(offset + start, offset + start + len(name)), is_definition)
                for start, is_definition in index[name]
            ]
    return iter(sorted(found, key=lambda use: use.range))


def _variables_in(blocks: Sequence[Block]) -> dict[str, list[tuple[int, bool]]]:
    """Return where the variables of some blocks stand, as offsets from the first one, and whether defined there."""
    index: dict[str, list[tuple[int, bool]]] = {}
    offset = 0
    for block in blocks:
        for directive in block.directives:
            if directive.key in ("prompt", "secret", "var", "set"):
                word = re.split(r"[\s=]", directive.value, maxsplit=1)[0]
                index.setdefault(word, []).append((directive.value_range.start + offset, True))
        for template in find_templates(block.text):
            expression = template.expression
            if isinstance(expression, VariableReference):
                index.setdefault(expression.name, []).append((expression.name_range.start + offset, False))
        offset += len(block.text)
    return index


def _request_uses(file: RequestFile, name: str) -> Iterator[Use]:
    found: list[Use] = []
    for located in file.document.blocks.located():
        block = located.block
        if name not in block.text:
            continue
        request = block.request
        if request is not None and request.name == name and request.name_range is not None:
            found.append(Use(file.path, request.name_range.shifted(located.offset), is_definition=True))
        found += [
            Use(file.path, directive.value_range.shifted(located.offset), is_definition=False)
            for directive in block.directives
            if directive.key in ("ref", "forceref") and directive.value == name
        ]
        for node in block.nodes:
            if isinstance(node, Statement) and (
                match := re.search(rf"#{re.escape(name)}(?=\s|\(|$)", node.text_range.of(block.text))
            ):
                start = node.text_range.start + match.start() + 1 + located.offset
                found.append(Use(file.path, Range(start, start + len(name)), is_definition=False))
        found += [
            Use(file.path, reference.request_name_range.shifted(located.offset), is_definition=False)
            for reference in block.fact(_response_references)
            if reference.request_name == name
        ]
    return iter(sorted(found, key=lambda use: use.range))


def _response_references(block: Block) -> tuple[ResponseReference, ...]:
    expressions = [template.expression for template in _templates(block)]
    return tuple([expression for expression in expressions if isinstance(expression, ResponseReference)])


def _templates(block: Block) -> Sequence[Template]:
    return find_templates(block.text)
