"""The files that a request file names for bodies and scripts: whether they are there, and in what encoding."""

from collections.abc import Iterator
from pathlib import Path

from httpls.model.encodings import python_encoding
from httpls.model.paths import resolved_path
from httpls.model.workspace import Workspace
from httpls_grammar.blocks import Located
from httpls_grammar.islands.suggestion import did_you_mean
from httpls_grammar.nodes import Body, FileReference, Script
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range

MISSING_FILE = ProblemKind(
    "missing-file", Severity.WARNING,
    "there is no file `{path}`",
    "Correct the path, which counts from the folder of this file; without the file the request cannot be sent.",
)  # fmt: skip
UNKNOWN_ENCODING = ProblemKind(
    "unknown-encoding", Severity.ERROR,
    "there is no encoding `{name}`",
    "{suggestion}",
)  # fmt: skip

_COMMON = (
    "utf-8",
    "utf-16",
    "latin1",
    "ascii",
    "iso-8859-1",
    "iso-8859-15",
    "windows-1252",
    "shift_jis",
    "gbk",
    "big5",
)


def file_reference_problems(workspace: Workspace, path: Path, located: Located) -> Iterator[Problem]:
    """Yield a problem for each file named in a block that is not there, and for each encoding that nobody knows.

    Paths with templates in them are not looked at, nor those that lead out of every folder that can be seen.
    """
    for node in located.block.nodes:
        if isinstance(node, Body):
            for part in node.parts:
                if isinstance(part, FileReference):
                    yield from _of_body(workspace, path, part, located.offset)
        elif isinstance(node, FileReference):
            yield from _of_body(workspace, path, node, located.offset)
        elif isinstance(node, Script) and node.path and node.path_range is not None:
            yield from _missing(workspace, path, node.path, node.path_range.shifted(located.offset))


def _of_body(workspace: Workspace, path: Path, node: FileReference, offset: int) -> Iterator[Problem]:
    yield from _missing(workspace, path, node.path, node.path_range.shifted(offset))
    if node.encoding is not None and node.encoding_range is not None and python_encoding(node.encoding) is None:
        near = did_you_mean(node.encoding, _COMMON)
        suggestion = f"Did you mean `{near}`?" if near else f"Write one such as {', '.join(_COMMON)}."
        yield UNKNOWN_ENCODING.at(node.encoding_range.shifted(offset), name=node.encoding, suggestion=suggestion)


def _missing(workspace: Workspace, path: Path, written: str, where: Range) -> Iterator[Problem]:
    if "{{" not in written and not workspace.files.is_file(resolved_path(path.parent, written)):
        yield MISSING_FILE.at(where, path=written)
