"""Changes of a file that keep its meaning: a text becomes a variable, a variable its value, a field a directive."""

import re
from itertools import pairwise

from httpls.ide.references import subject_at, uses
from httpls.model.analysis import Analysis
from httpls.model.definitions import file_definitions
from httpls_grammar.format import Edit
from httpls_grammar.text import Range


def extract_variable(analysis: Analysis, where: Range) -> list[Edit]:
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
    return [_definition(analysis, name, selected), Edit(where, f"{{{{{name}}}}}")]


def inline_variable(analysis: Analysis, offset: int) -> tuple[str, list[Edit]] | None:
    """Put the value of a variable of the file in place of all its uses; None for what is no such variable."""
    subject = subject_at(analysis, offset)
    if subject is None or subject.kind != "variable":
        return None
    found = [one for one in file_definitions(analysis.file) if one.definition.name == subject.name]
    places = [use for use in uses(analysis, subject) if use.path == analysis.file.path and not use.is_definition]
    if len(found) != 1 or not places or not isinstance(found[0].definition.text, str):
        return None
    value = found[0].definition.text
    changes: list[Edit] = []
    for use in places:
        located = analysis.file.document.blocks.at_offset(use.range.start)
        text = located.block.text
        start, end = use.range.start - located.offset, use.range.end - located.offset
        opening = re.search(r"\{\{[ \t]*$", text[:start])
        closing = re.match(r"[ \t]*\}\}", text[end:])
        if opening is None or closing is None:
            # It is a part of something larger, such as an argument, in which the value would mean something else.
            return None
        changes.append(Edit(Range(located.offset + opening.start(), located.offset + end + closing.end()), value))
    line = _whole_line(analysis, found[0].name_range.start)
    return subject.name, [*changes, Edit(line, "")]


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


def extract_host(analysis: Analysis, offset: int) -> list[Edit]:
    """Make a variable of the origin of the request at an offset, in all requests of the file that go there."""
    origin = _origin_at(analysis, offset)
    if origin is None:
        return []
    name = _free_name(analysis, origin)
    changes: list[Edit] = []
    for located in analysis.file.document.blocks.located():
        request = located.block.request
        if request is None or origin not in located.block.text:
            continue
        for where in getattr(request.line, "target_ranges", ()):
            written = where.of(located.block.text)
            if written.startswith(origin) and written[len(origin) : len(origin) + 1] in ("", "/", "?", "#"):
                start = located.offset + where.start
                changes.append(Edit(Range(start, start + len(origin)), f"{{{{{name}}}}}"))
    return [_definition(analysis, name, origin), *changes] if changes else []


def header_to_directive(analysis: Analysis, offset: int) -> tuple[str, list[Edit]] | None:
    """Make an `# @auth` of the `Authorization` field of the request at an offset; the name of the scheme comes first.

    None for a request without such a field, with one of a scheme that is not known, or with a directive already.
    """
    located = analysis.file.document.blocks.at_offset(offset)
    request = located.block.request
    if request is None or any(directive.key == "auth" for directive in located.block.directives):
        return None
    header = next((one for one in located.block.headers if one.name.lower() == "authorization"), None)
    if header is None:
        return None
    word, _, rest = header.value.strip().partition(" ")
    directive = _directive_of(word.lower(), rest.strip())
    if directive is None:
        return None
    line_break = "\r\n" if "\r\n" in located.block.text else "\n"
    start = located.offset + request.line.range.start
    removed = _whole_line(analysis, located.offset + header.range.start)
    return word, [Edit(Range(start, start), directive + line_break), Edit(removed, "")]


def sorted_headers(analysis: Analysis, offset: int) -> list[Edit]:
    """Put the header fields of the request at an offset into the order of their names; equal ones keep theirs."""
    located = analysis.file.document.blocks.at_offset(offset)
    request = located.block.request
    headers = list(located.block.headers) if request is not None else []
    if len(headers) < 2 or any(after.range.start != before.range.end for before, after in pairwise(headers)):
        return []
    ordered = sorted(headers, key=lambda header: header.name.lower())
    if ordered == headers:
        return []
    text = located.block.text
    line_break = "\r\n" if "\r\n" in text else "\n"
    lines = [header.range.of(text).rstrip("\r\n") for header in ordered]
    whole = Range(headers[0].range.start, headers[-1].range.end)
    ending = line_break if whole.of(text).endswith(("\n", "\r")) else ""
    return [Edit(whole.shifted(located.offset), line_break.join(lines) + ending)]


def split_off(analysis: Analysis, offset: int) -> tuple[Range, str] | None:
    """Return the requests from the one at an offset on, with the stretch that they take up, for a file of their own.

    What holds for the whole file is imported there, so they mean the same. None for the first request of a file.
    """
    blocks = analysis.file.document.blocks
    located = blocks.at_offset(offset)
    if located.number == 0 or located.block.separator is None:
        return None
    before = [blocks.at_index(number).block for number in range(located.number)]
    if not any(block.has_request for block in before):
        return None
    where = Range(located.offset, blocks.length)
    head = f"import ./{analysis.file.path.name}\n\n" if any("@" in block.text for block in before) else ""
    return where, head + analysis.file.source.stretch(where)


def _origin_at(analysis: Analysis, offset: int) -> str | None:
    located = analysis.file.document.blocks.at_offset(offset)
    request = located.block.request
    for where in getattr(request.line, "target_ranges", ()) if request is not None else ():
        match = re.match(r"https?://[^/?#\s{}]+", where.of(located.block.text))
        if match is not None:
            return match.group()
    return None


def _directive_of(word: str, rest: str) -> str | None:
    if word == "basic":
        # `Basic user:password` and `Basic user password` are shorthands; what is encoded cannot be taken apart here.
        user, colon, password = rest.partition(":") if ":" in rest else rest.partition(" ")
        return f"# @auth basic {user.strip()} {password.strip()}" if colon and user.strip() else None
    if word == "digest":
        user, _, password = rest.partition(" ")
        return f"# @auth digest {user} {password.strip()}" if password and "=" not in rest else None
    return f"# @auth bearer {rest}" if word == "bearer" and rest else None


def _definition(analysis: Analysis, name: str, value: str) -> Edit:
    first = analysis.file.document.blocks.at_index(0)
    line_break = "\r\n" if "\r\n" in first.block.text else "\n"
    mark = 1 if first.block.text.startswith("\ufeff") else 0
    blank = line_break if first.block.request is not None else ""
    return Edit(Range(mark, mark), f"@{name} = {value}{line_break}{blank}")
