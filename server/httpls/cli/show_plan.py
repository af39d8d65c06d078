"""What would be sent, without sending: every piece with where it comes from, what is not known yet by its name."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from httpls.cli.report_problems import print_findings
from httpls.cli.show_head import NAME
from httpls.cli.shown_path import shown_path
from httpls.cli.terminal import Style, visible
from httpls.model.auth_plan import PlannedAuth, PlannedScheme
from httpls.model.authentication import Level
from httpls.model.body import BodyKind, FilePiece, PlannedBody, TextPiece
from httpls.model.plan import Plan
from httpls.model.planned_text import Hole, HoleKind, PlannedText
from httpls.model.source import Finding, Source
from httpls_auth.values.provenance import Place, Provenance
from httpls_grammar.problems import Severity

_LEVELS = {
    Level.REQUEST: "the request",
    Level.FILE: "its file",
    Level.FOLDER: "its folder",
    Level.ENVIRONMENT: "the environment",
}


def plan_lines(plan: Plan, style: Style) -> Iterator[str]:
    """Yield the plan of a request for people; secrets and what only a run can tell stand there by their names."""
    name = f"{visible(plan.request.name)}  " if plan.request.name else ""
    where = style.paint(f"{name}{visible(shown_path(plan.file.path))}:{plan.request.line}", "2")
    version = f" HTTP/{plan.version}" if plan.version else ""
    yield f"{style.paint(f'{plan.method} {visible(str(plan.target))}{version}', '1')}  {where}"
    for header in plan.headers:
        line = f"{style.paint(visible(str(header.name)), NAME)}: {visible(str(header.value))}"
        yield f"{line}{_from(header.origin, plan, style)}"
    yield from _auth_lines(plan.auth, style)
    if plan.body is not None:
        yield ""
        yield from body_lines(plan.body, style)
    holes = list(dict.fromkeys([*plan.holes, *plan.auth.holes]))
    if holes:
        yield ""
        yield style.paint("not known before it is sent", "2")
        width = max(len(str(hole)) for hole in holes)
        for hole in holes:
            yield f"  {visible(str(hole)):{width}}  {_hole(hole)}"


def plan_findings(plan: Plan) -> Sequence[Finding]:
    """Return what is wrong with a request, with its file."""
    return [Finding(plan.file.source, problem) for problem in plan.problems]


def is_refused(plan: Plan) -> bool:
    """Tell whether an error in the plan keeps the request from being sent."""
    return any(problem.severity is Severity.ERROR for problem in plan.problems)


def body_lines(body: PlannedBody, style: Style) -> Iterator[str]:
    """Yield the lines of a planned body; a file stands there by its path."""
    if body.kind is BodyKind.GRAPHQL and body.graphql is not None:
        yield style.paint("GraphQL query", "2")
        yield from _text_lines(body.graphql.query)
        if body.graphql.variables.pieces:
            yield style.paint("GraphQL variables", "2")
            yield from _text_lines(body.graphql.variables)
        return
    for message in body.messages:
        for piece in message:
            if isinstance(piece, TextPiece):
                yield from _text_lines(piece.text)
            else:
                yield style.paint(_file(piece), "2")


def plan_as_json(plan: Plan) -> dict[str, object]:
    """Return the plan as plain data, in the form that docs/command-line.md documents."""
    return {
        "file": str(plan.file.path),
        "line": plan.request.line,
        "name": plan.request.name,
        "method": plan.method,
        "url": str(plan.target),
        "headers": [
            {"name": str(header.name), "value": str(header.value), "from": str(header.origin)}
            for header in plan.headers
        ],
        "auth": [
            {
                "scheme": scheme.word,
                "from": _LEVELS[scheme.declaration.level],
                **_place(scheme.declaration.source, scheme.declaration.range.start),
                "parameters": {_name(one.name, one.key): str(one.text) for one in scheme.parameters},
            }
            for scheme in plan.auth.schemes
        ],
        "body": None if plan.body is None else "\n".join(body_lines(plan.body, Style.plain())),
        "holes": [{"name": hole.name, "kind": hole.kind.value, "isSecret": hole.is_secret} for hole in plan.holes],
        "isRefused": is_refused(plan),
    }


def print_plan_problems(plan: Plan) -> None:
    """Print what is wrong with a request to standard error."""
    import sys

    print_findings(plan_findings(plan), sys.stderr)


def _auth_lines(auth: PlannedAuth, style: Style) -> Iterator[str]:
    for scheme in auth.schemes:
        yield ""
        position = scheme.declaration.source.position(scheme.declaration.range.start)
        place = f"{visible(shown_path(scheme.declaration.source.path))}:{position.line}"
        where = style.paint(f"from {_LEVELS[scheme.declaration.level]}, {place}", "2")
        yield f"{style.paint('auth', '1;35')} {scheme.word}  {where}"
        yield from _parameters(scheme, style)
    for overridden in auth.in_force.overridden:
        position = overridden.source.position(overridden.range.start)
        place = f"{visible(shown_path(overridden.source.path))}:{position.line}"
        word = overridden.scheme or overridden.word or "Authorization"
        yield style.paint(f"     {word} from {_LEVELS[overridden.level]}, {place}, is overridden", "2")
    if not auth.schemes and auth.in_force.level is not None:
        yield ""
        yield f"{style.paint('auth', '1;35')} none  {style.paint(f'by {_LEVELS[auth.in_force.level]}', '2')}"


def _parameters(scheme: PlannedScheme, style: Style) -> Iterator[str]:
    for parameter in scheme.parameters:
        name = style.paint(_name(parameter.name, parameter.key), NAME)
        yield f"     {name} = {visible(str(parameter.text))}"


def _name(name: str | None, key: str | None) -> str:
    return name or key or "value"


def _text_lines(text: PlannedText) -> Iterator[str]:
    return iter(visible(str(text).replace("\r\n", "\n")).removesuffix("\n").split("\n"))


def _file(piece: FilePiece) -> str:
    filled = ", its templates filled in" if piece.is_substituted else ""
    encoding = f", in {piece.encoding}" if piece.encoding else ""
    return f"‹content of {visible(str(piece.written))}{encoding}{filled}›"


def _hole(hole: Hole) -> str:
    return _HOLES[hole.kind]


_HOLES = {
    HoleKind.DYNAMIC: "made anew for each request",
    HoleKind.PROMPT: "asked for",
    HoleKind.SECRET: "a secret of the project or the keyring",
    HoleKind.PROVIDER: "from a provider",
    HoleKind.RESPONSE: "from a response",
    HoleKind.TOKEN: "a token",
    HoleKind.SCRIPT: "set by a script",
    HoleKind.JAVASCRIPT: "JavaScript",
    HoleKind.FILE: "the content of a file",
    HoleKind.COOKIE: "a cookie of the jar",
}


def _from(origin: Provenance, plan: Plan, style: Style) -> str:
    """Return where a header comes from, unless that is the request itself."""
    place = origin.place
    if place is not None and place.path == str(plan.file.path):
        start = plan.file.source.position(plan.request.range.start).line
        if start <= place.line <= start + plan.request.block.line_breaks:
            return ""
    words = origin.kind.value if place is None else f"{_shown(place)}"
    environment = f", environment {visible(origin.environment)}" if origin.environment else ""
    return style.paint(f"  from {words}{environment}", "2")


def _shown(place: Place) -> str:
    return f"{visible(shown_path(Path(place.path)))}:{place.line}"


def _place(source: Source, offset: int) -> dict[str, object]:
    return {"file": str(source.path), "line": source.position(offset).line}
