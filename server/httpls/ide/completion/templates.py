"""What may stand between `{{` and `}}`: variables with their values, dynamic variables, parts of earlier exchanges."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from httpls.ide.completion.item import MOST, Completion, Item, ItemKind, completion
from httpls.ide.completion.responses import Responses, field_items, member_items
from httpls.ide.completion.secrets import secret_names
from httpls.ide.place import Cursor, InTemplate
from httpls.model.analysis import Analysis
from httpls.model.dynamic import DynamicVariable, every_variable, usage
from httpls.model.facts import SecretFact
from httpls.model.names import by_line, names_of_blocks
from httpls.model.scopes import Definition, ScopeKind, Scopes, Unset
from httpls_auth.values.value import MASK
from httpls_grammar import Request
from httpls_grammar.block import Block
from httpls_grammar.text import Range

_SECTIONS = ("body", "headers", "cookies", "status")


def template_items(
    analysis: Analysis, cursor: Cursor, place: InTemplate, responses: Responses, secrets: Sequence[SecretFact] = ()
) -> Completion:
    """Return the names that can be referred to; what is inserted closes the braces if they are open."""
    written = place.written.lstrip()
    begin = place.inner.start + len(place.written) - len(written)
    percent = written[:1] == "%"
    if percent:
        written, begin = written[1:], begin + 1
    ending = "" if place.is_closed else "}}"
    head, dot, _ = written.rpartition(".")
    if dot and (items := list(_parts(analysis, head, responses))):
        where = Range(begin + len(head) + 1, place.inner.end)
        return completion(where, items, written[len(head) + 1 :])
    request = by_line(analysis.file.document, cursor.located.line + 1)
    where = Range(begin, place.inner.end)
    return _completed(analysis, request, where, written, ending, secrets, _requests(analysis, written))


def names_at(
    analysis: Analysis, where: Range, written: str, is_closed: bool, secrets: Sequence[SecretFact] = ()
) -> Completion:
    """Return the names for a template in another file than a request file; `where` is between its braces."""
    before = written.lstrip()
    begin = where.start + len(written) - len(before)
    ending = "" if is_closed else "}}"
    return _completed(analysis, None, Range(begin, where.end), before, ending, secrets, ())


def _completed(
    analysis: Analysis,
    request: Request | None,
    where: Range,
    written: str,
    ending: str,
    secrets: Sequence[SecretFact],
    requests: Iterable[Item],
) -> Completion:
    named = _named_values(analysis, written, ending, secrets)
    if named is not None:
        items, last = named
        return completion(Range(where.start + len(written) - len(last), where.end), items, last)
    found = [*_variables(analysis.scopes(request), ending, written), *requests]
    if written.startswith("$") or not written:
        found += _dynamic(ending)
    return completion(where, found, written)


def _named_values(
    analysis: Analysis, written: str, ending: str, secrets: Sequence[SecretFact]
) -> tuple[list[Item], str] | None:
    """Return the names that may follow `$secret`, `$dotenv` and `$auth.token(`, and what of one is written."""
    head, blank, last = written.partition(" ")
    if blank and head == "$secret":
        return [item._replace(text=item.text + ending) for item in secret_names(secrets)], last
    if blank and head == "$dotenv":
        layers = [layer for layer in analysis.environments.layers if layer.scope is ScopeKind.DOTENV]
        names = dict.fromkeys([name for layer in layers for name in layer.definitions])
        return [Item(name, ItemKind.VARIABLE, name + ending, "of .env") for name in names], last
    match = re.match(r"""\$auth\.(?:token|idToken)\(["']([^"']*)$""", written)
    if match is not None:
        quote = written[match.start(1) - 1]
        ids = analysis.auth_objects.by_id
        return [Item(one, ItemKind.REQUEST, f"{one}{quote}){ending}") for one in ids], match.group(1)
    return None


def _variables(scopes: Scopes, ending: str, written: str) -> Iterator[Item]:
    count = 0
    for name in scopes.names():
        if written and not name.lower().startswith(written[:1].lower()) and written.lower() not in name.lower():
            continue
        definition = scopes.find(name)
        if definition is None:
            continue
        count += 1
        if count > 4 * MOST:
            return
        rank = next((scope.kind for scope in scopes.scopes if name in scope.definitions), 0)
        yield Item(
            name, ItemKind.VARIABLE, name + ending, shown_value(definition), str(definition.provenance), rank=int(rank)
        )


def shown_value(definition: Definition) -> str:
    """Return the value of a definition as it is written, masked if it is secret."""
    if isinstance(definition.text, Unset):
        return f"‹{definition.text.kind}›"
    return MASK if definition.labels.secret is not None else definition.text


def _requests(analysis: Analysis, written: str) -> Iterator[Item]:
    # A file may have thousands of names: they are searched together, where all letters occur at all.
    wanted = frozenset(written.lower())
    choices = [re.escape(character.lower() + character.upper()) for character in written]
    pattern = re.compile("^" + "".join([f"[^\\n{one}]*+[{one}]" for one in choices]) + "[^\n]*", re.MULTILINE)
    found = (
        match.group()
        for names, letters in analysis.requests.summaries(_names)
        if wanted <= letters
        for match in pattern.finditer(names)
        if match.group()
    )
    for name in dict.fromkeys(islice(found, 2 * MOST)):
        yield Item(f"{name}.response", ItemKind.REQUEST, f"{name}.response.", "", "", rank=50, again=True)


def _names(blocks: Sequence[Block]) -> tuple[str, frozenset[str]]:
    """Return the names of some requests that can stand in a template, a line each, and their letters in lower case."""
    names = [name for name in names_of_blocks(blocks) if name.replace("-", "_").isidentifier()]
    text = "\n".join(names)
    return text, frozenset(text.lower())


def _parts(analysis: Analysis, head: str, responses: Responses) -> Iterator[Item]:
    """Yield what may follow a dot after the name of a request."""
    pieces = head.split(".")
    if analysis.requests.find(pieces[0]) is None:
        return
    if len(pieces) == 1:
        for side in ("response", "request"):
            yield Item(side, ItemKind.FIELD, f"{side}.", again=True)
    elif len(pieces) == 2 and pieces[1] in ("request", "response"):
        for section in _SECTIONS[: 4 if pieces[1] == "response" else 2]:
            yield Item(section, ItemKind.FIELD, section if section == "status" else f"{section}.", again=True)
    elif (seen := responses.get(pieces[0])) is not None and pieces[1] == "response" and pieces[2:] == ["headers"]:
        yield from field_items(seen)
    elif seen is not None and pieces[1] == "response" and pieces[2:4] == ["body", "$"]:
        yield from member_items(seen, pieces[4:])
    elif len(pieces) == 3 and pieces[2] == "body":
        yield Item("$", ItemKind.FIELD, "$.", "JSONPath", "A part of a JSON body, such as `$.items[0].id`.")
        yield Item("*", ItemKind.FIELD, "*", "all of it")
        yield Item("//", ItemKind.FIELD, "//", "XPath", "A part of an XML body, such as `//item/id`.")


def _dynamic(ending: str) -> Iterator[Item]:
    for variable in every_variable():
        if variable.name.count(".") > 1:
            continue
        for spelling in variable.spellings:
            yield Item(
                spelling.name, ItemKind.DYNAMIC_VARIABLE, spelling.name + ending, "", describe_dynamic(variable),
                _snippet(variable, spelling.name, ending), 60,
            )  # fmt: skip


def describe_dynamic(variable: DynamicVariable) -> str:
    """Return what hover and completion say of a dynamic variable, as Markdown."""
    calls = " or ".join(usage(variable, signature) for signature in variable.signatures)
    lines = [variable.documentation, f"Written as {calls}."]
    if variable.example:
        lines.append(f"For example `{variable.example}`.")
    if variable.tools:
        lines.append(f"Known to {', '.join(tool.value for tool in variable.tools)}.")
    return "\n\n".join(lines)


def _snippet(variable: DynamicVariable, name: str, ending: str) -> str | None:
    signature = variable.signatures[0]
    needed = [parameter for parameter in signature if not parameter.is_optional]
    if not needed:
        return None
    places = [f"${{{number + 1}:{parameter.name}}}" for number, parameter in enumerate(needed)]
    arguments = f"({', '.join(places)})" if variable.parenthesised else f" {' '.join(places)}"
    return f"\\{name}{arguments}{ending}"
