"""Edits of the protocol, applied to a text as an editor does it."""

from collections.abc import Iterable, Mapping
from typing import Any


def apply_edits(text: str, edits: Iterable[Mapping[str, Any]]) -> str:
    """Return the text after edits, whose places are all those before any of them. Characters count code points."""
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]

    def place(position: Mapping[str, int]) -> int:
        return min(starts[min(position["line"], len(lines))] + position["character"], len(text))

    ordered = sorted(edits, key=lambda one: (place(one["range"]["start"]), place(one["range"]["end"])), reverse=True)
    for edit in ordered:
        text = text[: place(edit["range"]["start"])] + edit["newText"] + text[place(edit["range"]["end"]) :]
    return text


def edits_of(edit: Mapping[str, Any], uri: str) -> list[Mapping[str, Any]]:
    """Return the edits that a change of the workspace has for a document, in either of its forms."""
    found: list[Mapping[str, Any]] = list(edit.get("changes", {}).get(uri, ()))
    for change in edit.get("documentChanges", ()):
        if change.get("textDocument", {}).get("uri") == uri:
            found += change["edits"]
    return found
