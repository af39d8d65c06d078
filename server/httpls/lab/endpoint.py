"""An endpoint of the lab: where it is, what it does, what it needs, and the function that answers."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, TypeAlias

from httpls.lab.message import Answer, Raw, Request
from httpls.lab.state import State

Respond: TypeAlias = Callable[[Request, State], Answer | Raw]
"""Answers a request. What it raises is answered with a 500 that says what went wrong."""


class Endpoint(NamedTuple):
    """One endpoint.

    `pattern` is a path in which `{name}` stands for one segment. `needs` says which credentials it accepts, or what
    else it wants to be given. Methods are in upper case; none means every method.
    """

    pattern: str
    meaning: str
    respond: Respond
    methods: tuple[str, ...] = ()
    needs: str = ""


class Group(NamedTuple):
    """Endpoints with a common subject, as the page at `/` shows them."""

    title: str
    endpoints: tuple[Endpoint, ...]


class Found(NamedTuple):
    """The endpoint of a path, and the pieces of the path that its pattern names."""

    endpoint: Endpoint
    parameters: Mapping[str, str]


class Routes:
    """Finds the endpoint of a path."""

    def __init__(self, groups: Sequence[Group]) -> None:
        """Take all groups; the first pattern that fits counts."""
        self.groups = groups

    @cached_property
    def _patterns(self) -> Sequence[tuple[re.Pattern[str], Endpoint]]:
        return [
            (re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]*)", re.escape(endpoint.pattern))), endpoint)
            for group in self.groups
            for endpoint in group.endpoints
        ]

    def find(self, method: str, path: str) -> Found | Sequence[str]:
        """Return what was found, or the methods that the path would allow."""
        allowed: list[str] = []
        for pattern, endpoint in self._patterns:
            match = pattern.fullmatch(path)
            if match is None:
                continue
            if not endpoint.methods or method in endpoint.methods or (method == "HEAD" and "GET" in endpoint.methods):
                return Found(endpoint, match.groupdict())
            allowed += endpoint.methods
        return allowed
