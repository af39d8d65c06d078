"""The requests that a template may refer to: those of the file itself, then those of imported files."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from httpls.model.imports import imported_files
from httpls.model.names import by_name
from httpls.model.workspace import RequestFile, Workspace
from httpls_grammar import Request


class KnownRequests:
    """Requests by name, as seen from one file."""

    def __init__(self, workspace: Workspace, file: RequestFile) -> None:
        """Take the file from which names are looked up."""
        self._workspace = workspace
        self._file = file
        self._found: dict[str, tuple[RequestFile, Request] | None] = {}

    def find(self, name: str) -> tuple[RequestFile, Request] | None:
        """Return the request of this name with its file."""
        if name not in self._found:
            every = ((file, request) for file in self._files for request in by_name(file.document, name))
            self._found[name] = next(every, None)
        return self._found[name]

    def names(self) -> Iterator[str]:
        """Yield all names, each once."""
        requests = (request for file in self._files for request in file.document.requests)
        return iter(dict.fromkeys(name for request in requests for name in (request.name, request.title) if name))

    @cached_property
    def _files(self) -> Sequence[RequestFile]:
        return (self._file, *imported_files(self._workspace, self._file))
