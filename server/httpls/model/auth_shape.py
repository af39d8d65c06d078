"""What a declaration says, seen through the class of its scheme: which argument is which parameter."""

from collections.abc import Mapping, Sequence
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from httpls.model.auth_objects import AuthObjects
from httpls.model.authentication import AuthArgument, AuthDeclaration
from httpls_auth.errors import ParameterError
from httpls_auth.schemes.index import scheme_class, words
from httpls_auth.schemes.parameter import Parameter, ParameterKind, same_name
from httpls_auth.schemes.read import Given, read
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value


class NamedArgument(NamedTuple):
    """An argument with the parameter that it is for, None if the scheme has none of this name.

    `key` is the key as written, without `-file` if `is_file`.
    """

    argument: AuthArgument
    key: str | None
    position: int
    parameter: Parameter | None
    is_file: bool


class SchemeShape:
    """What a declaration says, seen through the class of its scheme: which argument is which parameter."""

    def __init__(self, declaration: AuthDeclaration) -> None:
        """Take the declaration; nothing is looked at yet."""
        self.declaration = declaration

    @cached_property
    def scheme(self) -> type[Scheme] | None:
        """The class, None for a scheme that is not known."""
        return class_of(self.declaration.scheme)

    @property
    def every_parameter(self) -> tuple[Parameter, ...]:
        """All parameters that the scheme can have."""
        return _every_parameter(self.declaration.scheme)

    @cached_property
    def known(self) -> Mapping[str, str]:
        """The texts as written by canonical name, that of a file as the path of it."""
        return {one.parameter.name: _written(one.argument) for one in self.arguments if one.parameter is not None}

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters that the scheme has with these texts: some depend on the value of another."""
        if self.scheme is None:
            return ()
        try:
            return self.scheme.parameters(self.known)
        except ParameterError:
            return self.every_parameter

    @cached_property
    def arguments(self) -> Sequence[NamedArgument]:
        """The arguments in the order as written."""
        found: list[NamedArgument] = []
        position = 0
        for argument in self.declaration.arguments:
            if argument.key is None:
                found.append(NamedArgument(argument, None, position, self._at(position), is_file=False))
                position += 1
                continue
            parameter = named_parameter(self.declaration.scheme, argument.key)
            key, is_file = argument.key, False
            if parameter is None and (stem := file_stem(argument.key)) is not None:
                of_stem = named_parameter(self.declaration.scheme, stem)
                if of_stem is not None or self.scheme is None:
                    key, is_file, parameter = stem, True, of_stem
            found.append(NamedArgument(argument, key, 0, parameter, is_file))
        return found

    def _at(self, position: int) -> Parameter | None:
        return next((one for one in self.every_parameter if one.position == position), None)

    @cached_property
    def trial(self) -> Scheme | None:
        """Return the scheme made of the texts as written, templates in them and all; None if they do not fit."""
        if self.scheme is None:
            return None
        given = [Given(one.key, one.position, Value(_written(one.argument) or "x", _TRIAL)) for one in self.arguments]
        try:
            return read(self.scheme, given)
        except ParameterError:
            return None


@lru_cache(maxsize=8)
def shape_of(declaration: AuthDeclaration) -> SchemeShape:
    """Return what a declaration says. What is asked for again and again is the same: that of the file or the folder."""
    return SchemeShape(declaration)


def named_parameter(word: str, key: str) -> Parameter | None:
    """Return the parameter of a scheme that a key names, by any of its names (see `read.find_parameter`)."""
    names = _names(word)
    parameter = names.get(same_name(key))
    if parameter is not None and parameter.kind is not ParameterKind.PAIRS:
        return parameter
    head = names.get(same_name(key.partition(".")[0])) if "." in key else None
    return head if head is not None and head.kind is ParameterKind.PAIRS else None


def class_of(word: str) -> type[Scheme] | None:
    """Return the class of a scheme by its canonical word, None if there is none."""
    return scheme_class(word) if word in words() else None


def file_stem(key: str) -> str | None:
    """Return what stands before `-file`, `File` or `_file` at the end of a key, None if it does not end so."""
    if len(key) <= len("file") or key[-4:].lower() != "file":
        return None
    stem = key[:-4].rstrip("-_ ")
    return stem if stem and (len(stem) < len(key) - 4 or key[-4] == "F") else None


def merged_with_object(declaration: AuthDeclaration, objects: AuthObjects) -> AuthDeclaration | None:
    """Return the declaration, or for `use id` the object with the further arguments of the reference on top.

    None for a reference without an id, or to an object that is not there.
    """
    if declaration.scheme != "use":
        return declaration
    found = objects.by_id.get(declaration.identifier or "")
    if found is None:
        return None
    further = [one for one in declaration.arguments if one.key is not None]
    if not further:
        return found
    shape = shape_of(found)
    replaced = {_name_of(shape, one) for one in further}
    kept = [one for one in found.arguments if _name_of(shape, one) not in replaced]
    return found._replace(arguments=(*kept, *further))


def writes(declaration: AuthDeclaration, objects: AuthObjects) -> frozenset[str]:
    """Return the fields that a declared scheme writes; `authorization` where that is not known yet."""
    merged = merged_with_object(declaration, objects)
    scheme = shape_of(merged).trial if merged is not None else None
    return scheme.writes if scheme is not None else frozenset(("authorization",))


def stage_of(word: str) -> Stage:
    """Return when a scheme acts."""
    scheme = class_of(word)
    return scheme.stage if scheme is not None else Stage.PLACEMENT


@cache
def _every_parameter(word: str) -> tuple[Parameter, ...]:
    scheme = class_of(word)
    return scheme.parameters() if scheme is not None else ()


@cache
def _names(word: str) -> Mapping[str, Parameter]:
    found: dict[str, Parameter] = {}
    for parameter in _every_parameter(word):
        for name in (parameter.name, *parameter.aliases, parameter.postman, parameter.jetbrains):
            if name:
                found.setdefault(same_name(name), parameter)
    return found


_TRIAL = Provenance(Origination.LITERAL, "text")


def _written(argument: AuthArgument) -> str:
    return argument.text if isinstance(argument.text, str) else "{{provider}}"


def _name_of(shape: SchemeShape, argument: AuthArgument) -> str:
    key = argument.key or ""
    word = shape.declaration.scheme
    parameter = named_parameter(word, key) or named_parameter(word, file_stem(key) or "")
    if parameter is None:
        return key.lower()
    pair = key.partition(".")[2] if parameter.kind is ParameterKind.PAIRS else ""
    return f"{parameter.name}.{pair}"
