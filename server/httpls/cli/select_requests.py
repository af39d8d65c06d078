"""Which requests of the files a command is about."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from httpls.cli.run_arguments import Selection
from httpls.cli.shown_path import shown_path
from httpls.model.options import tags_of
from httpls.run import selection as engine
from httpls.run.selection import Analyses, Selected, SelectionError


class NothingSelectedError(Exception):
    """No request is what was asked for; the message says why and what there is."""


class SeveralRequestsError(Exception):
    """Nobody said which of several requests is meant."""

    def __init__(self, requests: Sequence[Selected]) -> None:
        """Take the requests to choose from."""
        super().__init__("several requests")
        self.requests = requests


def select(analyses: Analyses, paths: Sequence[Path], selection: Selection) -> Sequence[Selected]:
    """Return the requests that are meant, in the order of the files.

    Raises `NothingSelectedError` and `SeveralRequestsError`, and OSError for a file that cannot be read.
    """
    asked = [engine.Selection(names=(name,)) for name in selection.names]
    asked += [engine.Selection(lines=(line,)) for line in selection.lines]
    found: dict[tuple[int, int], Selected] = {}
    for one in asked or [engine.Selection()]:
        for order, selected in _in_some(analyses, paths, one):
            found[order, selected.request.offset if selected.statement is None else -len(found)] = selected
    chosen = [found[key] for key in sorted(found)]
    if selection.tags or selection.excluded_tags:
        chosen = [one for one in chosen if _has_tags(one, selection)]
    chosen = [one for one in chosen if one.request.method != "NOP"]
    if not chosen:
        raise NothingSelectedError(_why_nothing(paths, selection))
    if len(chosen) > 1 and not (selection.all or asked or selection.tags):
        raise SeveralRequestsError(chosen)
    return chosen


def label(selected: Selected) -> str:
    """Return how a request is called among the others: its name, else method and target."""
    request = selected.request
    return request.name or f"{request.method} {request.target}"


def _in_some(analyses: Analyses, paths: Sequence[Path], selection: engine.Selection) -> Iterator[tuple[int, Selected]]:
    """Yield what at least one of the files has, with the number of the file. Raises `NothingSelectedError`."""
    error: SelectionError | None = None
    has_some = False
    for number, path in enumerate(paths):
        try:
            found = engine.select(analyses, path, selection)
        except SelectionError as missing:
            error = error or missing
            continue
        has_some = True
        yield from ((number, one) for one in found)
    if error is not None and not has_some:
        raise NothingSelectedError(f"{error}. {error.remedy}".rstrip())


def _has_tags(one: Selected, selection: Selection) -> bool:
    tags = set(tags_of(one.request))
    return (not selection.tags or not tags.isdisjoint(selection.tags)) and tags.isdisjoint(selection.excluded_tags)


def _why_nothing(paths: Sequence[Path], selection: Selection) -> str:
    if selection.tags or selection.excluded_tags:
        return "no request has the tags that were asked for"
    shown = ", ".join(map(shown_path, paths[:3]))
    return f"there is no request in {shown}" if paths else "there is no request file"
