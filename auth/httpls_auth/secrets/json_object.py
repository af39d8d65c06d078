"""Reads JSON that somebody else may have written."""

import json
from typing import cast


def json_object(text: str | bytes) -> dict[str, object] | None:
    """Return the object that a text is; None for any other text. Never raises."""
    try:
        content: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, object]", content) if isinstance(content, dict) else None


def texts(value: object) -> list[str]:
    """Return the texts of a list; none for anything else."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [item for item in items if isinstance(item, str)]
