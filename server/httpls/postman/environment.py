"""Environments and globals of Postman."""

from collections.abc import Sequence
from typing import NamedTuple

from httpls.postman.collection import Pair, pairs
from httpls.postman.errors import PostmanError
from httpls.postman.json_shape import is_object, members, parsed, text


class Environment(NamedTuple):
    """An environment with its variables, or the globals."""

    name: str
    is_globals: bool
    variables: Sequence[Pair]


def read_environment(content: bytes) -> Environment:
    """Read an environment or globals, with or without the wrapper of Postman's API. Raises `PostmanError`."""
    file = parsed(content)
    if is_object(file.get("environment")):
        file = members(file["environment"], "environment")
    if "values" not in file:
        raise PostmanError("it is no environment of Postman: there is no `values`", "Export the environment itself.")
    is_globals = file.get("_postman_variable_scope") == "globals"
    return Environment(text(file.get("name"), "name"), is_globals, pairs(file["values"], "values"))
