"""What can be written at a cursor in a JSON file of environments."""

import json
from collections.abc import Iterator, Sequence

from httpls.ide.completion.item import NOTHING, Completion, Item, ItemKind, completion
from httpls.ide.completion.paths import path_completion
from httpls.ide.completion.schemes import describe_parameter
from httpls.ide.completion.secrets import new_secret, secret_items
from httpls.ide.completion.templates import names_at
from httpls.ide.environment_files.catalogue import (
    BOOLEAN,
    KEYS,
    OBJECT,
    PROVIDER,
    SHARED,
    TYPE,
    Key,
    environment_key,
    is_path,
    known_key,
    scheme_of,
)
from httpls.ide.environment_files.context import EnvironmentFile
from httpls.ide.environment_files.meaning import Inside, Meaning, inside
from httpls.ide.json_place import JsonPlace, json_place
from httpls_auth.schemes.index import scheme_class, words
from httpls_auth.schemes.parameter import Parameter, ParameterKind
from httpls_auth.schemes.read import find_parameter
from httpls_auth.schemes.scheme import Scheme
from httpls_auth.values.provider_names import PROVIDERS
from httpls_grammar.islands.directive import normalise
from httpls_grammar.text import Range


def complete_environment_file(file: EnvironmentFile, offset: int) -> Completion:
    """Return what can be written at an offset."""
    place = json_place(file.text, offset)
    if place is None:
        return NOTHING
    where = inside(file.path, place.path)
    if place.is_key:
        given = {normalise(key) for key in place.given}
        items = [item for item in _keys(file, place, where) if normalise(item.label) not in given]
        return completion(place.range, items, place.written)
    template = _template(file, place, where, offset)
    if template is not None:
        return template
    path = _path(file, place, where, offset)
    if path is not None:
        return path
    return completion(place.range, _values(file, place, where), place.written)


def _keys(file: EnvironmentFile, place: JsonPlace, where: Inside) -> Iterator[Item]:
    if where.meaning is Meaning.ENVIRONMENTS:
        for name in file.analysis.environments.names:
            if not name or name == place.written:
                continue
            yield _key(place, Key(name, "An environment that other files define too.", OBJECT), rank=0)
        yield _key(place, SHARED, rank=9)
    elif where.meaning is Meaning.VARIABLES:
        for name, environments in file.variables.items():
            if not name or name == place.written:
                continue
            detail = f"defined in {', '.join(environments)}"
            yield _key(place, Key(name, "", "text"), ItemKind.VARIABLE, detail)
        for rank, key in enumerate(KEYS[Meaning.VARIABLES]):
            yield _key(place, key, rank=50 + rank)
    elif where.meaning is Meaning.AUTH_OBJECTS:
        yield from _known_objects(file, place)
        for rank, word in enumerate(words()):
            if word not in ("none", "mock"):
                yield _whole_object(place, scheme_class(word), rank + 50)
    elif where.meaning is Meaning.AUTH_OBJECT:
        yield from _object_keys(place)
    elif where.meaning is Meaning.HEADERS:
        from httpls.ide.header_catalogue import HEADERS

        for header in HEADERS:
            yield _key(place, Key(header.name, header.documentation, "text"), ItemKind.HEADER)
    else:
        for rank, key in enumerate(KEYS.get(where.meaning, ())):
            yield _key(place, key, rank=rank)
    if where.meaning in (Meaning.OTHER, Meaning.TLS_FILE):
        yield _key(place, PROVIDER)


def _object_keys(place: JsonPlace) -> Iterator[Item]:
    scheme = scheme_of(place.siblings)
    if scheme is None:
        yield _key(place, TYPE)
        return
    given = _given_parameters(scheme, place)
    for parameter in sorted(scheme.parameters(given), key=lambda one: not one.is_required(given)):
        if parameter.name in given:
            continue
        key = environment_key(parameter)
        detail = "required" if parameter.is_required(given) else parameter.kind.value
        stub = _value_stub(parameter)
        rank = 0 if parameter.is_required(given) else 1
        yield _item(place, key, stub, ItemKind.PARAMETER, detail, describe_parameter(parameter), rank)


