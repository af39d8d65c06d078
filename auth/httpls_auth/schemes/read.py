"""Makes a scheme of the texts that were written for its parameters."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from httpls_auth.errors import ParameterError
from httpls_auth.schemes.parameter import Parameter, ParameterKind, chosen, field_names, same_name
from httpls_auth.schemes.scheme import Scheme
from httpls_auth.values.labels import Labels
from httpls_auth.values.value import Value


class Given(NamedTuple):
    """A parameter as it was written: its key, None for one that stands at `position`, and its text."""

    key: str | None
    position: int
    value: Value


class Named(NamedTuple):
    """A text with the parameter that it is for; `key` is the key as written, for `PAIRS` what follows the dot."""

    parameter: Parameter
    key: str
    value: Value


def find_parameter(parameters: Iterable[Parameter], key: str) -> Parameter | None:
    """Return the parameter that a key names, by any of its names; for `PAIRS` the key goes on with a dot and a name."""
    wanted = same_name(key)
    head = same_name(key.partition(".")[0]) if "." in key else None
    for candidate in parameters:
        names = [same_name(name) for name in _names(candidate)]
        if candidate.kind is ParameterKind.PAIRS:
            if head in names:
                return candidate
        elif wanted in names:
            return candidate
    return None


def name_all(scheme: type[Scheme], given: Sequence[Given]) -> Sequence[Named]:
    """Return each text with its parameter. Raises `ParameterError` for one that the scheme does not have."""
    known = {
        candidate.name: one.value.reveal()
        for one in given
        if (candidate := _parameter_of(scheme.parameters(), one)) is not None
    }
    parameters = scheme.parameters(known)
    found: list[Named] = []
    for one in given:
        candidate = _parameter_of(parameters, one)
        if candidate is None:
            shown = one.key if one.key is not None else f"argument {one.position + 1}"
            raise ParameterError(one.key or "", f"`{scheme.word}` has no parameter `{shown}`")
        found.append(Named(candidate, (one.key or "").partition(".")[2], one.value))
    return found


def read(scheme: type[Scheme], given: Sequence[Given]) -> Scheme:
    """Make the scheme. Raises `ParameterError` for the first parameter that is unknown, missing or means nothing."""
    texts = [one for one in name_all(scheme, given) if not _says_nothing(one)]
    known = {one.parameter.name: one.value.reveal() for one in texts}
    for missing in missing_parameters(scheme, known):
        remedy = f"Write `# @auth-{missing.name} …` below `# @auth {scheme.word}`."
        raise ParameterError(missing.name, f"`{scheme.word}` needs `{missing.name}`", remedy)
    return scheme.make(texts)


def missing_parameters(scheme: type[Scheme], known: Mapping[str, str]) -> Sequence[Parameter]:
    """Return the parameters that have to be given but are not; `known` maps canonical names to texts."""
    parameters = scheme.parameters(known)
    defaults = {one.name: one.default for one in parameters if one.default is not None}
    effective = {**defaults, **known}
    given = {one.name for one in parameters if one.name in known and (known[one.name] or one.may_be_empty)}
    return [
        one
        for one in parameters
        if one.name not in given and one.default is None and one.is_required(effective)
    ]  # fmt: skip


def arguments_of(dataclass: type, texts: Sequence[Named]) -> dict[str, object]:
    """Return the keyword arguments for a dataclass of parameters, of those texts that are for a field of it."""
    fields = field_names(dataclass)
    arguments: dict[str, object] = {}
    pairs: dict[str, list[tuple[str, Value]]] = {}
    for one in texts:
        field = fields.get(one.parameter.name)
        if field is None:
            continue
        if one.parameter.kind is ParameterKind.PAIRS:
            pairs.setdefault(field, []).append((one.key, one.value))
        else:
            arguments[field] = converted(one.parameter, one.value)
    return arguments | {field: tuple(values) for field, values in pairs.items()}


def converted(parameter: Parameter, value: Value) -> object:
    """Return the Python value of a parameter's text, as `ParameterKind` says. Raises `ParameterError`.

    What is given to a parameter that is marked secret becomes secret, wherever it comes from.
    """
    if parameter.is_secret and not value.is_secret:
        value = value.labelled(Labels(f"parameter `{parameter.name}`"))
    if _UNSENDABLE.search(value.reveal()):
        raise ParameterError(
            parameter.name,
            f"`{parameter.name}` has a character in it that stands for no text (U+0000 or U+D800 to U+DFFF)",
        )
    text = value.reveal().strip()
    kind = parameter.kind
    if kind is ParameterKind.BOOLEAN:
        if text.lower() in _TRUE or text.lower() in _FALSE:
            return text.lower() in _TRUE
        raise ParameterError(parameter.name, f"`{parameter.name}` is `true` or `false`, not `{value}`")
    if kind is ParameterKind.INTEGER:
        if re.fullmatch(r"[+-]?[0-9]{1,18}", text):
            return int(text)
        raise ParameterError(parameter.name, f"`{parameter.name}` is a whole number, not `{value}`")
    if kind is ParameterKind.SECONDS:
        return _seconds(parameter, text, value)
    if kind is ParameterKind.CHOICE:
        choice = chosen(parameter, text)
        if choice is not None:
            return choice
        known = ", ".join(parameter.choices)
        raise ParameterError(parameter.name, f"`{value}` is no value of `{parameter.name}`", f"Write one of: {known}.")
    if kind is ParameterKind.LIST:
        return tuple(re.split(r"[\s,]+", text)) if text else ()
    if kind is ParameterKind.PATH:
        return text or None
    if kind is ParameterKind.JSON:
        _check_json(parameter, text)
    return value


_UNSENDABLE = re.compile("[\0\ud800-\udfff]")
_TRUE = frozenset(("true", "yes", "on", "1"))
_FALSE = frozenset(("false", "no", "off", "0"))
_UNITS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


def _says_nothing(one: Named) -> bool:
    """Tell whether a text is empty where that means the same as leaving it out, as in what Postman exports."""
    kind = one.parameter.kind
    is_kept = one.parameter.may_be_empty or kind in (ParameterKind.PAIRS, ParameterKind.BOOLEAN)
    return not one.value.reveal() and not is_kept


def _names(parameter: Parameter) -> Iterable[str]:
    return [name for name in (parameter.name, *parameter.aliases, parameter.postman, parameter.jetbrains) if name]


def _parameter_of(parameters: Sequence[Parameter], one: Given) -> Parameter | None:
    if one.key is None:
        return next((each for each in parameters if each.position == one.position), None)
    return find_parameter(parameters, one.key)


def _seconds(parameter: Parameter, text: str, value: Value) -> float:
    match = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*(ms|s|min|m|h|d|)", text.lower())
    if match is None:
        raise ParameterError(
            parameter.name, f"`{parameter.name}` is a time, not `{value}`", "Write it such as `300`, `90s` or `5m`."
        )
    return float(match.group(1)) * _UNITS[match.group(2)]


def _check_json(parameter: Parameter, text: str) -> None:
    try:
        is_object = isinstance(json.loads(text or "{}"), dict)
    except (ValueError, RecursionError) as error:
        # The message of the parser would repeat a piece of the text, which may be secret.
        raise ParameterError(parameter.name, f"`{parameter.name}` is not valid JSON") from error
    if not is_object:
        raise ParameterError(parameter.name, f"`{parameter.name}` has to be a JSON object")
