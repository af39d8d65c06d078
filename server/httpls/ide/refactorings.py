"""Changes of a file that keep its meaning: a text becomes a variable, a variable its value."""

import re
from typing import NamedTuple

from httpls.ide.references import subject_at, uses
from httpls.model.analysis import Analysis
from httpls.model.definitions import file_definitions
from httpls_grammar.text import Range


class Change(NamedTuple):
    """A text in the place of a stretch of the file."""

    range: Range
    text: str


def extract_variable(analysis: Analysis, where: Range) -> list[Change]:
    """Make a variable of a selected text on one line: everywhere in its block where the text stands; else nothing."""
    source = analysis.file.source
    selected = source.stretch(where)
    if len(selected) < 2 or selected != selected.strip() or re.search(r"[\r\n{}@]", selected):
        return []
    located = analysis.file.document.blocks.at_offset(where.start)
    request = located.block.request
    line = request.line.range.shifted(located.offset) if request is not None else None
    if line is None or where.start < line.start:
        return []
    name = _free_name(analysis, selected)
    first = analysis.file.document.blocks.at_index(0)
    line_break = "\r\n" if "\r\n" in first.block.text else "\n"
    mark = 1 if first.block.text.startswith("\ufeff") else 0
    blank = line_break if request is not None and located.number == 0 else ""
    return [Change(Range(mark, mark), f"@{name} = {selected}{line_break}{blank}"), Change(where, f"{{{{{name}}}}}")]


def inline_variable(analysis: Analysis, offset: int) -> tuple[str, list[Change]] | None:
    """Put the value of a variable of the file in place of all its uses; None for what is no such variable."""
    subject = subject_at(analysis, offset)
    if subject is None or subject.kind != "variable":
        return None
    found = [one for one in file_definitions(analysis.file) if one.definition.name == subject.name]
    places = [use for use in uses(analysis, subject) if use.path == analysis.file.path and not use.is_definition]
    if len(found) != 1 or not places or not isinstance(found[0].definition.text, str):
        return None
    value = found[0].definition.text
    changes: list[Change] = []
    for use in places:
        located = analysis.file.document.blocks.at_offset(use.range.start)
        text = located.block.text
        start, end = use.range.start - located.offset, use.range.end - located.offset
        opening = re.search(r"\{\{[ \t]*$", text[:start])
        closing = re.match(r"[ \t]*\}\}", text[end:])
        if opening is None or closing is None:
            # It is a part of something larger, such as an argument, in which the value would mean something else.
            return None
        changes.append(Change(Range(located.offset + opening.start(), located.offset + end + closing.end()), value))
    line = _whole_line(analysis, found[0].name_range.start)
    return subject.name, [*changes, Change(line, "")]


def _free_name(analysis: Analysis, text: str) -> str:
    known = set(analysis.scopes(None).names())
    words = re.findall(r"[A-Za-z][A-Za-z0-9]*", re.sub(r"^\w+://", "", text))
    base = "baseUrl" if "://" in text else (words[-1].lower() if words else "value")
    name, number = base, 1
    while name in known:
        number += 1
        name = f"{base}{number}"
    return name


def _whole_line(analysis: Analysis, offset: int) -> Range:
    located = analysis.file.document.blocks.at_offset(offset)
    text, inside = located.block.text, offset - located.offset
    start = max(text.rfind("\n", 0, inside), text.rfind("\r", 0, inside)) + 1
    match = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)").match(text, start)
    return Range(start, match.end() if match else len(text)).shifted(located.offset)
