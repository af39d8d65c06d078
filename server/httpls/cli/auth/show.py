"""`httpls auth show`: how requests authenticate, where that is written, and what it overrides."""

import json
import sys
from collections.abc import Iterator, Sequence

from httpls.cli.auth.arguments import NOT_SELECTED, file_parser, not_selected, selected_requests
from httpls.cli.select_requests import label
from httpls.cli.shown_path import shown_path
from httpls.cli.terminal import Style, visible
from httpls.model.auth_plan import PlannedScheme
from httpls.model.authentication import AuthDeclaration, Level
from httpls.run.selection import Selected
from httpls_grammar.problems import Severity

_LEVELS = {
    Level.REQUEST: "the request",
    Level.FILE: "the file",
    Level.FOLDER: "the folder",
    Level.ENVIRONMENT: "the environment",
}


def show(arguments: Sequence[str]) -> int:
    """Show the authentication of requests; return 3 if that of one cannot be prepared."""
    parser = file_parser(
        "show", "Shows how requests authenticate, where that is written, and what it overrides. Secrets are masked."
    )
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    options = parser.parse_args(arguments)
    try:
        _, requests = selected_requests(options)
    except NOT_SELECTED as error:
        return not_selected("show", error)
    shown = [_as_json(one) for one in requests]
    if options.json:
        print(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        style = Style()
        for number, one in enumerate(requests):
            if number:
                print()
            for line in _lines(one, style):
                print(line)
    return 3 if any(one["problems"] for one in shown) else 0


def _lines(selected: Selected, style: Style) -> Iterator[str]:
    plan = selected.analysis.plan(selected.request)
    path = shown_path(selected.analysis.file.path)
    yield f"{style.paint(visible(label(selected)), '1')}  ({visible(path)}:{selected.request.line})"
    in_force = plan.auth.in_force
    if in_force.field is not None and not plan.auth.schemes:
        yield f"  the field Authorization, as it is written ({_place(in_force.field)})"
    elif not plan.auth.schemes:
        level = in_force.level
        yield "  no authentication" + (f", as {_LEVELS[level]} says" if level is not None else "")
    for scheme in plan.auth.schemes:
        yield f"  {style.paint(visible(scheme.word), '1;36')}  {_origin_of(scheme)}"
        yield from _parameters(scheme)
    for words, token in plan.auth.tokens.items():
        yield f"  {{{{${visible(' '.join(words))}}}}}: {visible(token.scheme.word)}  {_origin_of(token.scheme)}"
        yield from _parameters(token.scheme)
    for one in in_force.overridden:
        yield f"  overrides {visible(one.word)} of {_LEVELS[one.level]} ({_place(one)})"
    for problem in plan.problems:
        if problem.severity is Severity.ERROR:
            print(f"  error: {visible(problem.message)}. {visible(problem.remedy)}", file=sys.stderr)


def _parameters(scheme: PlannedScheme) -> Iterator[str]:
    names = [one.name or one.key or str(one.position + 1) for one in scheme.parameters]
    width = max(map(len, names), default=0)
    for name, one in zip(names, scheme.parameters, strict=True):
        text = f"the content of {one.text}" if one.is_file else str(one.text)
        yield f"    {visible(name):{width}}  {visible(text)}"


def _origin_of(scheme: PlannedScheme) -> str:
    declaration = scheme.reference or scheme.declaration
    level = _LEVELS[declaration.level]
    if scheme.reference is not None:
        name = scheme.declaration.identifier
        return f"`{name}` of the environment ({_place(scheme.declaration)}), referred to by {level}"
    return f"from {level} ({_place(declaration)})"


def _place(declaration: AuthDeclaration) -> str:
    position = declaration.source.position(declaration.word_range.start)
    return visible(f"{shown_path(declaration.source.path)}:{position.line}")


def _as_json(selected: Selected) -> dict[str, object]:
    plan = selected.analysis.plan(selected.request)

    def described(scheme: PlannedScheme) -> dict[str, object]:
        declaration = scheme.declaration
        position = declaration.source.position(declaration.word_range.start)
        return {
            "scheme": scheme.word, "level": declaration.level.name.lower(), "id": declaration.identifier,
            "path": str(declaration.source.path), "line": position.line,
            "parameters": {one.name or one.key or str(one.position + 1): str(one.text) for one in scheme.parameters},
        }  # fmt: skip

    return {
        "name": label(selected),
        "path": str(selected.analysis.file.path),
        "line": selected.request.line,
        "schemes": [described(one) for one in plan.auth.schemes],
        "tokens": [described(one.scheme) for one in plan.auth.tokens.values()],
        "overridden": [one.word for one in plan.auth.in_force.overridden],
        "problems": [one.message for one in plan.problems if one.severity is Severity.ERROR],
    }
