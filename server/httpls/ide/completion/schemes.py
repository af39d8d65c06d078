"""Authentication: schemes and all their parameters, from the catalogue of schemes alone."""

from collections.abc import Iterator, Mapping, Sequence

from httpls.ide.completion.item import Completion, Item, ItemKind, completion
from httpls.ide.completion.secrets import new_secret, secret_items
from httpls.ide.place import Cursor, InDirectiveValue
from httpls.model.facts import SecretFact
from httpls_auth.schemes.index import canonical_word, scheme_class, words
from httpls_auth.schemes.parameter import Parameter, ParameterKind
from httpls_auth.schemes.read import find_parameter
from httpls_auth.schemes.scheme import Scheme
from httpls_grammar.islands.arguments import parse_arguments
from httpls_grammar.islands.directive import Directive
from httpls_grammar.text import Range

_LEVELS = (
    ("inherit", "Takes what the levels around the request say."),
    ("use", "Takes an entry of `Security.Auth` of the environment, by its name."),
)


def auth_items(
    cursor: Cursor, place: InDirectiveValue, secrets: Sequence[SecretFact] = (), objects: Sequence[str] = ()
) -> Completion:
    """Return what may stand in an `# @auth` line: a scheme first, then values and `key=value` pairs."""
    written = place.written
    last = written.rsplit(None, 1)[-1] if written and not written[-1].isspace() else ""
    begin = place.range.start + len(written) - len(last)
    where = Range(begin, begin + len(last))
    is_first = not written[: len(written) - len(last)].strip()
    if is_first:
        return completion(where, scheme_items(), last)
    scheme = _scheme_of(place.directive)
    if scheme is None:
        words_before = written[: len(written) - len(last)].split()
        if words_before == ["use"]:
            return completion(where, [Item(one, ItemKind.REQUEST, one) for one in objects], last)
        return completion(where, (), last)
    key, equals, value = last.partition("=")
    if equals:
        parameter = find_parameter(scheme.parameters(), key)
        value_range = Range(where.start + len(key) + 1, where.end)
        return completion(value_range, _values(parameter, secrets) if parameter is not None else (), value)
    before = place.directive._replace(value=written[: len(written) - len(last)])
    given = _given(cursor, before)
    items = [_pair(parameter, rank) for rank, parameter in enumerate(_missing(scheme, given))]
    position = len(parse_arguments(written[: len(written) - len(last)]).positional) - 1
    here = next((one for one in scheme.parameters(given) if one.position == position), None)
    if here is not None:
        items += list(_values(here, secrets))
    return completion(where, items, last)


def scheme_items() -> Iterator[Item]:
    """Yield all schemes with what each is."""
    for rank, word in enumerate(words()):
        scheme = scheme_class(word)
        needs = [one for one in scheme.parameters() if one.required is not None and one.position is not None]
        needs.sort(key=lambda one: one.position or 0)
        places = " ".join([f"${{{number + 1}:{one.example or one.name}}}" for number, one in enumerate(needs)])
        places = places.replace("{{$", "{{\\$")
        documentation = f"**{scheme.title}**\n\n{scheme.summary}"
        snippet = f"{word} {places}" if places else None
        text = f"{word} " if needs else word
        yield Item(
            word, ItemKind.SCHEME, text, scheme.title, documentation, snippet, rank, scheme.deprecated is not None
        )  # fmt: skip
    for word, documentation in _LEVELS:
        yield Item(word, ItemKind.SCHEME, word, "", documentation, rank=90)


def auth_parameter_names(cursor: Cursor) -> Iterator[Item]:
    """Yield `auth-…` for each parameter that the `@auth` above the cursor does not have yet."""
    directive = _auth_above(cursor)
    scheme = _scheme_of(directive) if directive is not None else None
    if directive is None or scheme is None:
        return
    for rank, parameter in enumerate(_missing(scheme, _given(cursor, directive))):
        name = f"auth-{parameter.name}"
        yield Item(
            name, ItemKind.PARAMETER, f"{name} ", _detail(parameter), describe_parameter(parameter), rank=rank - 100,
            again=bool(parameter.choices),
        )  # fmt: skip


