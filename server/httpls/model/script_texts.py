"""The scripts in JavaScript that a file has, as texts with their places. What is wrong with them, an engine knows."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from httpls.model.analysis import Analysis
from httpls.model.paths import resolved_path
from httpls_grammar.block import Block
from httpls_grammar.diagnose import is_lua
from httpls_grammar.nodes import Body, Script
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range

MALFORMED_SCRIPT = ProblemKind(
    "malformed-script", Severity.ERROR, "the script cannot be compiled: {message}", "Correct the script."
)


class ScriptText(NamedTuple):
    """A script: its code, the file in which that stands, and its range in the request file.

    For a script in a file of its own the range is that of the path.
    """

    code: str
    path: Path
    range: Range
    is_inline: bool

    def problem(self, message: str, line: int | None, column: int | None) -> Problem:
        """Return the problem at a place of the code, which counts from 1; without one, at its beginning."""
        if not self.is_inline:
            where = f"{message} ({self.path.name}, line {line})" if line is not None else message
            return MALFORMED_SCRIPT.at(self.range, message=where)
        lines = self.code.rstrip().splitlines(keepends=True) or [self.code]
        if line is None:
            start = len(self.code) - len(self.code.lstrip())
        elif line > len(lines):
            # The engine tells the end of what it wraps the code in.
            start, message = len(self.code.rstrip()) - 1, "it ends too early"
        else:
            start = sum(map(len, lines[: line - 1])) + max((column or 1) - 1, 0)
        found = _word().match(self.code, start)
        end = max(found.end() if found is not None else 0, start + 1)
        return MALFORMED_SCRIPT.at(Range(start, end).shifted(self.range.start), message=message)


def script_texts(analysis: Analysis) -> Iterator[ScriptText]:
    """Yield the scripts of a request file, those in files of their own among them if these lie in the project."""
    for located, scripts in analysis.file.document.blocks.having(scripts_of):
        for text in inline_scripts(analysis.file.path, located.block):
            yield text._replace(range=text.range.shifted(located.offset))
        for script in scripts:
            if script.path is not None and script.path_range is not None and "{{" not in script.path:
                path = resolved_path(analysis.file.path.parent, script.path)
                content = _code(analysis, path) if path.is_relative_to(analysis.root) else None
                if content is not None:
                    yield ScriptText(content, path, script.path_range.shifted(located.offset), is_inline=False)


def inline_scripts(path: Path, block: Block) -> Iterator[ScriptText]:
    """Yield the scripts that stand in a block of a file themselves; ranges count from the start of the block."""
    for script in scripts_of(block):
        if script.code_range is not None:
            yield ScriptText(script.code_range.of(block.text), path, script.code_range, is_inline=True)


def scripts_of(block: Block) -> tuple[Script, ...]:
    """Return the scripts of a block that may be run."""
    # Most blocks have none, and need not be parsed to know that.
    if _mark().search(block.text) is None:
        return ()
    return tuple(
        [
            part
            for node in block.nodes
            for part in (node.parts if isinstance(node, Body) else (node,))
            if isinstance(part, Script) and part.is_closed and not is_lua(block.text, part)
        ]
    )


def _code(analysis: Analysis, path: Path) -> str | None:
    if path.suffix.lower() not in (".js", ".mjs", ".cjs"):
        return None
    try:
        content = analysis.workspace.files.read(path)
    except OSError:
        return None  # That it is missing is told elsewhere.
    return content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")


@cache
def _mark() -> re.Pattern[str]:
    return re.compile(r"\{%|^[ \t]*\{\{|^[<>][ \t]+\S", re.MULTILINE)


@cache
def _word() -> re.Pattern[str]:
    return re.compile(r"[\w$]+")
