"""Dynamic variables in a plan: what is known without a run becomes a value, the rest a hole with its arguments."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from httpls.model.planned_text import Hole, HoleKind, Piece
from httpls.model.scopes import Definition, ScopeKind, Scopes, Unset
from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.secret_names import looks_secret
from httpls_auth.values.value import Value
from httpls_grammar.islands.expression import DynamicVariable
from httpls_grammar.islands.suggestion import did_you_mean
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.profile import Profile
from httpls_grammar.text import Range

if TYPE_CHECKING:
    # Few requests have one of these variables; the others start without the tables of all of them.
    from httpls.model.dynamic import Context as EvaluationContext
    from httpls.model.dynamic import Found, Refusal
    from httpls.model.dynamic import Hole as Filling

DYNAMIC_VARIABLE = ProblemKind("dynamic-variable", Severity.ERROR, "{message}", "{remedy}")
DYNAMIC_VARIABLE_ADVICE = ProblemKind("dynamic-variable-advice", Severity.HINT, "{message}", "{remedy}")
MISSING_OS_VARIABLE = ProblemKind(
    "missing-os-variable", Severity.ERROR,
    "the variable `{name}` is not set in the environment of the operating system",
    "{suggestion}",
)  # fmt: skip
MISSING_SHARED_VARIABLE = ProblemKind(
    "missing-shared-variable", Severity.ERROR,
    "`$shared` of the environments does not define `{name}`",
    "Define it there; what holds for every environment stands under `$shared`.",
)  # fmt: skip
MISSING_DOTENV_VARIABLE = ProblemKind(
    "missing-dotenv-variable", Severity.ERROR,
    "no `.env` file defines `{name}`",
    "Write `{name}=…` into a file `.env` beside this file or in a folder above it.",
)  # fmt: skip


class DynamicReferences:
    """What dynamic variables mean in one file: its profile, its project, the environment of the operating system."""

    def __init__(self, profile: Profile, root: Path, os_environment: Mapping[str, str]) -> None:
        """Take what the variables depend on; the environment is looked into when a variable asks for it."""
        self._profile = profile
        self._root = root
        self._os_environment = os_environment

    def resolve(
        self, variable: DynamicVariable, where: Range, scopes: Scopes, literal: Provenance
    ) -> tuple[Sequence[Piece], Sequence[Problem]]:
        """Return the value or the hole for one use of a variable, and what is wrong with it."""
        from httpls.model.dynamic import Kind, Refusal, advise, check, evaluate, find

        name = f"${variable.name}"
        arguments = tuple([argument.value for argument in variable.arguments])
        if (known := self._of_httpyac(variable, where, scopes)) is not None:
            return [known], ()
        refused = check(name, arguments)
        found = find(name)
        if refused is not None or found is None:
            return [_unfilled(variable, where, literal)], [_refused(variable, refused, where)] if refused else ()
        if found.variable.kind is Kind.HOLE:
            return self._hole(found, variable, arguments, where, scopes)
        problems: list[Problem] = []
        outcome = evaluate(name, arguments, self._trial())
        if isinstance(outcome, Refusal):
            problems.append(_refused(variable, outcome, where))
        elif advice := advise(name, arguments, self._profile.value):
            problems.append(DYNAMIC_VARIABLE_ADVICE.at(where, message=advice.message, remedy=advice.remedy))
        return [_unfilled(variable, where, literal)], problems

    def _hole(
        self, found: "Found", variable: DynamicVariable, arguments: tuple[str, ...], where: Range, scopes: Scopes
    ) -> tuple[Sequence[Piece], Sequence[Problem]]:
        from httpls.model.dynamic import Hole as Filling

        filling = found.variable.hole
        if filling is Filling.OS_ENVIRONMENT:
            return self.os_variable(found.rest or arguments[0], where, scopes)
        if filling is Filling.DOTENV:
            return self._dotenv(arguments[0], where, scopes)
        if filling is Filling.PROJECT:
            folder = self._root if found.variable.name == "$projectRoot" else self._root / ".httpls" / "history"
            return [Value(str(folder), Provenance(Origination.DYNAMIC, variable.name))], ()
        kind = _hole_kind(filling)
        provenance = Provenance(Origination.DYNAMIC, f"${variable.name}")
        shown = " ".join((f"${variable.name}", *arguments))
        hole = Hole(
            kind, shown, (variable.name, *arguments), where, provenance, found.variable.is_secret,
            variable.percent_encoded,
        )  # fmt: skip
        return [hole], ()

    def _of_httpyac(self, variable: DynamicVariable, where: Range, scopes: Scopes) -> Piece | None:
        """Return what `{{$global.name}}` and `{{$index}}` stand for, which only a script or a loop tells."""
        group, dot, name = variable.name.partition(".")
        wanted = name if dot and group.lower() == "global" else f"${variable.name}"
        definition = scopes.find(wanted)
        if definition is None or (not isinstance(definition.text, Unset) and wanted != "$index"):
            return None
        if not isinstance(definition.text, Unset):
            return Value(definition.text, definition.provenance)
        return Hole(
            HoleKind(definition.text.kind), f"${variable.name}", definition.text.arguments, where,
            definition.provenance, definition.text.is_secret, variable.percent_encoded,
        )  # fmt: skip

    def os_variable(self, name: str, where: Range, scopes: Scopes) -> tuple[Sequence[Piece], Sequence[Problem]]:
        """Return the value of a variable of the operating system, and what is wrong with its use."""
        name = _indirect(name, scopes)
        text = self._os_environment.get(name)
        provenance = Provenance(Origination.OS_ENVIRONMENT, name)
        if text is None:
            near = did_you_mean(name, self._os_environment)
            suggestion = f"Did you mean `{near}`?" if near else "Set it before the command or the editor starts."
            return [Value("", provenance)], [MISSING_OS_VARIABLE.at(where, name=name, suggestion=suggestion)]
        labels = Labels(f"the OS environment variable {name}") if looks_secret(name) else PLAIN
        return [Value(text, provenance, labels)], ()

    def _dotenv(self, written: str, where: Range, scopes: Scopes) -> tuple[Sequence[Piece], Sequence[Problem]]:
        name = _indirect(written, scopes)
        definition = _in_scopes(name, scopes, (ScopeKind.DOTENV,))
        if definition is not None and isinstance(definition.text, str):
            return [Value(definition.text, definition.provenance, definition.labels)], ()
        return [Value("", Provenance(Origination.DOTENV, name))], [MISSING_DOTENV_VARIABLE.at(where, name=name)]

    def _trial(self) -> "EvaluationContext":
        """Return a context in which a use can be tried out: the value does not matter, only whether there is one."""
        from datetime import UTC, datetime
        from random import Random

        from httpls.model.dynamic import Context as EvaluationContext

        return EvaluationContext(lambda: datetime(2000, 1, 1, tzinfo=UTC), UTC, Random(0), self._profile.value)  # noqa: S311


def shared_definition(variable: DynamicVariable, scopes: Scopes) -> Definition | str | None:
    """Return what `{{$shared NAME}}` means, the name if nothing does; None for any other dynamic variable."""
    if variable.name.lower() != "shared" or len(variable.arguments) != 1:
        return None
    name = _indirect(variable.arguments[0].value, scopes)
    return _in_scopes(name, scopes, (ScopeKind.SHARED_ENVIRONMENT, ScopeKind.SHARED_EDITOR_ENVIRONMENT)) or name


def _in_scopes(name: str, scopes: Scopes, kinds: Sequence[ScopeKind]) -> Definition | None:
    found = (scope.definitions.get(name) for scope in scopes.scopes if scope.kind in kinds)
    return next((definition for definition in found if definition is not None), None)


def _indirect(name: str, scopes: Scopes) -> str:
    """Return the name that is meant: after a percent sign the value of that variable is one (REST Client)."""
    if not name.startswith("%"):
        return name
    definition = scopes.find(name[1:])
    return definition.text if definition is not None and isinstance(definition.text, str) else name[1:]


def _hole_kind(filling: "Filling | None") -> HoleKind:
    from httpls.model.dynamic import Hole as Filling

    match filling:
        case Filling.SECRET | Filling.KEYRING:
            return HoleKind.SECRET
        case Filling.TOKEN:
            return HoleKind.TOKEN
        case Filling.RESPONSE:
            return HoleKind.RESPONSE
        case _:
            return HoleKind.PROMPT


def _unfilled(variable: DynamicVariable, where: Range, literal: Provenance) -> Hole:
    arguments = tuple([argument.value for argument in variable.arguments])
    shown = " ".join((f"${variable.name}", *arguments))
    provenance = Provenance(Origination.DYNAMIC, f"${variable.name}", literal.place)
    return Hole(
        HoleKind.DYNAMIC, shown, (variable.name, *arguments), where, provenance,
        percent_encoded=variable.percent_encoded,
    )  # fmt: skip


def _refused(variable: DynamicVariable, refused: "Refusal", where: Range) -> Problem:
    place = where
    if refused.argument is not None and refused.argument < len(variable.arguments):
        argument = variable.arguments[refused.argument].range
        place = argument if where.start <= argument.start and argument.end <= where.end else where
    return DYNAMIC_VARIABLE.at(place, message=refused.message, remedy=refused.remedy)
