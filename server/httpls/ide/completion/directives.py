"""Names of directives, and their values: schemes with their parameters, requests, dialects, variables."""

from collections.abc import Iterator, Sequence

from httpls.ide.completion.item import Completion, Item, ItemKind, completion
from httpls.ide.completion.paths import path_items
from httpls.ide.completion.schemes import auth_items, auth_parameter_names, parameter_value_items
from httpls.ide.place import Cursor, InDirectiveValue, InFilePath
from httpls.model.analysis import Analysis
from httpls.model.facts import SecretFact
from httpls_grammar.directives import DIRECTIVES, DirectiveKind
from httpls_grammar.text import Range


def directive_names(cursor: Cursor) -> Iterator[Item]:
    """Yield all directives; below an `@auth`, the parameters of its scheme come first."""
    yield from auth_parameter_names(cursor)
    for directive in DIRECTIVES:
        text = f"{directive.name} " if directive.arguments else directive.name
        rank = 10 if directive.has_effect else 20
        yield Item(
            directive.name, ItemKind.DIRECTIVE, text, directive.arguments, describe(directive), rank=rank,
            again=directive.name in ("auth", "ref", "force-ref", "dialect", "import"),
        )  # fmt: skip


def describe(directive: DirectiveKind) -> str:
    """Return what hover and completion say of a directive, as Markdown."""
    lines = [directive.documentation]
    if directive.tools:
        lines.append(f"Known to {', '.join(directive.tools)}.")
    if not directive.has_effect:
        lines.append("It is understood, but has no effect here.")
    return "\n\n".join(lines)


def directive_values(
    analysis: Analysis, cursor: Cursor, place: InDirectiveValue, secrets: Sequence[SecretFact] = ()
) -> Completion:
    """Return what may follow the name of a directive."""
    key = place.directive.key
    if key == "auth":
        return auth_items(cursor, place, secrets, tuple(analysis.auth_objects.by_id))
    if key.startswith("auth") and key != "authfollowredirects":
        if is_path_of_auth(place.directive.name):
            return path_items(analysis, InFilePath(place.range, place.written, "key"))
        return parameter_value_items(cursor, place, secrets)
    last = place.written.rsplit(None, 1)[-1] if place.written and not place.written[-1].isspace() else ""
    begin = place.range.start + len(place.written) - len(last)
    where = Range(begin, max(begin + len(last), place.range.end if not last else begin + len(last)))
    return completion(where, _values(analysis, key), last)


def is_path_of_auth(name: str) -> bool:
    """Tell whether the value of an `@auth-…` directive is a path: `-file` is added to parameters that are keys."""
    return name.lower().endswith("-file")


def _values(analysis: Analysis, key: str) -> Iterator[Item]:
    if key in ("ref", "forceref"):
        for name in analysis.requests.names():
            yield Item(name, ItemKind.REQUEST, name)
    elif key == "dialect":
        for word in ("auto", "restclient", "jetbrains", "httpyac", "kulala", "vs", "rest.nvim"):
            yield Item(word, ItemKind.VALUE, word)
    elif key in ("timeout", "connectiontimeout", "sleep"):
        for word in ("500 ms", "5 s", "30 s", "2 m"):
            yield Item(word, ItemKind.VALUE, word)
    elif key == "cert":
        for word in ("cert=", "key=", "pfx=", "passphrase=", "use ", "none"):
            yield Item(word, ItemKind.PARAMETER, word)
    elif key == "loop":
        yield Item("for", ItemKind.VALUE, "for 3", "so many times", "", "for ${1:3}")
        yield Item("for of", ItemKind.VALUE, "for item of a,b", "once for each", "", "for ${1:item} of ${2:a,b}")
    elif key == "set":
        yield Item(
            "response.body",
            ItemKind.VALUE,
            "token = response.body.$.token",
            "",
            "",
            "${1:name} = response.body.\\$.${2:token}",
        )
