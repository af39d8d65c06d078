"""Resolves texts with templates: every variable to its value with labels and provenance, or to a hole with its name."""

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple, cast

from httpls.model.dynamic_references import MISSING_SHARED_VARIABLE, DynamicReferences, shared_definition
from httpls.model.planned_text import Hole, HoleKind, Piece, PlannedText
from httpls.model.requests import KnownRequests
from httpls.model.scopes import Definition, Scopes, Unset
from httpls_auth.values.provenance import Provenance
from httpls_auth.values.value import Value, joined
from httpls_grammar.islands.expression import (
    DynamicVariable,
    FileContent,
    ResponseReference,
    VariableReference,
)
from httpls_grammar.islands.suggestion import Suggester, did_you_mean
from httpls_grammar.islands.template import Literal, Template, find_templates, split_text
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range

UNDEFINED_IN_ENVIRONMENT = ProblemKind(
    "undefined-in-environment", Severity.ERROR,
    "{chosen}, and the variable `{name}` is defined in {others}{where}",
    "Choose an environment that defines it, or define it in the file with `@{name} = …`.",
)  # fmt: skip
UNDEFINED_AS_WRITTEN = ProblemKind(
    "undefined-as-written", Severity.INFORMATION,
    "the variable `{name}` is not defined and is sent as it stands",
    "Define it, or leave it: the setting `allow-undefined` is on.",
)  # fmt: skip
UNDEFINED_VARIABLE = ProblemKind(
    "undefined-variable", Severity.ERROR,
    "the variable `{name}` is not defined{where}",
    "{suggestion}",
)  # fmt: skip
CYCLIC_VARIABLE = ProblemKind(
    "cyclic-variable", Severity.ERROR,
    "the variable `{name}` refers to itself: {cycle}",
    "Give one of these variables a value that does not refer to the others.",
)  # fmt: skip
EXPANSION_TOO_LARGE = ProblemKind(
    "expansion-too-large", Severity.ERROR,
    "the value of `{name}` has more than {limit} characters once its variables are filled in",
    "Let fewer variables refer to each other.",
)  # fmt: skip
UNKNOWN_REQUEST = ProblemKind(
    "unknown-request", Severity.ERROR,
    "there is no request `{name}` to take a value from",
    "{suggestion}",
)  # fmt: skip
NAME_IN_REFERENCE = ProblemKind(
    "name-in-reference", Severity.WARNING,
    "other tools do not find the request `{name}` by this reference, because of the characters in its name",
    "Name it with letters, digits and underscores only.",
)  # fmt: skip
JAVASCRIPT_EXPRESSION = ProblemKind(
    "javascript-expression", Severity.INFORMATION,
    "`{text}` is a JavaScript expression, which few other tools evaluate",
    "Use a variable if the file is to run in other tools too.",
)  # fmt: skip

LARGEST_EXPANSION = 1_000_000
"""How many code points a variable may expand to: thirty variables that double each other would fill any memory."""
DEEPEST_PROVENANCE = 100
"""How many variables a provenance tells one after the other."""
DEEPEST_SHARED = 20
"""How many values of `$shared` may refer to each other one after the other."""
_WEIGHT_OF_HOLE = 100
"""How many code points a hole counts for: it takes that much memory before anything is in it."""


def _nowhere(_name: str) -> Sequence[str]:
    return ()


class Elsewhere(NamedTuple):
    """The variables of the environments that are not chosen, by name, and the names of those that are."""

    environments_of: Callable[[str], Sequence[str]]
    chosen: Sequence[str]


class Context(NamedTuple):
    """Where a text is resolved: its scopes, the requests that it may refer to, what dynamic variables mean.

    `literal` is the file the text stands in, for the provenance of what is written out in it. With `allow_undefined`
    a variable that is not defined stays as it is written, and that is no error. `depth` counts the shared values
    that are being filled in, which may refer to each other. `expanded` keeps what definitions stand for, `suggester`
    the names that may be meant; without them each use is worked out by itself.
    """

    scopes: Scopes
    requests: KnownRequests
    dynamic: DynamicReferences
    literal: Provenance
    elsewhere: Elsewhere = Elsewhere(_nowhere, ())
    allow_undefined: bool = False
    depth: int = 0
    expanded: "dict[str, Expanded] | None" = None
    suggester: Suggester | None = None

    def nearest(self, name: str) -> str | None:
        """Return the name of a variable that was most likely meant."""
        return (self.suggester or Suggester(self.scopes.names())).nearest(name)


