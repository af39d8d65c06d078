"""Paths of files, relative to the file in which they are written."""

from pathlib import PurePosixPath

from httpls.ide.completion.item import Completion, Item, ItemKind, completion
from httpls.ide.place import InFilePath
from httpls.model.analysis import Analysis
from httpls.model.paths import resolved_path
from httpls_grammar.text import Range

_SUFFIXES = {"request file": (".http", ".rest"), "script": (".js", ".mjs", ".cjs", ".ts", ".lua")}


def path_items(analysis: Analysis, place: InFilePath) -> Completion:
    """Return the names in the folder that is written so far; of files, those that can be meant."""
    folder_text, slash, name = place.written.rpartition("/")
    folder = resolved_path(analysis.file.path.parent, folder_text + slash or ".")
    files = analysis.workspace.files
    suffixes = _SUFFIXES.get(place.what)
    items: list[Item] = []
    for entry in files.names(folder):
        if entry.startswith(".") and not name.startswith("."):
            continue
        if files.is_folder(folder / entry):
            items.append(Item(f"{entry}/", ItemKind.FOLDER, f"{entry}/", rank=1, again=True))
        elif suffixes is None or PurePosixPath(entry).suffix.lower() in suffixes:
            items.append(Item(entry, ItemKind.FILE, entry))
    if not slash:
        items.append(Item("../", ItemKind.FOLDER, "../", rank=2, again=True))
        if place.what == "request file":
            items += [Item(f"#{one}", ItemKind.REQUEST, f"#{one}", rank=3) for one in analysis.requests.names()]
    begin = place.range.start + len(folder_text) + len(slash)
    return completion(Range(begin, max(place.range.end, begin)), items, name)
