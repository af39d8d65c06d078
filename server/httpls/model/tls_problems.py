"""What is wrong with the TLS configuration of a request, as far as can be known without reading a certificate."""

from collections.abc import Iterator, Sequence

from httpls.model.plan import Plan
from httpls.model.ports import Files
from httpls.model.tls import PlannedPath, PlannedTls, TlsSources, plan_tls
from httpls_auth.errors import InvalidOriginError
from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.value import Value
from httpls_grammar.islands.suggestion import did_you_mean
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range

UNKNOWN_CERTIFICATE = ProblemKind(
    "unknown-certificate", Severity.ERROR,
    "there is no certificate `{name}` in the configuration",
    "{suggestion}",
)  # fmt: skip
MISSING_CERTIFICATE_FILE = ProblemKind(
    "missing-certificate-file", Severity.ERROR,
    "the file `{path}` does not exist, which {rule} names",
    "Correct the path; it counts from the folder of the file that it is written in.",
)  # fmt: skip
CERTIFICATE_OVER_HTTP = ProblemKind(
    "certificate-over-http", Severity.WARNING,
    "no client certificate is shown over http",
    "Write the target with `https://`.",
)  # fmt: skip
BROKEN_TLS_DIRECTIVE = ProblemKind(
    "broken-tls-directive", Severity.ERROR,
    "a directive of `{file}` that counts for this request is wrong: {message}",
    "Correct it there.",
)  # fmt: skip
UNUSABLE_CERTIFICATE = ProblemKind(
    "unusable-certificate", Severity.ERROR,
    "{message}",
    "{remedy}",
)  # fmt: skip
DUBIOUS_CERTIFICATE = ProblemKind(
    "dubious-certificate", Severity.WARNING,
    "a server may refuse the client certificate `{path}`: {warning}",
    "Have it renewed, or name another one; `httpls cert explain` shows all about it.",
)  # fmt: skip


def tls_problems(plan: Plan, sources: TlsSources, files: Files, at: Range) -> Iterator[Problem]:
    """Yield the problems of a request, counted from the start of its file; those of other files stand at `at`."""
    yield from _of_levels(plan, sources, at)
    if all(level.is_silent for level in sources.levels) and not sources.schemes and not sources.rules.rules:
        return
    origin = origin_of(plan)
    if origin is None:
        return
    if origin.scheme != "https":
        own = next((level.certificate for level in sources.levels if level.is_own), None)
        if own is not None and not own.is_none:
            yield CERTIFICATE_OVER_HTTP.at(own.range)
        elif sources.schemes:
            place = sources.schemes[0].place_of("")
            yield CERTIFICATE_OVER_HTTP.at(place.range if place.source is plan.file.source else at)
        return
    planned = plan_tls(sources, origin)
    yield from [problem if problem.range != Range(0, 0) else problem._replace(range=at) for problem in planned.problems]
    for rule, path in _paths(planned):
        missing = _missing(path, files)
        if missing is not None:
            is_here = path.where is not None and path.where.source is plan.file.source
            where = path.where.range if path.where is not None and is_here else at
            yield MISSING_CERTIFICATE_FILE.at(where, path=missing, rule=rule)


def origin_of(plan: Plan) -> Origin | None:
    """Return the origin of a request, None where its target does not say it yet."""
    first = plan.target.pieces[0] if plan.target.pieces else None
    if not isinstance(first, Value):
        return None
    authority = first.reveal().partition("://")[2]
    if len(plan.target.pieces) > 1 and not any(end in authority for end in "/?#"):
        return None
    try:
        return parse_origin(first.reveal())
    except InvalidOriginError:
        return None


def _of_levels(plan: Plan, sources: TlsSources, at: Range) -> Iterator[Problem]:
    known = [rule.name for rule in sources.rules.rules if rule.name]
    for level in sources.levels:
        for problem in level.problems:
            if level.is_own:
                yield problem
            elif level.source is not None:
                yield BROKEN_TLS_DIRECTIVE.at(at, file=level.source.path.name, message=problem.message)
        directive = level.certificate
        if directive is not None and directive.name is not None and sources.rules.named(directive.name.text) is None:
            near = did_you_mean(directive.name.text, known)
            define = f"Give an entry of `certificates` in `httpls.toml` the name `{directive.name.text}`."
            where = directive.name.range if directive.source is plan.file.source else at
            suggestion = f"Did you mean `{near}`?" if near else define
            yield UNKNOWN_CERTIFICATE.at(where, name=directive.name.text, suggestion=suggestion)


def _paths(planned: PlannedTls) -> Sequence[tuple[str, PlannedPath]]:
    found = list(planned.authorities)
    certificate = planned.certificate
    if certificate is not None:
        found += [(certificate.rule, path) for path in (certificate.path, certificate.key) if path is not None]
    return found


def _missing(path: PlannedPath, files: Files) -> str | None:
    """Return the path of a file or folder that is known not to be there."""
    if not path.text.is_complete:
        return None
    resolved = path.absolute
    if resolved is None or files.is_file(resolved) or files.is_folder(resolved):
        return None
    return str(path.text)
