"""Declarations as planned schemes: the scheme's word with its parameters as texts, with holes for what is not known.

How a run uses it:

* `plan.auth.schemes` are the schemes of a request in the order in which they act: placements first, then what hashes
  the body, signatures, at most one challenge scheme; those of one stage in the order as written. A client certificate
  (`mtls`) stands among them.
* `auth_prepare.prepared(planned, fill, read_file)` makes the `Scheme` of one. `fill` turns a `PlannedText` into a
  `Value`; `read_file` is given the absolute path of a `…-file` parameter and returns its content. Both refuse by
  raising an error of their own; `ParameterError` of the scheme is passed on, and `planned.place_of(error.parameter)`
  says where the parameter stands.
* Relative paths that a scheme reads itself (`ReadFile`) count from `planned.folder`.
* Each hole of the kind `TOKEN` stands for a token of a scheme: `plan.auth.tokens[hole.arguments]` names it, and whether
  its ID token is meant. The scheme is made as above; it is an `httpls_auth.schemes.flow.TokenSource`.
* A field `Authorization` that is kept as it is (`plan.auth.in_force.field`) stays among the plan's headers; a shorthand
  is taken out of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from httpls.model.auth_httpyac import is_by_variables, with_variables
from httpls.model.auth_objects import AuthObjects
from httpls.model.auth_shape import NamedArgument, merged_with_object, shape_of, stage_of
from httpls.model.authentication import AuthArgument, AuthDeclaration, AuthInForce, Form
from httpls.model.planned_text import Hole, HoleKind, PlannedText
from httpls.model.resolve import Context, resolve
from httpls.model.scopes import Unset
from httpls.model.source import Source
from httpls_auth.values.labels import Labels
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_auth.values.value import Value
from httpls_grammar.problems import Problem
from httpls_grammar.text import Range


class Located(NamedTuple):
    """A place: a file, and a range that counts from its start."""

    source: Source
    range: Range


class PlannedParameter(NamedTuple):
    """One parameter: its key as written, None for one that stands at `position`, and its text.

    `is_file` tells that the text is the path of a file whose content is meant; `key` is then without `-file`. `name` is
    the canonical name, None if the scheme has no such parameter.
    """

    argument: AuthArgument
    key: str | None
    position: int
    text: PlannedText
    is_file: bool
    name: str | None

    @property
    def folder(self) -> Path:
        """The folder from which a relative path counts."""
        return self.argument.source.path.parent


class PlannedScheme(NamedTuple):
    """A scheme that is to authenticate a request. `reference` is what refers to it, where it is an object."""

    word: str
    declaration: AuthDeclaration
    parameters: tuple[PlannedParameter, ...]
    reference: AuthDeclaration | None = None

    @property
    def folder(self) -> Path:
        """The folder from which relative paths count that the scheme reads itself."""
        return self.declaration.source.path.parent

    @property
    def holes(self) -> Iterable[Hole]:
        """The holes of all parameters."""
        return (hole for one in self.parameters for hole in one.text.holes)

    def place_of(self, parameter: str) -> Located:
        """Return where a parameter stands, by its canonical name; where the scheme is named if it is not there."""
        found = next((one for one in self.parameters if parameter in (one.name, one.key) and parameter), None)
        if found is None:
            return Located(self.declaration.source, self.declaration.word_range)
        return Located(found.argument.source, found.argument.range)


class PlannedToken(NamedTuple):
    """The scheme whose token stands in a text; `is_identity` asks for the ID token, `is_new` for a fresh one."""

    scheme: PlannedScheme
    is_identity: bool = False
    is_new: bool = False


class PlannedAuth(NamedTuple):
    """How a request authenticates: what is in force and why, the schemes, and the tokens in its texts.

    `follow_redirects` are the origins at which a redirected request is authenticated anew.
    """

    in_force: AuthInForce
    schemes: tuple[PlannedScheme, ...] = ()
    tokens: Mapping[tuple[str, ...], PlannedToken] = {}
    follow_redirects: tuple[PlannedText, ...] = ()

    @property
    def holes(self) -> Sequence[Hole]:
        """The holes of all schemes in their order."""
        return [hole for scheme in self.schemes for hole in scheme.holes]


NO_AUTH = PlannedAuth(AuthInForce((), None, ()))


class Drafted(NamedTuple):
    """A planned scheme with what is wrong with its texts, each with the file that its range counts in."""

    scheme: PlannedScheme
    problems: Sequence[tuple[Source, Problem]]


def draft(declaration: AuthDeclaration, objects: AuthObjects, context: Context) -> Drafted | None:
    """Return the scheme of a declaration, its texts resolved as those of the request, wherever they are written.

    None for a reference to an object that is not there.
    """
    merged = merged_with_object(declaration, objects)
    if merged is None:
        return None
    if is_by_variables(merged):
        declaration = merged = with_variables(merged, context)
    problems: list[tuple[Source, Problem]] = []
    parameters: list[PlannedParameter] = []
    for named in shape_of(merged).arguments:
        name = named.parameter.name if named.parameter is not None else None
        text = _text(merged, named, context, problems)
        parameters.append(PlannedParameter(named.argument, named.key, named.position, text, named.is_file, name))
    reference = declaration if declaration is not merged else None
    return Drafted(PlannedScheme(merged.scheme, merged, tuple(parameters), reference), problems)


def in_order(schemes: Iterable[PlannedScheme]) -> tuple[PlannedScheme, ...]:
    """Return the schemes in the order in which they act."""
    return tuple(sorted(schemes, key=lambda planned: stage_of(planned.word)))


_ORIGINATIONS = {
    Form.DIRECTIVE: Origination.DIRECTIVE,
    Form.SHORTHAND: Origination.LITERAL,
    Form.FIELD: Origination.LITERAL,
    Form.OBJECT: Origination.ENVIRONMENT,
}


def _secret(text: PlannedText, reason: str) -> PlannedText:
    labels = Labels(f"the parameter {reason}")
    return PlannedText(tuple([piece.labelled(labels) if isinstance(piece, Value) else piece for piece in text.pieces]))


def _text(
    declaration: AuthDeclaration, named: NamedArgument, context: Context, problems: list[tuple[Source, Problem]]
) -> PlannedText:
    argument = named.argument
    position = argument.source.position(argument.range.start)
    place = Place(str(argument.source.path), position.line, position.column)
    label = f"{declaration.scheme} {named.key or named.position + 1}"
    provenance = Provenance(_ORIGINATIONS[declaration.form], label, place, declaration.environment)
    if isinstance(argument.text, Unset):
        unset = argument.text
        hole = Hole(HoleKind(unset.kind), label, unset.arguments, argument.range, provenance, unset.is_secret)
        return PlannedText((hole,))
    if argument.is_literal:
        text = PlannedText((Value(argument.text, provenance),) if argument.text else ())
    else:
        found = resolve(argument.text, argument.range.start, context._replace(literal=provenance))
        is_in_place = argument.source.stretch(argument.range) == argument.text
        for problem in found.problems:
            # The text of a variable of another tool is made up here: its problems are told where the variable stands.
            told = problem if is_in_place else problem._replace(range=argument.range)
            problems.append((argument.source, told))
        text = found.text
    is_secret = named.parameter is not None and named.parameter.is_secret and not named.is_file
    return _secret(text, label) if is_secret else text
