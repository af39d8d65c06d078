"""Answers that are JSON already: what is long is encoded once for each block of a file, and put together as text."""

from typing import NamedTuple


class Encoded(NamedTuple):
    """A value as JSON text in ASCII; the protocol writes it as it is."""

    json: str
