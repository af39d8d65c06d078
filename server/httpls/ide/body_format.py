"""Lays out bodies of JSON, with templates in them as they are; what they mean stays the same."""

from collections.abc import Iterator

from httpls_grammar.block import Block
from httpls_grammar.format import Edit
from httpls_grammar.islands.json import JsonArray, JsonObject, JsonValue, parse_json
from httpls_grammar.nodes import Body, BodyText, Trivia
from httpls_grammar.text import Range


def json_body_edits(block: Block, unit: str, line_break: str) -> Iterator[Edit]:
    """Yield the edit that lays out the body of a block, if that is JSON and nothing else; `unit` is one indentation.

    Its range counts from the start of the block.
    """
    media_type = next((one.value for one in block.headers if one.name.lower() == "content-type"), "")
    if "json" not in media_type.lower():
        return
    for node in block.nodes:
        parts = [part for part in node.parts if not isinstance(part, Trivia)] if isinstance(node, Body) else ()
        if len(parts) != 1 or not isinstance(parts[0], BodyText):
            continue
        written = parts[0].range.of(block.text)
        stripped = written.strip()
        document = parse_json(stripped)
        if document.root is None or document.problems:
            continue
        try:
            laid_out = line_break.join(_lines(document.root, stripped, "", unit))
        except RecursionError:
            continue
        # What the parser leaves out, comments among it, would be lost.
        if laid_out != stripped and _without_blanks(laid_out) == _without_blanks(stripped):
            start = parts[0].range.start + len(written) - len(written.lstrip())
            yield Edit(Range(start, start + len(stripped)), laid_out)


def _lines(value: JsonValue, text: str, indent: str, unit: str) -> list[str]:
    if isinstance(value, JsonObject) and value.members:
        found = ["{"]
        for number, member in enumerate(value.members):
            first, *rest = _lines(member.value, text, indent + unit, unit)
            comma = "," if number + 1 < len(value.members) else ""
            block = [f"{indent}{unit}{member.key_range.of(text)}: {first}", *rest]
            block[-1] += comma
            found += block
        return [*found, f"{indent}}}"]
    if isinstance(value, JsonArray) and value.items:
        found = ["["]
        for number, item in enumerate(value.items):
            first, *rest = _lines(item, text, indent + unit, unit)
            block = [f"{indent}{unit}{first}", *rest]
            block[-1] += "," if number + 1 < len(value.items) else ""
            found += block
        return [*found, f"{indent}]"]
    if isinstance(value, JsonObject | JsonArray):
        return ["{}" if isinstance(value, JsonObject) else "[]"]
    return [value.range.of(text)]


def _without_blanks(text: str) -> str:
    """Return a text without the blanks outside of strings."""
    found: list[str] = []
    in_string = is_escaped = False
    for character in text:
        if in_string or not character.isspace():
            found.append(character)
        if in_string and is_escaped:
            is_escaped = False
        elif in_string and character == "\\":
            is_escaped = True
        elif character == '"':
            in_string = not in_string
    return "".join(found)
