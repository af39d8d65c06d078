"""Paths of files, relative to the file in which they are written."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from httpls.ide.completion.item import Completion, Item, ItemKind, completion
from httpls.ide.place import InFilePath
from httpls.model.analysis import Analysis
from httpls.model.paths import resolved_path
from httpls.model.ports import Files
from httpls_grammar.text import Range

_SUFFIXES = {"request file": (".http", ".rest"), "script": (".js", ".mjs", ".cjs", ".ts", ".lua")}


def path_items(analysis: Analysis, place: InFilePath) -> Completion:
    """Return the names in the folder that is written so far; of files, those that can be meant."""
    folder_text, slash, name = place.written.rpartition("/")
    items = list(
        folder_items(
            analysis.workspace.files, analysis.file.path.parent, folder_text + slash, name, _SUFFIXES.get(place.what)
        )
    )
    if not slash and place.what == "request file":
        items += [Item(f"#{one}", ItemKind.REQUEST, f"#{one}", rank=3) for one in analysis.requests.names()]
    begin = place.range.start + len(folder_text) + len(slash)
    return completion(Range(begin, max(place.range.end, begin)), items, name)


def folder_items(
    files: Files, base: Path, written: str, name: str, suffixes: tuple[str, ...] | None = None
) -> Iterator[Item]:
    """Yield what lies in the folder that is `written` (with a slash at its end) from `base`.

    Of files, those with one of the suffixes; hidden ones only if `name`, the last piece, begins with a dot.
    """
    folder = resolved_path(base, written or ".")
    for entry in files.names(folder):
        if entry.startswith(".") and not name.startswith("."):
            continue
        if files.is_folder(folder / entry):
            yield Item(f"{entry}/", ItemKind.FOLDER, f"{entry}/", rank=1, again=True)
        elif suffixes is None or PurePosixPath(entry).suffix.lower() in suffixes:
            yield Item(entry, ItemKind.FILE, entry)
    if not written:
        yield Item("../", ItemKind.FOLDER, "../", rank=2, again=True)
