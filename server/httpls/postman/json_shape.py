"""Takes values of JSON as what they have to be. `where` is a path such as `item[2].request.url`, for messages."""

import json
from collections.abc import Sequence
from typing import TypeAlias, cast

from httpls.postman.errors import PostmanError

Members: TypeAlias = dict[str, object]


def parsed(content: bytes) -> Members:
    """Return the object of a JSON text in UTF-8, with a byte order mark or without. Raises `PostmanError`."""
    try:
        value: object = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise PostmanError("it is no text in UTF-8") from None
    except RecursionError:
        raise PostmanError("it is nested too deeply") from None
    except ValueError as error:
        raise PostmanError(f"it is no JSON: {error}") from None
    return members(value, "the file")


def members(value: object, where: str) -> Members:
    """Return an object, an empty one for null."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise PostmanError(f"{where} is {_kind(value)}, not an object")
    return cast("Members", value)


def entries(value: object, where: str) -> Sequence[object]:
    """Return the entries of an array, none for null."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise PostmanError(f"{where} is {_kind(value)}, not an array")
    return cast("list[object]", value)


def text(value: object, where: str) -> str:
    """Return a text; numbers and truth values as Postman would send them, null as the empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        raise PostmanError(f"{where} is {_kind(value)}, not a text")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise PostmanError(f"{where} has half a character in it (U+D800 to U+DFFF)")
    return value


def described(value: object, where: str) -> str:
    """Return a description, which is a text or an object with a text."""
    if is_object(value):
        return text(members(value, where).get("content"), f"{where}.content")
    return text(value, where)


def is_object(value: object) -> bool:
    """Tell whether a value is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> bool:
    """Tell whether a value is an array."""
    return isinstance(value, list)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, int | float):
        return "a number"
    return "a text" if isinstance(value, str) else "an array" if isinstance(value, list) else "an object"
