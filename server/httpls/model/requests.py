"""The requests that a template may refer to: those of the file itself, then those of imported files."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain

from httpls.model.imports import imported_files
from httpls.model.names import by_known_name, by_name, names_of_blocks
from httpls.model.workspace import RequestFile, Workspace
from httpls_grammar import Request


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

    @cached_property
    def _names(self) -> Sequence[str]:
        chunks = (names for file in self._files for names in file.document.blocks.summaries(names_of_blocks))
        return tuple(dict.fromkeys(chain.from_iterable(chunks)))

    @cached_property
    def _files(self) -> Sequence[RequestFile]:
        return (self._file, *imported_files(self._workspace, self._file))
