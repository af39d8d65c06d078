"""Requests that are repeated for each value that a JSONPath finds in a variable: `{{$.clients..id}}` (JetBrains).

The path leads into the variables: its first name is that of a variable with JSON in it. Kulala's `{{clients[*].id}}`
is the same. Of several such templates the longest list says how often the request is sent; a shorter one begins anew.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from httpls.run.errors import RefusedError
from httpls.run.hooks import Occasion
from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value
from httpls_grammar.islands.template import find_templates

MOST_REPETITIONS = 10_000
"""How often a request may be sent for the values of a list."""


def is_path(expression: str) -> bool:
    """Tell whether an expression is a JSONPath into the variables."""
    return _PATH.match(expression) is not None


def repetitions(occasion: Occasion) -> int:
    """Return how often the request is to be sent: once, if nothing in it is a JSONPath."""
    if not any(mark in occasion.request.block.text for mark in ("{{$.", "{{ $.", "[*]")):
        return 1
    longest = max([len(_found(occasion, path).values) for path in _paths(occasion)], default=1)
    return min(max(longest, 1), MOST_REPETITIONS)


def template_values(occasion: Occasion) -> Sequence[Value | None]:
    """Return the values of this repetition, for each JSONPath of the request in the order in which they stand."""
    values: list[Value | None] = []
    for path in _paths(occasion):
        try:
            values.append(value_of_path(occasion, path))
        except RefusedError:
            values.append(None)
    return values


def value_of_path(occasion: Occasion, path: str) -> Value:
    """Return the value that a path has in this repetition. Raises `RefusedError` if it leads nowhere."""
    found = _found(occasion, path)
    if not found.values:
        raise RefusedError(
            "script-error", f"`{path}` leads to nothing in the variables",
            "Set the variable to an object or a list with `request.variables.set`, before the request.",
        )  # fmt: skip
    value = found.values[occasion.iteration % len(found.values)]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Value(text, Provenance(Origination.SCRIPT, path), found.labels)


class _Found(NamedTuple):
    values: Sequence[object]
    labels: Labels


def _found(occasion: Occasion, path: str) -> _Found:
    import jsonpath

    match = _PATH.match(path)
    assert match is not None
    name = match.group("name")
    variable = occasion.value(name)
    if variable is None:
        return _Found((), PLAIN)
    try:
        document: Any = json.loads(variable.reveal())
        found: list[object] = jsonpath.findall("$" + path[match.end("name") :], document, strict=True)
    except (ValueError, RecursionError):
        return _Found((), PLAIN)
    except jsonpath.JSONPathError as error:
        raise RefusedError("script-error", f"`{path}` is no JSONPath", "Correct the path.") from error
    if len(found) == 1 and isinstance(found[0], list):
        found = cast("list[object]", found[0])
    return _Found(found, variable.labels)


def _paths(occasion: Occasion) -> Sequence[str]:
    block = occasion.request.block
    start = occasion.request.syntax.line.range.start
    inner = [template.inner.strip() for template in find_templates(block.text[start:])]
    return [text for text in inner if is_path(text)]


_PATH = re.compile(
    r"(?:\$\.(?=[^\W\d])|(?=[^\W\d][\w\-]*[^\s()]*\[\*\]))(?P<name>[^\W\d][\w\-]*)(?=[.\[]|$)"
)  # fmt: skip
