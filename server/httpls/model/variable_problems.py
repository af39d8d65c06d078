"""Variables of a file that are defined on two levels where tools disagree which counts, and those that nobody uses."""

import re
from collections.abc import Container, Iterator, Sequence
from functools import cache
from itertools import chain

from httpls.model.auth_httpyac import variable_names
from httpls.model.definitions import file_definitions
from httpls.model.environments.layers import Layer
from httpls.model.levels import SHARED_FILE
from httpls.model.scopes import ScopeKind, puts_environment_first
from httpls.model.workspace import RequestFile
from httpls_grammar.block import Block
from httpls_grammar.nodes import Script
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.profile import Profile

DEFINED_TWICE = ProblemKind(
    "defined-twice", Severity.INFORMATION,
    "`{name}` is defined in {other} too; {which}",
    "Rename one of them, or say by `# @dialect` which tool's rule counts.",
)  # fmt: skip
UNUSED_VARIABLE = ProblemKind(
    "unused-variable", Severity.HINT,
    "nothing in this file uses the variable `{name}`",
    "Remove it, unless another file imports it.",
)  # fmt: skip


def defined_twice(file: RequestFile, layers: Sequence[Layer], profile: Profile) -> Iterator[Problem]:
    """Yield a problem for each variable that file and environment give different values."""
    found: dict[str, Layer] = {}
    for layer in layers:
        # `.env` files come last for every tool, so there is nothing to say about them.
        if layer.scope is not ScopeKind.DOTENV:
            for name in layer.definitions:
                found.setdefault(name, layer)
    if not found:
        return
    environment_first = puts_environment_first(profile)
    for definition, name_range, _ in file_definitions(file):
        if definition.name not in found or found[definition.name].definitions[definition.name].text == definition.text:
            continue
        layer = found[definition.name]
        place = layer.definitions[definition.name].provenance.place
        environment = f"the environment `{layer.environment}`" if layer.environment else "what all environments share"
        which = "the environment counts" if environment_first else "the value here counts"
        yield DEFINED_TWICE.at(
            name_range, name=definition.name, other=f"{environment} ({place})",
            which=f"in the profile `{profile.value}` {which}",
        )  # fmt: skip


def unused_variables(file: RequestFile, used: Container[str] | None = None) -> Iterator[Problem]:
    """Yield a problem for each variable of the file whose name occurs in no template, directive or script of it.

    `used` are all words of its blocks (`used_names`), for whoever has them.
    """
    if file.path.name == SHARED_FILE:
        return
    blocks = file.document.blocks
    if not any(blocks.summaries(_have_request)):
        return
    if used is None:
        used = set(chain.from_iterable(blocks.summaries(used_names)))
    for definition, name_range, _ in file_definitions(file):
        name = definition.name
        if name != "host" and name not in used:
            yield UNUSED_VARIABLE.at(name_range, name=name)


def _used_names(block: Block) -> frozenset[str]:
    """Return the words of a block in templates, scripts and directives: more than the variables that it uses."""
    text = block.text
    shorthand = _of_httpyac().search(text)
    named = variable_names(shorthand.group(1).split()) if shorthand is not None else ()
    if "{" not in text and "@" not in text:
        return frozenset(named)
    stretches = [match.group() for match in _template().finditer(text)]
    stretches += [node.range.of(text) for node in block.nodes if isinstance(node, Script)]
    stretches += [directive.value for directive in block.directives if directive.key != "name"]
    return words_in("\n".join(stretches)).union(named)


def words_in(text: str) -> frozenset[str]:
    """Return the words of a text that may be names of variables: of `a.b.c`, `a` and `a.b` too."""
    words: set[str] = set(_word().findall(text))
    # `a.b.c` is a property of `a`, or of a variable `a.b`.
    beginnings = [word[:at] for word in words for at, character in enumerate(word) if character == "."]
    return frozenset([*words, *beginnings])


def used_names(blocks: Sequence[Block]) -> frozenset[str]:
    """Return the words of some blocks that may be names of variables which are used."""
    found: set[str] = set()
    for block in blocks:
        found |= block.fact(_used_names)
    return frozenset(found)


def _have_request(blocks: Sequence[Block]) -> bool:
    return any(block.has_request for block in blocks)


@cache
def _of_httpyac() -> re.Pattern[str]:
    return re.compile(r"^authorization:[ \t]*((?:oauth2|openid)\b.*)", re.IGNORECASE | re.MULTILINE)


@cache
def _template() -> re.Pattern[str]:
    return re.compile(r"\{\{[^\r\n]*")


@cache
def _word() -> re.Pattern[str]:
    return re.compile(r"[\w$][\w.\-$]*")
