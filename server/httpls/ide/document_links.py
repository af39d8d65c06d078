"""Files that a request file names, as links."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from httpls.model.imports import imports_of
from httpls.model.paths import resolved_path
from httpls.model.ports import Files
from httpls.model.workspace import RequestFile
from httpls_grammar.block import Block
from httpls_grammar.nodes import Body, FileReference, Script, StoredResponse
from httpls_grammar.text import Range


class Link(NamedTuple):
    """A stretch that names a file that exists."""

    range: Range
    path: Path


class WrittenPath(NamedTuple):
    """A stretch that names a file, which may not exist; `path` is absolute."""

    range: Range
    written: str
    path: Path


def links(file: RequestFile, files: Files) -> Sequence[Link]:
    """Return the links of a file in the order of their kinds: imports first, then those of each request."""
    return [Link(one.range, one.path) for one in written_paths(file) if files.is_file(one.path)]


def written_paths(file: RequestFile) -> Sequence[WrittenPath]:
    """Return all paths without templates that stand in a file."""
    found = [WrittenPath(line.range, line.written, line.path) for line in imports_of(file) if line.path is not None]
    folder = file.path.parent
    for located, parts in file.document.blocks.having(_naming_parts):
        for where, written in parts:
            found.append(WrittenPath(where.shifted(located.offset), written, resolved_path(folder, written)))
    return [one for one in found if "{{" not in one.written]


def _naming_parts(block: Block) -> Sequence[tuple[Range, str]]:
    if "<" not in block.text and ">" not in block.text:
        return ()
    return [
        (part.path_range, part.path)
        for node in block.nodes
        for part in (node.parts if isinstance(node, Body) else (node,))
        if isinstance(part, FileReference | StoredResponse | Script) and part.path and part.path_range
    ]
