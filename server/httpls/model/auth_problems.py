"""What is wrong with a declared scheme: with its words and keys, with the values that are known, with its company."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import PurePath

from httpls.model.auth_directives import unknown_scheme
from httpls.model.auth_httpyac import KEYS, is_by_variables
from httpls.model.auth_objects import MISSING_TYPE, AuthObjects
from httpls.model.auth_plan import PlannedScheme
from httpls.model.auth_shape import NamedArgument, SchemeShape, file_stem, shape_of
from httpls.model.authentication import AuthDeclaration, Form
from httpls.model.paths import resolved_path
from httpls.model.ports import Files
from httpls.model.scopes import Unset
from httpls.model.source import Finding, Source
from httpls_auth.errors import ParameterError
from httpls_auth.schemes.index import scheme_class, words
from httpls_auth.schemes.parameter import ParameterKind
from httpls_auth.schemes.read import converted, find_parameter, missing_parameters
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value, joined
from httpls_grammar.islands.suggestion import did_you_mean
from httpls_grammar.problems import Problem, ProblemKind, Severity

UNKNOWN_AUTH_PARAMETER = ProblemKind(
    "unknown-auth-parameter", Severity.ERROR,
    "`{scheme}` has no parameter `{name}`",
    "{suggestion}",
)  # fmt: skip
IGNORED_AUTH_KEY = ProblemKind(
    "ignored-auth-key", Severity.WARNING,
    "`{scheme}` has no parameter `{name}`; it is left out",
    "{suggestion}",
)  # fmt: skip
UNUSED_AUTH_PARAMETER = ProblemKind(
    "unused-auth-parameter", Severity.WARNING,
    "`{name}` has no effect with the other parameters of `{scheme}`",
    "Remove it, or change what it belongs to.",
)  # fmt: skip
SURPLUS_AUTH_ARGUMENT = ProblemKind(
    "surplus-auth-argument", Severity.ERROR,
    "`{scheme}` takes {count}, and this is one more",
    "Write it with its key, as in `key=value`, or in quotes if it belongs to what stands before it.",
)  # fmt: skip
DUPLICATE_AUTH_PARAMETER = ProblemKind(
    "duplicate-auth-parameter", Severity.ERROR,
    "`{name}` is given twice",
    "Remove one of them.",
)  # fmt: skip
MISSING_AUTH_PARAMETER = ProblemKind(
    "missing-auth-parameter", Severity.ERROR,
    "`{scheme}` needs `{name}`",
    "{remedy}",
)  # fmt: skip
WRONG_AUTH_VALUE = ProblemKind(
    "wrong-auth-value", Severity.ERROR,
    "{message}",
    "{remedy}",
)  # fmt: skip
DEPRECATED_AUTH = ProblemKind(
    "deprecated-auth", Severity.WARNING,
    "{message}",
    "It still works for servers that know nothing better.",
)  # fmt: skip
CLEAR_TEXT_SECRET = ProblemKind(
    "clear-text-secret", Severity.WARNING,
    "`{name}` stands here in clear text, and this file is meant to be shared",
    "Keep it in the keyring and write `{{{{$secret {name}}}}}`, or in `http-client.private.env.json` as a variable.",
)  # fmt: skip
MISSING_KEY_FILE = ProblemKind(
    "missing-auth-file", Severity.ERROR,
    "there is no file `{path}`",
    "Correct the path; it counts from the folder of this file.",
)  # fmt: skip


@lru_cache(maxsize=8)
def declaration_problems(declaration: AuthDeclaration) -> Sequence[tuple[Source, Problem]]:
    """Return what is wrong with a declaration as it is written, each with the file that its range counts in."""
    return tuple(_declaration_problems(declaration))


def _declaration_problems(declaration: AuthDeclaration) -> Iterator[tuple[Source, Problem]]:
    if not declaration.scheme or declaration.scheme in ("none", "inherit", "use"):
        return
    if is_by_variables(declaration) and declaration.identifier is None:
        # Its parameters are variables, which only a request has.
        return
    source = declaration.source
    shape = shape_of(declaration)
    seen: set[str] = set()
    for named in shape.arguments:
        where = named.argument.source
        problem = _argument_problem(shape, named, seen)
        if problem is not None:
            yield where, problem
        elif _is_clear_text(named) and declaration.scheme != "mock":
            yield where, CLEAR_TEXT_SECRET.at(named.argument.range, name=_name(named))
    yield from [(source, problem) for problem in _missing(shape)]
    yield from _deprecated(shape)


def object_findings(objects: AuthObjects) -> Iterator[Finding]:
    """Yield what is wrong with the objects as they are written."""
    for declaration in objects.by_id.values():
        yield from [Finding(source, problem) for source, problem in declaration_problems(declaration)]
        if not declaration.word:
            yield Finding(declaration.source, MISSING_TYPE.at(declaration.word_range, id=declaration.identifier))
        elif not declaration.scheme:
            yield Finding(declaration.source, unknown_scheme(declaration.word_range, declaration.word))


def value_problems(
    planned: PlannedScheme, files: Files, os_environment: Mapping[str, str]
) -> Iterator[tuple[Source, Problem]]:
    """Yield what is wrong with the values of a planned scheme, as far as they are known."""
    shape = shape_of(planned.declaration)
    parameters = {one.name: one for one in shape.parameters}
    for one in planned.parameters:
        parameter = parameters.get(one.name or "")
        if parameter is None or not one.text.is_complete:
            continue
        value = joined([piece for piece in one.text.pieces if isinstance(piece, Value)], _NOWHERE)
        source, where = one.argument.source, one.argument.range
        if one.is_file:
            written = value.reveal()
            home = os_environment.get("HOME") or os_environment.get("USERPROFILE")
            if written.startswith("~/") and home is not None:
                written = str(PurePath(home) / written[2:])
            if not files.is_file(resolved_path(one.folder, written)):
                yield source, MISSING_KEY_FILE.at(where, path=str(value))
            continue
        try:
            converted(parameter, value)
        except ParameterError as error:
            yield source, WRONG_AUTH_VALUE.at(where, message=str(error), remedy=error.remedy or "Correct it.")


def _argument_problem(shape: SchemeShape, named: NamedArgument, seen: set[str]) -> Problem | None:
    declaration, argument = shape.declaration, named.argument
    parameter = named.parameter
    where = argument.key_range or argument.range
    if parameter is None and named.key is None:
        if declaration.splits_later:
            return None
        count = sum(one.position is not None for one in shape.every_parameter)
        shown = {0: "no value without a key", 1: "one value without a key"}.get(count, f"{count} values without a key")
        return SURPLUS_AUTH_ARGUMENT.at(argument.range, scheme=declaration.scheme, count=shown)
    if parameter is None:
        kind = IGNORED_AUTH_KEY if declaration.form is Form.OBJECT else UNKNOWN_AUTH_PARAMETER
        key = named.key or ""
        return kind.at(where, scheme=declaration.scheme, name=key, suggestion=_suggestion(shape, key))
    if all(parameter.name != one.name for one in shape.parameters):
        if is_by_variables(declaration):
            # The variables of a prefix may serve several flows.
            return None
        return UNUSED_AUTH_PARAMETER.at(where, scheme=declaration.scheme, name=_name(named))
    if parameter.kind is not ParameterKind.PAIRS:
        if parameter.name in seen:
            return DUPLICATE_AUTH_PARAMETER.at(where, name=_name(named))
        seen.add(parameter.name)
    return None


def _suggestion(shape: SchemeShape, key: str) -> str:
    names = [name for one in shape.every_parameter for name in (one.name, *one.aliases)]
    near = did_you_mean(file_stem(key) or key, names) or did_you_mean(key, names)
    if near is not None:
        return f"Did you mean `{near}`?"
    owners = [word for word in words() if find_parameter(scheme_class(word).parameters(), key) is not None]
    if owners:
        return f"It is a parameter of {' and '.join(f'`{owner}`' for owner in owners[:3])}."
    known = ", ".join([f"`{one.name}`" for one in shape.parameters])
    return f"It has {known}." if known else "It has no parameters."


def _missing(shape: SchemeShape) -> Iterator[Problem]:
    declaration = shape.declaration
    if declaration.splits_later or shape.scheme is None:
        return
    try:
        missing = missing_parameters(shape.scheme, shape.known)
    except ParameterError:
        # The wrong value is told at its place.
        return
    for one in missing:
        if is_by_variables(declaration) and one.name != "grant" and one.name not in KEYS:
            continue
        remedy = f"Write `# @auth-{one.name} …` below `# @auth {declaration.word}`."
        if declaration.form is Form.OBJECT:
            remedy = f'Write `"{one.jetbrains or one.name}": …` into the object `{declaration.identifier}`.'
        elif is_by_variables(declaration):
            remedy = f"Define the variable `{declaration.identifier}_{KEYS.get(one.name, one.name)}`."
        elif declaration.form is Form.SHORTHAND:
            remedy = f"Write it behind `{declaration.word}`."
        yield MISSING_AUTH_PARAMETER.at(declaration.word_range, scheme=declaration.scheme, name=one.name, remedy=remedy)


def _deprecated(shape: SchemeShape) -> Iterator[tuple[Source, Problem]]:
    declaration = shape.declaration
    message = shape.scheme.deprecation(shape.known) if shape.scheme is not None else None
    if message is not None:
        yield declaration.source, DEPRECATED_AUTH.at(declaration.word_range, message=message)


def _is_clear_text(named: NamedArgument) -> bool:
    argument = named.argument
    return (
        named.parameter is not None
        and named.parameter.is_secret
        and not named.is_file
        and not argument.is_private
        and not isinstance(argument.text, Unset)
        and bool(argument.text)
        and "{{" not in argument.text
    )


def _name(named: NamedArgument) -> str:
    return named.parameter.name if named.parameter is not None else named.key or str(named.position + 1)


_NOWHERE = Provenance(Origination.LITERAL, "text")