def _given_parameters(scheme: type[Scheme], place: JsonPlace) -> dict[str, str]:
    """Return the texts of the parameters that the object has already, by canonical name."""
    found: dict[str, str] = {}
    for key, value in place.siblings:
        parameter = find_parameter(scheme.parameters(), key)
        if parameter is not None:
            found[parameter.name] = value
    return found


def _known_objects(file: EnvironmentFile, place: JsonPlace) -> Iterator[Item]:
    for name in file.analysis.environments.names:
        for identifier in file.in_environment(name).auth_objects.by_id:
            yield _key(place, Key(identifier, "", OBJECT), ItemKind.REQUEST, f"an object of {name}")


def _whole_object(place: JsonPlace, scheme: type[Scheme], rank: int) -> Item:
    """Return a proposal of an auth object with all that its scheme needs."""
    kind = scheme.jetbrains[0] if scheme.jetbrains else scheme.word
    lines = [f'"Type": {json.dumps(kind)}']
    number = 1
    for one in scheme.parameters():
        if one.required is not None:
            number += 1
            lines.append(f"{json.dumps(environment_key(one))}: {_value_stub(one, number)}")
    inner = ",\n\t".join(lines)
    snippet = f'"${{1:{scheme.word}}}": {{\n\t{inner}\n}}'
    plain = snippet.replace(f"${{1:{scheme.word}}}", scheme.word)
    return Item(
        scheme.title, ItemKind.SCHEME, _without_places(plain), "an auth object", scheme.summary, snippet, rank,
        filter=f'"{scheme.title}' if place.in_string else None,
    )  # fmt: skip


def _key(
    place: JsonPlace, key: Key, kind: ItemKind = ItemKind.PARAMETER, detail: str = "", rank: int = 0
) -> Item:  # fmt: skip
    stubs = {OBJECT: "{$1}", BOOLEAN: "${1|true,false|}"}
    stub = f'"${{1|{",".join(key.choices)}|}}"' if key.choices else stubs.get(key.kind, '"$1"')
    return _item(place, key.name, stub, kind, detail, key.documentation, rank)


def _item(
    place: JsonPlace, key: str, stub: str, kind: ItemKind, detail: str, documentation: str, rank: int
) -> Item:  # fmt: skip
    quoted = json.dumps(key, ensure_ascii=False)
    snippet = None if place.has_colon else f"{quoted.replace('$', chr(92) + '$')}: {stub}"
    text = quoted if place.has_colon else f"{quoted}: {_without_places(stub)}"
    return Item(
        key, kind, text, detail, documentation, snippet, rank, filter=quoted if place.in_string else None
    )  # fmt: skip


def _value_stub(parameter: Parameter, number: int = 1) -> str:
    """Return a value of a parameter as a snippet."""
    if parameter.kind is ParameterKind.BOOLEAN:
        return f"${{{number}|true,false|}}"
    if parameter.choices:
        return f'"${{{number}|{",".join(parameter.choices)}|}}"'
    if parameter.is_secret:
        return f'"{{{{\\$secret ${{{number}:{parameter.name}}}}}}}"'
    example = (parameter.example or "").replace("$", "\\$").replace("}", "\\}")
    return f'"${{{number}:{example}}}"'


def _without_places(snippet: str) -> str:
    import re

    text = re.sub(r"\$\{\d+\|([^,|]*)[^}]*\}", r"\1", snippet)
    text = re.sub(r"\$\{\d+:((?:[^}\\]|\\.)*)\}", r"\1", text)
    text = re.sub(r"\$\d+", "", text)
    return text.replace("\\$", "$").replace("\\}", "}").replace("\t", "  ")


