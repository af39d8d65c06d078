"""Text as far as it can be known before sending: values, and holes for what only a run can tell."""

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple, TypeAlias

from httpls_auth.values.provenance import Provenance
from httpls_auth.values.value import Value
from httpls_grammar.text import Range


class HoleKind(Enum):
    """What has to happen before the text in place of a hole is known."""

    DYNAMIC = "dynamic"
    PROMPT = "prompt"
    SECRET = "secret"  # noqa: S105 - the name of a kind, not a secret
    PROVIDER = "provider"
    RESPONSE = "response"
    TOKEN = "token"  # noqa: S105 - as above
    SCRIPT = "script"
    JAVASCRIPT = "javascript"
    FILE = "file"
    COOKIE = "cookie"


class Hole(NamedTuple):
    """A piece of text that is not known yet.

    `name` is shown in its place. `arguments` say what exactly is to be fetched, in the terms of the kind: the arguments
    of a dynamic variable, the parameters of a provider as `key=value`, the path in a response. `percent_encoded` asks
    for the text percent-encoded.
    """

    kind: HoleKind
    name: str
    arguments: tuple[str, ...]
    range: Range
    provenance: Provenance
    is_secret: bool = False
    percent_encoded: bool = False

    def __str__(self) -> str:
        """Return what stands for the hole where the text is shown."""
        return f"‹{self.name}›"


Piece: TypeAlias = Value | Hole


class PlannedText(NamedTuple):
    """Values and holes in order."""

    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        """Return the text with secrets masked and each hole by its name."""
        pieces = self.pieces
        return str(pieces[0]) if len(pieces) == 1 else "".join([str(piece) for piece in pieces])

    @property
    def holes(self) -> Iterator[Hole]:
        """The holes in order."""
        return (piece for piece in self.pieces if isinstance(piece, Hole))

    @property
    def is_complete(self) -> bool:
        """Tell whether there is no hole."""
        return not any(isinstance(piece, Hole) for piece in self.pieces)


EMPTY = PlannedText(())


def concatenated(texts: Sequence[PlannedText]) -> PlannedText:
    """Return the texts one after the other."""
    if len(texts) == 1:
        return texts[0]
    return PlannedText(tuple([piece for text in texts for piece in text.pieces]))
