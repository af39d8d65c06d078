"""The requests that a template may refer to: those of the file itself, then those of imported files."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import TypeVar

from httpls.model.imports import imported_files
from httpls.model.names import by_known_name, by_name, names_of_blocks
from httpls.model.workspace import RequestFile, Workspace
from httpls_grammar import Request
from httpls_grammar.block import Block

Fact = TypeVar("Fact")


class KnownRequests:
    """Requests by name, as seen from one file."""

    def __init__(self, workspace: Workspace, file: RequestFile) -> None:
        """Take the file from which names are looked up."""
        self._workspace = workspace
        self._file = file
        self.asked: set[str] = set()
        """The names that were asked for; `*` stands for all."""
        self._found: dict[str, tuple[RequestFile, Request] | None] = {}

    def find(self, name: str) -> tuple[RequestFile, Request] | None:
        """Return the request of this name with its file."""
        self.asked.add(name)
        if name not in self._found:
            look_up = by_known_name if self._workspace.is_edited else by_name
            every = ((file, request) for file in self._files for request in look_up(file.document, name))
            self._found[name] = next(every, None)
        return self._found[name]

    def names(self) -> Iterator[str]:
        """Yield all names, each once."""
        self.asked.add("*")
        return iter(self._names)

    def summaries(self, compute: Callable[[Sequence[Block]], Fact]) -> Iterator[Fact]:
        """Yield `compute` of the blocks of all files in which the requests are, of some blocks at a time."""
        self.asked.add("*")
        return (found for file in self._files for found in file.document.blocks.summaries(compute))

    @cached_property
    def _names(self) -> Sequence[str]:
        chunks = (names for file in self._files for names in file.document.blocks.summaries(names_of_blocks))
        return tuple(dict.fromkeys(chain.from_iterable(chunks)))

    @cached_property
    def _files(self) -> Sequence[RequestFile]:
        return (self._file, *imported_files(self._workspace, self._file))
