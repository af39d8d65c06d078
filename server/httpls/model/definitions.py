"""The names that a request file defines: variables of the file, of a request, and those that a run sets."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from httpls.model.scopes import Definition, Scope, ScopeKind, Unset
from httpls.model.workspace import RequestFile
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_grammar import Request
from httpls_grammar.block import Block
from httpls_grammar.islands.directive import Directive
from httpls_grammar.islands.statement import parse_statement
from httpls_grammar.nodes import FileVariable, Statement
from httpls_grammar.text import Range


class FileDefinition(NamedTuple):
    """A definition in a request file with its places, counted from the start of the file."""

    definition: Definition
    name_range: Range
    value_range: Range


def file_definitions(file: RequestFile) -> Iterator[FileDefinition]:
    """Yield the `@name = value` lines of a file in order; they hold for all of it, wherever they stand."""
    for located, variables in file.document.blocks.having(variables_of):
        for variable in variables:
            name_range = variable.name_range.shifted(located.offset)
            definition = Definition(
                variable.name, variable.value,
                _provenance(file, Origination.FILE_VARIABLE, variable.name, name_range.start),
            )  # fmt: skip
            yield FileDefinition(definition, name_range, variable.value_range.shifted(located.offset))


def file_scope(file: RequestFile, kind: ScopeKind = ScopeKind.FILE, has_escapes: bool = False) -> Scope:
    r"""Return the variables of a file; where a name is defined twice, the last one counts.

    With `has_escapes` a backslash takes the next character as it is, and `\n`, `\r` and `\t` are a line feed, a
    carriage return and a tabulator, as in REST Client.
    """
    definitions = {found.definition.name: found.definition for found in file_definitions(file)}
    if has_escapes:
        definitions = {name: _without_escapes(definition) for name, definition in definitions.items()}
    return Scope(kind, definitions)


def request_scope(file: RequestFile, request: Request) -> Scope:
    """Return what belongs to one request: `# @var`, and what it prompts for."""
    definitions: dict[str, Definition] = {}
    for directive in request.directives:
        definition = _of_directive(file, request.offset, directive)
        if definition is not None:
            definitions[definition.name] = definition
        if directive.key == "loop":
            provenance = _provenance(file, Origination.DIRECTIVE, "$index", request.offset + directive.range.start)
            definitions["$index"] = Definition("$index", Unset("script", ("$index",)), provenance)
    return Scope(ScopeKind.REQUEST, definitions)


def script_scope(file: RequestFile) -> Scope:
    """Return the names that scripts and captures of a file set when they run; their values are not known before."""
    definitions: dict[str, Definition] = {}
    for located, names in file.document.blocks.having(set_names):
        for name, offset in names:
            provenance = _provenance(file, Origination.SCRIPT, name, located.offset + offset)
            definitions.setdefault(name, Definition(name, Unset("script", (name,)), provenance))
    return Scope(ScopeKind.SCRIPT, definitions)


def run_scope(file: RequestFile) -> Scope:
    """Return the names that `run` statements of a file give to the requests that they run; a run tells the values."""
    definitions: dict[str, Definition] = {}
    for located, assignments in file.document.blocks.having(assignments_of):
        for name, offset in assignments:
            provenance = _provenance(file, Origination.COMMAND_LINE, name, offset + located.offset)
            definitions.setdefault(name, Definition(name, Unset("script", (name,)), provenance))
    return Scope(ScopeKind.SCRIPT, definitions)


def sets_variables(block: Block) -> bool:
    """Tell whether scripts or captures of a block set variables that other requests may see."""
    return bool(set_names(block))


def variables_of(block: Block) -> tuple[FileVariable, ...]:
    """Return the `@name = value` lines of a block."""
    return tuple(block.variables)


def set_names(block: Block) -> tuple[tuple[str, int], ...]:
    """Return the names that the scripts and captures of a block set, each with its offset in the block."""
    # Most blocks set nothing, and need not be parsed to know that.
    if "@" not in block.text and _setter().search(block.text) is None:
        return ()
    return block.fact(_set_names)


def assignments_of(block: Block) -> tuple[tuple[str, int], ...]:
    """Return the names that `run` statements of a block give to what they run, each with its offset in the block."""
    if "run" not in block.text:
        return ()
    return tuple([
        (found.name, found.name_range.start)
        for node in block.nodes
        if isinstance(node, Statement)
        for found in parse_statement(node.text_range.of(block.text), node.text_range.start).assignments
    ])  # fmt: skip


def _without_escapes(definition: Definition) -> Definition:
    if not isinstance(definition.text, str) or "\\" not in definition.text:
        return definition
    text = re.sub(r"\\(.?)", lambda match: _ESCAPED.get(match.group(1), match.group(1)), definition.text)
    return definition._replace(text=text)


_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_CAPTURES = frozenset(("set", "envjsonkey", "envheaderkey", "filecontentstovariable", "kulalafilecontentstovariable"))


def _of_directive(file: RequestFile, offset: int, directive: Directive) -> Definition | None:
    where = offset + directive.value_range.start
    if directive.key == "var":
        name, separator, value = directive.value.partition("=")
        if separator:
            provenance = _provenance(file, Origination.REQUEST_VARIABLE, name.strip(), where)
            return Definition(name.strip(), value.strip(), provenance)
    if directive.key == "loop" and (match := _loop_variable().match(directive.value)):
        name = match.group(1)
        return Definition(name, Unset("script", (name,)), _provenance(file, Origination.DIRECTIVE, name, where))
    if directive.key in ("prompt", "secret") and directive.value:
        name, _, label = directive.value.partition(" ")
        provenance = _provenance(file, Origination.PROMPT, name, where)
        is_secret = directive.key == "secret" or name.lower() in _MASKED_PROMPTS
        return Definition(name, Unset("prompt", (name, label.strip()), is_secret), provenance)
    return None


_MASKED_PROMPTS = frozenset(("password", "passwd", "pass", "passphrase", "secret", "token"))
"""The names for which a prompt does not show what is typed, as in REST Client."""


def _set_names(block: Block) -> tuple[tuple[str, int], ...]:
    """Return the names that the scripts and captures of a block set, each with its offset in the block."""
    found: list[tuple[str, int]] = []
    for script in block.inline_scripts:
        assert script.code_range is not None
        for match in _setter().finditer(block.text, *script.code_range):
            name = match.group(1) or match.group(2) or match.group(3)
            found.append((name, match.start()))
    for directive in block.directives:
        if directive.key in _CAPTURES and directive.value:
            name = re.split(r"[\s=]", directive.value, maxsplit=1)[0]
            found.append((name, directive.value_range.start))
    return tuple(found)


@cache
def _setter() -> re.Pattern[str]:
    """The ways in which scripts of JetBrains, Kulala and httpyac set a variable."""
    return re.compile(
        r"""\.set(?:Header)?\(\s*["'`]([\w.\-]+)["'`]"""
        r"""|(?:exports|\$global|client\.global)\.([A-Za-z_$][\w$]*)\s*=(?!=)"""
        r"""|(?<![\w.$])(?:const|let|var)?\s*([A-Za-z_$][\w$]*)\s*=(?![=>])"""
    )


@cache
def _loop_variable() -> re.Pattern[str]:
    """The head of `# @loop for NAME of LIST`."""
    return re.compile(r"for[ \t]+(?:(?:const|let|var)[ \t]+)?([A-Za-z_$][\w$]*)[ \t]+of\b")


def _provenance(file: RequestFile, kind: Origination, name: str, offset: int) -> Provenance:
    position = file.source.position(offset)
    return Provenance(kind, name, Place(str(file.path), position.line, position.column))
