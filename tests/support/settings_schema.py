"""Writes JSON Schemas of the settings, for editors that check `httpls.toml` or their own configuration by one."""

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from httpls.settings import Kind, Setting, settings_of

_TYPES = {"boolean": "boolean", "integer": "integer", "number": "number", "text": "string", "choice": "string"}


def schema_text(table: type[NamedTuple], title: str, key_of: Callable[[str], str]) -> str:
    """Return the schema of a class of settings; `key_of` writes the key of a setting as the file has it."""
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": title}
    return json.dumps({**head, **_object(table, key_of)}, indent=2, ensure_ascii=False) + "\n"


def _object(table: type[NamedTuple], key_of: Callable[[str], str]) -> dict[str, object]:
    properties = {key_of(setting.key): _property(setting, key_of) for setting in settings_of(table)}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _property(setting: Setting, key_of: Callable[[str], str]) -> dict[str, object]:
    found = {"description": setting.documentation, **_type(setting.kind, key_of)}
    default = setting.default
    if isinstance(default, bool | int | float | str) and default != "":
        found["default"] = default
    return found


def _type(kind: Kind, key_of: Callable[[str], str]) -> Mapping[str, object]:
    words = {"enum": list(kind.choices)} if kind.choices else {}
    if kind.word == "list":
        item = {"type": "string", **words}
        return {"oneOf": [item, {"type": "array", "items": item}]}
    if kind.word == "texts":
        return {"type": "object", "additionalProperties": {"type": "string", **words}}
    if kind.table is not None:
        inner = _object(kind.table, key_of)
        return {"type": "array", "items": inner} if kind.word == "tables" else inner
    least = {} if kind.minimum is None else {"minimum": kind.minimum}
    return {"type": _TYPES[kind.word], **words, **least}
