"""Names and values of header fields."""

from collections.abc import Iterator

from httpls.ide.completion.item import Completion, Item, ItemKind, completion
from httpls.ide.header_catalogue import HEADERS, find_header
from httpls.ide.place import Cursor, InHeaderName, InHeaderValue
from httpls_grammar.text import Range


def header_names(cursor: Cursor, place: InHeaderName) -> Iterator[Item]:
    """Yield the header fields that requests have; those that this one has already come last."""
    given = {header.name.lower() for header in cursor.located.block.headers}
    ending = "" if place.has_colon else ": "
    for header in HEADERS:
        documentation = f"{header.documentation}\n\n{header.specification}"
        rank = 1 if header.name.lower() in given else 0
        again = bool(header.values) and not place.has_colon
        yield Item(
            header.name, ItemKind.HEADER, header.name + ending, "", documentation, rank=rank, again=again
        )  # fmt: skip


def header_values(cursor: Cursor, place: InHeaderValue) -> Completion:
    """Return the usual values of a header field; in a list, those for the piece at the cursor."""
    known = find_header(place.header.name)
    values = known.values if known is not None else ()
    separator = place.written.rfind(",") + 1
    skipped = separator + len(place.written[separator:]) - len(place.written[separator:].lstrip())
    where = Range(place.range.start + skipped, max(place.range.end, cursor.offset))
    items = [
        Item(value, ItemKind.VALUE, value, rank=index, again=value.endswith(" ")) for index, value in enumerate(values)
    ]
    return completion(where, items, place.written[skipped:])