class Resolved(NamedTuple):
    """A text with its variables filled in, and what is wrong; the ranges of problems count as those of the text."""

    text: PlannedText
    problems: Sequence[Problem]


def resolve(text: str, start: int, context: Context) -> Resolved:
    """Resolve a text as far as can be known without sending; `start` is where it begins in what ranges count from."""
    if is_literal(text):
        return Resolved(literal(text, context), ())
    pieces: list[Piece] = []
    problems: list[Problem] = []
    for piece in split_text(text, start):
        if isinstance(piece, Literal):
            pieces.append(Value(piece.text, context.literal))
        else:
            found, wrong = _template(piece, context)
            pieces += found
            problems += wrong
    return Resolved(PlannedText(_merged(pieces, context.literal)), problems)


def expand(definition: Definition, where: Range, context: Context) -> Resolved:
    """Return the value of a definition with the variables in it filled in; holes and problems get the range `where`."""
    pieces, problems = _Expansion(context).pieces_of(definition, where)
    return Resolved(PlannedText(tuple(pieces)), problems)


def is_literal(text: str) -> bool:
    """Tell, cheaply, whether a text stands for itself; most of what a file says does."""
    return "{{" not in text and "\\" not in text


def literal(text: str, context: Context) -> PlannedText:
    """Return a text in which nothing is to be filled in."""
    return PlannedText((Value(text, context.literal),) if text else ())


def _template(template: Template, context: Context) -> tuple[Sequence[Piece], Sequence[Problem]]:
    expression = template.expression
    if isinstance(expression, VariableReference):
        pieces, problems = _variable(expression, template.range, context)
    elif isinstance(expression, ResponseReference):
        pieces, problems = _response(expression, template.range, context)
    elif isinstance(expression, DynamicVariable):
        shared = shared_definition(expression, context.scopes)
        if shared is not None:
            return _shared(shared, template.range, context)
        return context.dynamic.resolve(expression, template.range, context.scopes, context.literal)
    elif isinstance(expression, FileContent):
        mark = "@" if expression.is_substituted else ""
        return [_hole(HoleKind.FILE, template, (mark, expression.path), context)], ()
    else:
        hole = _hole(HoleKind.JAVASCRIPT, template, (expression.text,), context)
        # JetBrains: a path into the variables, for whose values the request is repeated.
        is_path = expression.text.startswith("$.")
        return [hole], () if is_path else [JAVASCRIPT_EXPRESSION.at(template.range, text=expression.text)]
    if expression.percent_encoded:
        pieces = [percent_encoded(piece) for piece in pieces]
    return pieces, problems


def _variable(
    reference: VariableReference, where: Range, context: Context
) -> tuple[Sequence[Piece], Sequence[Problem]]:
    definition = context.scopes.find(reference.name)
    if definition is None and reference.name.startswith(_PROCESS_ENVIRONMENT):
        # httpyac: the object of Node.js that has the variables of the operating system.
        name = reference.name.removeprefix(_PROCESS_ENVIRONMENT)
        return context.dynamic.os_variable(name, where, context.scopes)
    if definition is None and (member := _member(reference.name, context)) is not None:
        return [member], ()
    if definition is None:
        arguments = _reference_of_httpyac(reference.name, context)
        if arguments is not None:
            return [Hole(HoleKind.RESPONSE, reference.name, arguments, where, context.literal)], ()
        return [Value("{{" + reference.name + "}}", context.literal)], [_undefined(reference.name, where, context)]
    return _Expansion(context).pieces_of(definition, where)


_PROCESS_ENVIRONMENT = "process.env."


