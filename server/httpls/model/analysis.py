"""Everything that is known about one request file: its scopes, what its levels give, the plans of its requests."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from httpls.model.authentication import auth_problems
from httpls.model.definitions import file_definitions, file_scope, request_scope, script_scope
from httpls.model.dynamic_references import DynamicReferences
from httpls.model.environments.read import Environments, read_environments
from httpls.model.imports import import_problems, imported_files
from httpls.model.levels import SharedHeader, auth_in_force, shared_files, shared_headers
from httpls.model.names import duplicate_names
from httpls.model.plan import Plan, Surroundings, plan
from httpls.model.project import project_root
from httpls.model.requests import KnownRequests
from httpls.model.resolve import Context, resolve
from httpls.model.scopes import Definition, Scope, ScopeKind, Scopes
from httpls.model.workspace import RequestFile, Workspace
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_grammar import Profile, Request
from httpls_grammar.problems import Problem


class Analysis:
    """One request file in a workspace. Everything is worked out when it is asked for, once."""

    def __init__(self, workspace: Workspace, file: RequestFile) -> None:
        """Take the file; nothing is looked at yet."""
        self.workspace = workspace
        self.file = file

    @cached_property
    def root(self) -> Path:
        """The root of the project that the file belongs to."""
        return project_root(self.workspace.files, self.file.path.parent)

    @cached_property
    def profile(self) -> Profile:
        """The dialect profile in force."""
        return self.file.document.profile

    @cached_property
    def environments(self) -> Environments:
        """The environments that the file can be run in."""
        return read_environments(self.workspace, self.file.path.parent, self.root)

    @cached_property
    def shared(self) -> Sequence[RequestFile]:
        """The `_shared.http` files that hold for the file, the nearest first."""
        return shared_files(self.workspace, self.file, self.root)

    @cached_property
    def requests(self) -> KnownRequests:
        """The requests that templates may refer to."""
        return KnownRequests(self.workspace, self.file)

    def scopes(self, request: Request | None, known: Sequence[Scope] = ()) -> Scopes:
        """Return the scopes of a request, or of the file for None.

        `known` are scopes of which only a run knows: its arguments, and what scripts and captures have set.
        """
        own = [request_scope(self.file, request)] if request is not None else []
        return Scopes([*known, *own, *self._file_scopes], self.profile)

    def context(self, request: Request | None, known: Sequence[Scope] = ()) -> Context:
        """Return where the texts of a request, or of the file, are resolved; `known` as for `scopes`."""
        scopes = self.scopes(request, known) if request is not None or known else self._file_context_scopes
        return Context(scopes, self.requests, self._dynamic, self._literal)

    def plan(self, request: Request, known: Sequence[Scope] = ()) -> Plan:
        """Return the plan of a request; `known` as for `scopes`."""
        surroundings = Surroundings(
            self.profile,
            self.context(request, known),
            self._shared_headers,
            auth_in_force(self.file, request, self.shared),
        )
        return plan(self.file, request, surroundings)

    def problems(self) -> Iterator[Problem]:
        """Yield every problem of the file that can be known without sending."""
        document = self.file.document
        yield from self.file.source.problems
        yield from document.problems
        if any(problem.code == "foreign-format" for problem in document.problems):
            return
        yield from duplicate_names(document)
        yield from import_problems(self.workspace, self.file)
        for located in document.blocks.located():
            for problem in auth_problems(located.block):
                yield problem.shifted(located.offset)
        context = self.context(None)
        for found in file_definitions(self.file):
            text = found.definition.text
            if isinstance(text, str) and "{{" in text:
                yield from resolve(text, found.value_range.start, context).problems
        for request in document.requests:
            yield from self.plan(request).problems

    @cached_property
    def _file_scopes(self) -> Sequence[Scope]:
        choices = self.workspace.choices
        command_line = {
            name: Definition(name, value, Provenance(Origination.COMMAND_LINE, name), is_literal=True)
            for name, value in choices.variables.items()
        }
        files = [self.file, *imported_files(self.workspace, self.file)]
        public_wins = self.file.document.explicit_profile is Profile.JETBRAINS
        return [
            Scope(ScopeKind.COMMAND_LINE, command_line),
            *[script_scope(file) for file in (*files, *self.shared)],
            file_scope(self.file),
            *[file_scope(file, ScopeKind.IMPORTED_FILE) for file in files[1:]],
            *[file_scope(file, ScopeKind.FOLDER) for file in self.shared],
            *self.environments.scopes(choices.environments, public_wins),
        ]

    @cached_property
    def _file_context_scopes(self) -> Scopes:
        return self.scopes(None)

    @cached_property
    def _dynamic(self) -> DynamicReferences:
        return DynamicReferences(self.profile, self.root, self.workspace.os_environment)

    @cached_property
    def _literal(self) -> Provenance:
        return Provenance(Origination.LITERAL, "text", Place(str(self.file.path), 1, 1))

    @cached_property
    def _shared_headers(self) -> Sequence[SharedHeader]:
        return shared_headers(self.file, self.shared)