def _values(file: EnvironmentFile, place: JsonPlace, where: Inside) -> Iterator[Item]:
    key = place.key or ""
    if where.meaning is Meaning.AUTH_OBJECT:
        yield from _object_values(file, place, key)
    elif where.meaning is Meaning.SECURITY and normalise(key) == "defaultauth":
        for identifier in file.in_environment(where.environment).auth_objects.by_id:
            yield _text(place, identifier, ItemKind.REQUEST)
    elif key == "provider":
        for name in PROVIDERS:
            yield _text(place, name)
    else:
        known = known_key(where.meaning, key) or known_key(Meaning.VARIABLES, key)
        if known is not None and known.kind == BOOLEAN:
            yield from [Item(word, ItemKind.VALUE, word) for word in ("true", "false")]
        for choice in known.choices if known is not None else ():
            yield _text(place, choice)
        if where.meaning is Meaning.VARIABLES:
            for name, environments in file.variables.items():
                if name == key:
                    yield from _elsewhere(file, place, name, environments)


def _object_values(file: EnvironmentFile, place: JsonPlace, key: str) -> Iterator[Item]:
    if normalise(key) == "type":
        for rank, word in enumerate(words()):
            known = scheme_class(word)
            name = known.jetbrains[0] if known.jetbrains else word
            yield _text(place, name, ItemKind.SCHEME, known.title, known.summary, rank)
        return
    scheme = scheme_of(place.siblings)
    parameter = find_parameter(scheme.parameters(_given_parameters(scheme, place)), key) if scheme is not None else None
    if parameter is None:
        return
    if parameter.kind is ParameterKind.BOOLEAN:
        yield from [Item(word, ItemKind.VALUE, word) for word in ("true", "false")]
    for rank, choice in enumerate(parameter.choices):
        yield _text(place, choice, rank=rank)
    if parameter.is_secret:
        for item in secret_items(file.facts.secrets.get(file.analysis.root, ())):
            yield _text(place, item.text, ItemKind.SECRET, item.detail, item.documentation)
        new = new_secret(parameter.name)
        begun = '"{{$secret' if place.in_string else None
        yield new._replace(text=f'"{new.text}"', snippet=f'"{new.snippet}"', filter=begun)


def _elsewhere(file: EnvironmentFile, place: JsonPlace, name: str, environments: Sequence[str]) -> Iterator[Item]:
    """Yield the values that a variable has in other environments, those that are no secrets."""
    from httpls_auth.values.value import MASK

    for environment in environments:
        definition = file.in_environment(environment).scopes(None).find(name)
        text = definition.text if definition is not None else None
        if definition is None or not isinstance(text, str) or not text or text == MASK:
            continue
        if definition.labels.secret is None:
            yield _text(place, text, ItemKind.VALUE, f"as in {environment}")


def _text(
    place: JsonPlace,
    text: str,
    kind: ItemKind = ItemKind.VALUE,
    detail: str = "",
    documentation: str = "",
    rank: int = 0,
) -> Item:
    quoted = json.dumps(text, ensure_ascii=False)
    return Item(text, kind, quoted, detail, documentation, rank=rank, filter=quoted if place.in_string else None)


def _template(
    file: EnvironmentFile, place: JsonPlace, where: Inside, offset: int
) -> Completion | None:  # fmt: skip
    """Return the variables for a cursor between `{{` and `}}` in a string."""
    if not place.in_string:
        return None
    opened = place.written.rfind("{{")
    if opened < 0 or "}}" in place.written[opened:]:
        return None
    start = place.content.start + opened + 2
    closed = file.text.find("}}", offset, place.content.end)
    end = closed if closed >= 0 else offset
    analysis = file.in_environment(where.environment)
    secrets = file.facts.secrets.get(analysis.root, ())
    return names_at(analysis, Range(start, end), file.text[start:offset], closed >= 0, secrets)


def _path(file: EnvironmentFile, place: JsonPlace, where: Inside, offset: int) -> Completion | None:
    """Return the files for a cursor in a path."""
    if not place.in_string or not is_path(where, place.key or "", place.siblings):
        return None
    base = file.in_environment(where.environment).root if file.path.parent.name == ".vscode" else file.path.parent
    written = file.text[place.content.start : offset]
    return path_completion(file.workspace.files, base, place.content, written)
