"""Everything that is known about one request file: its scopes, what its levels give, the plans of its requests."""

from collections.abc import Container, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from httpls.model.auth_directives import directive_problems
from httpls.model.auth_objects import AuthObjects, auth_objects
from httpls.model.auth_problems import declaration_problems, object_findings
from httpls.model.authentication import AuthDeclaration
from httpls.model.certificates import CertificateRules, certificate_rules
from httpls.model.default_headers import DefaultHeader, default_headers
from httpls.model.definitions import file_definitions, file_scope, request_scope, run_scope, script_scope
from httpls.model.dependencies import dependency_problems, unknown_runs
from httpls.model.dynamic_references import DynamicReferences
from httpls.model.environments.auth_objects import EnvironmentAuth, environment_auth
from httpls.model.environments.layers import Layer
from httpls.model.environments.problems import environment_problems, unreadable_shared_files
from httpls.model.environments.read import Environments, read_environments
from httpls.model.file_references import file_reference_problems
from httpls.model.imports import import_problems, imported_files
from httpls.model.late_problems import incomplete_environments
from httpls.model.levels import (
    SharedHeader,
    auth_in_force,
    outer_declarations,
    outer_redirect_origins,
    redirect_origins,
    shared_declarations,
    shared_files,
    shared_headers,
)
from httpls.model.names import duplicate_names
from httpls.model.options import RequestOptions, options_of
from httpls.model.plan import Plan, Surroundings, plan
from httpls.model.profile_evidence import evidence_around
from httpls.model.project import project_root
from httpls.model.project_settings import ProjectSettings, project_settings
from httpls.model.request_auth import AuthSurroundings
from httpls.model.requests import KnownRequests
from httpls.model.resolve import Context, Elsewhere, resolve
from httpls.model.scopes import Definition, Scope, ScopeKind, Scopes, os_scope
from httpls.model.source import Finding, Source
from httpls.model.tls import TlsSources
from httpls.model.tls_directives import TlsLevel, outer_tls_levels, own_tls_level, tls_directive_problems
from httpls.model.tls_problems import tls_problems
from httpls.model.tool_settings import ToolSettings, read_tool_settings, with_fallback, with_tool_settings
from httpls.model.variable_problems import defined_twice, unused_variables
from httpls.model.workspace import RequestFile, Workspace
from httpls.settings import Settings
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_grammar import Profile, Request
from httpls_grammar.blocks import Located
from httpls_grammar.islands.suggestion import Suggester
from httpls_grammar.problems import Problem
from httpls_grammar.profile import detect
from httpls_grammar.text import Range


class FileWords(NamedTuple):
    """What is known of the words of a file: whether two of its requests have one name, and which words are used."""

    has_duplicates: bool
    used: Container[str]


