"""Answers that are JSON already: what is long is encoded once for each block of a file, and put together as text."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from lsprotocol import types


class Encoded(NamedTuple):
    """A value as JSON text in ASCII; the protocol writes it as it is."""

    json: str


class Placed:
    """A piece of JSON with line numbers in it, which count from a line that an edit before it may move.

    `template` has `%d` for each of the numbers, and `%%` for a percent sign. The text for the line that was asked for
    last is kept.
    """

    __slots__ = ("_line", "_numbers", "_template", "_text")

    def __init__(self, template: str, numbers: Sequence[int]) -> None:
        """Take the text and the numbers, which count from 0."""
        self._template = template
        self._numbers = numbers
        self._line = -1
        self._text = ""

    def at(self, line: int) -> str:
        """Return the JSON for what begins on a line; it is empty where there is nothing to tell."""
        if self._line != line:
            self._line = line
            self._text = self._template % tuple([number + line for number in self._numbers])
        return self._text


def string(text: str) -> str:
    """Return a text as JSON in a template of `Placed`."""
    return json.dumps(text).replace("%", "%%")


def range_template(where: types.Range, numbers: list[int]) -> str:
    """Return a range as JSON in a template of `Placed`; its lines are added to `numbers`."""
    numbers += [where.start.line, where.end.line]
    return (
        f'{{"start":{{"line":%d,"character":{where.start.character}}},'
        f'"end":{{"line":%d,"character":{where.end.character}}}}}'
    )


def range_json(where: types.Range) -> str:
    """Return a range as JSON."""
    start, end = where.start, where.end
    return (
        f'{{"start":{{"line":{start.line},"character":{start.character}}},'
        f'"end":{{"line":{end.line},"character":{end.character}}}}}'
    )
