"""Where in a JSON body a value stands, so that an assertion that does not hold can point at it."""

import re

from httpls_grammar.islands.json import JsonArray, JsonObject, JsonValue, parse_json


def line_of_path(body: str, path: str) -> int | None:
    """Return the line, from 1, of what a plain JSONPath such as `$.items[0].id` means.

    None for a path with anything but names and indices, and for one that leads nowhere.
    """
    node: JsonValue | None = parse_json(body).root
    rest = path.removeprefix("$")
    while rest and node is not None:
        match = _STEP.match(rest)
        if match is None:
            return None
        name = match.group(1) or match.group(2) or match.group(3)
        if name is not None:
            node = node.get(name) if isinstance(node, JsonObject) else None
        else:
            index = int(match.group(4))
            node = node.items[index] if isinstance(node, JsonArray) and index < len(node.items) else None
        rest = rest[match.end() :]
    return body.count("\n", 0, node.range.start) + 1 if node is not None else None


_STEP = re.compile(r"""\.([A-Za-z_][\w\-]*)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d{1,9})\]""")
