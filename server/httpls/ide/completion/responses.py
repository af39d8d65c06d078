"""What may be taken from a response: its fields, and the members of the JSON body that came last."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, cast

from httpls.ide.completion.item import MOST, Item, ItemKind

LARGEST = 1 << 20
"""How many characters of a body are looked at."""


class Seen(NamedTuple):
    """The last response to a request: the names of its fields, and its body with secrets taken out."""

    fields: tuple[str, ...]
    body: str


Responses = Mapping[str, Seen]
"""Responses by the name of the request."""


def field_items(seen: Seen) -> Iterator[Item]:
    """Yield the header fields of a response."""
    for name in dict.fromkeys(seen.fields):
        yield Item(name, ItemKind.FIELD, name)


def member_items(seen: Seen, path: Sequence[str]) -> Iterator[Item]:
    """Yield the members of what a JSONPath means in the body; `path` are its steps after the `$`."""
    try:
        value: object = json.loads(seen.body)
    except (ValueError, RecursionError):
        return
    for step in path:
        match = re.fullmatch(r"([^\[\]]*)((?:\[\d+\])*)", step)
        if match is None:
            return
        if match.group(1):
            value = cast("dict[str, object]", value).get(match.group(1)) if isinstance(value, dict) else None
        for index in re.findall(r"\d+", match.group(2)):
            items = cast("list[object]", value) if isinstance(value, list) else []
            value = items[int(index)] if int(index) < len(items) else None
    if not isinstance(value, dict):
        return
    for count, (name, member) in enumerate(cast("dict[str, object]", value).items()):
        if count >= MOST:
            return
        if re.fullmatch(r"[\w$-]+", name):
            text = f"{name}[0]" if isinstance(member, list) else name
            shown = json.dumps(member, ensure_ascii=False)
            shown = shown if len(shown) <= 60 else shown[:59] + "…"
            yield Item(text, ItemKind.FIELD, text, shown, again=isinstance(member, dict | list))
