"""Files that a request file names, as links."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from httpls.model.imports import imports_of
from httpls.model.paths import resolved_path
from httpls.model.ports import Files
from httpls.model.workspace import RequestFile
from httpls_grammar.nodes import Body, FileReference, Script, StoredResponse
from httpls_grammar.text import Range


class Link(NamedTuple):
    """A stretch that names a file that exists."""

    range: Range
    path: Path


def links(file: RequestFile, files: Files) -> Sequence[Link]:
    """Return the links of a file in the order of their kinds: imports first, then those of each request."""
    found = [(line.range, line.path) for line in imports_of(file) if line.path is not None]
    folder = file.path.parent
    for located in file.document.blocks.located():
        if "<" not in located.block.text and ">" not in located.block.text:
            continue
        for node in located.block.nodes:
            found += [
                (part.path_range.shifted(located.offset), resolved_path(folder, part.path))
                for part in (node.parts if isinstance(node, Body) else (node,))
                if isinstance(part, FileReference | StoredResponse | Script) and part.path and part.path_range
            ]
    return [Link(where, path) for where, path in found if "{{" not in str(path) and files.is_file(path)]
