"""Where the thing at a cursor is defined: a variable in a file or an environment, a request, a file."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from httpls.ide.place import InDirectiveValue, InFilePath, InTemplate, cursor_at
from httpls.model.analysis import Analysis
from httpls.model.definitions import file_definitions
from httpls.model.imports import imported_files
from httpls.model.names import by_line
from httpls.model.paths import resolved_path
from httpls.model.workspace import RequestFile
from httpls_grammar import Request
from httpls_grammar.islands.expression import ResponseReference, VariableReference, parse_expression
from httpls_grammar.text import Range


class Target(NamedTuple):
    """A place to go to: a file, the stretch that names the thing, and the stretch that it takes up."""

    path: Path
    selection: Range
    range: Range


class Definitions(NamedTuple):
    """What is defined elsewhere is `origin`; there may be several places, the one in force first."""

    origin: Range
    targets: tuple[Target, ...]


def definitions(analysis: Analysis, offset: int) -> Definitions | None:
    """Return where the thing at an offset is defined; None if that is nothing with a definition."""
    document = analysis.file.document
    cursor = cursor_at(document, offset)
    place = cursor.place
    if isinstance(place, InTemplate):
        inner = place.inner.shifted(-cursor.located.offset).of(cursor.located.block.text)
        expression = parse_expression(inner, place.inner.start)
        if isinstance(expression, VariableReference):
            request = by_line(document, cursor.located.line + 1)
            targets = [*_variable(analysis, request, expression.name)]
            return Definitions(expression.name_range, tuple(targets)) if targets else None
        if isinstance(expression, ResponseReference):
            return _request(analysis, expression.request_name, expression.request_name_range)
    if isinstance(place, InDirectiveValue) and place.directive.key in ("ref", "forceref"):
        return _request(analysis, place.directive.value, place.directive.value_range.shifted(cursor.located.offset))
    if isinstance(place, InFilePath):
        written = place.range.shifted(-cursor.located.offset).of(cursor.located.block.text).strip()
        if written.startswith("#"):
            return _request(analysis, written[1:], place.range)
        path = resolved_path(analysis.file.path.parent, written)
        if written and "{{" not in written and analysis.workspace.files.is_file(path):
            return Definitions(place.range, (Target(path, Range(0, 0), Range(0, 0)),))
    return None


def variable_targets(analysis: Analysis, name: str) -> Sequence[Target]:
    """Return every place of the request files that are known here at which a variable gets a value."""
    found: list[Target] = []
    for file in (analysis.file, *imported_files(analysis.workspace, analysis.file), *analysis.shared):
        found += _in_file(file, name)
    return found


def _variable(analysis: Analysis, request: Request | None, name: str) -> Iterator[Target]:
    """Yield the definitions in the order in which they count, and those in files that are not in force last."""
    seen: set[tuple[Path, int]] = set()
    for definition in analysis.scopes(request).lookup(name):
        place = definition.provenance.place
        if place is None:
            continue
        path = Path(place.path)
        start = _offset(analysis, path, place.line, place.column)
        if start is not None and (path, start) not in seen:
            seen.add((path, start))
            where = Range(start, start)
            yield next(
                (one for one in _named(analysis, path, name) if one.range.contains(start)), Target(path, where, where)
            )
    for target in variable_targets(analysis, name):
        if (target.path, target.selection.start) not in seen:
            yield target


def _named(analysis: Analysis, path: Path, name: str) -> Iterator[Target]:
    return (target for target in variable_targets(analysis, name) if target.path == path)


def _in_file(file: RequestFile, name: str) -> Iterator[Target]:
    for found in file_definitions(file):
        if found.definition.name == name:
            yield Target(file.path, found.name_range, Range(found.name_range.start, found.value_range.end))


def _offset(analysis: Analysis, path: Path, line: int, column: int) -> int | None:
    """Return the offset of a place in a file, None for a file that is not there any more."""
    try:
        return analysis.workspace.source(path).offset(line, column)
    except OSError:
        return None


def _request(analysis: Analysis, name: str, origin: Range) -> Definitions | None:
    known = analysis.requests.find(name)
    if known is None:
        return None
    file, request = known
    named = request.syntax.name_range or request.syntax.line.range
    return Definitions(origin, (Target(file.path, named.shifted(request.offset), request.range),))
