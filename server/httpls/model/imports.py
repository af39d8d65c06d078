"""Which other files a request file makes known, by `import`, `run` or `# @import`, and what is wrong with that."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from httpls.model.paths import resolved_path
from httpls.model.workspace import RequestFile, Workspace
from httpls_grammar.block import Block
from httpls_grammar.islands.statement import Assignment, parse_statement
from httpls_grammar.nodes import Statement
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range

MISSING_IMPORT = ProblemKind(
    "missing-import", Severity.ERROR,
    "the file `{path}` cannot be read: {reason}",
    "Correct the path; it counts from the folder of this file.",
)  # fmt: skip


class Import(NamedTuple):
    """A line that names another file, or a request to run. Ranges count from the start of the file it stands in.

    `keyword` is `import` or `run`; `path` is absolute, None for a request of this file or of an imported one.
    """

    keyword: str
    written: str
    path: Path | None
    request_name: str | None
    range: Range
    assignments: tuple[Assignment, ...]


def imports_of(file: RequestFile) -> Sequence[Import]:
    """Return the lines of a file that name others, in order."""
    return list(_imports(file))


def imported_files(workspace: Workspace, file: RequestFile) -> Sequence[RequestFile]:
    """Return the files that are imported, those that these import among them, nearest first, each once.

    Files that cannot be read are left out, and so is the file itself; a circle of imports does no harm.
    """
    found: dict[Path, RequestFile] = {}
    waiting = [file]
    for current in waiting:
        for line in imports_of(current):
            if line.path is None or line.path in found or line.path == file.path:
                continue
            try:
                found[line.path] = workspace.request_file(line.path)
            except OSError:
                continue
            waiting.append(found[line.path])
    return list(found.values())


def import_problems(workspace: Workspace, file: RequestFile) -> Iterator[Problem]:
    """Yield a problem for each file that cannot be read."""
    for line in imports_of(file):
        if line.path is None:
            continue
        try:
            workspace.source(line.path)
        except OSError as error:
            yield MISSING_IMPORT.at(line.range, path=line.written, reason=error.strerror or str(error))


def _imports(file: RequestFile) -> Iterator[Import]:
    for located, _ in file.document.blocks.having(may_import):
        for node in located.block.nodes:
            if isinstance(node, Statement):
                island = parse_statement(node.text_range.of(located.block.text), node.text_range.start)
                path = resolved_path(file.path.parent, island.path) if island.path else None
                where = island.argument_range.shifted(located.offset)
                written = island.path or island.request_name or ""
                yield Import(island.keyword, written, path, island.request_name, where, island.assignments)
        for directive in located.block.directives:
            if directive.key == "import" and directive.value:
                path = resolved_path(file.path.parent, directive.value)
                where = directive.value_range.shifted(located.offset)
                yield Import("import", directive.value, path, None, where, ())


def may_import(block: Block) -> bool:
    """Tell whether a block can name another file. Most cannot, and need not be parsed to know that."""
    if "import" not in block.text and "run" not in block.text:
        return False
    return any(isinstance(node, Statement) for node in block.nodes) or any(
        directive.key == "import" for directive in block.directives
    )
