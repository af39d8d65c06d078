"""Which requests of a file are run: by name, number, line or tag, or all of them."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from httpls.model.analysis import Analysis
from httpls.model.dependencies import Dependency, named_dependencies
from httpls.model.names import by_line, find, suggest
from httpls.model.options import tags_of
from httpls.model.workspace import Workspace
from httpls_grammar import Request
from httpls_grammar.blocks import Located
from httpls_grammar.nodes import Statement


class Analyses:
    """The analyses of the request files of one workspace, each made once. It may be used from several threads."""

    def __init__(self, workspace: Workspace) -> None:
        """Take the workspace; nothing is read yet."""
        self.workspace = workspace
        self._lock = threading.RLock()
        self._by_path: dict[Path, Analysis] = {}

    def of(self, path: Path) -> Analysis:
        """Return the analysis of a request file. Raises OSError."""
        with self._lock:
            if path not in self._by_path:
                self._by_path[path] = Analysis(self.workspace, self.workspace.request_file(path))
            return self._by_path[path]


class Selected(NamedTuple):
    """A request that is to be run, with its file.

    `caller` is the file of a `run` statement that stands in a block of its own, and `statement` what it says.
    """

    analysis: Analysis
    request: Request
    caller: Analysis | None = None
    statement: Dependency | None = None


class Selection(NamedTuple):
    """What is to be run: what has any of the names (or `#number`), the line, a tag; all if nothing is said.

    `lines` count from 1; a line means the request in whose block it stands.
    """

    names: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()


class SelectionError(Exception):
    """There is no such request. `remedy` names those that there are, or the one that was most likely meant."""

    def __init__(self, message: str, remedy: str) -> None:
        """Take what is wrong and what to do."""
        super().__init__(message)
        self.remedy = remedy


def select(analyses: Analyses, path: Path, selection: Selection) -> Sequence[Selected]:
    """Return the requests in the order of the file, each once. A block of `run` statements means what they run.

    Raises `SelectionError` for a name, line or tag that none has, and OSError for a file that cannot be read.
    """
    analysis = analyses.of(path)
    chosen: dict[int, Request | Located] = {}
    for one in _every(analysis) if selection == Selection() else _chosen(analysis, selection):
        chosen[one.offset] = one
    selected: list[Selected] = []
    for _, one in sorted(chosen.items(), key=lambda pair: pair[0]):
        if isinstance(one, Located):
            for found in named_dependencies(analysis, one.block, one.offset):
                if not isinstance(found, Dependency):
                    raise SelectionError(
                        f"{path.name} runs `{found.name}`, which is not there", "Correct the name or the path."
                    )
                selected.append(Selected(analyses.of(found.file.path), found.request, analysis, found))
        else:
            selected.append(Selected(analysis, one))
    return selected


def names_in(analysis: Analysis) -> str:
    """Return a sentence that lists the requests of a file by name, or line for those without one."""
    requests = analysis.file.document.requests
    if not requests:
        return "The file has no request."
    shown = [request.name or f"line {request.line}" for request in requests[:20]]
    more = f" and {len(requests) - 20} more" if len(requests) > 20 else ""
    return f"There are: {', '.join(shown)}{more}."


def _every(analysis: Analysis) -> Iterator[Request | Located]:
    yield from analysis.file.document.requests
    yield from _run_blocks(analysis)


def _run_blocks(analysis: Analysis) -> Iterator[Located]:
    """Yield the blocks that have no request but say what is to be run."""
    for located in analysis.file.document.blocks.located():
        if "run" in located.block.text and located.block.request is None and _runs(located):
            yield located


def _runs(located: Located) -> bool:
    return any(
        isinstance(node, Statement) and node.text_range.of(located.block.text).startswith("run")
        for node in located.block.nodes
    )


def _chosen(analysis: Analysis, selection: Selection) -> Iterator[Request | Located]:
    document, path = analysis.file.document, analysis.file.path
    for name in selection.names:
        found: list[Request | Located] = list(find(document, name))
        found += [one for one in _run_blocks(analysis) if _title(one) == name.strip()]
        if not found:
            near = suggest(document, name)
            raise SelectionError(
                f"{path.name} has no request `{name}`", f"Did you mean `{near}`?" if near else names_in(analysis)
            )
        yield from found
    for line in selection.lines:
        located = document.blocks.at_line(max(line - 1, 0))
        one = by_line(document, line) or (located if _runs(located) else None)
        if one is None:
            raise SelectionError(f"there is no request at line {line} of {path.name}", names_in(analysis))
        yield one
    if selection.tags:
        wanted = set(selection.tags)
        tagged = [request for request in document.requests if wanted & set(tags_of(request))]
        if not tagged:
            shown = " or ".join(f"`{tag}`" for tag in selection.tags)
            raise SelectionError(f"no request of {path.name} has the tag {shown}", names_in(analysis))
        yield from tagged


def _title(located: Located) -> str | None:
    separator = located.block.separator
    return separator.title if separator is not None else None
