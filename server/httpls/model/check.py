"""All problems of a request file that can be known without sending."""

from collections.abc import Sequence
from pathlib import Path

from httpls.model.ports import Files
from httpls.model.source import UNREADABLE_FILE, Finding, Source, decode
from httpls_grammar import parse
from httpls_grammar.text import Range


def check_file(files: Files, path: Path) -> Sequence[Finding]:
    """Return the findings of one request file, in the order of their places."""
    try:
        source = decode(path, files.read(path))
    except OSError as error:
        problem = UNREADABLE_FILE.at(Range(0, 0), reason=error.strerror or str(error))
        return [Finding(Source(path, ""), problem)]
    problems = [*source.problems, *parse(source.text).problems]
    return [Finding(source, problem) for problem in sorted(problems, key=lambda problem: problem.range)]
