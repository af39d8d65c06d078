"""Reads JSON objects of strangers."""

import json
from collections.abc import Mapping
from typing import cast


def json_object(content: bytes | str) -> Mapping[str, object] | None:
    """Return the members of a JSON object, None for anything else. Never raises."""
    try:
        members: object = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return nested(members)


def nested(value: object) -> Mapping[str, object] | None:
    """Return the members of a value that was read from JSON, None if it is no object."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else None
