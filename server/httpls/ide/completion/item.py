"""What completion proposes."""

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from httpls_grammar.text import Range

MOST = 200
"""How many proposals are made at once; more are filtered by typing on."""


class ItemKind(Enum):
    """What is proposed."""

    METHOD = "method"
    URL = "url"
    HEADER = "header"
    VALUE = "value"
    VARIABLE = "variable"
    DYNAMIC_VARIABLE = "dynamic variable"
    DIRECTIVE = "directive"
    SCHEME = "scheme"
    PARAMETER = "parameter"
    REQUEST = "request"
    FIELD = "field"
    FILE = "file"
    FOLDER = "folder"
    SNIPPET = "snippet"
    SECRET = "secret"  # noqa: S105 - a kind


class Item(NamedTuple):
    """One proposal.

    `text` stands in the place of the completion's range, or of the item's own `range`; `snippet` is the same with
    places to fill in (`$1`, `${2:word}`), for clients that have them. `detail` is shown beside the label, a secret
    value masked. `rank` orders items, the smallest first. `documentation` is Markdown.
    """

    label: str
    kind: ItemKind
    text: str
    detail: str = ""
    documentation: str = ""
    snippet: str | None = None
    rank: int = 0
    is_deprecated: bool = False
    again: bool = False
    """Whether completion should be asked for again once this is inserted."""
    filter: str | None = None
    """What is compared with the text that is replaced, where that is not the label."""


class Completion(NamedTuple):
    """All proposals for one place; `range` is the stretch that they replace."""

    range: Range
    items: tuple[Item, ...]
    is_incomplete: bool = False


NOTHING = Completion(Range(0, 0), ())


def completion(range: Range, items: Iterable[Item], written: str) -> Completion:  # noqa: A002 - the field's name
    """Return the items that go with what is written already, the best first, at most `MOST`."""
    wanted = written.lower()
    fitting = [item for item in items if fits(item.label, wanted)]
    fitting.sort(key=lambda item: (not item.label.lower().startswith(wanted), item.rank, item.label.lower()))
    return Completion(range, tuple(fitting[:MOST]), len(fitting) > MOST)


def fits(label: str, written: str) -> bool:
    """Tell whether the characters written (in lower case) occur in the label in their order, as editors match."""
    position = 0
    lowered = label.lower()
    for character in written:
        position = lowered.find(character, position) + 1
        if position == 0:
            return False
    return True
