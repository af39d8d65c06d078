"""The authentication of one request in its plan: what is in force as planned schemes, the tokens in its texts, and
everything that is wrong with them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from httpls.model.auth_directives import unknown_scheme
from httpls.model.auth_httpyac import is_by_variables, is_known
from httpls.model.auth_objects import MISSING_TYPE, AuthObjects
from httpls.model.auth_plan import Drafted, PlannedAuth, PlannedScheme, PlannedToken, draft, in_order
from httpls.model.auth_problems import declaration_problems, value_problems
from httpls.model.auth_shape import merged_with_object, shape_of, stage_of, writes
from httpls.model.auth_shorthands import resolved_shorthand
from httpls.model.auth_tokens import token_declaration
from httpls.model.authentication import AuthDeclaration, AuthInForce, Form
from httpls.model.planned_text import Hole, HoleKind, PlannedText
from httpls.model.ports import Files
from httpls.model.resolve import Context, resolve
from httpls.model.source import Source
from httpls_auth.errors import InvalidOriginError
from httpls_auth.schemes.scheme import Stage
from httpls_auth.values.origin import parse_origin
from httpls_grammar import Request
from httpls_grammar.islands.suggestion import did_you_mean
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range

AUTH_BESIDE_HEADER = ProblemKind(
    "auth-beside-header", Severity.WARNING,
    "an `Authorization` field stands beside this line and wins over it",
    "Remove one of them.",
)  # fmt: skip
CONFLICTING_AUTH = ProblemKind(
    "conflicting-auth", Severity.ERROR,
    "`{word}` and `{other}` both {act}",
    "Remove one of them.",
)  # fmt: skip
UNKNOWN_AUTH_OBJECT = ProblemKind(
    "unknown-auth-object", Severity.ERROR,
    "no environment in force has `{id}` in `Security.Auth`",
    "{suggestion}",
)  # fmt: skip
AUTH_OBJECT_IN_ENVIRONMENT = ProblemKind(
    "auth-object-in-environment", Severity.ERROR,
    "no environment in force has `{id}` in `Security.Auth`, but `{environment}` has",
    "Choose the environment `{environment}`.",
)  # fmt: skip
MISSING_AUTH_OBJECT = ProblemKind(
    "missing-auth-object", Severity.ERROR,
    "`use` does not say which object of `Security.Auth` is meant",
    "Write its id, as in `# @auth use shop`.",
)  # fmt: skip
CYCLIC_AUTH = ProblemKind(
    "cyclic-auth", Severity.ERROR,
    "the token of `{id}` is needed to obtain it",
    "Take the reference out of the object `{id}`.",
)  # fmt: skip
AUTH_ELSEWHERE = ProblemKind(
    "auth-elsewhere", Severity.ERROR,
    "the authentication from {place} cannot be prepared: {message}",
    "{remedy}",
)  # fmt: skip
INSECURE_CREDENTIAL = ProblemKind(
    "insecure-credential", Severity.WARNING,
    "a credential goes to {host} unencrypted: whoever is on the way can read it",
    "Use `https`.",
)  # fmt: skip
WRONG_REDIRECT_ORIGIN = ProblemKind(
    "wrong-redirect-origin", Severity.ERROR,
    "`{text}` names no origin",
    "Write the origins at which to authenticate anew, such as `https://api.example.com`, divided by commas.",
)  # fmt: skip


class AuthSurroundings(NamedTuple):
    """What the levels around a request say about its authentication, and what is needed to check it.

    `elsewhere` are the ids of objects in environments that are not chosen, each with the name of one that has it.
    """

    in_force: AuthInForce
    objects: AuthObjects
    files: Files
    os_environment: Mapping[str, str]
    elsewhere: Mapping[str, str] = {}
    follow_redirects: tuple[tuple[Source, Range, str], ...] = ()


class RequestTexts(NamedTuple):
    """What of a request's plan authentication looks at: its source, its target, the fields, the holes in all texts.

    `place` is where what concerns the whole request is told.
    """

    source: Source
    request: Request
    place: Range
    target: PlannedText
    authorization: PlannedText | None
    holes: Sequence[Hole]


def plan_auth(texts: RequestTexts, around: AuthSurroundings, context: Context) -> tuple[PlannedAuth, Sequence[Problem]]:
    """Return how a request authenticates, and the problems at their places in its file."""
    planning = _Planning(texts, around, context)
    return planning.planned(), planning.problems


def is_taken_out(name: str, in_force: AuthInForce) -> bool:
    """Tell whether a header field of a request is none that is sent, because it stands for a scheme."""
    lowered = name.lower()
    is_shorthand = in_force.field is not None and in_force.field.form is Form.SHORTHAND
    return lowered.endswith("clientcert") or (lowered == "authorization" and is_shorthand)


def is_overridden(name: str, in_force: AuthInForce, is_default: bool = False) -> bool:
    """Tell whether a field that a level, or the environment by default, gives to a request does not count for it."""
    if name.lower() != "authorization":
        return is_taken_out(name, in_force)
    if is_default:
        return in_force.field is not None or in_force.level is not None
    return in_force.field is None or in_force.field.form is Form.SHORTHAND


class _Planning:
    """One planning: collects problems on the way. Those of other files are told at the request."""

    def __init__(self, texts: RequestTexts, around: AuthSurroundings, context: Context) -> None:
        self.problems: list[Problem] = []
        self._texts = texts
        self._around = around
        self._context = context

    def planned(self) -> PlannedAuth:
        in_force = self._with_resolved_field(self._around.in_force)
        drafted = [one for one in map(self._drafted, in_force.declarations) if one is not None]
        schemes = in_order([one.scheme for one in drafted])
        self._check_company(in_force)
        self._check_field(in_force)
        holes = [*self._texts.holes, *[hole for scheme in schemes for hole in scheme.holes]]
        tokens: dict[tuple[str, ...], PlannedToken] = {}
        self._add_tokens(holes, tokens, ())
        self._check_transport(in_force, schemes, tokens)
        return PlannedAuth(in_force, schemes, tokens, tuple(self._follow_redirects()))

    def _with_resolved_field(self, in_force: AuthInForce) -> AuthInForce:
        """Look once more at a field that is a variable as a whole: its value may be a shorthand."""
        field, value = in_force.field, self._texts.authorization
        if field is not None and is_by_variables(field) and not is_known(field, self._context):
            others = tuple([one for one in in_force.declarations if one is not field])
            return in_force._replace(field=field._replace(form=Form.FIELD, scheme=""), declarations=others)
        if field is None or field.form is not Form.FIELD or not field.word.startswith("{{") or value is None:
            return in_force
        shorthand = resolved_shorthand(field, value)
        if shorthand is None:
            return in_force
        return in_force._replace(field=shorthand, declarations=(*in_force.declarations, shorthand))

    def _drafted(self, declaration: AuthDeclaration) -> Drafted | None:
        if declaration.scheme == "use" and not self._check_reference(declaration):
            return None
        drafted = draft(declaration, self._around.objects, self._context)
        if drafted is None:
            return None
        if not drafted.scheme.word:
            # An unknown word is told where it stands; here it keeps the request from being sent.
            self._add([(drafted.scheme.declaration.source, problem) for problem in _unknown(drafted.scheme)])
        self._add(declaration_problems(drafted.scheme.declaration))
        self._add(drafted.problems)
        self._check_other_tokens(drafted.scheme)
        self._add(value_problems(drafted.scheme, self._around.files, self._around.os_environment))
        return drafted

    def _check_reference(self, declaration: AuthDeclaration) -> bool:
        identifier = declaration.identifier
        if identifier is None:
            self._add([(declaration.source, MISSING_AUTH_OBJECT.at(declaration.word_range))])
            return False
        if identifier in self._around.objects.by_id:
            return True
        where = next((one.range for one in declaration.arguments if one.key is None), declaration.word_range)
        self._add([(declaration.source, self._unknown_object(where, identifier))])
        return False

    def _check_other_tokens(self, scheme: PlannedScheme) -> None:
        """Check that the objects are there whose tokens are exchanged for another one."""
        for one in scheme.parameters if scheme.word in ("oauth2", "oidc") else ():
            identifier = str(one.text).strip()
            is_reference = one.name in ("subject", "actor") and one.text.is_complete and not one.is_file
            if is_reference and identifier not in self._around.objects.by_id:
                self._add([(one.argument.source, self._unknown_object(one.argument.range, identifier))])

    def _unknown_object(self, where: Range, identifier: str) -> Problem:
        environment = self._around.elsewhere.get(identifier)
        if environment is not None:
            return AUTH_OBJECT_IN_ENVIRONMENT.at(where, id=identifier, environment=environment)
        near = did_you_mean(identifier, self._around.objects.by_id)
        if near is not None:
            suggestion = f"Did you mean `{near}`?"
        else:
            suggestion = "Write the object into `Security.Auth` of the environment."
        return UNKNOWN_AUTH_OBJECT.at(where, id=identifier, suggestion=suggestion)

    def _check_company(self, in_force: AuthInForce) -> None:
        """Check that no two schemes write one field, and that at most one waits for a challenge."""
        if len(in_force.declarations) < 2:
            return
        writers: dict[str, AuthDeclaration] = {}
        challenger: AuthDeclaration | None = None
        for declaration in in_force.declarations:
            merged = merged_with_object(declaration, self._around.objects)
            if merged is None:
                continue
            for name in sorted(writes(merged, self._around.objects)):
                other = writers.setdefault(name, declaration)
                if other is not declaration:
                    shown = (
                        f"the query parameter `{name[1:]}`" if name.startswith("?") else f"the field `{name.title()}`"
                    )
                    self._add_conflict(declaration, other, f"write {shown}")
                    break
            else:
                if stage_of(merged.scheme) is Stage.CHALLENGE:
                    if challenger is not None:
                        self._add_conflict(declaration, challenger, "answer what the server asks for")
                    challenger = challenger or declaration

    def _add_conflict(self, declaration: AuthDeclaration, other: AuthDeclaration, act: str) -> None:
        problem = CONFLICTING_AUTH.at(declaration.word_range, word=declaration.word, other=other.word, act=act)
        self._add([(declaration.source, problem)])

    def _check_field(self, in_force: AuthInForce) -> None:
        """Warn of an `@auth` that has no effect because a field `Authorization` stands in the same block or file."""
        field = in_force.field
        if field is None:
            return
        for declaration in in_force.overridden:
            is_beside = declaration.level == field.level and declaration.source is field.source
            if is_beside and declaration.form is Form.DIRECTIVE and declaration.source is self._texts.source:
                self.problems.append(AUTH_BESIDE_HEADER.at(declaration.word_range))

    def _add_tokens(
        self, holes: Iterable[Hole], tokens: dict[tuple[str, ...], PlannedToken], path: tuple[tuple[str, ...], ...]
    ) -> None:
        for hole in holes:
            if hole.kind is not HoleKind.TOKEN or not hole.arguments:
                continue
            if hole.arguments in path:
                self._add([(self._texts.source, CYCLIC_AUTH.at(hole.range, id=hole.arguments[-1]))])
            if hole.arguments in tokens or hole.arguments in path:
                continue
            found = token_declaration(hole, self._texts.source, self._context)
            if found is None:
                continue
            identifier = found.declaration.identifier
            if identifier is not None and identifier not in self._around.objects.by_id:
                where = hole.range if hole.range.end <= self._texts.source.length else self._texts.place
                self._add([(self._texts.source, self._unknown_object(where, identifier))])
                continue
            drafted = self._drafted(found.declaration)
            if drafted is not None:
                self._add_tokens(drafted.scheme.holes, tokens, (*path, hole.arguments))
                tokens[hole.arguments] = PlannedToken(drafted.scheme, found.is_identity, found.is_new)

    def _check_transport(
        self, in_force: AuthInForce, schemes: Sequence[PlannedScheme], tokens: Mapping[tuple[str, ...], PlannedToken]
    ) -> None:
        sends = any(stage_of(one.word) is Stage.PLACEMENT and _sends(one) for one in schemes)
        if not sends and in_force.field is None and not tokens:
            return
        host = _unprotected_host(str(self._texts.target))
        if host is not None:
            self.problems.append(INSECURE_CREDENTIAL.at(self._texts.place, host=host))

    def _follow_redirects(self) -> Iterator[PlannedText]:
        for source, where, text in self._around.follow_redirects:
            found = resolve(text, where.start, self._context)
            self._add([(source, problem) for problem in found.problems])
            if found.text.is_complete:
                try:
                    parse_origin(str(found.text))
                except InvalidOriginError:
                    self._add([(source, WRONG_REDIRECT_ORIGIN.at(where, text=str(found.text)))])
                    continue
            yield found.text

    def _add(self, found: Iterable[tuple[Source, Problem]]) -> None:
        """Add problems: those of this file where they stand, errors of another file at the request."""
        for source, problem in found:
            if source is self._texts.source:
                self.problems.append(problem)
            elif problem.severity is Severity.ERROR:
                position = source.position(problem.range.start)
                place = f"line {position.line} of {source.path.name}"
                self.problems.append(
                    AUTH_ELSEWHERE.at(self._texts.place, place=place, message=problem.message, remedy=problem.remedy)
                )


def _unknown(scheme: PlannedScheme) -> Iterator[Problem]:
    """Yield the problem of a scheme whose word is not known, or not there."""
    declaration = scheme.declaration
    if declaration.word:
        yield unknown_scheme(declaration.word_range, declaration.word)
    elif declaration.form is Form.OBJECT:
        yield MISSING_TYPE.at(declaration.word_range, id=declaration.identifier)


def _sends(planned: PlannedScheme) -> bool:
    """Tell whether a scheme puts something into the request at all."""
    scheme = shape_of(planned.declaration).trial
    return scheme is None or bool(scheme.writes)


def _unprotected_host(url: str) -> str | None:
    """Return the host of an `http` URL that is not this machine, None for any other, or where it is not known."""
    authority = url.partition("://")[2].partition("/")[0]
    if not url.lower().startswith("http://") or "‹" in authority or "{{" in authority:
        return None
    try:
        host = parse_origin(url).host
    except InvalidOriginError:
        return None
    is_here = host in _HERE or host.endswith(".localhost") or host.startswith("127.")
    return None if is_here else host


_HERE = frozenset(("localhost", "::1", "0.0.0.0", "::", "host.docker.internal"))  # noqa: S104 - nothing is bound here
"""Names of this machine: what is sent there does not leave it."""
