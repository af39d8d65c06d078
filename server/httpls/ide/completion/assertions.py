"""Assertions: what is looked at, and what is said of it."""

from httpls.ide.completion.item import Completion, Item, ItemKind, completion
from httpls.ide.place import InAssertion
from httpls_grammar.text import Range

_SUBJECTS = (
    ("status", "The status code."), ("header", "A header field: `header content-type`."),
    ("body", "The body, or a part of it: `body $.name`."), ("duration", "Milliseconds until the response was there."),
    ("js", "A JavaScript expression."), ("xpath", "A part of an XML body."),
    ("cookie", "A cookie that the response sets: `cookie sid exists`."),
    ("certificate", "For how many days the certificate of the server is still valid: `certificate > 14`."),
    ("schema", "Whether the body fits a JSON schema: `schema matches ./order.schema.json`."),
)  # fmt: skip
_PREDICATES = (
    "==", "!=", ">", ">=", "<", "<=", "startsWith", "endsWith", "includes", "contains", "exists", "isTrue", "isFalse",
    "isNumber", "isBoolean", "isString", "isArray", "matches", "sha256", "sha512", "md5",
)  # fmt: skip


def assertion_items(place: InAssertion) -> Completion:
    """Return the subjects for the first word, the predicates for the others."""
    words = place.written.split()
    is_first = len(words) == 0 or (len(words) == 1 and not place.written.endswith(" "))
    last = "" if place.written.endswith(" ") or not words else words[-1]
    begin = place.range.start + len(place.written) - len(last)
    where = Range(begin, begin + len(last))
    if is_first:
        items = [Item(word, ItemKind.VALUE, f"{word} ", "", text, again=True) for word, text in _SUBJECTS]
    else:
        items = [Item(word, ItemKind.VALUE, f"{word} ", rank=rank) for rank, word in enumerate(_PREDICATES)]
    return completion(where, items, last)