def parameter_value_items(cursor: Cursor, place: InDirectiveValue, secrets: Sequence[SecretFact] = ()) -> Completion:
    """Return the values of the parameter that an `# @auth-key` line sets."""
    above = _auth_above(cursor)
    scheme = _scheme_of(above) if above is not None else None
    key = place.directive.name.partition("-")[2]
    parameter = find_parameter(scheme.parameters(), key) if scheme is not None else None
    if parameter is None:
        return completion(place.range, (), place.written)
    return completion(place.range, _values(parameter, secrets), place.written)


def describe_parameter(parameter: Parameter) -> str:
    """Return what hover and completion say of a parameter, as Markdown."""
    lines = [parameter.documentation]
    if parameter.choices:
        lines.append("One of: " + ", ".join(f"`{choice}`" for choice in parameter.choices) + ".")
    if parameter.default is not None:
        lines.append(f"Without it: `{parameter.default}`." if parameter.default else "Without it: empty.")
    others = [f"Postman `{parameter.postman}`"] if parameter.postman else []
    others += [f"JetBrains `{parameter.jetbrains}`"] if parameter.jetbrains else []
    if others:
        lines.append(f"Also called: {', '.join(others)}.")
    return "\n\n".join(lines)


def _auth_above(cursor: Cursor) -> Directive | None:
    """Return the nearest `@auth` above the cursor in its block."""
    inside = cursor.offset - cursor.located.offset
    found: Directive | None = None
    for directive in cursor.located.block.directives:
        if directive.range.end > inside:
            break
        if _is_auth(directive):
            found = directive
    return found


def _is_auth(directive: Directive) -> bool:
    """Tell whether it is `@auth` itself: `@auth-` is a parameter whose name is still to be written."""
    return directive.name.lower() == "auth"


def _scheme_of(directive: Directive) -> type[Scheme] | None:
    positional = parse_arguments(directive.value).positional
    word = canonical_word(positional[0].text) if positional else None
    return scheme_class(word) if word is not None else None


def _given(cursor: Cursor, directive: Directive) -> Mapping[str, str]:
    """Return the parameters that are written already, in the `@auth` line and below it, by canonical name."""
    scheme = _scheme_of(directive)
    if scheme is None:
        return {}
    arguments = parse_arguments(directive.value)
    given: dict[str, str] = {}
    parameters = scheme.parameters()
    for index, value in enumerate(arguments.positional[1:]):
        for parameter in parameters:
            if parameter.position == index:
                given[parameter.name] = value.text
    for argument in arguments.named:
        found = find_parameter(parameters, argument.key)
        if found is not None:
            given[found.name] = argument.value.text
    is_below = False
    for other in cursor.located.block.directives:
        if other.range == directive.range:
            is_below = True
        elif _is_auth(other):
            is_below = False
        elif is_below and other.key.startswith("auth"):
            found = find_parameter(parameters, other.name.partition("-")[2])
            if found is not None:
                given[found.name] = other.value
    return given


def _missing(scheme: type[Scheme], given: Mapping[str, str]) -> list[Parameter]:
    """Return the parameters that are not given yet, those that have to be first."""
    every = [one for one in scheme.parameters(given) if one.name not in given or one.kind is ParameterKind.PAIRS]
    return sorted(every, key=lambda one: not one.is_required(given))


def _pair(parameter: Parameter, rank: int) -> Item:
    ending = ".name=" if parameter.kind is ParameterKind.PAIRS else "="
    return Item(
        f"{parameter.name}=", ItemKind.PARAMETER, parameter.name + ending, _detail(parameter),
        describe_parameter(parameter), rank=rank, again=bool(parameter.choices),
    )  # fmt: skip


def _detail(parameter: Parameter) -> str:
    return "required" if parameter.required is not None else parameter.kind.value


def _values(parameter: Parameter, secrets: Sequence[SecretFact]) -> Iterator[Item]:
    choices = parameter.choices or (("true", "false") if parameter.kind is ParameterKind.BOOLEAN else ())
    for rank, choice in enumerate(choices):
        yield Item(choice, ItemKind.VALUE, choice, rank=rank)
    if parameter.is_secret:
        yield from secret_items(secrets)
        yield new_secret(parameter.name)
