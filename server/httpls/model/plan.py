"""The plan of a request: everything about it that can be known without the network or a secret. Pure."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from httpls.model.auth_plan import PlannedAuth
from httpls.model.auth_tokens import as_credentials
from httpls.model.body import BodyRules, PlannedBody, TextPiece, plan_body
from httpls.model.default_headers import DefaultHeader
from httpls.model.graphql_fragments import fragments_of
from httpls.model.levels import SharedHeader
from httpls.model.planned_text import EMPTY, Hole, PlannedText, concatenated
from httpls.model.request_auth import AuthSurroundings, RequestTexts, is_overridden, is_taken_out, plan_auth
from httpls.model.resolve import Context, Resolved, literal, resolve
from httpls.model.workspace import RequestFile
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_auth.values.value import Value
from httpls_grammar import Request
from httpls_grammar.nodes import CurlLine, Header, RequestLine
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.profile import Profile
from httpls_grammar.text import Range

if TYPE_CHECKING:
    from httpls.model.curl_request import CurlParts

UNSUPPORTED_VERSION = ProblemKind(
    "unsupported-http-version", Severity.WARNING,
    "HTTP/{version} is not spoken; the request is sent by HTTP/2 or HTTP/1.1",
    "Write `HTTP/2`, or leave the version out.",
)  # fmt: skip
RELATIVE_TARGET = ProblemKind(
    "relative-target", Severity.ERROR,
    "the target is a path, and nothing says at which host",
    "Write the whole URL, a header field `Host`, or a variable `host`.",
)  # fmt: skip
CONTENT_LENGTH = ProblemKind(
    "content-length", Severity.WARNING,
    "the length of the body is always computed; this value is not sent",
    "Remove the line.",
)  # fmt: skip
PROBLEM_ELSEWHERE = ProblemKind(
    "problem-elsewhere", Severity.ERROR,
    "the header field `{name}` from {place} cannot be worked out: {message}",
    "Correct it there.",
)  # fmt: skip
BODY_AFTER_GET = ProblemKind(
    "body-after-get", Severity.INFORMATION,
    "a {method} request seldom has a body; many servers ignore it",
    "Remove the body, or use another method.",
)  # fmt: skip


class PlannedHeader(NamedTuple):
    """A header field as it will be sent. `origin` says where it comes from."""

    name: PlannedText
    value: PlannedText
    origin: Provenance
    range: Range | None


class Plan(NamedTuple):
    """What will be sent, with holes for what is not known yet.

    `target` is an absolute URL, as far as its beginning is known; it is not percent-encoded yet. `problems` count from
    the start of the file that the request stands in; a request with an error among them is refused.
    """

    file: RequestFile
    request: Request
    method: str
    target: PlannedText
    version: str | None
    headers: tuple[PlannedHeader, ...]
    body: PlannedBody | None
    auth: PlannedAuth
    problems: Sequence[Problem]

    @property
    def holes(self) -> Sequence[Hole]:
        """The holes of target, headers and body, in this order, each as often as it occurs."""
        return [*_holes(self.target, self.headers), *_body_holes(self.body)]


class Surroundings(NamedTuple):
    """What the levels around a request give to it, and how its file is to be read.

    `standing` are the problems that concern every request of the file; each plan has them at its request line.
    `is_explicit` tells that somebody chose the profile.
    """

    profile: Profile
    context: Context
    shared_headers: Sequence[SharedHeader]
    auth: AuthSurroundings
    body_comments: str = "auto"
    default_headers: Sequence[DefaultHeader] = ()
    standing: Sequence[Problem] = ()
    is_explicit: bool = False


def plan(file: RequestFile, request: Request, surroundings: Surroundings) -> Plan:
    """Plan a request."""
    context = surroundings.context
    where = _place_of(request)
    problems = [problem._replace(range=where) for problem in surroundings.standing]
    surroundings = _without_overridden(surroundings)
    curl: CurlParts | None = None
    if isinstance(request.syntax.line, CurlLine):
        from httpls.model.curl_request import curl_parts

        curl = curl_parts(request, file.path.parent, context)
    headers = _headers(file, request, surroundings, curl, problems)
    target = _target(request, context, problems)
    target = _absolute(request, target, headers, context, problems)
    body = _body(file, request, headers, surroundings, problems)
    if curl is not None:
        problems += curl.problems
        target, body = _with_query(target, curl.query, context), curl.body
    if request.version is not None and request.version.startswith("3"):
        line = request.syntax.line
        assert isinstance(line, RequestLine)
        assert line.version_range is not None
        problems.append(UNSUPPORTED_VERSION.at(line.version_range.shifted(request.offset), version=request.version))
    if body is not None and request.method in ("GET", "HEAD") and request.body is not None:
        first = request.body.range.shifted(request.offset)
        problems.append(BODY_AFTER_GET.at(Range(first.start, first.start), method=request.method))
    names = [str(header.name).lower() for header in headers]
    authorization = headers[names.index("authorization")].value if "authorization" in names else None
    holes = [*_holes(target, headers), *_body_holes(body)]
    texts = RequestTexts(file.source, request, where, target, authorization, holes)
    auth, found = plan_auth(texts, surroundings.auth, context)
    headers = [_as_sent(header, name) for header, name in zip(headers, names, strict=True) if _is_sent(name, auth)]
    return Plan(
        file, request, request.method, target, request.version, tuple(headers), body, auth,
        sorted(dict.fromkeys([*problems, *found]), key=lambda problem: problem.range),
    )  # fmt: skip


def _without_overridden(surroundings: Surroundings) -> Surroundings:
    """Leave out the fields of the levels around a request that its authentication overrides."""
    if not surroundings.shared_headers and not surroundings.default_headers:
        return surroundings
    in_force = surroundings.auth.in_force
    shared = [one for one in surroundings.shared_headers if not is_overridden(one.header.name, in_force)]
    default = [one for one in surroundings.default_headers if not is_overridden(one.name, in_force, is_default=True)]
    return surroundings._replace(shared_headers=shared, default_headers=default)


def _as_sent(header: PlannedHeader, name: str) -> PlannedHeader:
    return header._replace(value=as_credentials(header.value)) if name == "authorization" else header


def _is_sent(name: str, auth: PlannedAuth) -> bool:
    return name not in _NOT_SENT and not is_taken_out(name, auth.in_force)


def _place_of(request: Request) -> Range:
    """Return where what concerns a whole request is told: at its target, or its line if it has none."""
    line = request.syntax.line
    if isinstance(line, RequestLine) and line.target_ranges:
        return line.target_ranges[0].shifted(request.offset)
    text = line.range.of(request.block.text)
    return Range(line.range.start, line.range.start + len(text.splitlines()[0])).shifted(request.offset)


def _target(request: Request, context: Context, problems: list[Problem]) -> PlannedText:
    line = request.syntax.line
    if isinstance(line, CurlLine):
        return _add(resolve(request.curl.url, request.curl.url_range.start + request.offset, context), problems)
    if not isinstance(line, RequestLine):
        return EMPTY
    pieces: list[PlannedText] = []
    for where in line.target_ranges:
        found = resolve(where.of(request.block.text), where.start + request.offset, context)
        pieces.append(_add(found, problems))
    return concatenated(pieces)


def _add(found: Resolved, problems: list[Problem]) -> PlannedText:
    problems += found.problems
    return found.text


def _with_query(target: PlannedText, query: PlannedText, context: Context) -> PlannedText:
    """Add what `-G` and `--url-query` of a cURL command say to a target."""
    if not query.pieces:
        return target
    return concatenated([target, literal("&" if "?" in str(target) else "?", context), query])


def _absolute(
    request: Request,
    target: PlannedText,
    headers: Sequence[PlannedHeader],
    context: Context,
    problems: list[Problem],
) -> PlannedText:
    """Put scheme and host before a target that has none (REST Client's rule: https for the ports 443 and 8443).

    The host of a path is that of the field `Host`, else the variable `host`, which may have a scheme (httpyac).
    """
    if request.method == "NOP" or not target.pieces or isinstance(target.pieces[0], Hole):
        return target
    written = str(target)
    lowered = written.lower()
    if "://" in lowered.partition("?")[0]:
        return target
    origin = Provenance(Origination.SETTING, "scheme")
    if not lowered.startswith(("/", "*")):
        return PlannedText((Value(f"{_scheme_for(written)}://", origin), *target.pieces))
    host = next((header.value for header in headers if str(header.name).lower() == "host"), None)
    path = () if lowered == "*" else target.pieces
    if host is None and context.scopes.find("host") is not None:
        host = _add(resolve("{{host}}", _place_of(request).start, context), problems)
        if not host.pieces or isinstance(host.pieces[0], Hole) or "://" in str(host):
            return PlannedText((*host.pieces, *path))
    if host is None:
        problems.append(RELATIVE_TARGET.at(_place_of(request)))
        return target
    return PlannedText((Value(f"{_scheme_for(str(host))}://", origin), *host.pieces, *path))


def _scheme_for(authority: str) -> str:
    host = authority.partition("/")[0].partition("?")[0]
    return "https" if host.endswith((":443", ":8443")) else "http"


def _headers(
    file: RequestFile,
    request: Request,
    surroundings: Surroundings,
    curl: "CurlParts | None",
    problems: list[Problem],
) -> list[PlannedHeader]:
    """Return the fields of the request after those of the levels around it that it does not give itself."""
    context = surroundings.context
    own: list[PlannedHeader] = []
    for header in request.headers:
        own.append(_header(file, header, request.block.text, request.offset, context, problems))
        if header.name.lower() == "content-length":
            problems.append(CONTENT_LENGTH.at(header.name_range.shifted(request.offset)))
    for field in curl.fields if curl is not None else ():
        origin = _origin(file, Origination.LITERAL, str(field.name), field.range.start)
        own.append(PlannedHeader(field.name, field.value, origin, field.range))
    if not surroundings.default_headers and not surroundings.shared_headers:
        return own
    given = {str(header.name).lower() for header in own}
    inherited: dict[str, PlannedHeader] = {}
    for default in surroundings.default_headers:
        if default.name.lower() not in given:
            planned_header, wrong = _default_header(default, context)
            inherited[default.name.lower()] = planned_header
            problems += _elsewhere(request, planned_header, wrong)
    for shared in surroundings.shared_headers:
        text = shared.file.document.blocks.at_offset(shared.offset).block.text
        found: list[Problem] = []
        planned_header = _header(shared.file, shared.header, text, shared.offset, context, found)
        name = str(planned_header.name).lower()
        if name not in given:
            inherited[name] = planned_header
            # In the file itself they are told where they stand; from another one they keep the request from being sent.
            problems += found if shared.file is file else _elsewhere(request, planned_header, found)
    return [*[header for name, header in inherited.items() if name not in given], *own]


def _header(
    file: RequestFile, header: Header, text: str, offset: int, context: Context, problems: list[Problem]
) -> PlannedHeader:
    where = header.name_range.shifted(offset)
    if header.form == "spread":
        # httpyac: all fields of an object; the name stands without braces.
        found = resolve("{{" + header.name + "}}", where.start, context)
        problems += [problem._replace(range=where) for problem in found.problems]
        name = found.text
    else:
        name = _add(resolve(header.name, where.start, context), problems)
    origin = _origin(file, Origination.LITERAL, header.name, header.name_range.start + offset)
    values: list[PlannedText] = []
    for where in header.value_ranges:
        if values:
            values.append(literal(" ", context))
        values.append(_add(resolve(where.of(text), where.start + offset, context), problems))
    return PlannedHeader(name, concatenated(values), origin, header.range.shifted(offset))


def _default_header(default: DefaultHeader, context: Context) -> tuple[PlannedHeader, Sequence[Problem]]:
    context = context._replace(literal=default.origin)
    name, value = resolve(default.name, 0, context), resolve(default.value, 0, context)
    return PlannedHeader(name.text, value.text, default.origin, None), (*name.problems, *value.problems)


def _elsewhere(request: Request, header: PlannedHeader, found: Sequence[Problem]) -> Iterator[Problem]:
    """Yield what is wrong with a field of another file, at the request that it keeps from being sent."""
    for problem in found:
        if problem.severity is Severity.ERROR:
            place = header.origin.place or header.origin.kind.value
            yield PROBLEM_ELSEWHERE.at(
                _place_of(request), name=str(header.name), place=place, message=problem.message
            )  # fmt: skip


def _origin(file: RequestFile, kind: Origination, name: str, offset: int) -> Provenance:
    position = file.source.position(offset)
    return Provenance(kind, name, Place(str(file.path), position.line, position.column))


def _body(
    file: RequestFile,
    request: Request,
    headers: Sequence[PlannedHeader],
    surroundings: Surroundings,
    problems: list[Problem],
) -> PlannedBody | None:
    body = request.body
    if body is None:
        return None
    by_name = {str(header.name).lower(): header.value for header in headers}
    content_type, request_type = str(by_name.get("content-type", "")), str(by_name.get("x-request-type", ""))
    directives = {directive.key for directive in request.directives}
    is_graphql = request_type.strip().lower() == "graphql" or "graphql" in directives
    rules = BodyRules(
        request.method, content_type, is_graphql and "nogqlparsing" not in directives,
        surroundings.profile, {"strip": True, "keep": False}.get(surroundings.body_comments),
        "injectvariables" in directives, file.path.parent, surroundings.is_explicit,
        surroundings.profile is Profile.HTTPYAC and "nogqlparsing" not in directives,
        fragments_of(file.document) if _may_be_graphql(request, surroundings.profile, is_graphql) else (),
    )  # fmt: skip
    planned, found = plan_body(request.block.text, request.offset, body, rules, surroundings.context)
    problems += found
    return planned


def _may_be_graphql(request: Request, profile: Profile, is_graphql: bool) -> bool:
    return is_graphql or request.method == "GRAPHQL" or profile is Profile.HTTPYAC


def _holes(target: PlannedText, headers: Sequence[PlannedHeader]) -> list[Hole]:
    texts = [target]
    for header in headers:
        texts += [header.name, header.value]
    return [piece for text in texts for piece in text.pieces if isinstance(piece, Hole)]


def _body_holes(body: PlannedBody | None) -> list[Hole]:
    if body is None:
        return []
    if body.graphql is not None:
        return [*body.graphql.query.holes, *body.graphql.variables.holes]
    texts = [
        piece.text if isinstance(piece, TextPiece) else piece.written for message in body.messages for piece in message
    ]
    return [hole for text in texts for hole in text.holes]


_NOT_SENT = frozenset(("content-length", "x-request-type"))
"""Fields that are computed, or that only tell how the request is to be read."""
