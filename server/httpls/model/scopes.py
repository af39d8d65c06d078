"""Scopes: where names are looked up, in which order, and what a name means in the end.

The order is that of the profile: most tools let a variable of the file win over the environment,
JetBrains and Kulala let the environment win.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.secret_names import looks_secret
from httpls_grammar.profile import Profile


class ScopeKind(IntEnum):
    """The kinds of scopes, in the order in which the `auto` profile looks into them."""

    COMMAND_LINE = 1
    RUN_ARGUMENT = 2
    REQUEST = 3
    SCRIPT = 4
    FILE = 5
    IMPORTED_FILE = 6
    FOLDER = 7
    ENVIRONMENT = 8
    SHARED_ENVIRONMENT = 9
    EDITOR_ENVIRONMENT = 10
    SHARED_EDITOR_ENVIRONMENT = 11
    DOTENV = 12
    OS_ENVIRONMENT = 13


class Unset(NamedTuple):
    """What a name stands for that has no value yet: something a run has to do first.

    `kind` is the word of a `HoleKind`, `arguments` say what exactly has to be done.
    """

    kind: str
    arguments: tuple[str, ...]
    is_secret: bool = False


class Definition(NamedTuple):
    """A name with its value as written, which may hold templates unless `is_literal`, or with what sets it."""

    name: str
    text: str | Unset
    provenance: Provenance
    labels: Labels = PLAIN
    is_literal: bool = False


class Scope(NamedTuple):
    """The definitions of one place, by name; where a name is defined twice, the last one.

    What is not `is_plain` is found only by a dynamic variable that asks for it, such as `{{$dotenv NAME}}`.
    """

    kind: ScopeKind
    definitions: Mapping[str, Definition]
    is_plain: bool = True


class Scopes:
    """All scopes of a request, in the order in which they are looked into."""

    def __init__(self, scopes: Iterable[Scope], profile: Profile, asked: set[str] | None = None) -> None:
        """Take the scopes in any order; those of one kind keep the order in which they come.

        The names that are looked up are added to `asked`, `*` for all of them.
        """
        self._asked: set[str] = set() if asked is None else asked
        order = _ORDERS.get(profile, _FILE_FIRST)
        self.scopes: Sequence[Scope] = sorted(scopes, key=lambda scope: order.index(scope.kind))

    def lookup(self, name: str) -> Iterator[Definition]:
        """Yield the definitions of a name, the one in force first, then those that it hides.

        What a script would set if it ran comes last: until then, the others count.
        """
        self._asked.add(name)
        unset: list[Definition] = []
        for scope in self.scopes:
            definition = scope.definitions.get(name) if scope.is_plain else None
            if definition is None:
                continue
            if isinstance(definition.text, Unset) and definition.text.kind == "script":
                unset.append(definition)
            else:
                yield definition
        yield from unset

    def find(self, name: str) -> Definition | None:
        """Return the definition in force."""
        return next(self.lookup(name), None)

    def names(self) -> Iterator[str]:
        """Yield every name that is defined, each once."""
        self._asked.add("*")
        seen: set[str] = set()
        for scope in self.scopes:
            for name in scope.definitions if scope.is_plain else ():
                if name not in seen:
                    seen.add(name)
                    yield name


def puts_environment_first(profile: Profile) -> bool:
    """Tell whether a variable of the environment counts before one of the file."""
    order = _ORDERS.get(profile, _FILE_FIRST)
    return order.index(ScopeKind.ENVIRONMENT) < order.index(ScopeKind.FILE)


def os_scope(os_environment: Mapping[str, str]) -> Scope:
    """Return the variables of the operating system as variables of their plain names."""
    definitions: dict[str, Definition] = {}
    for name, value in os_environment.items():
        labels = Labels(f"the OS environment variable {name}") if looks_secret(name) else PLAIN
        provenance = Provenance(Origination.OS_ENVIRONMENT, name)
        definitions[name] = Definition(name, value, provenance, labels, is_literal=True)
    return Scope(ScopeKind.OS_ENVIRONMENT, definitions)


_K = ScopeKind
_ENVIRONMENTS = (_K.ENVIRONMENT, _K.SHARED_ENVIRONMENT, _K.EDITOR_ENVIRONMENT, _K.SHARED_EDITOR_ENVIRONMENT)
_FILES = (_K.FILE, _K.IMPORTED_FILE, _K.FOLDER)
_GIVEN, _LAST = (_K.COMMAND_LINE, _K.RUN_ARGUMENT), (_K.DOTENV, _K.OS_ENVIRONMENT)
_FILE_FIRST = (*_GIVEN, _K.REQUEST, _K.SCRIPT, *_FILES, *_ENVIRONMENTS, *_LAST)
_JETBRAINS = (*_GIVEN, *_ENVIRONMENTS, _K.SCRIPT, *_FILES, _K.REQUEST, *_LAST)
_KULALA = (*_GIVEN, _K.REQUEST, _K.SCRIPT, *_ENVIRONMENTS, *_FILES, *_LAST)
_ORDERS = {Profile.JETBRAINS: _JETBRAINS, Profile.KULALA: _KULALA}