class Analysis:
    """One request file in a workspace. Everything is worked out when it is asked for, once."""

    def __init__(self, workspace: Workspace, file: RequestFile) -> None:
        """Take the file; nothing is looked at yet."""
        self.workspace = workspace
        self.file = file
        self.asked: set[str] = set()
        """The names of variables that were looked up; `*` stands for all of them."""
        self._others: dict[Path, Analysis] = {}

    @cached_property
    def root(self) -> Path:
        """The root of the project that the file belongs to."""
        folder = self._folder
        return self.workspace.known(("root", folder), lambda: project_root(self.workspace.files, folder))

    @cached_property
    def project(self) -> ProjectSettings:
        """What the project's `httpls.toml` says."""
        return project_settings(self.workspace, self.root)

    @cached_property
    def settings(self) -> Settings:
        """The settings in force: those of `httpls.toml`, else what REST Client and httpyac are told, else defaults."""
        fallback = self.workspace.choices.fallback
        question = ("settings", self._folder, self.root, fallback)
        return self.workspace.known(
            question, lambda: with_fallback(self.project, with_tool_settings(self.project, self.tools), fallback)
        )

    @cached_property
    def tools(self) -> ToolSettings:
        """The settings of other tools that change what is sent."""
        question = ("tools", self._folder, self.root)
        return self.workspace.known(question, lambda: read_tool_settings(self.workspace, self._folder, self.root))

    @cached_property
    def explicit_profile(self) -> Profile | None:
        """The profile that somebody chose: the caller, the file, or the project; None where only evidence speaks."""
        of_project = Profile(self.settings.dialect) if self.settings.dialect is not None else None
        return self.file.document.explicit_profile or of_project

    @cached_property
    def profile(self) -> Profile:
        """The dialect profile in force."""
        if self.explicit_profile is not None:
            return self.explicit_profile
        around = self.workspace.known(
            ("evidence", *self._outside),
            lambda: evidence_around(self.workspace, self._folder, self.root, self.environments.layers),
        )
        return detect([self.file.document.evidence, around])

    @cached_property
    def chosen_environments(self) -> Sequence[str]:
        """The environments in force: those that whoever asks has chosen, else those of the settings."""
        return self.workspace.choices.environments or self.settings.environments

    @cached_property
    def environments(self) -> Environments:
        """The environments that the file can be run in."""
        return self.workspace.known(
            ("environments", *self._outside),
            lambda: read_environments(self.workspace, self._folder, self.root, self.chosen_environments),
        )

    @cached_property
    def layers(self) -> Sequence[Layer]:
        """The layers of the environments in force, the one that counts first."""
        # JetBrains documents that the public file wins; without a word from anybody, private does.
        public_wins = self.explicit_profile is Profile.JETBRAINS
        return self.workspace.known(
            ("layers", public_wins, *self._outside),
            lambda: self.environments.layers_in_force(self.chosen_environments, public_wins),
        )

    @cached_property
    def environment_auth(self) -> EnvironmentAuth:
        """The auth objects of the environments in force."""
        question = ("environment auth", self.explicit_profile, *self._outside)
        return self.workspace.known(question, lambda: environment_auth(self.layers))

    @cached_property
    def certificates(self) -> CertificateRules:
        """The client certificates and the trust that files of the project want for hosts."""
        question = ("certificates", self.explicit_profile, *self._outside)
        return self.workspace.known(question, lambda: certificate_rules(self.project, self.tools, self.layers))

    @cached_property
    def default_headers(self) -> Sequence[DefaultHeader]:
        """The header fields that settings and environments give to every request, the one that counts last."""
        question = ("default headers", self.explicit_profile, *self._outside)
        return self.workspace.known(question, lambda: default_headers(self.project, self.tools, self.layers))

    @cached_property
    def shared(self) -> Sequence[RequestFile]:
        """The `_shared.http` files that hold for the file, the nearest first."""
        return shared_files(self.workspace, self.file, self.root)

    @property
    def used_files(self) -> Sequence[Path]:
        """The files whose content may get into its requests: itself, what it imports, environments, settings."""
        sources = [
            *[file.source for file in (self.file, *imported_files(self.workspace, self.file), *self.shared)],
            *[layer.source for layer in self.environments.layers],
            *[setting.source for _, setting in self.tools.found],
        ]
        if self.project.source is not None:
            sources.append(self.project.source)
        return tuple(dict.fromkeys([source.path for source in sources]))

    @cached_property
    def requests(self) -> KnownRequests:
        """The requests that templates may refer to."""
        return KnownRequests(self.workspace, self.file)

    def scopes(self, request: Request | None, known: Sequence[Scope] = ()) -> Scopes:
        """Return the scopes of a request, or of the file for None.

        `known` are scopes of which only a run knows: its arguments, and what scripts and captures have set.
        """
        own = [request_scope(self.file, request)] if request is not None else []
        return Scopes([*known, *own, *self._file_scopes], self.profile, self.asked)

    def context(self, request: Request | None, known: Sequence[Scope] = ()) -> Context:
        """Return where the texts of a request, or of the file, are resolved; `known` as for `scopes`."""
        own = request_scope(self.file, request) if request is not None else None
        if (own is None or not own.definitions) and not known:
            return self._file_context
        return self._context(self.scopes(request, known))

    def plan(self, request: Request, known: Sequence[Scope] = (), context: Context | None = None) -> Plan:
        """Return the plan of a request; `known` as for `scopes`. `context` may be given if it is there already."""
        surroundings = Surroundings(
            self.profile,
            context or self.context(request, known),
            self._shared_headers,
            self.auth(request),
            self.settings.body_comments,
            self.default_headers,
            self.standing,
            self.explicit_profile is not None,
        )
        planned = plan(self.file, request, surroundings)
        sources = self.tls_sources(planned, surroundings.context)
        place = request.syntax.line.range.shifted(request.offset)
        wrong = list(tls_problems(planned, sources, self.workspace.files, place))
        if not wrong:
            return planned
        return planned._replace(problems=sorted([*planned.problems, *wrong], key=lambda problem: problem.range))

    def tls_sources(self, planned: Plan, context: Context) -> TlsSources:
        """Return what says how the connections of a request are secured; its texts are resolved in `context`."""
        return TlsSources(
            self.root,
            self.settings,
            self.profile,
            self.certificates,
            context,
            [own_tls_level(self.file, planned.request), *self._outer_tls_levels],
            tuple([scheme for scheme in planned.auth.schemes if scheme.word == "mtls"]),
            os_environment=self.workspace.os_environment,
        )

    def options(self, request: Request, known: Sequence[Scope] = (), context: Context | None = None) -> RequestOptions:
        """Return what the tags of a request and of the levels around it say about sending; arguments as for `plan`."""
        return options_of(self.file, request, self.shared, self.profile, context or self.context(request, known))

    def auth(self, request: Request) -> AuthSurroundings:
        """Return what authenticates a request, from where, what that overrides, and what it may refer to."""
        return AuthSurroundings(
            auth_in_force(self.file, request, self._outer_declarations, self.auth_objects),
            self.auth_objects,
            self.workspace.files,
            self.workspace.os_environment,
            self._objects_elsewhere,
            redirect_origins(self.file, request, self._outer_redirect_origins),
        )

    @cached_property
    def auth_objects(self) -> AuthObjects:
        """The objects of `Security.Auth` in the environments in force."""
        question = ("auth objects", self.explicit_profile, *self._outside)
        return self.workspace.known(question, lambda: auth_objects(self.environment_auth))

    def problems(self) -> Iterator[Problem]:
        """Yield every problem of the file that can be known without sending."""
        document = self.file.document
        yield from self.file.source.problems
        yield from document.problems
        if any(problem.code == "foreign-format" for problem in document.problems):
            return
        yield from self.file_problems()
        for located in document.blocks.located():
            yield from self.block_problems(located)

    def file_problems(self, words: "FileWords | None" = None) -> Iterator[Problem]:
        """Yield the problems that several blocks together make: names, variables, what holds for all requests.

        `words` are what is known of the file already.
        """
        if words is None or words.has_duplicates:
            yield from duplicate_names(self.file.document)
        yield from import_problems(self.workspace, self.file)
        for declaration in shared_declarations(self.file):
            yield from [problem for _, problem in declaration_problems(declaration)]
        context = self.context(None)
        for found in file_definitions(self.file):
            text = found.definition.text
            if isinstance(text, str) and "{{" in text:
                yield from resolve(text, found.value_range.start, context).problems
        yield from defined_twice(self.file, self.layers, self.profile)
        yield from unused_variables(self.file, words.used if words is not None else None)
        yield from self.standing

    def block_problems(self, located: Located) -> Iterator[Problem]:
        """Yield the problems of one block beyond those that its text alone shows (`Document.problems`).

        The names of variables that the answer depends on are in `asked`, those of requests in `requests.asked`.
        """
        for problem in (*directive_problems(located.block), *tls_directive_problems(located.block)):
            yield problem.shifted(located.offset)
        yield from file_reference_problems(self.workspace, self.file.path, located)
        if self.settings.portability:
            from httpls.model.portability.problems import portability_problems

            tools = [Profile(word) for word in self.settings.portability]
            is_explicit = self.explicit_profile is not None
            yield from portability_problems(located, tools, self.profile, is_explicit, self.requests)
        request = Request.of(located)
        if request is None:
            yield from unknown_runs(located, self.requests)
            return
        standing = {problem.code for problem in self.standing}
        context = self.context(request)
        planned = self.plan(request, context=context)
        yield from (problem for problem in planned.problems if problem.code not in standing)
        yield from self.options(request, context=context).problems
        yield from dependency_problems(self, request, planned, self._analysis_of)

    def _analysis_of(self, file: RequestFile) -> "Analysis":
        """Return the analysis of another file of the workspace."""
        if file.path == self.file.path:
            return self
        if file.path not in self._others:
            self._others[file.path] = Analysis(self.workspace, file)
        return self._others[file.path]

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with the other files that count for this one: environments, settings, certificates."""
        yield from self.project.findings
        yield from self.environments.findings
        yield from incomplete_environments(self.environments.layers)
        yield from self.environment_auth.findings
        yield from object_findings(self.auth_objects)
        yield from self.certificates.findings

    @property
    def _folder(self) -> Path:
        return self.file.path.parent

    @cached_property
    def _outside(self) -> tuple[object, ...]:
        """What decides, beside the files that nobody edits, which environments count."""
        return (self._folder, self.root, tuple(self.chosen_environments))

    @cached_property
    def _outer_declarations(self) -> Sequence[Sequence[AuthDeclaration]]:
        return outer_declarations(self.file, self.shared, self.auth_objects)

    @cached_property
    def _outer_redirect_origins(self) -> Sequence[tuple[Source, Range, str]]:
        return outer_redirect_origins(self.file, self.shared)

    @cached_property
    def _outer_tls_levels(self) -> Sequence[TlsLevel]:
        return outer_tls_levels(self.file, self.shared)

    @cached_property
    def _objects_elsewhere(self) -> dict[str, str]:
        """The ids of objects that environments have which are not chosen, each with the name of one of them."""

        def find() -> dict[str, str]:
            found: dict[str, str] = {}
            for name in self.environments.names:
                for identifier in environment_auth(self.environments.layers_in_force((name,))).objects:
                    found.setdefault(identifier, name)
            return found

        return self.workspace.known(("objects elsewhere", *self._outside), find)

    @cached_property
    def _file_scopes(self) -> Sequence[Scope]:
        choices = self.workspace.choices
        command_line = {
            name: Definition(name, value, Provenance(Origination.COMMAND_LINE, name), is_literal=True)
            for name, value in choices.variables.items()
        }
        files = [self.file, *imported_files(self.workspace, self.file)]
        has_escapes = self.profile is Profile.REST_CLIENT
        return [
            Scope(ScopeKind.COMMAND_LINE, command_line),
            *[script_scope(file) for file in (*files, *self.shared)],
            run_scope(self.file),
            file_scope(self.file, ScopeKind.FILE, has_escapes),
            *[file_scope(file, ScopeKind.IMPORTED_FILE, has_escapes) for file in files[1:]],
            *[file_scope(file, ScopeKind.FOLDER, has_escapes) for file in self.shared],
            *[
                Scope(layer.scope, layer.definitions, layer.scope is not ScopeKind.DOTENV or self.settings.plain_dotenv)
                for layer in self.layers
            ],
            *([os_scope(self.workspace.os_environment)] if self.settings.plain_os_environment else []),
        ]

    @cached_property
    def standing(self) -> Sequence[Problem]:
        """The problems that keep every request of the file from being sent."""
        return [
            *environment_problems(self.environments, self.chosen_environments),
            *unreadable_shared_files(self.workspace, self.file, self.root),
        ]

    @cached_property
    def _file_context(self) -> Context:
        """The context of all that has no variables of its own."""
        return self._context(self.scopes(None))

    def _context(self, scopes: Scopes) -> Context:
        elsewhere = Elsewhere(_Definers(self.environments.layers, self.chosen_environments), self.chosen_environments)
        return Context(
            scopes, self.requests, self._dynamic, self._literal, elsewhere, self.settings.allow_undefined,
            expanded={}, suggester=Suggester(scopes.names()),
        )  # fmt: skip

    @cached_property
    def _dynamic(self) -> DynamicReferences:
        return DynamicReferences(self.profile, self.root, self.workspace.os_environment)

    @cached_property
    def _literal(self) -> Provenance:
        return Provenance(Origination.LITERAL, "text", Place(str(self.file.path), 1, 1))

    @cached_property
    def _shared_headers(self) -> Sequence[SharedHeader]:
        return shared_headers(self.file, self.shared)


class _Definers:
    """Tells which environments define a variable that are not chosen.

    It holds the layers and not the analysis, so that an analysis is gone when nobody holds it any more: an editor takes
    a new one with each keystroke.
    """

    def __init__(self, layers: Sequence[Layer], chosen: Sequence[str]) -> None:
        self._layers = layers
        self._chosen = chosen

    def __call__(self, name: str) -> Sequence[str]:
        return self._by_variable.get(name, ())

    @cached_property
    def _by_variable(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for layer in self._layers:
            if layer.environment is not None and layer.environment not in self._chosen:
                for name in layer.definitions:
                    if layer.environment not in found.setdefault(name, []):
                        found[name].append(layer.environment)
        return found
