"""Changes of JSON texts that leave everything else as it is written."""

import json
from collections.abc import Sequence

from httpls_grammar.format import Edit
from httpls_grammar.islands.json import JsonMember, JsonObject, JsonValue, parse_json
from httpls_grammar.text import Range


def with_member(text: str, keys: Sequence[str], name: str, value: object) -> Edit | None:
    """Return the change that gives the object at `keys` a member, with the objects around it that are missing.

    None for a text that is no JSON object, or has something else where an object would have to be, or the member.
    """
    document = parse_json(text)
    node: JsonValue | None = document.root
    if document.problems or (node is not None and not isinstance(node, JsonObject)):
        return None
    if node is None:
        return Edit(Range(0, len(text)), new_file(keys, name, value)) if not text.strip("\ufeff \t\r\n") else None
    depth = 0
    for key in keys:
        inner = node.get(key)
        if inner is None:
            break
        if not isinstance(inner, JsonObject):
            return None
        node, depth = inner, depth + 1
    missing = keys[depth:]
    if not missing and node.get(name) is not None:
        return None
    tree: object = value
    path = [*missing, name]
    for key in reversed(path[1:]):
        tree = {key: tree}
    return _inserted(text, node, depth, path[0], tree)


def without_member(member: JsonMember, owner: JsonObject) -> Edit:
    """Return the change that removes a member with its comma."""
    index = owner.members.index(member)
    if index + 1 < len(owner.members):
        return Edit(Range(member.key_range.start, owner.members[index + 1].key_range.start), "")
    start = owner.members[index - 1].value.range.end if index else member.key_range.start
    return Edit(Range(start, member.value.range.end), "")


def new_file(keys: Sequence[str], name: str, value: object) -> str:
    """Return a new file with only this member in it."""
    tree: object = {name: value}
    for key in reversed(keys):
        tree = {key: tree}
    return json.dumps(tree, indent=2, ensure_ascii=False) + "\n"


def _inserted(text: str, owner: JsonObject, depth: int, name: str, value: object) -> Edit:
    line_break = "\r\n" if "\r\n" in text else "\n"
    unit = _unit(text)
    indent = unit * (depth + 1)
    written = json.dumps(value, indent=unit if unit.strip(" ") == "" else 2, ensure_ascii=False)
    written = written.replace("\n", line_break + indent)
    member = f"{json.dumps(name, ensure_ascii=False)}: {written}"
    if not owner.members:
        closing = line_break + unit * depth
        return Edit(owner.range, f"{{{line_break}{indent}{member}{closing}}}")
    last = owner.members[-1].value.range.end
    inner = owner.range.of(text)
    if "\n" not in inner:
        return Edit(Range(last, last), f", {member.replace(line_break + indent, ' ')}")
    return Edit(Range(last, last), f",{line_break}{indent}{member}")


def _unit(text: str) -> str:
    """Return by what a text is indented."""
    for line in text.splitlines():
        blanks = line[: len(line) - len(line.lstrip(" \t"))]
        if blanks and line.strip():
            return "\t" if blanks.startswith("\t") else blanks
    return "  "
