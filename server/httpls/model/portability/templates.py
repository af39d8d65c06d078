"""What between `{{` and `}}` other tools read differently."""

from collections.abc import Iterator

from httpls.model.dynamic.catalogue import find
from httpls.model.portability.misreading import ALL, HY, JB, KU, RC, RN, TOOLS, VS, Misreading
from httpls.model.requests import KnownRequests
from httpls_grammar import Profile, Request
from httpls_grammar.block import Block
from httpls_grammar.islands.expression import DynamicVariable, FileContent, JavaScript, ResponseReference
from httpls_grammar.islands.template import Template, find_templates
from httpls_grammar.nodes import Body, BodyText, FileVariable, Header, RequestLine
from httpls_grammar.text import Range


def misread_templates(block: Block, profile: Profile, requests: KnownRequests) -> Iterator[Misreading]:
    """Yield what is between braces in all that is sent or given to a variable."""
    if "{{" not in block.text:
        return
    for where in _stretches(block):
        for template in find_templates(where.of(block.text), where.start):
            yield from _of_template(template, profile, requests)


def _stretches(block: Block) -> Iterator[Range]:
    for node in block.nodes:
        if isinstance(node, RequestLine):
            yield from node.target_ranges
        elif isinstance(node, Header):
            yield node.range
        elif isinstance(node, FileVariable):
            yield node.value_range
        elif isinstance(node, Body):
            yield from [part.range for part in node.parts if isinstance(part, BodyText)]


def _of_template(template: Template, profile: Profile, requests: KnownRequests) -> Iterator[Misreading]:
    expression = template.expression
    if isinstance(expression, DynamicVariable):
        yield from _of_dynamic_variable(template.range, expression, profile)
    elif isinstance(expression, ResponseReference):
        yield Misreading(
            template.range, frozenset((JB, HY, RN)), "parts of exchanges have another form",
            "Set a variable from the response, in the way of each tool.",
        )  # fmt: skip
        found = requests.find(expression.request_name)
        if found is not None and found[1].title == expression.request_name and not _has_name_tag(found[1]):
            yield Misreading(
                expression.request_name_range,
                frozenset((RC, VS)),
                "the title of a request is not its name",
                f"Write `# @name {expression.request_name}` above the request.",
            )
    elif isinstance(expression, FileContent | JavaScript):
        yield Misreading(
            template.range, ALL - {HY}, "only names of variables stand between braces", "Give the value to a variable."
        )
    if not isinstance(expression, FileContent | JavaScript) and expression.percent_encoded:
        yield Misreading(
            template.range, ALL - {RC}, "`%` before a name is not known", "Write the value percent-encoded."
        )


def _has_name_tag(request: Request) -> bool:
    return any(directive.key == "name" and directive.value for directive in request.directives)


def _of_dynamic_variable(where: Range, variable: DynamicVariable, profile: Profile) -> Iterator[Misreading]:
    found = find(f"${variable.name}")
    if found is None:
        return
    unknown = frozenset(profile for profile, tool in TOOLS.items() if tool not in found.spelling.tools)
    shown = f"`{found.spelling.name}{found.rest}`"
    yield Misreading(where, unknown, f"{shown} is not known", "Use a variable that all of them have, or a plain value.")
    name = found.variable.name
    has_arguments = bool(variable.arguments)
    if name == "$timestamp":
        milliseconds = frozenset((KU,)) if has_arguments else frozenset((HY, KU))
        ours = profile in milliseconds
        yield Misreading(
            where, ALL - milliseconds - unknown if ours else milliseconds,
            f"the time is in {'seconds' if ours else 'milliseconds'}", "Let a script work the time out.",
        )  # fmt: skip
    if name in ("$timestamp", "$randomInt") and has_arguments:
        yield Misreading(where, frozenset((JB, KU, RN)), f"{shown} takes no arguments", "Leave them out.")
    if name in ("$datetime", "$localDatetime") and any(argument.value for argument in variable.arguments[:1]):
        named = variable.arguments[0].value.lower() in ("iso8601", "rfc1123")
        tools = frozenset(() if named else (RC, HY) if profile is VS else (VS,))
        yield Misreading(where, tools, "the format is of another language", "Use `iso8601` or `rfc1123`.")