def _member(name: str, context: Context) -> Value | None:
    """Return what `user.id` or `ids[0]` means if `user` or `ids` is a variable with JSON in it; None for all others."""
    first = re.match(r"[\w\-]+", name)
    definition = context.scopes.find(first.group()) if first is not None and first.end() < len(name) else None
    if first is None or definition is None or not isinstance(definition.text, str):
        return None
    text = definition.text
    if text[:1] not in ("{", "[") or ("{{" in text and not definition.is_literal):
        return None
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    for step in re.finditer(r"""\.([\w\-]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]""", name[first.end() :]):
        key = next(part for part in step.groups() if part is not None)
        if isinstance(value, dict) and key in value:
            value = cast("dict[str, object]", value)[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(cast("list[object]", value)):
            value = cast("list[object]", value)[int(key)]
        elif isinstance(value, list) and key == "length":
            value = len(cast("list[object]", value))
        else:
            return None
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Value(shown, definition.provenance, definition.labels)


def _reference_of_httpyac(name: str, context: Context) -> tuple[str, str, str, str] | None:
    """Return what a name with dots means in httpyac: request (empty for the last one), side, section, path.

    The name of a request is the parsed body of its response; with `Response` behind it, or as `response` alone for the
    last one of all, it is the response itself.
    """
    first, dot, path = name.partition(".")
    if not dot:
        return None
    if context.requests.find(first) is not None:
        return (first, "response", "body", f"$.{path}")
    request = first.removesuffix("Response")
    if first != "response" and (request == first or context.requests.find(request) is None):
        return None
    section, _, rest = path.partition(".")
    if first == "response":
        request = ""
    return {
        "statusCode": (request, "response", "status", ""),
        "body": (request, "response", "body", rest),
        "parsedBody": (request, "response", "body", f"$.{rest}" if rest else "$"),
        "headers": (request, "response", "headers", rest),
    }.get(section)


def _shared(shared: Definition | str, where: Range, context: Context) -> tuple[Sequence[Piece], Sequence[Problem]]:
    if isinstance(shared, str):
        return [Value("", context.literal)], [MISSING_SHARED_VARIABLE.at(where, name=shared)]
    if context.depth > DEEPEST_SHARED:
        name = shared.name
        return [Value("", shared.provenance)], [CYCLIC_VARIABLE.at(where, name=name, cycle=f"{name} → … → {name}")]
    # A shared value of the same name as another variable is not that variable.
    return _Expansion(context._replace(depth=context.depth + 1, expanded=None)).pieces_of(shared, where)


def _undefined(name: str, where: Range, context: Context, inside: str = "") -> Problem:
    if context.allow_undefined:
        return UNDEFINED_AS_WRITTEN.at(where, name=name)
    if others := context.elsewhere.environments_of(name):
        chosen = " and ".join(f"`{word}`" for word in context.elsewhere.chosen)
        chosen = f"{chosen} is chosen" if chosen else "no environment is chosen"
        shown = ", ".join(f"`{word}`" for word in others)
        return UNDEFINED_IN_ENVIRONMENT.at(where, name=name, chosen=chosen, others=shown, where=inside)
    near = context.nearest(name)
    define = f"Define it in the file with `@{name} = …`, or in an environment."
    suggestion = f"Did you mean `{near}`?" if near else define
    return UNDEFINED_VARIABLE.at(where, name=name, where=inside, suggestion=suggestion)


def _response(
    reference: ResponseReference, where: Range, context: Context
) -> tuple[Sequence[Piece], Sequence[Problem]]:
    name = f"{reference.request_name}.{reference.side}.{reference.section}"
    if reference.path:
        name += f".{reference.path}"
    arguments = (reference.request_name, reference.side, reference.section, reference.path)
    hole = Hole(HoleKind.RESPONSE, name, arguments, where, context.literal)
    if context.requests.find(reference.request_name) is not None:
        if not _plain_name().fullmatch(reference.request_name):
            return [hole], [NAME_IN_REFERENCE.at(reference.request_name_range, name=reference.request_name)]
        return [hole], ()
    near = did_you_mean(reference.request_name, context.requests.names())
    name = reference.request_name
    suggestion = f"Did you mean `{near}`?" if near else f"Name a request with `# @name {name}`."
    return [hole], [UNKNOWN_REQUEST.at(reference.request_name_range, name=name, suggestion=suggestion)]


@cache
def _plain_name() -> re.Pattern[str]:
    """Names that most tools take; hyphens, which REST Client alone does not, are too frequent to be told."""
    return re.compile(r"[\w\-]+")


class Expanded(NamedTuple):
    """What a definition stands for; holes and problems have no place yet. `depth` counts the definitions below it."""

    pieces: tuple[Piece, ...]
    problems: tuple[Problem, ...]
    depth: int = 0


_NOWHERE = Range(0, 0)


class _Expansion:
    """Fills in the values of definitions, those they refer to first, without recursion.

    What is worked out once is kept with the context: variables of a file are used again and again.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._done = context.expanded if context.expanded is not None else dict[str, Expanded]()

    def pieces_of(self, definition: Definition, where: Range) -> tuple[Sequence[Piece], Sequence[Problem]]:
        """Return the pieces of a definition's value; holes and problems get the range `where` of its use."""
        if definition.name not in self._done:
            self._expand(definition)
        found = self._done[definition.name]
        pieces = [piece._replace(range=where) if isinstance(piece, Hole) else piece for piece in found.pieces]
        return pieces, [problem._replace(range=where) for problem in found.problems]

    def _expand(self, definition: Definition) -> None:
        path: dict[str, Definition] = {definition.name: definition}
        while path:
            current = next(reversed(path.values()))
            needed = self._needed(current)
            if needed is None:
                self._done[current.name] = self._assembled(current)
                del path[current.name]
            elif needed.name in path:
                names = list(path)
                cycle = " → ".join([*names[names.index(needed.name) :], needed.name])
                problem = CYCLIC_VARIABLE.at(_NOWHERE, name=needed.name, cycle=cycle)
                for earlier in path.values():
                    written = Value("{{" + earlier.name + "}}", earlier.provenance)
                    self._done[earlier.name] = Expanded((written,), (problem,))
                path.clear()
            else:
                path[needed.name] = needed

    def _needed(self, definition: Definition) -> Definition | None:
        """Return a definition whose value has to be known before this one's."""
        if not isinstance(definition.text, str) or definition.is_literal:
            return None
        for template in find_templates(definition.text):
            expression = template.expression
            if isinstance(expression, VariableReference) and expression.name not in self._done:
                needed = self._context.scopes.find(expression.name)
                if needed is not None:
                    return needed
        return None

    def _assembled(self, definition: Definition) -> Expanded:
        text = definition.text
        if isinstance(text, Unset):
            hole = Hole(
                HoleKind(text.kind), definition.name, text.arguments, _NOWHERE, definition.provenance, text.is_secret
            )  # fmt: skip
            return Expanded((hole,), ())
        if definition.is_literal or ("{{" not in text and "\\" not in text):
            return Expanded((Value(text, definition.provenance, definition.labels),), ())
        pieces: list[Piece] = []
        problems: list[Problem] = []
        length = depth = 0
        for piece in split_text(text):
            if isinstance(piece, Literal):
                pieces.append(Value(piece.text, definition.provenance, definition.labels))
                continue
            found = self._template_in(definition, piece)
            length += sum(len(part) if isinstance(part, Value) else _WEIGHT_OF_HOLE for part in found.pieces)
            depth = max(depth, found.depth + 1)
            if length > LARGEST_EXPANSION:
                problem = EXPANSION_TOO_LARGE.at(_NOWHERE, name=definition.name, limit=LARGEST_EXPANSION)
                return Expanded((Value("", definition.provenance),), (problem,))
            pieces += found.pieces
            problems += found.problems
        merged = _merged(pieces, definition.provenance)
        if depth > DEEPEST_PROVENANCE:
            # Whoever compares or shows a provenance walks down all of it.
            plain = definition.provenance
            merged = tuple([piece.from_(plain) if isinstance(piece, Value) else piece for piece in merged])
        return Expanded(merged, tuple(dict.fromkeys(problems)), depth)

    def _template_in(self, definition: Definition, template: Template) -> Expanded:
        """Fill in one template of a definition's value; what is wrong with it is told at the place of use."""
        expression = template.expression
        if not isinstance(expression, VariableReference):
            context = self._context._replace(literal=definition.provenance)
            pieces, problems = _template(Template(_NOWHERE, template.inner, _NOWHERE), context)
            return Expanded(tuple(pieces), tuple([problem._replace(range=_NOWHERE) for problem in problems]))
        if expression.name not in self._done:
            inside = f", which `{definition.name}` needs"
            problem = _undefined(expression.name, _NOWHERE, self._context, inside)
            return Expanded((Value("{{" + expression.name + "}}", definition.provenance),), (problem,))
        found = self._done[expression.name]
        if expression.percent_encoded:
            return found._replace(pieces=tuple([percent_encoded(piece) for piece in found.pieces]))
        return found


def _hole(kind: HoleKind, template: Template, arguments: tuple[str, ...], context: Context) -> Hole:
    return Hole(kind, template.inner.strip(), arguments, template.range, context.literal)


def percent_encoded(piece: Piece) -> Piece:
    """Return a piece percent-encoded as in a query, or the hole that asks for it."""
    if isinstance(piece, Hole):
        return piece._replace(percent_encoded=True)
    from urllib.parse import quote

    return piece.derived(lambda text: quote(text, safe="", errors="surrogatepass"))


def _merged(pieces: Sequence[Piece], provenance: Provenance) -> tuple[Piece, ...]:
    """Join the values that stand side by side, so that a text has no more pieces than it has holes."""
    if len(pieces) == 1:
        return tuple(pieces)
    merged: list[Piece] = []
    run: list[Value] = []
    for piece in [*pieces, None]:
        if isinstance(piece, Value):
            run.append(piece)
            continue
        if run:
            merged.append(run[0] if len(run) == 1 else joined(run, provenance))
            run = []
        if piece is not None:
            merged.append(piece)
    return tuple(merged)
