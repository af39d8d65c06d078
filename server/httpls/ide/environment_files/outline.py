"""The outline of files that hold no requests: environments with their variables, entries of `.env`, settings."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from httpls.ide.environment_files.catalogue import is_path
from httpls.ide.environment_files.meaning import FileKind, Meaning, inside, kind_of
from httpls.ide.json_place import inside_quotes
from httpls.ide.symbols import Symbol, SymbolKind
from httpls.model.paths import resolved_path
from httpls_auth.values.value import MASK
from httpls_grammar.islands.dotenv import parse_dotenv
from httpls_grammar.islands.json import JsonObject, JsonString, JsonValue, parse_json, walk
from httpls_grammar.text import Range


def outline_of_other(path: Path, text: str) -> Sequence[Symbol]:
    """Return the outline of a file of environments or settings; values are not told, for they may be secrets."""
    kind = kind_of(path)
    if kind is FileKind.ENVIRONMENTS:
        root = parse_json(text).root
        return list(_of_object(path, root, ())) if isinstance(root, JsonObject) else ()
    if kind is FileKind.SETTINGS:
        return list(_of_toml(text))
    return [
        Symbol(entry.key, MASK, SymbolKind.VARIABLE, entry.key_range, entry.key_range)
        for entry in parse_dotenv(text).entries
    ]


def written_paths_of_other(path: Path, text: str) -> Iterator[tuple[Range, Path]]:
    """Yield the files that a file of environments names, without looking whether they exist."""
    if kind_of(path) is not FileKind.ENVIRONMENTS:
        return
    root = parse_json(text).root
    around: dict[tuple[str | int, ...], Sequence[tuple[str, str]]] = {}
    for keys, value in walk(root) if root is not None else ():
        if isinstance(value, JsonObject):
            members = [(one.key, one.value) for one in value.members]
            around[keys] = [(key, one.value) for key, one in members if isinstance(one, JsonString)]
        elif isinstance(value, JsonString) and keys and value.value and "{{" not in value.value:
            *outer, key = keys
            where = inside(path, tuple(outer))
            if is_path(where, str(key), around.get(tuple(outer), ())):
                yield inside_quotes(text, value.range), resolved_path(path.parent, value.value)


def _of_object(path: Path, node: JsonObject, keys: tuple[str | int, ...]) -> Iterator[Symbol]:
    meaning = inside(path, keys).meaning
    for member in node.members:
        children = tuple(_children(path, member.value, (*keys, member.key)))
        is_section = meaning in (Meaning.ENVIRONMENTS, Meaning.OTHER) or bool(children)
        kind = SymbolKind.SECTION if is_section else SymbolKind.VARIABLE
        whole = Range(member.key_range.start, max(member.value.range.end, member.key_range.end))
        yield Symbol(member.key, "", kind, whole, member.key_range, children)


def _children(path: Path, value: JsonValue, keys: tuple[str | int, ...]) -> Iterator[Symbol]:
    if isinstance(value, JsonObject) and len(keys) < 6:
        yield from _of_object(path, value, keys)


def _of_toml(text: str) -> Iterator[Symbol]:
    tables = list(re.finditer(r"^[ \t]*\[\[?([^\[\]\r\n]+)\]\]?", text, re.MULTILINE))
    ends = [*[table.start() for table in tables[1:]], len(text)]
    first = tables[0].start() if tables else len(text)
    yield from _settings(text, 0, first)
    for table, end in zip(tables, ends, strict=True):
        stop = table.start() + len(text[table.start() : end].rstrip())
        children = tuple(_settings(text, table.end(), end))
        name = Range(*table.span(1))
        yield Symbol(
            table.group(1).strip(), "", SymbolKind.SECTION, Range(name.start, max(stop, name.end)), name, children
        )


def _settings(text: str, start: int, end: int) -> Iterator[Symbol]:
    for match in re.compile(r"^[ \t]*([\w.\-]+)[ \t]*=[^\r\n]*", re.MULTILINE).finditer(text, start, end):
        name = Range(*match.span(1))
        yield Symbol(match.group(1), "", SymbolKind.VARIABLE, Range(name.start, match.end()), name)
