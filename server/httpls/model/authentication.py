"""How a request authenticates, where that is written, and what it overrides.

The nearest level counts: the request's own `# @auth`, the file's, that of the folders from the
nearest up to the root, the environment's default. The list of a level replaces that of the levels around it; `none`
cuts, `inherit` goes on outwards.

A field `Authorization` is a declaration too. It does not replace a list, but wins over those of its own level and of
the levels around it that write the same field.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import Enum, IntEnum
from typing import NamedTuple

from httpls.model.scopes import Unset
from httpls.model.source import Source
from httpls_auth.schemes.index import canonical_word as implemented_word
from httpls_auth.schemes.index import every_word
from httpls_auth.schemes.parameter import same_name
from httpls_grammar.text import Range


class Level(IntEnum):
    """Where an authentication is written, the nearest first."""

    REQUEST = 1
    FILE = 2
    FOLDER = 3
    ENVIRONMENT = 4


class Form(Enum):
    """How an authentication is written."""

    DIRECTIVE = "directive"
    """`# @auth …` with its `# @auth-…` lines, or `# @use-os-credentials`."""
    SHORTHAND = "shorthand"
    """A header field that stands for a scheme, such as `Authorization: Basic user password`, or options of cURL."""
    FIELD = "field"
    """A field `Authorization` that is sent as it is written."""
    OBJECT = "object"
    """An object of `Security.Auth` in an environment."""


class AuthArgument(NamedTuple):
    """A parameter as it is written: with its key, or at its place among those without.

    `text` may hold templates, unless `is_literal`; it is an `Unset` for a provider object of an environment.
    `key_range` and `range` (of the value) count from the start of `source`, and relative paths from its folder; an
    object of an environment may be spread over several files. `is_private` tells that the file is meant for one person
    only.
    """

    source: Source
    key: str | None
    text: str | Unset
    range: Range
    key_range: Range | None = None
    is_literal: bool = False
    is_private: bool = False


class AuthDeclaration(NamedTuple):
    """One way to authenticate as it is written. Ranges count from the start of `source`.

    `scheme` is the canonical word, empty for one that is not known, `use` for a reference to an object of the
    environment; `word` is the one that is written. `identifier` is the id of an object of the environment: of this
    one, or of that which `use` refers to. `splits_later` says that the only argument has to be divided into user and
    password when its templates are filled in.
    """

    source: Source
    level: Level
    form: Form
    scheme: str
    word: str
    word_range: Range
    range: Range
    arguments: tuple[AuthArgument, ...] = ()
    environment: str | None = None
    identifier: str | None = None
    splits_later: bool = False


class AuthInForce(NamedTuple):
    """What a request authenticates with.

    `declarations` are several of one level and, where it is a shorthand, the field `Authorization`; none for no
    authentication; a field that names a client certificate is the last. `field` is the field `Authorization` that is
    in force, as a shorthand or as it is. `level` is that of the list, None where no level has one. `overridden` is what
    would count if those in force were not there.
    """

    declarations: tuple[AuthDeclaration, ...]
    level: Level | None
    overridden: tuple[AuthDeclaration, ...]
    field: AuthDeclaration | None = None


def in_force(
    levels: Iterable[Sequence[AuthDeclaration]], writes_authorization: Callable[[AuthDeclaration], bool]
) -> AuthInForce:
    """Return what counts, from the declarations of each level, the nearest first.

    `writes_authorization` tells whether a declared scheme writes the field `Authorization`.
    """
    chosen: list[AuthDeclaration] = []
    overridden: list[AuthDeclaration] = []
    field: AuthDeclaration | None = None
    certificate: AuthDeclaration | None = None
    level: Level | None = None
    is_field_nearer = False
    for declarations in levels:
        own_field = next((one for one in declarations if is_field(one)), None)
        certificate = certificate or next((one for one in declarations if _names_certificate(one)), None)
        listed = [one for one in declarations if one.form not in _FIELDS and one.scheme != "inherit"]
        is_decided = level is not None
        if own_field is not None:
            if field is None and not (is_decided and not chosen):
                field, is_field_nearer = own_field, not is_decided
            else:
                overridden.append(own_field)
        if is_decided:
            overridden += [one for one in listed if one.scheme != "none"]
        elif listed:
            level = listed[0].level
            chosen = [one for one in listed if one.scheme != "none"]
    if field is not None:
        writers = [one for one in chosen if writes_authorization(one)]
        if is_field_nearer:
            chosen = [one for one in chosen if one not in writers]
            overridden += writers
        elif writers:
            overridden.insert(0, field)
            field = None
    if field is not None and field.form is Form.SHORTHAND:
        chosen.append(field)
    if certificate is not None:
        chosen.append(certificate)
    return AuthInForce(tuple(chosen), level, tuple(overridden), field)


def is_field(declaration: AuthDeclaration) -> bool:
    """Tell whether a declaration is a field `Authorization`, as a shorthand or as it is."""
    return declaration.form in _FIELDS and not _names_certificate(declaration)


def canonical_word(word: str) -> str | None:
    """Return the canonical word of a scheme, or `inherit` or `use`; None for a word that means nothing."""
    name = same_name(word)
    return implemented_word(name) or _OTHER_WORDS.get(name)


def known_words() -> Sequence[str]:
    """Return every word that may follow `@auth`, in the form in which words are compared."""
    return list(dict.fromkeys([*every_word(), *_OTHER_WORDS]))


_FIELDS = (Form.SHORTHAND, Form.FIELD)


def _names_certificate(declaration: AuthDeclaration) -> bool:
    return declaration.form is Form.SHORTHAND and declaration.scheme == "mtls"


_OTHER_WORDS: dict[str, str] = {"inherit": "inherit", "use": "use"}
"""What may follow `@auth` and is no scheme."""
