"""The requests that a template may refer to: those of the file itself, then those of imported files."""

from collections.abc import Iterator
from functools import cached_property

from httpls.model.imports import imported_files
from httpls.model.workspace import RequestFile, Workspace
from httpls_grammar import Request


class KnownRequests:
    """Requests by name, as seen from one file."""

    def __init__(self, workspace: Workspace, file: RequestFile) -> None:
        """Take the file from which names are looked up."""
        self._workspace = workspace
        self._file = file

    @cached_property
    def _by_name(self) -> dict[str, tuple[RequestFile, Request]]:
        found: dict[str, tuple[RequestFile, Request]] = {}
        for file in (self._file, *imported_files(self._workspace, self._file)):
            for request in file.document.requests:
                for name in (request.name, request.title):
                    if name:
                        found.setdefault(name, (file, request))
        return found

    def find(self, name: str) -> tuple[RequestFile, Request] | None:
        """Return the request of this name with its file."""
        return self._by_name.get(name)

    def names(self) -> Iterator[str]:
        """Yield all names."""
        return iter(self._by_name)
