"""Completion: what can be written at a cursor. `complete` is the entry; each module knows one part of the language."""

from httpls.ide.completion.complete import complete
from httpls.ide.completion.item import Completion, Item, ItemKind

__all__ = ["Completion", "Item", "ItemKind", "complete"]
