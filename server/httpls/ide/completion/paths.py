"""Paths of files, relative to the file in which they are written."""

from collections.abc import Iterable, Iterator
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
    requests: list[Item] = []
    if "/" not in place.written and place.what == "request file":
        requests = [Item(f"#{one}", ItemKind.REQUEST, f"#{one}", rank=3) for one in analysis.requests.names()]
    return path_completion(
        analysis.workspace.files, analysis.file.path.parent, place.range, place.written, _SUFFIXES.get(place.what),
        requests,
    )  # fmt: skip


def path_completion(
    files: Files,
    base: Path,
    where: Range,
    written: str,
    suffixes: tuple[str, ...] | None = None,
    others: Iterable[Item] = (),
) -> Completion:
    """Return the names in the folder that is written so far from `base`, and what else may stand there.

    `where` is the whole path; what is inserted comes in place of its last piece.
    """
    folder, slash, name = written.rpartition("/")
    begin = where.start + len(folder) + len(slash)
    items = [*_folder_items(files, base, folder + slash, name, suffixes), *others]
    return completion(Range(begin, max(where.end, begin)), items, name)


def _folder_items(
    files: Files, base: Path, written: str, name: str, suffixes: tuple[str, ...] | None
) -> Iterator[Item]:  # fmt: skip
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
